/** When the milestones of a model are due, and the capacity that each needs. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { CompletedBy, Late } from "./completion.ts";
import { Criteria } from "./criteria.ts";
import { count, instanceType } from "./instances.ts";
import { StagingRelease } from "./staging.ts";
import { isLocalTime, When } from "./when.ts";

/** Milestones in the order in which a model goes through them. */
export const milestoneKinds = ["data-collection", "training", "validation", "staging", "production"] as const;
export const MilestoneKind = z.enum(milestoneKinds);
export type MilestoneKind = z.infer<typeof MilestoneKind>;

export const TrainingPool = z
  .strictObject({
    instanceType,
    instances: count.describe("Instances of the pool."),
    volumeGb: z
      .int()
      .min(1)
      .max(16384)
      .default(50)
      .describe("Volume of each instance, GB; later jobs must ask for the same."),
    roleArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "the ARN of an IAM role")
      .describe("Role of the priming job; later jobs must use the same."),
    volumeKmsKeyId: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe("Key of the volumes; later jobs must use the same. Not for instances with local storage."),
    vpcConfig: z
      .strictObject({
        securityGroupIds: z.array(z.string().min(1)).min(1).max(5).describe("Its security groups."),
        subnets: z.array(z.string().min(1)).min(1).max(16).describe("Its subnets."),
      })
      .optional()
      .describe("Network of the priming job; later jobs must be in the same."),
    networkIsolation: z
      .boolean()
      .default(false)
      .describe("Whether containers have no network; later jobs must say the same."),
    trafficEncryption: z
      .boolean()
      .default(false)
      .describe("Whether traffic between containers is encrypted; later jobs must say the same."),
    trainingImage: z.string().min(1).describe("Container image of the priming job."),
    outputPath: z
      .string()
      .regex(/^s3:\/\/.+/, "an S3 path such as s3://bucket/prefix")
      .describe("S3 path of its output."),
    keepAliveMinutes: z
      .int()
      .min(1)
      .max(60)
      .describe(
        "How long a pool lasts that no job takes, minutes; the documented limit is 60, and zero would keep none. From 20 on it is primed again before that, until the hold ends.",
      ),
    holdMinutes: z
      .int()
      .min(1)
      .max(20 * 24 * 60)
      .describe(
        "When the lease ends unless the milestone is completed before, minutes after the milestone's date, or after its start where that is later or there is no date.",
      ),
  })
  .describe("Training capacity: a managed warm pool, primed by a short job and kept until the hold ends.");
export type TrainingPool = z.infer<typeof TrainingPool>;

export const Milestone = z.strictObject({
  when: When.describe(
    "What makes the milestone due: a date, a cron expression, an approval in the registry, or that staging was passed.",
  ),
  pool: TrainingPool.optional(),
  completedBy: CompletedBy.optional(),
  late: Late.optional(),
});
export type Milestone = z.infer<typeof Milestone>;

const ValidationMilestone = Milestone.extend({ criteria: Criteria.optional() });
type ValidationMilestone = z.infer<typeof ValidationMilestone>;

const StagingMilestone = Milestone.extend({ release: StagingRelease.optional() });
type StagingMilestone = z.infer<typeof StagingMilestone>;

export const Milestones = z
  .strictObject({
    "data-collection": Milestone.optional().describe("Data for the next version is gathered."),
    training: Milestone.optional().describe("The next version is trained."),
    validation: ValidationMilestone.optional().describe(
      "The trained version is evaluated: on capacity that is raised for it, and by criteria that it must meet before it is released anywhere.",
    ),
    staging: StagingMilestone.optional().describe(
      "The version runs where nobody depends on it: released on an endpoint of its own, or on capacity that is raised for it.",
    ),
    production: Milestone.describe("The version takes over the endpoint's traffic."),
  })
  .superRefine(checkMilestones)
  .describe("When each milestone is due and the capacity it needs; production is always among them.");

type Dated = { readonly kind: MilestoneKind; readonly at: string; readonly timeZone: string };

/** What each milestone must and must not have, and dates in the order of the milestones. */
function checkMilestones(
  milestones: { readonly [K in MilestoneKind]?: Milestone | undefined } & {
    readonly staging?: StagingMilestone | undefined;
    readonly validation?: ValidationMilestone | undefined;
  },
  ctx: z.RefinementCtx,
): void {
  const isStaged = milestones.staging?.release !== undefined;
  const hasCriteria = milestones.validation?.criteria !== undefined;
  const dated: Dated[] = [];
  for (const kind of milestoneKinds) {
    const milestone = milestones[kind];
    if (milestone === undefined) continue;
    checkCompletion(kind, milestone, ctx);
    if (kind === "validation" && hasCriteria && milestone.pool === undefined)
      checkApproval(kind, milestone.when, ctx);
    else checkCapacity(kind, milestone, { ctx, isStaged });
    if ("at" in milestone.when && isLocalTime(milestone.when.at)) dated.push({ kind, ...milestone.when });
  }
  for (const [i, { kind, at, timeZone }] of dated.entries()) {
    const before = dated[i - 1];
    if (before !== undefined && before.timeZone === timeZone && at < before.at)
      tell(ctx, [kind, "when", "at"], {
        expected: `no earlier than ${before.kind} (${before.at})`,
        found: at,
      });
  }
}

function checkCompletion(
  kind: MilestoneKind,
  { pool, completedBy, late }: Milestone,
  ctx: z.RefinementCtx,
): void {
  if (pool === undefined && completedBy !== undefined)
    tell(ctx, [kind, "completedBy"], {
      expected: "none: it ends the hold of a pool, and there is no pool",
      found: Object.keys(completedBy).join(" and "),
    });
  if (completedBy === undefined && late !== undefined)
    tell(ctx, [kind, "late"], {
      expected: "none: without completedBy nobody knows whether it is late",
      found: `extendMinutes: ${late.extendMinutes}`,
    });
}

function checkCapacity(
  kind: MilestoneKind,
  { when, pool }: Milestone,
  { ctx, isStaged }: { ctx: z.RefinementCtx; isStaged: boolean },
): void {
  const isRelease = kind === "production" || (kind === "staging" && isStaged);
  if (kind === "production" && pool !== undefined)
    tell(ctx, [kind, "pool"], { expected: "no pool: production runs on the endpoint", found: "a pool" });
  if (kind === "staging" && isStaged && pool !== undefined)
    tell(ctx, [kind, "pool"], { expected: "a release or a pool, not both", found: "both" });
  if (!isRelease && pool === undefined)
    tell(ctx, [kind, "pool"], {
      expected: kind === "staging" ? "a release, or the capacity it needs" : "the capacity it needs",
      found: "nothing",
    });
  if (!isRelease && !("event" in when) && when.graceMinutes !== undefined)
    tell(ctx, [kind, "when", "graceMinutes"], {
      expected: "none: only what releases a version waits for one",
      found: String(when.graceMinutes),
    });
  checkEvent(kind, when, { ctx, isRelease, isStaged });
}

/** Criteria are looked at as a version's release begins: without capacity of its own, validation has no other time. */
function checkApproval(kind: MilestoneKind, when: When, ctx: z.RefinementCtx): void {
  if ("event" in when && when.event === "model-approved") return;
  tell(ctx, [kind, "when"], {
    expected: "{ event: model-approved }, or a pool that is raised by its date",
    found: "event" in when ? when.event : "a date",
  });
}

/** What an event may make due: an approval the first release of a version, and that one's success the next. */
function checkEvent(
  kind: MilestoneKind,
  when: When,
  { ctx, isRelease, isStaged }: { ctx: z.RefinementCtx; isRelease: boolean; isStaged: boolean },
): void {
  if (!("event" in when)) return;
  if (!isRelease)
    tell(ctx, [kind, "when"], {
      expected: "a date (at) or a cron: an approval starts releases only",
      found: "an event",
    });
  else if (kind === "staging" && when.event !== "model-approved")
    tell(ctx, [kind, "when", "event"], { expected: '"model-approved"', found: JSON.stringify(when.event) });
  else if (kind === "production" && (when.event === "staging-passed") !== isStaged)
    tell(ctx, [kind, "when", "event"], {
      expected: isStaged
        ? '"staging-passed", or a date: a version of this plan goes through staging first'
        : '"model-approved": staging of this plan releases nothing that could pass',
      found: JSON.stringify(when.event),
    });
}
