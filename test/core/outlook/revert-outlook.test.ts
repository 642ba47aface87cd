/** What going back to a version that has served comes to: on the instances of its own type of release, where that is known. */
import { expect, test } from "vitest";
import { revertLacks, revertOutlook } from "../../../src/core/outlook/revert-outlook.ts";
import { plan } from "../example.ts";

/** Sixty requests per second: eight of ml.g5.xlarge, or six of the larger ones. */
const usuallyMajor = { ...plan, defaultReleaseType: "major" } as const;
const larger = { instanceType: "ml.g5.2xlarge", instances: 6 };
const usual = { instanceType: "ml.g5.xlarge", instances: 8 };

test("a version goes back on the instances of its own type, and of the plan's usual one where that is not known", () => {
  expect(revertOutlook(usuallyMajor, "minor")).toMatchObject(usual);
  expect(revertOutlook(usuallyMajor, "minor").peak).toEqual({ "ml.g5.xlarge": 24 });
  expect(revertOutlook(usuallyMajor, undefined)).toMatchObject(larger);
  expect(revertOutlook(plan, undefined)).toMatchObject({ ...usual, shares: [50, 95], isWithinBudget: true });
});

test("what the quotas lack is what those instances lack", () => {
  const limits = { quota: { "ml.g5.xlarge": 100, "ml.g5.2xlarge": 3 }, elsewhere: {} };

  expect(revertLacks(usuallyMajor, "minor", limits)).toEqual([]);
  expect(revertLacks(usuallyMajor, undefined, limits)).toEqual([expect.stringContaining("ml.g5.2xlarge")]);
});
