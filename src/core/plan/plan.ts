/**
 * A plan is a team's file for one model: its endpoint, what each type of release needs, when the milestones
 * are, how traffic moves and how a candidate is judged. One definition gives the type, the messages and the
 * JSON Schema that editors complete from.
 */

import * as z from "zod";
import { Gates } from "../gates/settings.ts";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";
import { percentField, shareField } from "../units.ts";
import { Alongside } from "./alongside/alongside.ts";
import { checkSides } from "./asked-sides.ts";
import { Budget } from "./budget.ts";
import { EvidenceKeeping } from "./evidence-keeping.ts";
import { Freezes } from "./freeze.ts";
import { consentOf } from "./in-place.ts";
import { CandidateNeeds, instanceType } from "./instances.ts";
import { Kpis } from "./kpis.ts";
import { LoadEvents } from "./load-events.ts";
import { checkLoadTest, LoadTest } from "./load-test.ts";
import { Milestones } from "./milestones.ts";
import { checkPatches } from "./patches.ts";
import { checkProposals, Proposals } from "./proposals.ts";
import { Quality } from "./quality.ts";
import { longestAloneMs, Queueing } from "./queueing.ts";
import { ReleaseRegistry } from "./registry.ts";
import { checkReviews } from "./review.ts";
import { Rollout } from "./rollout.ts";
import { ScalingRule } from "./scaling-rule.ts";
import { AwsName, ServingEndpoint } from "./serving-endpoint.ts";
import { Tags } from "./tags.ts";
import { Team } from "./team.ts";
import { Telemetry } from "./telemetry.ts";
import { WarmthRequirement } from "./warmth.ts";
import { ZoneSpare } from "./zone-spare.ts";

export type { InstanceNeeds } from "./instances.ts";
export { MilestoneKind, milestoneKinds } from "./milestones.ts";
export { AwsName } from "./serving-endpoint.ts";
export {
  capacityOf,
  capacityText,
  isCluster,
  type TrainingCapacity,
  TrainingCluster,
  TrainingPool,
} from "./training-capacity.ts";
export { When } from "./when.ts";

export const releaseTypes = ["patch", "minor", "major", "retrain"] as const;
export const ReleaseType = z.enum(releaseTypes);
export type ReleaseType = z.infer<typeof ReleaseType>;

/** No answer takes longer: eight minutes, streamed (InvokeEndpointWithResponseStream, API reference). */
const longestStreamMs = 480_000;

const Requirements = z
  .strictObject({
    latencyMsP99: z
      .number()
      .positive()
      .max(longestStreamMs)
      .describe("The 99th percentile of model latency that must be kept, milliseconds."),
    errorRatePercent: percentField(
      z.number().min(0).max(100).describe("The rate of failed requests that must be kept, percent."),
    ),
    peakRequestsPerSecond: z
      .number()
      .positive()
      .max(1_000_000)
      .describe("The load to be ready for, requests per second."),
    utilisationPercent: percentField(
      z.number().min(10).max(95).describe("How full an instance may run at that load, percent."),
    ),
    zoneSpare: ZoneSpare.optional(),
    queueing: Queueing.optional(),
    events: LoadEvents.optional(),
    load: z
      .enum(["peak", "forecast"])
      .optional()
      .describe(
        "What a release is sized for, if not for more that comes as it begins: peakRequestsPerSecond, which goes without saying, or what is forecast for as long as it lasts, where that is less.",
      ),
  })
  .superRefine(({ latencyMsP99, queueing }, ctx) => {
    const longestMs = longestAloneMs(latencyMsP99);
    if (queueing === undefined || queueing.aloneMsP99 <= longestMs) return;
    tell(ctx, ["queueing", "aloneMsP99"], {
      expected: `at most ${longestMs}, nine tenths of latencyMsP99, since what waits takes longer`,
      found: String(queueing.aloneMsP99),
    });
  })
  .describe("What the endpoint must keep to, during a release too.");

const TypeNeeds = z.strictObject({
  inference: CandidateNeeds.describe("What the candidate of such a release runs on."),
});
const ReleaseTypes = z
  .strictObject({
    patch: TypeNeeds.optional().describe("A fix: same behaviour, same size."),
    minor: TypeNeeds.optional().describe("A better model of the same kind."),
    major: TypeNeeds.optional().describe("Another model: other size, other instances."),
    retrain: TypeNeeds.optional().describe("The same model on newer data."),
  })
  .describe("What each type of release needs.");

/** What a release does when another one holds its endpoint. */
const WhenBusy = z
  .enum(["queue", "supersede", "refuse"])
  .describe(
    "When another release holds the endpoint: wait for it, roll an older version back first, or give up.",
  );

export const Plan = z
  .strictObject({
    $schema: z.string().optional().describe("Path of this schema, for editors."),
    model: AwsName.describe("The SageMaker model package group; the model's name throughout."),
    modelPackageGroupArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:model-package-group\/[a-zA-Z0-9-]{1,63}$/,
        "the ARN of a model package group",
      )
      .optional()
      .describe("The model package group's ARN, where the registry is another account's."),
    registry: ReleaseRegistry.optional(),
    team: Team.optional(),
    endpoint: ServingEndpoint,
    requirements: Requirements,
    defaultReleaseType: ReleaseType.describe("The type of a release whose trigger names none."),
    releaseTypes: ReleaseTypes,
    milestones: Milestones,
    leadTimeQuantile: shareField(z.number().min(0.5).max(0.99))
      .default(0.95)
      .describe(
        "How sure a milestone that starts ahead of its date is to be ready by it: the share of launches that take no longer than planned.",
      ),
    rollout: Rollout,
    warmth: WarmthRequirement.prefault({}).describe("How a candidate proves that its model is loaded."),
    loadTest: LoadTest.optional(),
    kpis: Kpis,
    quality: Quality.optional(),
    budget: Budget,
    prices: z
      .record(instanceType, z.number().positive().max(10_000))
      .default({})
      .describe(
        "What an instance-hour costs, US dollars by instance type, where it is other than Slipway's indicative price or not known to it.",
      ),
    alarms: z
      .array(z.string().min(1).max(255))
      .max(10)
      .default([])
      .describe(
        "CloudWatch alarms: a release does not start while one is in ALARM, and goes back when one goes off.",
      ),
    whenBusy: WhenBusy.default("queue"),
    freezes: Freezes.prefault({}),
    gates: Gates.optional(),
    evidence: EvidenceKeeping.optional(),
    scaling: ScalingRule.optional(),
    alongside: Alongside.optional(),
    telemetry: Telemetry.optional(),
    tags: Tags.optional(),
    proposals: Proposals.optional(),
  })
  .superRefine((plan, ctx) => {
    checkLoadTest(plan, ctx);
    checkProposals(plan, ctx);
    checkSides(plan, ctx);
    checkReviews(plan, ctx);
    checkPatches(plan, ctx);
    const group = plan.modelPackageGroupArn?.split("/").at(-1);
    if (group !== undefined && group.toLowerCase() !== plan.model.toLowerCase())
      tell(ctx, ["modelPackageGroupArn"], {
        expected: `the group of the plan's model, ${plan.model}`,
        found: foundText(group),
      });
    // A try of another type is undone first: stable would shrink and grow for each of them within one window.
    for (const type of releaseTypes)
      if (consentOf(plan.rollout) !== undefined && plan.releaseTypes[type]?.inference.fallback !== undefined)
        tell(ctx, ["releaseTypes", type, "inference", "fallback"], {
          expected: `no other types, as rollout.strategy is ${plan.rollout.strategy}`,
          found: "some",
        });
    if (plan.releaseTypes[plan.defaultReleaseType] === undefined)
      tell(ctx, ["defaultReleaseType"], {
        expected: `one of the types under releaseTypes (${Object.keys(plan.releaseTypes).join(", ") || "none yet"})`,
        found: foundText(plan.defaultReleaseType),
      });
  });
export type Plan = z.infer<typeof Plan>;
