/** How traffic moves from stable to candidate: the part of a plan that decides stages, bakes and policies. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { percentField } from "../units.ts";
import {
  allowedBakeMinutes,
  expectedHistoryEvents,
  historyLimitEvents,
  type Timing,
} from "./execution-events.ts";
import { type Consent, InPlace } from "./in-place.ts";
import { InconclusivePolicy } from "./inconclusive.ts";
import { strategies, strategyNames } from "./strategies.ts";

const minutesOfWeek = 7 * 24 * 60;

export const Stage = z.strictObject({
  trafficPercent: percentField(
    z
      .number()
      .min(0.001)
      .max(100)
      .describe("The candidate's share of traffic while this stage lasts, percent."),
  ),
  bakeMinutes: z.int().min(1).max(minutesOfWeek).describe("How long the share is held and judged, minutes."),
});
export type Stage = z.infer<typeof Stage>;

/** Data that never comes never advances a stage. */
const NoDataPolicy = z
  .strictObject({
    waitMinutes: z
      .int()
      .min(0)
      .max(minutesOfWeek)
      .describe("How long to wait for data after the bake, minutes."),
    then: z.literal("roll-back").describe("Data that never comes never advances a stage."),
  })
  .describe("What to do when a bake ends without data.");

const ShortQuotaPolicy = z
  .strictObject({
    waitMinutes: z
      .int()
      .min(5)
      .max(minutesOfWeek)
      .optional()
      .describe(
        "How long a release waits for a quota to be raised, or for others to be done, minutes; without it, it is refused at once.",
      ),
    requestIncrease: z
      .boolean()
      .optional()
      .describe(
        "Whether AWS is asked for more as the plan is applied, where a quota is too small for what is to come in 90 days.",
      ),
  })
  .superRefine((policy, ctx) => {
    if (Object.keys(policy).length === 0)
      tell(ctx, [], { expected: "waitMinutes, requestIncrease or both", found: "neither" });
  })
  .meta({ minProperties: 1 })
  .describe("What to do when the account's quota is all that is too small; without it, nothing.");

/** What a plan keeps that does not say. */
export const usualRevertDays = 7;

const rate = z.number().min(0.0001).max(0.2);

export const Rollout = z
  .strictObject({
    strategy: z
      .literal(strategyNames)
      .default("upfront")
      .describe(
        "When the candidate's capacity is raised: upfront, to its final size before the first shift; sequential, between stages, as often as budget.maxLockedMinutes allows; look-ahead, the same raises, each while the stage before bakes and its evidence speaks against harm; in-place, to its size for a low load after stable has given up instances to it, so that a quota without room for more suffices, by the consent of inPlace; auto, upfront where quota and budget allow it, else look-ahead, and never in-place.",
      ),
    inPlace: InPlace.optional(),
    intervalSeconds: z
      .literal([10, 30, 60])
      .default(60)
      .describe(
        "How often the KPIs are judged, seconds; under 60 the endpoint must publish enhanced metrics.",
      ),
    stages: z
      .array(Stage)
      .min(1)
      .max(20)
      .superRefine(checkStages, { when: ({ value }) => Array.isArray(value) })
      .describe(
        "Shares of traffic, growing; the last of them 100 less what stable holds back, or more. The promotion gives the candidate the rest.",
      ),
    holdbackPercent: z
      .number()
      .min(0)
      .max(50)
      .default(5)
      .describe(
        "The most of the traffic that stable may keep until the promotion, so that the last stage has something to be compared with, percent.",
      ),
    settleMinutes: z
      .number()
      .min(0)
      .max(120)
      .optional()
      .describe(
        "How long a shift settles, minutes: meanwhile only ceilings and a candidate that is far worse count. Where it is left out: a minute more than loading takes, at most a third of the bake.",
      ),
    minimumRequests: z
      .int()
      .min(1)
      .default(100)
      .describe("Requests that the candidate must have served within a stage before the stage can pass."),
    evidence: z
      .strictObject({
        alpha: rate.default(0.01).describe("Chance that a healthy release is ever rolled back on evidence."),
        beta: rate.default(0.01).describe("Chance that a stage with a bad candidate is called proven safe."),
        hostSpread: z
          .number()
          .min(0)
          .max(2)
          .default(0.15)
          .describe(
            "Standard deviation of ln(bad rate) by which instances are taken to differ for good, where stable's past does not show it; fewer instances make more of it acceptable.",
          ),
      })
      .prefault({})
      .describe("The error rates of judging, for the whole release and all KPIs together."),
    onInconclusive: InconclusivePolicy,
    onNoData: NoDataPolicy,
    onShortQuota: ShortQuotaPolicy.optional(),
    capacityTimeoutMinutes: z
      .int()
      .min(5)
      .max(24 * 60)
      .default(60)
      .describe("How long a raise of capacity may take before the release gives up, minutes."),
    revertDays: z
      .int()
      .min(0)
      .max(365)
      .default(usualRevertDays)
      .describe(
        "How long what a release made is kept once another has taken its place, days; then the sweep deletes it: its configuration and its model, never what an endpoint is on. 0 keeps nothing.",
      ),
  })
  .superRefine(checkLastStage, { when: ({ value }) => hasStages(value) })
  .superRefine(checkConsent)
  .superRefine(checkHistory)
  .describe("How traffic moves from stable to candidate.");
export type Rollout = z.infer<typeof Rollout>;

/** The part of the traffic that stable keeps until the promotion, percent; 0 where the last stage has all of it. */
export const heldBack = ({ stages }: Pick<Rollout, "stages">): number =>
  100 - (stages.at(-1)?.trafficPercent ?? 100);

/** Refuses stages that go down or stand still; looks past entries that are no stages. */
function checkStages(stages: readonly Partial<Stage>[], ctx: z.RefinementCtx): void {
  let before = 0;
  for (const [i, stage] of stages.entries()) {
    const share = stage?.trafficPercent;
    if (typeof share !== "number") continue;
    if (share <= before)
      tell(ctx, [i, "trafficPercent"], {
        expected: `more than ${before}, the share of the stage before it`,
        found: String(share),
      });
    before = share;
  }
}

/** A rollout in which anything may still be wrong, but that it has stages. */
interface Draft {
  readonly stages: readonly Partial<Stage>[];
  readonly holdbackPercent?: unknown;
}

const hasStages = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "stages" in value && Array.isArray(value.stages);

/** The promotion is no stage that anybody looks at: it may move little. */
function checkLastStage({ stages, holdbackPercent }: Draft, ctx: z.RefinementCtx): void {
  const last = stages.at(-1)?.trafficPercent;
  const least = 100 - (typeof holdbackPercent === "number" ? holdbackPercent : 5);
  if (typeof last === "number" && last < least - 1e-9)
    tell(ctx, ["stages", stages.length - 1, "trafficPercent"], {
      expected: `at least ${least} in the last stage (100 less rollout.holdbackPercent)`,
      found: String(last),
    });
}

/** The strategy is the consent, and nothing is taken for granted of when and for which load. */
function checkConsent({ strategy, inPlace }: Consent, ctx: z.RefinementCtx): void {
  if (strategies[strategy].shrinksStable && inPlace === undefined)
    tell(ctx, ["inPlace"], {
      expected: `the window and the most load in which stable may be shrunk, as rollout.strategy is ${strategy}`,
      found: "nothing",
    });
}

function checkHistory(rollout: Timing["rollout"], ctx: z.RefinementCtx): void {
  const events = expectedHistoryEvents({ rollout });
  if (events <= historyLimitEvents) return;
  const baked = rollout.stages.reduce((sum, stage) => sum + stage.bakeMinutes, 0);
  tell(ctx, ["stages"], {
    expected: `at most ${allowedBakeMinutes({ rollout })} minutes of baking at one look every ${rollout.intervalSeconds} s, since an execution's history must stay under ${historyLimitEvents} events`,
    found: `${baked} minutes, ${events} events`,
  });
}
