/** The sample plan, what a release of it needs, and its endpoint at any moment: what the tests of decisions share. */
import { readFileSync } from "node:fs";
import { type FleetView, placed, type Variant } from "../../src/core/capacity/endpoint.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import type { Needs } from "../../src/core/release/release.ts";

export const plan = planIn("plans/chat-assistant.yml");
/** Another model on other instances: three of ml.c6i.2xlarge that serve 20 requests per second each, 14 as planned. */
export const fraud = planIn("test/data/plans/fraud-scoring.yml");

/** Four instances that larger ones replace, in two short stages up to all of the traffic. */
export const shortAndWhole = planIn("test/data/plans/short-and-whole.yml");

/** A model that leans on services, a function and a table beside its endpoint; and another that leans on some of them too. */
export const leaning = planIn("test/data/plans/leaning.yml");
export const leaningToo = planIn("test/data/plans/leaning-too.yml");

/** The sample, whose training is on a HyperPod cluster. */
export const onCluster = planIn("test/data/plans/cluster-training.yml");

/** A model on large instances, whose major versions run on a training plan, or else on another type. */
export const onReserved = planIn("test/data/plans/reserved.yml");

/** The sample, whose versions are released in staging first. */
export const staged = planIn("test/data/plans/staged.yml");

/** A fleet that grows twice beside traffic, each time while the stage before bakes. */
export const lookingAhead = planIn("test/data/plans/looking-ahead.yml");

/** The sample, whose candidates are tested under load before they get traffic. */
export const loadTested = planIn("test/data/plans/load-tested.yml");

/** The same test, with as few requests as end it. */
/** A plan whose load takes so many times the requests of another, of instances that serve so many more. */
export function crowded(of: Plan, times: number): Plan {
  const inference = {
    ...of.endpoint,
    requestsPerSecondPerInstance: times * of.endpoint.requestsPerSecondPerInstance,
  };
  const { instanceType, requestsPerSecondPerInstance } = inference;
  const { peakRequestsPerSecond } = of.requirements;
  return {
    ...of,
    endpoint: inference,
    requirements: { ...of.requirements, peakRequestsPerSecond: times * peakRequestsPerSecond },
    releaseTypes: {
      ...of.releaseTypes,
      [of.defaultReleaseType]: { inference: { instanceType, requestsPerSecondPerInstance } },
    },
  };
}

export const brieflyTested: NonNullable<Plan["loadTest"]> = {
  sideEffectFree: true,
  payloads: { schema: { type: "boolean" } },
  contentType: "application/json",
  maxMinutes: 8,
  holdMinutes: 0,
  onNotEnough: "refuse",
  onOpen: "proceed",
  maxRequests: 2_000,
};
/** Twelve instances by day, of which five carry the nightly load: stable gives up others for the candidate. */
export const inPlace = planIn("test/data/plans/in-place.yml");

/** The sample, with criteria that a version must meet. */
export const validated = planIn("test/data/plans/validated.yml");

/** The sample in two short stages, with two more instance types where the first cannot be had. */
export const withFallback = planIn("test/data/plans/fallback.yml");

export function planIn(path: string): Plan {
  const parsed = parsePlan(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"), path);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.plan;
}

/** The sample plan with another rollout, budget and so on. */
export function planWith(changes: {
  rollout?: Partial<Plan["rollout"]>;
  budget?: Partial<Plan["budget"]>;
  requirements?: Partial<Plan["requirements"]>;
  kpis?: Plan["kpis"];
}): Plan {
  return {
    ...plan,
    rollout: { ...plan.rollout, ...changes.rollout },
    budget: { ...plan.budget, ...changes.budget },
    requirements: { ...plan.requirements, ...changes.requirements },
    kpis: changes.kpis ?? plan.kpis,
  };
}

/** The sample of a team of two sides, which asks both where a stage shows nothing. */
export const sided: Plan = {
  ...planWith({
    rollout: { onInconclusive: { action: "ask", waitMinutes: 60, sides: ["model", "capacity"] } },
  }),
  team: {
    model: { owners: ["Ann"], contact: "#chat-models" },
    capacity: { owners: ["cleo"], contact: "ops@example.com" },
  },
};

/** Milestones whose dates move where one is late, years ahead: training, of which a job of the team's is the end, and validation. */
export const movingDates: Pick<Plan["milestones"], "training" | "validation"> = Plan.parse({
  ...plan,
  milestones: {
    training: {
      when: { at: "2099-01-01T09:00:00", timeZone: "UTC" },
      pool: plan.milestones.training?.pool,
      completedBy: { trainingJob: "chat-*" },
      late: { extendMinutes: 120, laterDates: "move" },
    },
    validation: {
      when: { at: "2099-01-02T09:00:00", timeZone: "UTC" },
      pool: plan.milestones.training?.pool,
    },
    production: { when: { event: "model-approved" } },
  },
}).milestones;

/** The sample of a team of two sides, which reviews production before its date of eleven o'clock, two hours after tests begin. */
export const reviewed = (onMissing: "proceed" | "wait"): Plan =>
  Plan.parse({
    ...sided,
    milestones: {
      production: {
        when: { at: "2026-11-23T11:00:00", timeZone: "UTC", graceMinutes: 90 },
        review: { daysBefore: 1, onMissing },
      },
      training: {
        when: { at: "2026-11-23T10:00:00", timeZone: "UTC" },
        pool: plan.milestones.training?.pool,
        review: { daysBefore: 2, onMissing },
      },
    },
  });

/** The sample plan in four stages of a quarter of an hour each, for tests that count minutes. */
export const quarters = planWith({
  rollout: { stages: [5, 25, 50, 95].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 15 })) },
});

/** Eight instances of v6 make room for eight of v7; each serves 12 requests per second, 8.4 at the plan's utilisation. */
export const needs: Needs = {
  measuredRequestsPerSecond: 40,
  designRequestsPerSecond: 60,
  stable: {
    variant: "v6",
    instanceType: "ml.g5.xlarge",
    instances: 8,
    requestsPerSecondPerInstance: 12,
    config: "chat-assistant-config-v6",
    modelName: "chat-assistant-v6",
  },
  candidate: {
    variant: "v7",
    instanceType: "ml.g5.xlarge",
    instances: 8,
    requestsPerSecondPerInstance: 12,
    modelName: "slipway-dev-chat-assistant-v7-production-ziuu2ucq",
    packageArn: "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7",
  },
  joinConfig: "slipway-dev-chat-assistant-v7-production-join-uv5qtsh2",
  finalConfig: "slipway-dev-chat-assistant-v7-production-final-8t486wnq",
  peakInstances: { "ml.g5.xlarge": 24 },
  costUsd: 10,
};

/** What a release under the other plan needs whose candidate is on instances that serve 40 requests per second. */
export const fraudNeeds: Needs = {
  ...needs,
  stable: {
    ...needs.stable,
    instanceType: "ml.c6i.2xlarge",
    instances: 3,
    requestsPerSecondPerInstance: 20,
  },
  candidate: {
    ...needs.candidate,
    instanceType: "ml.c6i.4xlarge",
    instances: 2,
    requestsPerSecondPerInstance: 40,
  },
};

interface Serving {
  readonly instances?: number;
  /** Absent: as many as there are. */
  readonly desired?: number;
  readonly weight?: number;
  /** Absent: the weight in force. */
  readonly desiredWeight?: number;
}

export function variant(name: string, { instances = 8, weight = 0, ...rest }: Serving = {}): Variant {
  return {
    name,
    currentInstances: instances,
    desiredInstances: rest.desired ?? instances,
    currentWeight: weight,
    desiredWeight: rest.desiredWeight ?? weight,
  };
}

/** The endpoint with both variants on it, as it is after the join, unless told otherwise. */
export function joined(stable: Serving = {}, candidate: Serving = {}): FleetView {
  return endpointOf([variant("v6", { weight: 100, ...stable }), variant("v7", candidate)]);
}

export function endpointOf(
  variants: readonly Variant[],
  { config = needs.joinConfig, to = config }: { readonly config?: string; readonly to?: string } = {},
): FleetView {
  const called = { before: needs.stable.config, joined: needs.joinConfig, after: needs.finalConfig };
  const where = { at: placed(config, called), to: placed(to, called), called };
  return { name: "chat-assistant", status: "InService", variants, ...where };
}
