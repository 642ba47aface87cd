/**
 * Runs that together ask for everything that the deployed roles allow: what a release does on a usual day, and each
 * rare thing once.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Fault, type Observer, parseFault } from "#twin/engine";
import type { Asked, Roles } from "#twin/permissions";
import { clusterArn, compilePattern } from "#twin/services";
import { WorldSpec } from "#twin/world";
import { doorOf } from "../../functions/index.ts";
import { signatureOf } from "../../src/aws/webhooks.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { uriProperty } from "../../src/core/request/alias-set.ts";
import type { PersonsOrder } from "../../src/core/request/persons-order.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import type { RoleParameters } from "../../src/rehearsal/permissions/deployed-roles.ts";
import { gateOf, rolesOf } from "../../src/rehearsal/permissions/parameters.ts";
import { rehearsedSecret } from "../../src/rehearsal/release/application.ts";
import { followedOn } from "../../src/rehearsal/release/followed.ts";
import { handKinds } from "../../src/rehearsal/release/hand-calls.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import type { RehearsalParts, RehearsalRequest, ReleaseScene } from "../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { crowded, sided } from "../../test/core/example.ts";
import { asBefore } from "../../test/documents/as-before.ts";
import { captured, momentOf } from "../../test/documents/captured.ts";
import { behind } from "../../test/rehearsal/behind.ts";

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

function planOf(text: string): Plan {
  const parsed = parsePlan(text, "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.plan;
}

const sample = textOf("plans/chat-assistant.yml");
export const plan = planOf(sample);
/** Instances without storage of their own, which a volume key would be refused for; and an alarm to look at. */
const keyedPlan = planOf(`${sample.replaceAll(/ml\.g5\.(2?xlarge)/g, "ml.m5.$1")}\nalarms: [queue-depth]\n`);
/** Which passes security and compliance gates, of all that they look up. */
const gated = planOf(
  `${sample.replaceAll(/ml\.g5\.(2?xlarge)/g, "ml.m5.$1")}\n${textOf("test/data/plans/gated.yml").replace(/^[\s\S]*\n(?=gates:\n)/, "")}`,
);
/** Whose stages prove too little, so that somebody is asked, and not who made the version. */
const asking = planOf(
  sample
    .replace("{ action: proceed }", "{ action: ask, waitMinutes: 20, notAuthor: true }")
    .replace(/ {4}- \{ trafficPercent: (25|50), .*\n/g, ""),
);
/** Which both sides of a team are to confirm before its date; it goes on without. */
const reviewed = Plan.parse({
  ...sided,
  rollout: { ...sided.rollout, onInconclusive: { action: "proceed" } },
  milestones: {
    production: {
      when: { cron: "cron(0 10 * * ? *)", timeZone: "UTC", graceMinutes: 90 },
      review: { daysBefore: 1, onMissing: "proceed" },
    },
  },
});
/** With a team, and a pool each day of a type that training plans have. */
const reserving = Plan.parse({
  ...sided,
  rollout: { ...sided.rollout, onInconclusive: { action: "proceed" } },
  milestones: {
    ...sided.milestones,
    training: {
      when: { cron: "cron(0 20 * * ? *)", timeZone: "UTC" },
      pool: { ...sided.milestones.training?.pool, instanceType: "ml.p4d.24xlarge" },
    },
  },
});
/** What the twin offers first. */
const offering = `tpo-1-${Date.parse("2026-01-05T11:30:00Z") / 60_000}`;
const toBuy = { model: reserving.model, milestone: "training", reason: "the launch" } as const;
/** The sample, leaning on a thing of each kind, each raised before the candidate joins and again before half of the traffic. */
const leaningPlan = planOf(`${sample}
alongside:
  - ecs: { cluster: prod, service: tokenizer }
    stages: [{ trafficPercent: 0, minimum: 6 }, { trafficPercent: 50, minimum: 8 }]
  - lambda: { function: rank, alias: live }
    stages: [{ trafficPercent: 0, minimum: 15 }, { trafficPercent: 50, minimum: 20 }]
  - dynamodb: { table: sessions, throughput: read }
    stages: [{ trafficPercent: 0, minimum: 150 }, { trafficPercent: 50, minimum: 200 }]
`);
/** Whose trace is sent to a collector. */
const traced = planOf(`${sample}\ntelemetry: { otlp: "https://collector.example.com/v1/traces" }\n`);
/** Whose endpoint's minimum is set by what is foreseen, and follows its load as long as too little is known for that. */
const followed = planOf(
  `${sample}\nscaling: { mode: predictive, minInstances: 3, maxInstances: 12, maxUsdPerHour: 20 }\n`,
);
/** Whose endpoint's minimum is set by what was learnt of it. */
const adjusted = planOf(
  `${sample}\nproposals: { adjust: automatic, within: { minInstances: 2, maxInstances: 12 }, watchDays: 1 }\n`,
);
/** Whose quality is watched for days after a promotion, and which goes back for it. */
const watched = planOf(
  textOf("test/data/plans/watched-quality.yml").replace("onHarm: tell", "onHarm: revert"),
);
/** Whose fleet is sent a spike in the night after: long enough for users' KPIs to be looked at, and the plan's alarm. */
const spiked = planOf(
  `${textOf("test/data/plans/later-spike.yml")
    .replace(/ {4}schema:\n(?: {6,}.*\n)+/, `    s3: s3://${plan.model}-payloads/requests.jsonl\n`)
    .replace("    minutes: 1\n", "    minutes: 4\n")
    .replace("weight: 0.6", "weight: 0.5")
    .replace(
      "kpis:\n",
      "kpis:\n  - { kind: custom, name: refused, weight: 0.1, bad: { namespace: AWS/SageMaker, metric: Invocation4XXErrors }, total: { namespace: AWS/SageMaker, metric: Invocations } }\n",
    )}\nalarms: [queue-depth]\n`,
);
/** Whose releases are sized by what was before. */
const forecasting = planOf(
  sample.replace("utilisationPercent: 70", "utilisationPercent: 70\n  load: forecast"),
);
/** Whose candidate is tested under load, by requests that the team keeps. */
const loadTested = planOf(
  textOf("test/data/plans/load-tested.yml").replace(
    / {4}schema:\n(?: {6,}.*\n)+/,
    `    s3: s3://${plan.model}-payloads/requests.jsonl\n`,
  ),
);
/** Whose load takes two senders; as few requests of it as the two say anything by. */
const sentByTwo: Plan = {
  ...crowded(loadTested, 32),
  loadTest: loadTested.loadTest && { ...loadTested.loadTest, maxRequests: 5_000 },
};
/** Which keeps nothing that a release made once another has taken its place. */
const unkept = planOf(sample.replace("  onNoData:", "  revertDays: 0\n  onNoData:"));
/** Whose candidate is raised where its test under load finds it too small. */
const raisedByTest: Plan = {
  ...loadTested,
  loadTest: loadTested.loadTest && { ...loadTested.loadTest, onNotEnough: "raise" },
};
const shortLease = planOf(sample.replace("holdMinutes: 180", "holdMinutes: 30"));
const dailyPool = planOf(sample.replace("cron(0 2 ? * MON *)", "cron(0 12 * * ? *)"));
/** Of an hour's lead time and more, another of its dates is the one before which clocks change. */
const nightlyPool = planOf(sample.replace("cron(0 2 ? * MON *)", "cron(0 2-4,12 * * ? *)"));
const patient = planOf(sample.replace("  onNoData:", "  onShortQuota: { waitMinutes: 120 }\n  onNoData:"));
const inPlace = planOf(
  sample.replace(
    "  strategy: upfront\n",
    `  strategy: in-place
  inPlace: { window: { from: "06:00", to: "14:00" }, mostRequestsPerSecond: 42 }
`,
  ),
);
/** Whose candidates run on capacity that was bought before. */
const reserved = planOf(
  sample.replaceAll(
    "inference: { instanceType: ml.g5.xlarge, requestsPerSecondPerInstance: 12 }",
    `inference: { instanceType: ml.g5.xlarge, requestsPerSecondPerInstance: 12, reserved: { trainingPlan: "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/launch-week" } }`,
  ),
);
const clusterTraining = planOf(textOf("test/data/plans/cluster-training.yml"));
/** Of which a digest has all to tell: dates with a review that may be moved, nodes, and capacity that was bought. */
const onMonday = Plan.parse({
  ...reviewed,
  releaseTypes: reserved.releaseTypes,
  milestones: {
    ...reviewed.milestones,
    training: {
      ...clusterTraining.milestones.training,
      completedBy: { trainingJob: "chat-*" },
      late: { extendMinutes: 60, laterDates: "move" },
    },
    validation: {
      when: { at: "2099-01-02T09:00:00", timeZone: "UTC" },
      pool: plan.milestones.training?.pool,
    },
  },
});
const lateTraining = planOf(textOf("test/data/plans/late-training.yml"));
/** Of which an approval is released in staging first. */
const staged = planOf(textOf("test/data/plans/staged.yml"));
/** Which waits for a tag on its image. */
const tagged = planOf(`${sample}\nregistry: { kind: ecr, repository: ${plan.model}, tag: release }\n`);
/** Whose seventh version names MLflow's twelfth. */
const aliased = planOf(`${sample}\nregistry: { kind: mlflow, model: chat_assistant, alias: champion }\n`);
const aliasSet = JSON.parse(textOf("events/alias-set.json")) as { readonly detail: object };
const validated = planOf(textOf("test/data/plans/validated.yml"));
const event = (name: string): unknown => JSON.parse(textOf(`events/${name}.json`));
const approved = event("registry-approved");
const training = event("scheduled-milestone");

/** What a deployment for the sample alone is given. */
export const narrowestRoles: Omit<RoleParameters, "autoScalingChecks"> = {
  endpoints: plan.endpoint.name,
  workloadRoles: `${plan.model}-serving`,
  trainingRoles: `${plan.model}-training`,
  ownNames: "slipway-dev-*",
  services: "prod/tokenizer",
  functions: "rank:live",
  tables: "sessions",
  evaluations: `${plan.model}-evaluations/*`,
  payloads: `${plan.model}-payloads/*`,
  modelBuckets: `${plan.model}-models`,
  clusters: clusterArn("research").split("/")[1] ?? "",
  nodeRoles: "research-training-nodes",
  mlflowSecret: "*",
};

interface Ordering {
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly order: PersonsOrder;
  /** Ann where nobody is named. */
  readonly who?: string;
}

/** One order, once. */
const orderAt = (minute: number, order: PersonsOrder): Ordering => ({
  fromMinute: minute,
  toMinute: minute,
  order,
});
const releaseId = `${plan.model}-v7-production`;
/** Whose serving image is looked at each day, and patched where it is behind. */
const patched: Plan = Plan.parse({
  ...plan,
  releaseTypes: { ...plan.releaseTypes, patch: plan.releaseTypes[plan.defaultReleaseType] },
  milestones: { ...plan.milestones, patch: { when: { cron: "cron(0 8 * * ? *)", timeZone: "UTC" } } },
});
/** Frozen for hours after its event, and its image has findings by then: two people let it past both. */
const barred: Plan = {
  ...gated,
  freezes: {
    halfWay: "hold",
    windows: [{ from: "2026-01-05T00:00:00Z", to: "2026-01-05T20:00:00Z", reason: "year's end" }],
  },
};
const passes = ["vulnerabilities", "freezes"];

export interface PermissionRun {
  readonly name: string;
  /** How its first execution ends. */
  readonly outcome: string;
  readonly request: Partial<RehearsalRequest>;
  /** What people order, each in the minutes after the event that it says. */
  readonly orders?: readonly Ordering[];
  /** What MLflow tells by the URL that takes webhooks, a minute after the event. */
  readonly webhook?: string;
  /** Brings the account into a state, or lays a hand on it later. */
  readonly account?: readonly ((scene: ReleaseScene) => Observer)[];
  /** Whether people are told of it. */
  readonly tells?: boolean;
}

/** The alarm that the plan names. */
function alarmed({ world, services }: Pick<ReleaseScene, "world" | "services">): Observer {
  const input = {
    AlarmName: "queue-depth",
    Namespace: "Team",
    MetricName: "Depth",
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 100,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
  };
  const [service, operation] = ["cloudwatch", "PutMetricAlarm"];
  services
    .find(({ name }) => name === service)
    ?.operations[operation]?.(input, { service, operation, input: {}, at: world.nowMs });
  return { name: "alarmed", findings: () => null };
}

/** An endpoint with a volume key and scheduled scaling, and the alarm that the plan names. */
function keyed({ world, services }: ReleaseScene): Observer {
  const config = world.state.endpointConfigs.get(`${plan.endpoint.name}-config-v6`);
  if (config === undefined) throw new Error("the world has no configuration v6");
  Object.assign(config.rest, { KmsKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" });
  const call = (service: string, operation: string, input: object) =>
    services
      .find(({ name }) => name === service)
      ?.operations[operation]?.({ ...input }, { service, operation, input: {}, at: world.nowMs });
  call("application-autoscaling", "PutScheduledAction", {
    ServiceNamespace: "sagemaker",
    ResourceId: `endpoint/${plan.endpoint.name}/variant/v6`,
    ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
    ScheduledActionName: "weekend",
    Schedule: "cron(0 20 ? * SAT *)",
    ScalableTargetAction: { MinCapacity: 4, MaxCapacity: 16 },
  });
  alarmed({ world, services });
  return { name: "keyed", findings: () => null };
}

/** A function that has no concurrency provisioned between releases. */
function unprovisioned({ world }: ReleaseScene): Observer {
  const id = "function:rank:live";
  const [scalable, target] = [world.state.scalables.get(id), world.state.scalableTargets.get(id)];
  if (scalable === undefined || target === undefined) throw new Error(`the world has no ${id}`);
  const levels = [{ atMs: world.nowMs, ready: 0 }];
  Object.assign(scalable, { atRest: 0, desired: 0, ready: 0, levels });
  target.minCapacity = 0;
  return { name: "unprovisioned", findings: () => null };
}

/** Somebody gives the candidate a scaling of their own before the release does. */
function scalesCandidate({ world, services }: ReleaseScene): Observer {
  const operations = services.find(({ name }) => name === "application-autoscaling")?.operations;
  const call = (operation: string, input: object) =>
    operations?.[operation]?.(
      {
        ServiceNamespace: "sagemaker",
        ResourceId: `endpoint/${plan.endpoint.name}/variant/v7`,
        ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
        ...input,
      },
      { service: "application-autoscaling", operation, input: {}, at: world.nowMs },
    );
  return {
    name: "scales-candidate",
    entered: ({ state }) => {
      if (state !== "ProveWarmth") return;
      call("RegisterScalableTarget", { MinCapacity: 1, MaxCapacity: 9 });
      call("PutScalingPolicy", {
        PolicyName: "theirs",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 50,
          PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
        },
      });
    },
    findings: () => null,
  };
}

/** Somebody deletes stable's configuration while the candidate is beside it. */
function deletesStablesConfig({ world }: ReleaseScene): Observer {
  return {
    name: "hand",
    entered: ({ state }) => {
      if (state === "Bake") behind(world).state.endpointConfigs.delete(`${plan.endpoint.name}-config-v6`);
    },
    findings: () => null,
  };
}

/** Somebody removes the plan once the load has had its say: what was set is given back. */
function removesPlan({ services }: ReleaseScene): Observer {
  const operations = services.find(({ name }) => name === "dynamodb")?.operations;
  const key = { pk: { S: `plan#${plan.model}` }, sk: { S: "plan" } };
  let isGone = false;
  return {
    name: "removes-plan",
    effected: ({ call, invocation }) => {
      if (isGone || invocation?.state !== "WatchLoad" || call.operation !== "RegisterScalableTarget") return;
      isGone = true;
      operations?.DeleteItem?.(
        { TableName: rehearsedDeployment.table, Key: key },
        { service: "dynamodb", operation: "DeleteItem", input: {}, at: call.at },
      );
    },
    findings: () => null,
  };
}

/** The registry has approved version 8 as well. */
function versionEight({ world }: ReleaseScene): Observer {
  const packages = behind(world).state.modelPackages;
  for (const [arn, seven] of [...packages])
    if (arn.endsWith("/7")) packages.set(arn.replace(/7$/, "8"), { ...seven, version: 8 });
  return { name: "version-eight", findings: () => null };
}

function named({ world }: ReleaseScene): Observer {
  const packages = behind(world).state.modelPackages;
  for (const [arn, seven] of [...packages])
    if (arn.endsWith("/7"))
      packages.set(arn, {
        ...seven,
        metadata: { ...seven.metadata, [uriProperty]: "models:/chat_assistant/12" },
      });
  return { name: "named", findings: () => null };
}

function faults(...texts: string[]): Fault[] {
  return texts.map((text) => {
    const fault = parseFault(text, handKinds);
    if (fault === undefined) throw new Error(`expected a fault, found ${text}`);
    return fault;
  });
}

/** With others in it, so many that a candidate may not grow as far as stable. */
const world = (name: string) => ({
  ...loadWorld(name),
  defaultQuotas: true,
  quotaInstances: 32,
  others: [{ name: "search", instances: 4, trafficPercent: 10 }],
});
const slowProvisioning = world("slow-provisioning");
const slowerPools = {
  ...slowProvisioning,
  provisioning: { ...slowProvisioning.provisioning, secondsP50: 4500, secondsP95: 5200 },
};
/** Fleets that have grown into the quota by the time that the release goes back. */
const grown = WorldSpec.parse(parse(textOf("test/data/worlds/load-1000x.yml")));
/** Twice the load, soon. */
const busy = WorldSpec.parse({
  description: "twice the load, soon",
  traffic: { changes: [{ atMinute: 5, factor: 2 }] },
});
const settleSeconds = 3600;
const milestone = (kind: string) => ({
  milestone: { model: plan.model, kind, scheduledTime: "2026-01-05T08:00:00Z" },
});

/** A pool of before the stack had a group: the schedule that ends its lease is in group `default`. */
const ungrouped = captured("unnumbered", "training");

export const permissionRuns: readonly PermissionRun[] = [
  {
    name: "a version that is taken back for its quality, days after its promotion",
    outcome: "promoted",
    request: {
      plan: watched,
      world: {
        ...world("worse-quality"),
        registry: { ...loadWorld("worse-quality").registry, versions: [8] },
      },
      also: [{ afterSeconds: 86_400, event: { model: watched.model, version: 8 } }],
      ...followedOn(watched, {}),
    },
  },
  {
    name: "a version that passes every gate, before anything is changed and before each share",
    outcome: "promoted",
    request: {
      plan: gated,
      world: {
        ...world("healthy"),
        security: {
          ...loadWorld("healthy").security,
          volumeKey: "customer",
          modelData: { serving: "s3", candidate: "customer", keyState: "Enabled", objects: 2 },
        },
      },
    },
  },
  {
    name: "a date of patches: what serves is too old, and a version that is not takes its place",
    outcome: "promoted",
    request: {
      plan: patched,
      event: milestone("patch"),
      world: {
        ...world("healthy"),
        security: { ...loadWorld("healthy").security, imageAgeDays: { serving: 132, candidate: 1 } },
      },
    },
  },
  {
    name: "a version that two people let past a freeze and a gate that fails",
    outcome: "promoted",
    request: {
      plan: barred,
      world: {
        ...world("healthy"),
        security: {
          ...loadWorld("healthy").security,
          ...{ volumeKey: "customer", findings: [{ of: "candidate", severity: "critical", count: 2 }] },
        },
      },
    },
    orders: [
      orderAt(2, {
        ...{ order: "break-glass", releaseId, reason: "an outage", passes },
        until: "2026-01-05T18:00:00.000Z",
      }),
      { ...orderAt(3, { order: "agree-glass", releaseId, reason: "seen", seen: "" }), who: "bob" },
    ],
  },
  {
    name: "a training plan that two people buy beside a release",
    outcome: "promoted",
    request: { plan: reserving },
    orders: [
      orderAt(2, { order: "ask-purchase", ...toBuy, offering, maxUsd: 10_000 }),
      { ...orderAt(3, { order: "agree-purchase", ...toBuy, seen: "" }), who: "cleo" },
    ],
  },
  {
    name: "a stage that somebody answers for who has not made the version, and freezes elsewhere, one of them in vain",
    outcome: "promoted",
    request: {
      plan: asking,
      faults: faults(...[1, 2, 3].map((nth) => `server-error=call:TakeOrder/dynamodb.PutItem#${nth}@1`)),
    },
    orders: [
      orderAt(1, { order: "freeze", endpoint: "elsewhere", reason: "in vain" }),
      orderAt(2, { order: "freeze", endpoint: "elsewhere", reason: "a big day" }),
      orderAt(3, { order: "lift-freeze", endpoint: "elsewhere" }),
      { fromMinute: 10, toMinute: 120, order: { order: "answer", releaseId, answer: "proceed" } },
    ],
  },
  {
    name: "a milestone by date that nobody has reviewed, and that somebody confirms who was shown something else",
    outcome: "promoted",
    request: {
      plan: reviewed,
      event: {
        milestone: {
          model: reviewed.model,
          kind: "production",
          scheduledTime: "2026-01-05T08:00:00Z",
          leadMinutes: 120,
        },
      },
    },
    orders: [
      orderAt(1, {
        order: "confirm",
        model: reviewed.model,
        milestone: "production",
        dueAt: "2026-01-05T10:00:00.000Z",
        seen: "0".repeat(64),
      }),
    ],
  },
  {
    name: "a release that is stopped by its order",
    outcome: "aborted",
    request: { settleSeconds },
    orders: [orderAt(20, { order: "stop", releaseId })],
  },
  {
    name: "a release that is stopped by its order as it waits for a quota, and whose lock is given back as things are",
    outcome: "aborted",
    request: { plan: patient, world: loadWorld("no-quota"), settleSeconds },
    orders: [
      orderAt(1, { order: "stop", releaseId }),
      orderAt(1, { order: "free", subject: `endpoint/${plan.endpoint.name}`, reason: "it has done nothing" }),
    ],
  },
  {
    name: "a release that is rolled back by its order",
    outcome: "aborted",
    request: { settleSeconds },
    orders: [orderAt(20, { order: "roll-back", releaseId })],
  },
  {
    name: "a release on a Monday morning, when people are told what comes of a plan with pools, nodes and a review",
    outcome: "promoted",
    request: {
      plan: onMonday,
      event: { model: plan.model, version: 7 },
      world: world("healthy"),
      startMs: Date.UTC(2026, 10, 23, 6, 30),
      settleSeconds,
    },
  },
  {
    name: "a version that is started by a tag on its image",
    outcome: "promoted",
    request: {
      plan: tagged,
      event: event("image-pushed"),
      world: { ...world("healthy"), registry: { ...loadWorld("healthy").registry, versions: [7] } },
      settleSeconds: 7200,
    },
  },
  {
    name: "a version that is started by an alias in MLflow, which tells of it time and again",
    outcome: "ignored",
    request: {
      plan: aliased,
      event: { ...aliasSet, detail: { ...aliasSet.detail, alias: "other" } },
      settleSeconds: 7200,
    },
    webhook: JSON.stringify({ entity: "model_version_alias", action: "created", data: aliasSet.detail }),
    account: [named],
  },
  {
    name: "a version that takes the place of another's, whose things the sweep deletes",
    outcome: "promoted",
    request: {
      plan: unkept,
      event: { model: plan.model, version: 7 },
      also: [{ afterSeconds: 36_000, event: { model: plan.model, version: 8 }, name: "newer" }],
      settleSeconds: 3600,
    },
    account: [versionEight],
  },
  {
    name: "a version that is sent a spike at low hours, with all its instances",
    outcome: "promoted",
    request: {
      plan: spiked,
      world: { ...world("quiet-nights"), scaling: { ...loadWorld("quiet-nights").scaling, minPercent: 100 } },
      ...followedOn(spiked, {}),
    },
    account: [alarmed],
  },
  {
    name: "a release that goes on in new executions",
    outcome: "promoted",
    request: { turnsPerExecution: 40 },
  },
  {
    name: "a newer version that waits for an older one in new executions",
    outcome: "promoted",
    request: {
      turnsPerExecution: 10,
      also: [{ afterSeconds: 60, event: { model: plan.model, version: 8 }, name: "newer" }],
    },
    account: [versionEight],
  },
  {
    name: "a release on an endpoint with a volume key, scheduled scaling and an alarm",
    outcome: "promoted",
    request: { plan: keyedPlan, world: world("healthy") },
    account: [keyed],
  },
  {
    name: "a candidate that fails, and stable's configuration deleted meanwhile",
    outcome: "rolled-back",
    request: { plan: keyedPlan, world: world("bad-errors") },
    account: [keyed, deletesStablesConfig],
  },
  {
    name: "a release that leans on what others lean on, too",
    outcome: "promoted",
    request: { plan: leaningPlan },
  },
  {
    name: "a candidate that fails, whose model leans on what others lean on",
    outcome: "rolled-back",
    request: { plan: leaningPlan, world: loadWorld("bad-errors") },
    account: [unprovisioned],
  },
  {
    name: "a promotion that may not free the candidate, which the step after it then does",
    outcome: "promoted",
    request: {
      plan: keyedPlan,
      world: world("healthy"),
      faults: faults("denied-to-it=call:PromoteModel[4]/application-autoscaling.RegisterScalableTarget#14@1"),
    },
    account: [keyed],
  },
  {
    name: "a promotion after which somebody gives stable traffic, just as it loses its scaling",
    outcome: "failed",
    request: {
      plan: keyedPlan,
      world: world("healthy"),
      faults: faults(
        "somebody-sets-weights-60-40=call:ScaleDown[4]/application-autoscaling.DeregisterScalableTarget#20@1",
      ),
      settleSeconds,
    },
    account: [keyed],
  },
  {
    name: "a way back for which stable must shrink first",
    outcome: "rolled-back",
    request: { world: grown },
  },
  {
    name: "stopped by a person half-way, put back by the sweep",
    outcome: "aborted",
    request: { plan: keyedPlan, stopAfterSeconds: [2400], settleSeconds },
    account: [keyed],
  },
  {
    name: "stopped when its fleets have just joined, of which nobody knows yet whether they are warm",
    outcome: "aborted",
    request: { stopAfterSeconds: [800], settleSeconds },
  },
  {
    name: "a production milestone by date, which names no version",
    outcome: "promoted",
    request: { event: milestone("production") },
  },
  {
    name: "a version that measures up to its plan's criteria",
    outcome: "promoted",
    request: { plan: validated },
  },
  {
    name: "a release that is sized by a forecast",
    outcome: "promoted",
    request: { plan: forecasting },
  },
  {
    name: "a release whose plan names a collector, and of which people are told",
    outcome: "promoted",
    tells: true,
    request: { plan: traced },
  },
  {
    name: "through staging into production",
    outcome: "promoted",
    request: { plan: staged, event: approved },
  },
  {
    name: "a release that waits for its quota",
    outcome: "promoted",
    request: { plan: patient, event: event("registry-approved"), world: loadWorld("late-quota") },
  },
  {
    name: "a release whose candidate is tested under load",
    outcome: "promoted",
    request: { plan: loadTested },
  },
  {
    name: "a release whose load takes two senders",
    outcome: "promoted",
    request: { plan: sentByTwo },
  },
  {
    name: "a release whose candidate is raised by its test under load",
    outcome: "promoted",
    request: { plan: raisedByTest, world: { ...world("undersized"), quotaInstances: 64 } },
  },
  {
    name: "a release, and the day after it: prices are fetched",
    outcome: "promoted",
    request: { settleSeconds: 25 * 3600 },
  },
  {
    name: "a release for which stable makes room, and whose candidate grows in the end",
    outcome: "promoted",
    request: {
      plan: inPlace,
      event: approved,
      world: WorldSpec.parse({ description: "Low.", quotaInstances: 16, traffic: { peakPercent: 50 } }),
    },
  },
  {
    name: "a release whose fleets are on a training plan",
    outcome: "promoted",
    request: { plan: reserved, event: approved, world: world("reserved-capacity") },
  },
  {
    name: "a release onto a training plan that ends in two days, of which its owners are told",
    outcome: "promoted",
    request: {
      plan: reserved,
      event: approved,
      world: {
        ...world("reserved-capacity"),
        trainingPlans: { fromMinute: 0, toMinute: 2880, serving: true },
      },
      settleSeconds: 1800,
    },
  },
  {
    name: "a training milestone, until its lease has ended",
    outcome: "done",
    request: { event: training, settleSeconds: 6 * 3600 },
  },
  {
    name: "a training milestone whose pool is lost and primed again, until the team's job has succeeded",
    outcome: "done",
    request: { event: training, world: world("retraining"), settleSeconds: 6 * 3600 },
  },
  {
    name: "a training milestone on a cluster, until its lease has ended",
    outcome: "done",
    request: { plan: clusterTraining, event: training, settleSeconds: 6 * 3600 },
  },
  {
    name: "a training milestone that is late: its lease is extended, and later dates are moved",
    // A schedule goes on for ever: the run is over at its cap, and not by itself.
    outcome: "hung",
    request: { plan: lateTraining, event: training, scheduled: true, capDays: 0.4 },
  },
  {
    name: "a training milestone, stopped while its pool is being primed",
    outcome: "aborted",
    request: { event: training, stopAfterSeconds: [45], settleSeconds },
  },
  {
    name: "a newer version while an older one is under way",
    outcome: "superseded",
    request: {
      plan: { ...plan, whenBusy: "supersede" },
      also: [{ afterSeconds: 1800, event: { model: plan.model, version: 8 }, name: "newer" }],
    },
    account: [versionEight],
  },
  {
    name: "the candidate is given its scaling, and the step dies before it hears so",
    outcome: "promoted",
    request: {
      faults: faults("crash-after-call=call:ShiftTraffic[0]/application-autoscaling.PutScalingPolicy#16@1"),
    },
  },
  {
    name: "a candidate that somebody else has given a scaling",
    outcome: "rolled-back",
    request: {},
    account: [scalesCandidate],
  },
  {
    name: "a closing whose answer is lost",
    outcome: "promoted",
    request: { faults: faults("crash-after=invocation:CloseRelease[4]@1") },
  },
  {
    name: "an opening that claims its release, and whose answer never arrives",
    outcome: "refused",
    request: {
      // Each of its attempts: the first, and the six times that the machine tries it again.
      faults: faults(
        ...Array.from({ length: 7 }, (_, nth) => `crash-after=invocation:OpenRelease@${nth + 1}`),
      ),
    },
  },
  {
    name: "between releases: a minimum that follows its load, and is given back as the plan goes",
    outcome: "ignored",
    request: {
      plan: followed,
      event: event("registry-pending"),
      world: busy,
      settleSeconds: 5400,
    },
    account: [removesPlan],
  },
  {
    name: "between releases: a minimum that is lowered by what was learnt, watched, and taken back by a person",
    outcome: "ignored",
    request: {
      plan: adjusted,
      event: event("registry-pending"),
      world: WorldSpec.parse({
        description: "half the load, on a fleet that has no less",
        traffic: { peakPercent: 50 },
        scaling: { minPercent: 100 },
      }),
      settleSeconds: 7200,
    },
    orders: [
      orderAt(90, {
        order: "undo-adjustment",
        endpoint: plan.endpoint.name,
        reason: "a campaign is to come",
      }),
    ],
  },
  {
    name: "between releases: a minimum that is raised by what was learnt",
    outcome: "ignored",
    request: {
      plan: adjusted,
      event: event("registry-pending"),
      world: WorldSpec.parse({
        description: "half again as much load, on a fleet that is small for it",
        traffic: { peakPercent: 150 },
        quotaPercent: 300,
        defaultQuotas: true,
      }),
      settleSeconds: 3600,
    },
  },
  {
    name: "two versions in the same second, of which the newer goes first",
    outcome: "superseded",
    request: {
      plan: { ...plan, whenBusy: "supersede" },
      event: { model: plan.model, version: 7 },
      also: [{ afterSeconds: 0, event: { model: plan.model, version: 8 }, name: "newer" }],
    },
    account: [versionEight],
  },
  {
    name: "a training milestone whose lease ends before its pool does",
    outcome: "done",
    request: { plan: shortLease, event: training, settleSeconds: 2 * 3600 },
  },
  {
    name: "a training milestone by a schedule that stands, and moves as its instances take longer than is believed",
    // A schedule goes on for ever: the run is over at its cap, and not by itself.
    outcome: "hung",
    request: {
      plan: dailyPool,
      event: event("registry-pending"),
      world: world("slow-provisioning"),
      scheduled: true,
      capDays: 1.3,
    },
  },
  {
    name: "a training milestone by a schedule with a start apart, which goes to another date with its lead time",
    outcome: "hung",
    request: {
      plan: nightlyPool,
      event: event("registry-pending"),
      world: slowerPools,
      scheduled: true,
      capDays: 0.3,
    },
  },
  {
    name: "a training milestone of before the stack had a group, whose execution died as its pool was being primed",
    // The execution that died bears the name of the one that does nothing here.
    outcome: "ignored",
    request: {
      plan: ungrouped.plan as unknown as Plan,
      event: { compensate: { releaseId: "nobody", why: "nothing" } },
      startMs: Date.parse(ungrouped.startedAt),
      settleSeconds: 3600,
      // Names of then carry no stack.
      roles: { ownNames: "*" },
    },
    account: [asBefore(ungrouped, momentOf(ungrouped, "CheckCapacity"))],
  },
];

/** The rule of the notices, which no rehearsal has: in one, people are told nothing. */
const told: Partial<RehearsalParts> = {
  rules: [
    ...(releaseParts.rules ?? []),
    {
      function: "TellPeople",
      matches: compilePattern({ source: ["slipway"], "detail-type": ["Slipway Release State Change"] }),
    },
  ],
};

export type Played = RunRecord & { permissions: readonly Asked[]; denied: readonly Asked[] };

/** Plays a run in this thread, with whatever roles the request names, or with others. */
export async function play(
  { request, account = [], orders = [], webhook, tells = false }: PermissionRun,
  rolesFrom = (deployed: Roles): Roles => deployed,
): Promise<Played> {
  const usual = { plan, world: loadWorld("healthy"), event: approved, seed: 1, listPermissions: true };
  const parts: RehearsalParts = {
    ...releaseParts,
    // What the account is brought into is how the invariants find it.
    observe: [...account, ...(releaseParts.observe ?? [])],
    ...(orders.length > 0 && orderingBy(orders)),
    ...(webhook !== undefined && tellingBy(webhook)),
    ...(tells && told),
    gate: (deployed, world, deployment) =>
      gateOf(deployed, world, deployment, rolesFrom(rolesOf(deployed, world, deployment))),
  };
  const record = await rehearseHere({ ...usual, ...request }, parts);
  return { ...record, permissions: record.permissions ?? [], denied: record.denied ?? [] };
}

/** Whoever agrees has looked before. */
const looks: Readonly<Record<string, PersonsOrder>> = {
  "agree-glass": { order: "show-glass", releaseId },
  "agree-purchase": { order: "show-purchase", model: reserving.model, milestone: "training" },
};

/** Somebody who gives their orders by the URL that takes them, minute by minute; what is refused is refused. */
function orderingBy(orders: readonly Ordering[]): Pick<RehearsalParts, "functionsOn" | "rates"> {
  let minute = 0;
  return {
    functionsOn: (wire, deployment) => ({
      ...releaseParts.functionsOn?.(wire, deployment),
      Orders: async () => {
        minute += 1;
        const due = orders.filter(({ fromMinute, toMinute }) => minute >= fromMinute && minute <= toMinute);
        for (const { order, who = "ann" } of due) {
          const door = doorOf(wire, who, deployment);
          const look = looks[order.order];
          const { seen = "" } = look === undefined ? {} : ((await door?.(look)) ?? {});
          const given = look === undefined ? order : ({ ...order, seen } as PersonsOrder);
          await door?.(given).catch(() => undefined);
        }
      },
    }),
    rates: [...(releaseParts.rates ?? []), { function: "Orders", everySeconds: 60, event: {} }],
  };
}

/** MLflow, that tells of its registry by the URL that takes webhooks, the same delivery each minute for ten minutes. */
function tellingBy(body: string): Pick<RehearsalParts, "functionsOn" | "rates"> {
  let [times, timestamp] = [0, ""];
  return {
    functionsOn: (wire, deployment = rehearsedDeployment) => ({
      ...releaseParts.functionsOn?.(wire, deployment),
      Mlflow: async () => {
        times += 1;
        if (times > 10) return;
        timestamp ||= String(Math.floor(Date.now() / 1000));
        const delivery = { id: "6f1d6c1e", timestamp };
        const { hostname } = new URL(deployment.webhookUrl ?? "");
        const headers = {
          "x-mlflow-delivery-id": delivery.id,
          "x-mlflow-timestamp": timestamp,
          "x-mlflow-signature": signatureOf({ ...delivery, body }, rehearsedSecret),
        };
        const request = { method: "POST", protocol: "https:", hostname, path: "/", query: {}, headers, body };
        await wire.handle(request as never);
      },
    }),
    rates: [...(releaseParts.rates ?? []), { function: "Mlflow", everySeconds: 60, event: {} }],
  };
}

/** What nobody should find in a run, however it ends. */
export function troubleOf({ findings, undelivered, dropped, refusals }: Played): string[] {
  const { violations } = findings.invariants as InvariantFindings;
  const violated = Object.values(violations).flat();
  return [
    ...[...undelivered, ...dropped, ...refusals],
    ...violated.map(({ invariant, what }) => `violates ${invariant}: ${what}`),
  ];
}
