/** What exploration has found once: each fault that broke a promise, kept so that it stays mended. */
import { describe, expect, it } from "vitest";
import { rehearsing } from "./rehearsing.ts";

describe("a scaling of which only a part was made", () => {
  it.each([
    "crash-after-call=call:ShiftTraffic/application-autoscaling.RegisterScalableTarget#10@1",
    "crash-before-call=call:ShiftTraffic/application-autoscaling.PutScalingPolicy#11@1",
  ])("is finished by the next attempt, after %s", async (fault) => {
    const { record, violations } = await rehearsing({ world: "bad-errors", faults: [fault] });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/^errors: candidate fails/);
  });
});
