/**
 * A plan is a team's file for one model: its endpoint, what each type of release needs, when the milestones
 * are, how traffic moves and how a candidate is judged. One definition gives the type, the messages and the
 * JSON Schema that editors complete from.
 */
import * as z from "zod";
import { Kpi } from "./plan-kpis.ts";
import { checkRollout, Rollout } from "./plan-rollout.ts";
import { Warmth } from "./plan-warmth.ts";

/** Milestones in the order in which a model goes through them. */
export const milestoneKinds = ["data-collection", "training", "validation", "staging", "production"] as const;
export const MilestoneKind = z.enum(milestoneKinds);
export type MilestoneKind = z.infer<typeof MilestoneKind>;

export const releaseTypes = ["patch", "minor", "major", "retrain"] as const;
export const ReleaseType = z.enum(releaseTypes);
export type ReleaseType = z.infer<typeof ReleaseType>;

const awsName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, "letters, digits and inner hyphens, at most 63 characters");
const instanceType = z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'a SageMaker instance type such as "ml.g5.xlarge"');
const count = z.int().min(1).max(1000);

/** What one model instance of a type can do. Throughput is at full load, measured by a load test. */
export const InstanceNeeds = z.strictObject({
  instanceType,
  requestsPerSecondPerInstance: z.number().positive(),
});
export type InstanceNeeds = z.infer<typeof InstanceNeeds>;

/** The serving endpoint as it stands between releases. */
export const Endpoint = z.strictObject({
  name: awsName,
  ...InstanceNeeds.shape,
  /** Instances of the stable variant between releases; auto scaling may move the live count. */
  instances: count,
});

/** Training capacity: a managed warm pool, primed by a short job and kept until the milestone's hold ends. */
export const TrainingPool = z.strictObject({
  instanceType,
  instances: count,
  volumeGb: z.int().min(1).max(16384).default(50),
  roleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "the ARN of an IAM role"),
  trainingImage: z.string().min(1),
  outputPath: z.string().regex(/^s3:\/\/.+/, "an S3 path such as s3://bucket/prefix"),
  /** How long an idle pool is kept, minutes; the documented limit is 60, and zero would keep none. */
  keepAliveMinutes: z.int().min(1).max(60),
  /** When the lease ends if no completion is heard of before, minutes after the milestone started. */
  holdMinutes: z.int().min(1).max(20 * 24 * 60),
});
export type TrainingPool = z.infer<typeof TrainingPool>;

const timeZone = z.string().default("UTC");
/** What makes a milestone due: a date, a cron expression, or the approval of a model version. */
export const When = z.union([
  z.strictObject({ at: z.iso.datetime({ local: true }), timeZone }),
  z.strictObject({ cron: z.string().regex(/^cron\((\S+ ){5}\S+\)$/, "cron(min hour day month weekday year)"), timeZone }),
  z.strictObject({ event: z.literal("model-approved") }),
]);

export const Milestone = z.strictObject({ when: When, pool: TrainingPool.optional() });
export type Milestone = z.infer<typeof Milestone>;

export const Requirements = z.strictObject({
  latencyMsP99: z.number().positive(),
  errorRatePercent: z.number().min(0).max(100),
  peakRequestsPerSecond: z.number().positive(),
  utilisationPercent: z.number().min(10).max(95),
});

export const Budget = z.strictObject({
  /** What the capacity raised for one release may cost on top of the steady fleet, US dollars. */
  usdPerRelease: z.number().positive(),
  /** Minutes in which a count change may bar the way back while the candidate carries traffic. */
  maxLockedMinutes: z.number().min(0).default(0),
});

export const Plan = z
  .strictObject({
    $schema: z.string().optional(),
    /** The SageMaker model package group. */
    model: awsName,
    endpoint: Endpoint,
    requirements: Requirements,
    defaultReleaseType: ReleaseType,
    releaseTypes: z.partialRecord(ReleaseType, z.strictObject({ inference: InstanceNeeds })),
    milestones: z.partialRecord(MilestoneKind, Milestone),
    rollout: Rollout,
    warmth: Warmth.prefault({}),
    kpis: z.array(Kpi).min(1),
    budget: Budget,
  })
  .superRefine((plan, ctx) => {
    if (plan.releaseTypes[plan.defaultReleaseType] === undefined)
      ctx.addIssue({ code: "custom", path: ["defaultReleaseType"], message: "expected one of the types under releaseTypes" });
    for (const [kind, milestone] of Object.entries(plan.milestones))
      if (kind !== "production" && milestone?.pool === undefined)
        ctx.addIssue({ code: "custom", path: ["milestones", kind, "pool"], message: "expected the capacity it needs" });
    checkRollout(plan.rollout, ctx);
  });
export type Plan = z.infer<typeof Plan>;
