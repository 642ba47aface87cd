/** How traffic moves from stable to candidate: the part of a plan that decides stages, bakes and policies. */
import * as z from "zod";

export const Stage = z.strictObject({
  /** The candidate's share of traffic while this stage lasts, percent. */
  trafficPercent: z.number().positive().max(100),
  /** How long the share is held and judged, minutes. */
  bakeMinutes: z.int().min(1).max(7 * 24 * 60),
});
export type Stage = z.infer<typeof Stage>;

/** What to do when a bake ends with neither harm nor safety shown. */
export const InconclusivePolicy = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("proceed") }),
  z.strictObject({ action: z.literal("roll-back") }),
  z.strictObject({
    action: z.literal("extend"),
    upToMinutes: z.int().min(1).max(7 * 24 * 60),
    then: z.enum(["proceed", "roll-back"]),
  }),
]);

/** What to do when a bake ends without data; data that never comes never advances a stage. */
export const NoDataPolicy = z.strictObject({
  waitMinutes: z.int().min(0).max(7 * 24 * 60),
  then: z.literal("roll-back"),
});

export const Rollout = z.strictObject({
  strategy: z.literal("upfront").default("upfront"),
  /** How often the KPIs are judged, seconds. */
  intervalSeconds: z.union([z.literal(10), z.literal(30), z.literal(60)]).default(60),
  stages: z.array(Stage).min(1).max(20),
  /** Requests the candidate must have served within a stage before the stage can pass. */
  minimumRequests: z.int().min(0).default(100),
  onInconclusive: InconclusivePolicy,
  onNoData: NoDataPolicy,
  /** How long a raise of capacity may take before the release gives up, minutes. */
  capacityTimeoutMinutes: z.int().min(5).max(24 * 60).default(60),
});
export type Rollout = z.infer<typeof Rollout>;

/** Refuses rollouts that go down, stop short of all traffic, or are too long for one execution's history. */
export function checkRollout(rollout: Rollout, ctx: z.RefinementCtx): void {
  const { stages } = rollout;
  for (const [i, stage] of stages.entries()) {
    const before = stages[i - 1]?.trafficPercent ?? 0;
    if (stage.trafficPercent <= before)
      ctx.addIssue({
        code: "custom",
        path: ["rollout", "stages", i, "trafficPercent"],
        message: `expected more than ${before} (the stage before it), found ${stage.trafficPercent}`,
      });
  }
  const last = stages.at(-1);
  if (last !== undefined && last.trafficPercent !== 100)
    ctx.addIssue({
      code: "custom",
      path: ["rollout", "stages", stages.length - 1, "trafficPercent"],
      message: `expected 100 in the last stage, found ${last.trafficPercent}`,
    });
}
