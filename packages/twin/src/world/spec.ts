/**
 * A world is what an application is rehearsed against: the traffic, how long capacity takes, what the account may have
 * and how good a new model is. What depends on the account is said relative to it (account-seed.ts), or in figures of its
 * own; settled.ts makes figures of all of it.
 */
import * as z from "zod";
import { Alongside } from "./alongside-spec.ts";
import { BillingTags } from "./billing-spec.ts";
import { LateQuality } from "./late-spec.ts";
import { Past } from "./past-spec.ts";
import { Provisioning } from "./provisioning-spec.ts";
import { Security } from "./security-spec.ts";
import { atMoment, factor, minutes, Traffic } from "./traffic-spec.ts";
import { TrainingPlans } from "./training-plan-spec.ts";
import { Training } from "./training-spec.ts";

const percent = z.number().min(0).max(100);
const count = z.int().min(0).max(100_000);

const Service = z.strictObject({
  latencyMs: z
    .number()
    .positive()
    .max(480_000)
    .optional()
    .describe("Mean latency of a request alone on an instance, milliseconds."),
  latencyPercent: z
    .number()
    .positive()
    .max(1000)
    .optional()
    .describe(
      "The same in percent of the account's latencyMsP99. Where neither is there: 30, or less where the fleets would not keep to it at the account's peak.",
    ),
  latencyCv: z
    .number()
    .min(0)
    .max(10)
    .default(0.5)
    .describe("How much one request's latency varies: its standard deviation over its mean."),
  errorPercent: percent
    .optional()
    .describe(
      "Requests that a healthy model fails, percent. Absent: 0.5, or half of the account's errorRatePercent where that is less.",
    ),
  clientErrorPercent: percent.default(0).describe("Requests that are the caller's own fault (4XX), percent."),
  hostSpread: z
    .number()
    .min(0)
    .max(2)
    .default(0)
    .describe(
      "How much instances of one model differ in how often they fail, for as long as they live: the standard deviation of the rate's logarithm.",
    ),
});

const Candidate = z.strictObject({
  errorFactor: factor.default(1).describe("How many times as often as a healthy model it fails."),
  latencyFactor: factor.default(1).describe("How many times as long as a healthy model it takes."),
  throughputFactor: factor
    .positive()
    .default(1)
    .describe("What one of its instances serves at full load, over what is said of its type."),
  onlyAbovePercent: percent
    .default(0)
    .describe("The fault shows only while the candidate's share of traffic is above this."),
  fromMinute: minutes.default(0).describe("The fault shows from this minute on."),
  toMinute: minutes.optional().describe("And until this one; to the end where this is absent."),
  growsMinutes: minutes
    .default(0)
    .describe("How long it takes to grow to its factors, evenly; 0: it is there at once."),
  onOneInstance: z
    .boolean()
    .default(false)
    .describe("One of its instances alone, the one that was launched first, fails by errorFactor."),
});

const Other = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, "letters, digits and inner hyphens, at most 63 characters")
    .describe("The endpoint's name."),
  instances: z.int().min(1).max(10_000).describe("Its instances."),
  instanceType: z
    .string()
    .startsWith("ml.")
    .optional()
    .describe("Their type; that of the account's own endpoint where this is absent."),
  trafficPercent: z
    .number()
    .min(0)
    .max(100_000)
    .default(0)
    .describe("Its own traffic, percent of what comes to the account's own endpoint."),
});

const shock = {
  minutes: z.number().positive().max(1_000_000).describe("For how long."),
  errorFactor: factor.default(1).describe("Errors are multiplied by this."),
  latencyFactor: factor.default(1).describe("Latency is multiplied by this."),
};

const Metrics = z.strictObject({
  lagSeconds: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(75)
    .describe("Seconds after a minute's end until CloudWatch shows it."),
  missingPercent: percent.default(0).describe("Chance that a minute of a variant is never published."),
  outages: z
    .array(
      atMoment({ minutes: z.number().positive().max(1_000_000).describe("For how long.") }, "An outage."),
    )
    .default([])
    .describe("Times in which nothing is published at all."),
  enhancedSeconds: z
    .literal([10, 30, 60])
    .nullable()
    .default(60)
    .describe(
      "The serving endpoint publishes enhanced metrics at this pace, seconds; null: one-minute metrics per variant.",
    ),
});

export const WorldSpec = z.strictObject({
  $schema: z.string().optional().describe("Path of this schema, for editors."),
  description: z.string().min(1).describe("What is met in it, in a sentence."),
  traffic: Traffic.prefault({}).describe("How many requests come."),
  provisioning: Provisioning.prefault({}).describe("How long capacity takes, and whether there is any."),
  serving: z
    .strictObject({
      environment: z
        .record(z.string(), z.string())
        .default({})
        .describe("Environment variables that it was given when it was created."),
    })
    .prefault({})
    .describe("How the model that serves was made."),
  scaling: z
    .strictObject({
      follows: z
        .enum(["invocations", "cpu"])
        .default("invocations")
        .describe("What its policy follows: requests per instance, or the variant's CPU as a custom metric."),
      minPercent: z
        .number()
        .min(1)
        .max(100)
        .default(50)
        .describe("Its minimum, percent of the account's instances."),
      maxPercent: z
        .number()
        .min(100)
        .max(100_000)
        .default(200)
        .describe("Its maximum, percent of the account's instances."),
    })
    .prefault({})
    .describe("The scalable target on the serving variant."),
  registry: z
    .strictObject({
      serving: z.int().min(1).max(1_000_000).default(6).describe("The version that serves."),
      versions: z
        .array(z.int().min(1).max(1_000_000))
        .max(100)
        .default([])
        .describe("Approved versions beside it, the next one, and the one that the event asks for."),
      approvedAfterMinutes: z
        .number()
        .min(0)
        .max(1_000_000)
        .nullable()
        .default(0)
        .describe(
          "How long after the event versions newer than what serves are approved, minutes; null: never. No event tells of it.",
        ),
      evaluation: z
        .enum(["good", "bad", "worse", "missing", "unreadable"])
        .default("good")
        .describe(
          "How versions newer than what serves measure up to what the account asks for: good enough, not, worse than what serves; or nothing is known of them, or cannot be read.",
        ),
    })
    .prefault({})
    .describe("What the model registry holds."),
  security: Security.prefault({}).describe("What the account's security checks find."),
  training: Training.prefault({}).describe("Training capacity."),
  trainingPlans: TrainingPlans.prefault({}).describe(
    "Capacity that was bought before, as far as the account's models name any.",
  ),
  alongside: Alongside.prefault({}).describe(
    "What the model leans on beside its endpoint: services, functions and tables.",
  ),
  quotaInstances: count
    .optional()
    .describe("The account's quota of endpoint instances, for each type that the account serves on."),
  quotaPercent: z
    .number()
    .min(0)
    .max(100_000)
    .optional()
    .describe(
      "The same in percent of the account's highest need, beside other people's endpoints; and so of what training needs. Where neither is there: four times the account's peak fleet, and eight more than the highest need at least.",
    ),
  quotaGrantedAfterMinutes: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe(
      "After how many minutes AWS grants what was asked for: the quotas of which the world says quotaInstances or quotaPercent are then as large as where it says neither.",
    ),
  defaultQuotas: z
    .boolean()
    .default(false)
    .describe(
      "Whether the quotas are AWS's defaults, which Service Quotas does not list among those applied.",
    ),
  service: Service.prefault({}).describe("How a healthy model behaves."),
  candidate: Candidate.prefault({}).describe("How the candidate differs from a healthy model."),
  others: z
    .array(Other)
    .max(100)
    .default([])
    .describe("Endpoints of other people in the same account: their instances count against its quotas."),
  shocks: z
    .array(atMoment(shock, "A shock."))
    .default([])
    .describe("Both fleets are hit: errors and latency multiplied for a while."),
  sharedPercent: z
    .number()
    .positive()
    .max(100_000)
    .optional()
    .describe(
      "What all variants lean on (a table, features), and how many requests it serves, percent of the account's peak, tests among them: what comes beyond waits for it, for up to half a minute. Absent: nothing.",
    ),
  metrics: Metrics.prefault({}).describe("What CloudWatch shows, and when."),
  quality: LateQuality.prefault({}).describe("How good answers turn out to be, in metrics that come late."),
  billing: BillingTags.prefault({}).describe("By which tags the account's bill is told."),
  past: Past.prefault({}).describe("What was before the world began."),
});
export type WorldSpec = z.infer<typeof WorldSpec>;
