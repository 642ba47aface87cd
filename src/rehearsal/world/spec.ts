/**
 * A world is what a release is rehearsed against: the traffic, how long capacity takes, what the account may
 * have and how good the candidate is. Worlds are small YAML files in src/rehearsal/worlds.
 */
import * as z from "zod";

const minutes = z.number().min(0);

export const WorldSpec = z.strictObject({
  description: z.string().min(1),
  traffic: z.strictObject({
    /** A trace in src/rehearsal/world/traces: requests per minute, repeated when the release outlasts it. */
    trace: z.string().default("azure-llm-2023-chat"),
    /** The trace's highest minute becomes this share of the plan's peak. */
    peakPercent: z.number().min(0).default(100),
    /** From a minute on, traffic is multiplied (2 doubles it, 0 takes it away). Minutes count from the start. */
    changes: z.array(z.strictObject({ atMinute: minutes, factor: z.number().min(0) })).default([]),
  }).prefault({}),
  provisioning: z.strictObject({
    /** Seconds until a new instance is InService: median, and the 95th percentile (log-normal between). */
    secondsP50: z.number().positive().default(346),
    secondsP95: z.number().positive().default(525),
    /** Seconds after InService until the model is loaded and answers. */
    modelLoadSeconds: z.number().min(0).default(60),
    /** Instances the pool of the region can still give; absent: enough. */
    poolInstances: z.int().min(0).optional(),
  }).prefault({}),
  /** The account's quota of endpoint instances of the plan's type; absent: four times the plan's peak fleet. */
  quotaInstances: z.int().min(0).optional(),
  /** How a healthy model behaves. */
  service: z.strictObject({
    latencyMs: z.number().positive().default(450),
    /** Coefficient of variation of one request's latency. */
    latencyCv: z.number().min(0).default(0.5),
    errorPercent: z.number().min(0).max(100).default(0.5),
  }).prefault({}),
  candidate: z.strictObject({
    errorFactor: z.number().min(0).default(1),
    latencyFactor: z.number().min(0).default(1),
    /** The fault shows only while the candidate's share is above this. */
    onlyAbovePercent: z.number().min(0).max(100).default(0),
  }).prefault({}),
  /** Both fleets are hit: errors and latency multiplied for a while. */
  shocks: z
    .array(z.strictObject({ atMinute: minutes, minutes: z.number().positive(), errorFactor: z.number().default(1), latencyFactor: z.number().default(1) }))
    .default([]),
  metrics: z.strictObject({
    /** Seconds after a minute's end until CloudWatch shows it. */
    lagSeconds: z.number().min(0).default(75),
    /** Chance that a minute of a variant is never published. */
    missingPercent: z.number().min(0).max(100).default(0),
  }).prefault({}),
});
export type WorldSpec = z.infer<typeof WorldSpec>;
