/** What exploration has found once: each fault that broke a promise, kept so that it stays mended. */
import { describe, expect, it } from "vitest";
import { faultAt, outcomesOf, rehearsing } from "./rehearsing.ts";

describe("a scaling of which only a part was made", () => {
  it.each([
    ["crash-after-call", "ShiftTraffic/application-autoscaling.RegisterScalableTarget"],
    ["crash-before-call", "ShiftTraffic/application-autoscaling.PutScalingPolicy"],
  ] as const)("is finished by the next attempt, after a %s at %s", async (kind, place) => {
    const fault = await faultAt(kind, place);

    const { record, violations } = await rehearsing({ world: "bad-errors", faults: [fault] });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/^errors: candidate fails/);
  });
});

describe("a Lambda that works on after its execution was stopped", () => {
  it.each(["PrewarmInference", "ShiftTraffic", "ScaleDown[0]"])(
    "is waited for: what it still does in %s is undone",
    async (state) => {
      const fault = await faultAt("stopped-meanwhile", `${state}/dynamodb.UpdateItem`);

      const { record, violations } = await rehearsing({ world: "bad-errors", faults: [fault] });

      expect(record.faults).toEqual([fault]);
      expect(violations).toEqual([]);
      expect(outcomesOf(record)).toEqual([
        "rehearsal aborted",
        "compensate-chat-assistant-v7-production-1-1 rolled-back",
      ]);
      expect(record.executions[1]?.stopSeconds).toBeGreaterThan(
        (record.executions[0]?.stopSeconds ?? 0) + 75,
      );
    },
  );
});
