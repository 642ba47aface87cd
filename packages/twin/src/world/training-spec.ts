/** Training in a world: how long priming jobs run, what the account may have, and which jobs the team starts by itself. */
import * as z from "zod";
import { minutes } from "./traffic-spec.ts";

const count = z.int().min(0).max(100_000);
const seconds = z.number().positive().max(1_000_000);

const Job = z.strictObject({
  atMinute: minutes.describe("When it is started, in minutes from the first event."),
  minutes: minutes.describe("How long its container runs, minutes."),
  name: z
    .string()
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/)
    .optional()
    .describe("Its name, which no other job has; MODEL-train-1 of the first, and so on."),
  fails: z.boolean().default(false).describe("Whether it ends as Failed."),
  keepAliveMinutes: count.default(0).describe("How long it keeps the instances that it had, minutes."),
});

const Clusters = z.strictObject({
  instances: count.default(2).describe("Nodes that each instance group has between releases."),
  provisioning: z
    .enum(["all-or-nothing", "continuous"])
    .default("all-or-nothing")
    .describe(
      "Whether an update that lacks instances is rolled back as a whole, or nodes are taken as they come (NodeProvisioningMode: Continuous).",
    ),
  autoScaling: z
    .boolean()
    .default(false)
    .describe("Whether Karpenter scales the cluster's groups (its AutoScaling mode)."),
  quotaInstances: count
    .optional()
    .describe(
      'The account\'s quota "for cluster usage" per type; 32, or twice what its groups may come to at most.',
    ),
});

export const Training = z.strictObject({
  jobSeconds: seconds.default(120).describe("How long a priming job's container runs, seconds."),
  warmPoolQuotaInstances: count
    .optional()
    .describe(
      "The account's quota of warm pool instances per type; 16, or twice the account's largest pool. Too small a quota silently keeps no pool.",
    ),
  quotaInstances: count
    .optional()
    .describe("The account's quota of training instances per type; 32, or twice the account's largest pool."),
  clusters: Clusters.prefault({}).describe("HyperPod clusters that milestones raise."),
  jobs: z
    .array(Job)
    .max(100)
    .default([])
    .describe(
      "Training jobs of the team's: each takes a warm pool where one is available, and like the newest pool new instances where none is.",
    ),
});
