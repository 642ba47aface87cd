/**
 * A world is what a release is rehearsed against: the traffic, how long capacity takes, what the account may
 * have and how good the candidate is. Worlds are small YAML files in src/rehearsal/worlds.
 */
import * as z from "zod";

const minutes = z.number().min(0);

export const WorldSpec = z.strictObject({
  description: z.string().min(1),
  traffic: z
    .strictObject({
      /** A trace in src/rehearsal/world/traces: requests per minute, repeated when the release outlasts it. */
      trace: z.string().default("azure-llm-2023-chat"),
      /** The trace's highest minute becomes this share of the plan's peak. */
      peakPercent: z.number().min(0).default(100),
      /** From a minute on, traffic is multiplied (2 doubles it, 0 takes it away). Minutes count from the start. */
      changes: z.array(z.strictObject({ atMinute: minutes, factor: z.number().min(0) })).default([]),
    })
    .prefault({}),
  provisioning: z
    .strictObject({
      /** Seconds until a new instance is InService: median, and the 95th percentile (log-normal between). */
      secondsP50: z.number().positive().default(346),
      secondsP95: z.number().positive().default(525),
      /** Seconds after InService until the model is loaded and answers. */
      modelLoadSeconds: z.number().min(0).default(60),
      /**
       * What the container's health check says meanwhile: `deep` holds requests off until the model is loaded,
       * `shallow` lets them come and fail (aws/sagemaker-inference-toolkit#138).
       */
      healthCheck: z.enum(["deep", "shallow"]).default("deep"),
      /** Instances the pool of the region can still give; absent: enough. */
      poolInstances: z.int().min(0).optional(),
      /** Seconds until an update that finds no capacity gives up and rolls back. */
      giveUpSeconds: z.number().positive().default(900),
    })
    .prefault({}),
  /** How the model that serves was made. */
  serving: z
    .strictObject({
      /** Environment variables that it was given when it was created. */
      environment: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  /** The scalable target on the serving variant between releases. */
  scaling: z
    .strictObject({
      /** What its policy follows: requests per instance, or the CPU of the variant as a metric of the team's choice. */
      follows: z.enum(["invocations", "cpu"]).default("invocations"),
      /** Its minimum, as a share of the plan's instances (rounded up). */
      minPercent: z.number().min(1).max(100).default(50),
      /** Its maximum, as a share of the plan's instances. */
      maxPercent: z.number().min(100).default(200),
    })
    .prefault({}),
  training: z
    .strictObject({
      /** How long a priming job's container runs, seconds. */
      jobSeconds: z.number().positive().default(120),
      /** The account's quota of warm pool instances per type; too small a quota silently keeps no pool. */
      warmPoolQuotaInstances: z.int().min(0).default(16),
      /** The account's quota of training instances per type. */
      quotaInstances: z.int().min(0).default(32),
    })
    .prefault({}),
  /** The account's quota of endpoint instances of the plan's type; absent: four times the plan's peak fleet. */
  quotaInstances: z.int().min(0).optional(),
  /** Whether the quotas are AWS's defaults, which Service Quotas does not list among those applied. */
  defaultQuotas: z.boolean().default(false),
  /** How a healthy model behaves. */
  service: z
    .strictObject({
      latencyMs: z.number().positive().default(450),
      /** Coefficient of variation of one request's latency. */
      latencyCv: z.number().min(0).default(0.5),
      errorPercent: z.number().min(0).max(100).default(0.5),
      /** Requests that are the caller's fault (4XX), percent. */
      clientErrorPercent: z.number().min(0).max(100).default(0),
    })
    .prefault({}),
  candidate: z
    .strictObject({
      errorFactor: z.number().min(0).default(1),
      latencyFactor: z.number().min(0).default(1),
      /** The fault shows only while the candidate's share is above this. */
      onlyAbovePercent: z.number().min(0).max(100).default(0),
      /** The fault shows only between these minutes; absent: from the start, and to the end. */
      fromMinute: minutes.default(0),
      toMinute: minutes.optional(),
    })
    .prefault({}),
  /** Endpoints of other people in the same account: their instances count against its quotas. */
  others: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/),
        instances: z.int().min(1),
        /** Absent: the type that the plan's endpoint serves on. */
        instanceType: z.string().startsWith("ml.").optional(),
        /** Its own traffic, as a share of that of the plan's endpoint. */
        trafficPercent: z.number().min(0).default(0),
      }),
    )
    .default([]),
  /** Both fleets are hit: errors and latency multiplied for a while. */
  shocks: z
    .array(
      z.strictObject({
        atMinute: minutes,
        minutes: z.number().positive(),
        errorFactor: z.number().default(1),
        latencyFactor: z.number().default(1),
      }),
    )
    .default([]),
  metrics: z
    .strictObject({
      /** Seconds after a minute's end until CloudWatch shows it. */
      lagSeconds: z.number().min(0).default(75),
      /** Chance that a minute of a variant is never published. */
      missingPercent: z.number().min(0).max(100).default(0),
      /** Minutes in which nothing is published at all, from a minute after the start on. */
      outages: z.array(z.strictObject({ atMinute: minutes, minutes: z.number().positive() })).default([]),
      /** The serving endpoint publishes enhanced metrics at this pace, seconds; null: one-minute metrics per variant. */
      enhancedSeconds: z.literal([10, 30, 60]).nullable().default(60),
    })
    .prefault({}),
});
export type WorldSpec = z.infer<typeof WorldSpec>;
