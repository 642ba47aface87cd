/** An opening that lacks anything of what its route goes on with is refused where it is made. */
import { describe, expect, test } from "vitest";
import { Opening } from "../../../src/core/release/opening.ts";
import { documentSchema } from "../../../src/core/release/release.ts";
import { plan } from "../example.ts";

const reason = "a version was approved";
const release = {
  ...{ id: "r", model: "m", version: 7, milestone: "production", releaseType: "minor", attempt: 1 },
  ...{ subject: "endpoint/e", execution: "x", fence: 1, openedAt: "2026-01-05T08:00:00Z" },
};
const closing = { outcome: "promoted", reason, releaseId: "r", drifted: [] };
const handOver = { outcome: "handed-over", reason, to: "x-2" };
const document = { schema: documentSchema, release, plan, promoted: false };
const forward = { reason, ...document, begunAt: release.openedAt, resume: "PlanCapacity" };
const back = { reason, schema: documentSchema, release, promoted: true };

describe.each([
  { route: "ignored", reason },
  { route: "ended", reason, closing },
  { route: "queued", reason, waitSeconds: 60 },
  { route: "handed-over", reason, handOver },
  { route: "production", ...forward },
  { route: "capacity", ...forward },
  { route: "scale-down", ...back },
  { route: "compensate", ...back },
] as const)("an opening that goes $route", (opening: Readonly<Record<string, unknown>>) => {
  test("is what it says", () => {
    expect(Opening.parse(opening)).toEqual(opening);
  });

  test.each(Object.keys(opening))("is refused without its %s", (name) => {
    const { [name]: _, ...rest } = opening;

    expect(Opening.safeParse(rest).success).toBe(false);
  });
});
