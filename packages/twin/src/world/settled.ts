/**
 * A world's specification in figures for one account: what it says relative to an account is worked out here, once, when
 * the world begins.
 */
import type { AccountSeed, ForAccount } from "./account-seed.ts";
import type { Seeded } from "./random.ts";
import { heed, slowdown } from "./service-model.ts";
import type { WorldSpec } from "./spec.ts";

type Settling = "traffic" | "training" | "service" | "shocks" | "metrics" | "others" | "security";

export interface SettledSpec extends Omit<WorldSpec, Settling> {
  readonly traffic: Omit<WorldSpec["traffic"], "changes"> & {
    readonly changes: readonly { readonly atMinute: number; readonly factor: number }[];
  };
  readonly training: Omit<WorldSpec["training"], "quotaInstances" | "warmPoolQuotaInstances" | "clusters"> & {
    readonly clusters: WorldSpec["training"]["clusters"] & { readonly quotaInstances: number };
    readonly quotaInstances: number;
    readonly warmPoolQuotaInstances: number;
  };
  readonly service: {
    readonly latencyMs: number;
    readonly latencyCv: number;
    readonly errorPercent: number;
    /** What a fault multiplies: the same, or a little where a healthy model never fails. */
    readonly faultPercent: number;
    readonly clientErrorPercent: number;
    readonly hostSpread: number;
  };
  readonly shocks: readonly {
    readonly atMinute: number;
    readonly minutes: number;
    readonly errorFactor: number;
    readonly latencyFactor: number;
  }[];
  readonly metrics: Omit<WorldSpec["metrics"], "outages"> & {
    readonly outages: readonly { readonly atMinute: number; readonly minutes: number }[];
  };
  readonly security: Omit<WorldSpec["security"], "findings"> & {
    readonly findings: readonly {
      readonly of: "serving" | "candidate" | "both";
      readonly severity: string;
      readonly count: number;
      readonly atMinute: number;
    }[];
  };
  /** Every endpoint beside the account's first: those of its other models, and other people's. */
  readonly others: readonly Other[];
}

export interface Other {
  readonly name: string;
  readonly instances: number;
  readonly instanceType: string;
  readonly trafficPercent: number;
  /** The model package group of what it serves. */
  readonly model: string;
  /** It is no stranger's. */
  readonly isOwn: boolean;
}

/** For what goes by the world's specification. */
export interface Specified {
  readonly spec: SettledSpec;
}

/** All that a world is made of: worlds of the same scenario are the same as long as they are asked the same. */
export interface Scenario extends Seeded, Specified, ForAccount {
  /** Epoch milliseconds. */
  readonly startMs: number;
}

export function settled(spec: WorldSpec, account: AccountSeed): SettledSpec {
  const at = <T extends Moment>(moment: T) => ({ ...moment, atMinute: minuteOf(moment, account) });
  const pool = Math.max(0, ...Object.values(account.trainingNeeds));
  const { quotaInstances, warmPoolQuotaInstances, clusters } = spec.training;
  const groups = account.instanceGroups ?? [];
  const nodes = groups.reduce((sum, { needed }) => sum + clusters.instances + needed, 0);
  return {
    ...spec,
    traffic: { ...spec.traffic, changes: spec.traffic.changes.map(at) },
    training: {
      ...spec.training,
      clusters: { ...clusters, quotaInstances: clusters.quotaInstances ?? Math.max(32, 2 * nodes) },
      quotaInstances: quotaInstances ?? Math.max(32, 2 * pool),
      warmPoolQuotaInstances: warmPoolQuotaInstances ?? Math.max(16, 2 * pool),
    },
    service: serviceOf(spec.service, account),
    shocks: spec.shocks.map(at),
    metrics: { ...spec.metrics, outages: spec.metrics.outages.map(at) },
    security: {
      ...spec.security,
      findings: spec.security.findings.map((each) =>
        "atMinute" in each || "atBakePercent" in each ? at(each) : { ...each, atMinute: 0 },
      ),
    },
    others: othersOf(spec, account),
  };
}

/** An endpoint of a name of the account's own is the account's. */
function othersOf(spec: WorldSpec, { model: own, endpoint, others = [] }: AccountSeed): Other[] {
  const models = others.map(({ model, endpoint: its, trafficPercent }) => ({
    ...its,
    model,
    trafficPercent,
    isOwn: true,
  }));
  const known = new Set([endpoint.name, ...models.map(({ name }) => name)]);
  const strangers = spec.others.flatMap(({ instanceType = endpoint.instanceType, ...other }) =>
    known.has(other.name) ? [] : [{ ...other, instanceType, model: own, isOwn: false }],
  );
  return [...models, ...strangers];
}

type Moment = { readonly atMinute: number } | { readonly atBakePercent: number };

/** When the first bake begins, if instances are as quick as they usually are. */
const joiningMinutes = 15;

const minuteOf = (moment: Moment, { bakeMinutes }: AccountSeed): number =>
  "atMinute" in moment
    ? moment.atMinute
    : Math.round(joiningMinutes + (moment.atBakePercent * bakeMinutes) / 100);

const usualLatencyPercent = 30;
/** What the world lives in: ticks.ts. */
const tickSeconds = 10;
/** A fault needs something to multiply where an account allows no failure at all. */
const leastFaultPercent = 0.1;

function serviceOf(service: WorldSpec["service"], account: AccountSeed): SettledSpec["service"] {
  const { latencyCv, clientErrorPercent, hostSpread } = service;
  const errorPercent = service.errorPercent ?? Math.min(0.5, account.errorRatePercent / 2);
  const given = service.errorPercent !== undefined || errorPercent > 0;
  return {
    latencyCv,
    clientErrorPercent,
    hostSpread,
    errorPercent,
    latencyMs: latencyOf(service, account),
    faultPercent: given ? errorPercent : leastFaultPercent,
  };
}

function latencyOf(
  { latencyMs, latencyPercent, latencyCv }: WorldSpec["service"],
  account: AccountSeed,
): number {
  if (latencyMs !== undefined) return latencyMs;
  const of = (percent: number) => (account.latencyMsP99 * percent) / 100;
  if (latencyPercent !== undefined) return of(latencyPercent);
  const usual = of(usualLatencyPercent);
  if (keepsTo(usual, latencyCv, account)) return usual;
  let [low, high] = [0, usual];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (keepsTo(middle, latencyCv, account)) low = middle;
    else high = middle;
  }
  return low;
}

/** The 99th percentile of the normal distribution. */
const z99 = 2.3263478740408408;

/** Whether the 99th percentile keeps to what is required, for stable's fleet and for a candidate's at the peak. */
function keepsTo(latencyMs: number, cv: number, account: AccountSeed): boolean {
  const variance = Math.log1p(cv * cv);
  const p99 = latencyMs * Math.exp(z99 * Math.sqrt(variance) - variance / 2);
  return fleetsOf(account).every(
    ({ requestsPerSecond: throughput, load }) =>
      p99 * slowdown(load, { throughput, latencyMs }) <= account.latencyMsP99,
  );
}

/** How full each fleet is that may serve all of the peak, in all but the fullest of forty ticks. */
function fleetsOf({ endpoint, types, peakRequestsPerSecond }: AccountSeed) {
  return Object.entries(types).map(([instanceType, { requestsPerSecond, needed }]) => {
    const instances = instanceType === endpoint.instanceType ? Math.min(endpoint.instances, needed) : needed;
    const capacity = instances * requestsPerSecond;
    const scatter = heed(capacity * tickSeconds) * Math.sqrt(peakRequestsPerSecond * tickSeconds);
    const load = (peakRequestsPerSecond + (2 * scatter) / tickSeconds) / capacity;
    return { requestsPerSecond, load };
  });
}
