/** What quotas leave beside a release: by the largest that a plan describes, and less than nothing where they are too small. */
import { expect, test } from "vitest";
import { neededBy, quotaRoom } from "../../../src/core/outlook/quota-room.ts";
import { outlookOf } from "../../../src/core/outlook.ts";
import { withFallback } from "../example.ts";

test("is what neither other endpoints nor the largest release take, of each type that one may be on", () => {
  const { releases } = outlookOf(withFallback, { requestsPerSecond: 40, errorPercent: 0.5 });
  const needed = neededBy(releases);

  expect(needed).toEqual({ "ml.g5.xlarge": 24, "ml.g5.2xlarge": 12, "ml.g4dn.2xlarge": 20 });
  const quota = { "ml.g5.xlarge": 40, "ml.g5.2xlarge": 8 };
  expect(quotaRoom(needed, { quota, elsewhere: { "ml.g5.xlarge": 3 } })).toEqual([
    { instanceType: "ml.g5.xlarge", quota: 40, elsewhere: 3, needed: 24, left: 13 },
    { instanceType: "ml.g5.2xlarge", quota: 8, elsewhere: 0, needed: 12, left: -4 },
    { instanceType: "ml.g4dn.2xlarge", quota: null, elsewhere: 0, needed: 20, left: null },
  ]);
});
