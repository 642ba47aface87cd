/**
 * One tick of traffic: requests arrive, are split among the variants by weight as SageMaker splits them, and are
 * served; what happened is appended to each variant's series.
 */
import type { ForAccount } from "./account-seed.ts";
import { amongCallers, lateAmong } from "./among-callers.ts";
import type { Beginning } from "./clock.ts";
import type { Endpoint, Variant } from "./endpoint-state.ts";
import { type Faults, failingParts, meanOf } from "./hosts.ts";
import { noteTaken } from "./late-metrics.ts";
import { seriesOf } from "./metrics.ts";
import type { Probing } from "./probes.ts";
import type { Chance } from "./random.ts";
import { type Served, type Service, serve, type Throughputs } from "./service-model.ts";
import type { SettledSpec, Specified } from "./settled.ts";
import { waitForShared } from "./shared-wait.ts";
import type { WorldSpec } from "./spec.ts";
import type { MutableState, VisibleState } from "./state.ts";
import type { Arrivals } from "./traffic.ts";

export const tickMs = 10_000;

/** What a model's quality goes by, and how a variant serves. */
type Quality = Beginning & VisibleState & Specified;
type Answering = Quality & Chance & Throughputs;

/** Lives through the tick that starts at `atMs`, with the fleets and weights as they are at its end. */
export function tick(world: Answering & MutableState & Arrivals & ForAccount & Probing, atMs: number): void {
  const nth = atMs / tickMs;
  const arrivals = world.streams("arrivals", nth).poisson((world.rate(atMs) * tickMs) / 1000);
  const served = world.state.endpoints.get(world.account.endpoint.name);
  world.state.unroutedRequests += served === undefined ? arrivals : 0;
  for (const endpoint of world.state.endpoints.values()) {
    const part = endpoint === served ? 1 : partElsewhere(world, endpoint.name);
    const requests = endpoint === served ? arrivals : arrivalsElsewhere(world, endpoint.name, nth);
    const shares = split(world, endpoint, { requests, nth });
    const expected = (world.rate(atMs) * part * tickMs) / 1000;
    if (endpoint === served) waitForShared(world, endpoint, { arrived: requests, tickMs });
    for (const [i, variant] of endpoint.variants.entries()) {
      const taken = shares[i] ?? 0;
      serveVariant(world, endpoint, { variant, requests: taken, expected, atMs });
      if (endpoint === served) noteTaken(world, variant, { requests: taken, atMs });
    }
  }
}

/** Somebody else's endpoint has a part of the traffic, which the world's specification gives. */
const percentElsewhere = (world: Specified, name: string): number =>
  world.spec.others.find((one) => one.name === name)?.trafficPercent ?? 0;

const partElsewhere = (world: Specified, name: string): number => percentElsewhere(world, name) / 100;

function arrivalsElsewhere(world: Specified & Chance & Arrivals, name: string, nth: number): number {
  const percent = percentElsewhere(world, name);
  if (percent === 0) return 0;
  const perTick = (world.rate(nth * tickMs) * percent * tickMs) / 100_000;
  return world.streams(`arrivals/${name}`, nth).poisson(perTick);
}

/**
 * Whole requests per variant, by weight over the sum of weights (API reference of ProductionVariant,
 * InitialVariantWeight); with no weight anywhere they are unrouted (unconfirmed: AWS says nothing of that case).
 */
function split(
  world: MutableState & Chance,
  endpoint: Endpoint,
  arrivals: { requests: number; nth: number },
): number[] {
  const takesTraffic = endpoint.status !== "Creating" && endpoint.status !== "Failed";
  const last = takesTraffic ? endpoint.variants.findLastIndex((variant) => variant.currentWeight > 0) : -1;
  let left = arrivals.requests;
  if (last === -1) world.state.unroutedRequests += left;
  if (last === -1) return endpoint.variants.map(() => 0);
  let weight = endpoint.variants.reduce((total, variant) => total + variant.currentWeight, 0);
  const random = world.streams(`split/${endpoint.name}`, arrivals.nth);
  return endpoint.variants.map((variant, i) => {
    const share = i === last ? left : random.binomial(left, Math.min(1, variant.currentWeight / weight));
    weight -= variant.currentWeight;
    left -= share;
    return share;
  });
}

function serveVariant(
  world: Answering & MutableState & Probing,
  endpoint: Endpoint,
  work: { variant: Variant; requests: number; expected: number; atMs: number },
): void {
  const { variant, atMs } = work;
  const service = serviceOf(world, endpoint, variant, { atMs: atMs + tickMs, seconds: tickMs / 1000 });
  const key = `${endpoint.name}/${variant.name}`;
  const random = world.streams(`serve/${key}`, atMs / tickMs);
  const expected = (work.expected * sharePercent(endpoint, variant)) / 100;
  const probes = world.takeProbes(key);
  const alone = serve(work.requests, { ...service, expected }, random);
  const background = probes === undefined ? alone : amongCallers(alone, probes, { service, random });
  const ready = readyInstances(variant, atMs + tickMs);
  const cold = ready.filter(({ warmMs }) => warmMs > atMs + tickMs);
  const instanceIds = ready.map(({ id }) => id);
  const parts = failingParts(world, instanceIds, faultsOf(world, endpoint, variant, atMs + tickMs));
  seriesOf(world, endpoint.name, variant).samples.push({
    ...(probes === undefined ? background : { ...add(background, probes), traced: background.requests }),
    ...(probes !== undefined &&
      background.requests > 0 && { late: lateAmong(background.requests, probes, random) }),
    atMs,
    seconds: tickMs / 1000,
    instanceIds,
    ...(parts === undefined ? {} : { failingParts: parts }),
    coldIds: cold.map(({ id }) => id),
    paceSeconds: endpoint.enhancedSeconds ?? 60,
    enhanced: endpoint.enhancedSeconds !== undefined,
  });
}

/** Beside the trace, what callers sent themselves: that has the sum of their mean latencies in place of a mean. */
function add(a: Served, b: Served): Served {
  const answered = a.answered + b.answered;
  return {
    requests: a.requests + b.requests,
    answered,
    errors5xx: a.errors5xx + b.errors5xx,
    errors4xx: a.errors4xx + b.errors4xx,
    latencyMs: answered === 0 ? a.latencyMs : (a.answered * a.latencyMs + b.latencyMs) / answered,
    latencySumMs: a.latencySumMs + b.latencySumMs,
    load: a.answered > 0 ? a.load : a.load + b.load,
  };
}

export const readyInstances = (variant: Variant, atMs: number): Variant["instances"] =>
  variant.instances.filter((instance) => instance.readyMs <= atMs);

/** What a variant can do at a moment: its ready and warm instances, and its model's quality under faults and shocks. */
export function serviceOf(
  world: Answering,
  endpoint: Endpoint,
  variant: Variant,
  at: { atMs: number; seconds: number },
): Service {
  const ready = readyInstances(variant, at.atMs);
  const quality = qualityOf(world, { endpoint, variant, atMs: at.atMs });
  const shock = shockAt(world, at.atMs);
  const { latencyMs, latencyCv, clientErrorPercent } = world.spec.service;
  const warm = ready.filter((instance) => instance.warmMs <= at.atMs);
  const faults = faultsOf(world, endpoint, variant, at.atMs);
  const warmIds = warm.map(({ id }) => id);
  const parts = failingParts(world, warmIds, faults);
  return {
    seconds: at.seconds,
    ready: ready.length,
    warm: warm.length,
    coldTakesRequests: world.spec.provisioning.healthCheck === "shallow",
    throughput: world.throughput(variant.instanceType) * quality.throughputFactor,
    latencyMs: latencyMs * quality.latencyFactor * shock.latencyFactor,
    latencyCv,
    ...(world.state.sharedWaitMs > 0 && { sharedWaitMs: world.state.sharedWaitMs }),
    errorShare: parts === undefined ? faults.part : meanOf(parts),
    clientErrorShare: clientErrorPercent / 100,
  };
}

/** What each instance of a variant fails at a moment: a fault on one instance alone is its oldest one's. */
function faultsOf(world: Quality, endpoint: Endpoint, variant: Variant, atMs: number): Faults {
  const { spec } = world;
  const { errorFactor } = qualityOf(world, { endpoint, variant, atMs });
  const shock = shockAt(world, atMs).errorFactor;
  const part = errorShareOf(spec.service, errorFactor * shock);
  if (!spec.candidate.onOneInstance || errorFactor === 1) return { part };
  const [first] = variant.instances.toSorted((a, b) => a.readyMs - b.readyMs);
  const others = errorShareOf(spec.service, shock);
  return first === undefined ? { part: others } : { part: others, alone: { id: first.id, part } };
}

/** Whole percents first: the products come out as they always have. */
const errorShareOf = ({ errorPercent, faultPercent }: SettledSpec["service"], factor: number): number =>
  Math.min(1, ((factor > 1 ? faultPercent : errorPercent) / 100) * factor);

/** The candidate is whatever model was not there at the start; its fault may need a share of traffic, or a time, to show. */
function qualityOf(
  world: Quality,
  { endpoint, variant, atMs }: { endpoint: Endpoint; variant: Variant; atMs: number },
): Healthy & { throughputFactor: number } {
  const { candidate } = world.spec;
  const { throughputFactor } = candidate;
  if (world.state.stableModels.has(variant.modelName)) return { ...healthy, throughputFactor: 1 };
  if (candidate.onlyAbovePercent > 0 && sharePercent(endpoint, variant) <= candidate.onlyAbovePercent)
    return { ...healthy, throughputFactor };
  return { ...faultAt(candidate, (atMs - world.startMs) / 60_000), throughputFactor };
}

const healthy = { errorFactor: 1, latencyFactor: 1 };
type Healthy = typeof healthy;

/** The factors of the candidate's fault in a minute after the start, as far as it shows and has grown by then. */
export function faultAt(
  { errorFactor, latencyFactor, fromMinute, toMinute, growsMinutes }: WorldSpec["candidate"],
  minute: number,
): Healthy {
  if (minute <= fromMinute || minute > (toMinute ?? Number.POSITIVE_INFINITY)) return healthy;
  if (minute - fromMinute >= growsMinutes) return { errorFactor, latencyFactor };
  const grown = (factor: number) => 1 + ((factor - 1) * (minute - fromMinute)) / growsMinutes;
  return { errorFactor: grown(errorFactor), latencyFactor: grown(latencyFactor) };
}

/** A variant's share of traffic by current weights, percent. */
export function sharePercent(endpoint: Endpoint, variant: Variant): number {
  const total = endpoint.variants.reduce((sum, other) => sum + other.currentWeight, 0);
  return total === 0 ? 0 : (100 * variant.currentWeight) / total;
}

function shockAt(world: Beginning & Specified, atMs: number): { errorFactor: number; latencyFactor: number } {
  const minute = (atMs - world.startMs) / 60_000;
  const shock = { errorFactor: 1, latencyFactor: 1 };
  for (const { atMinute, minutes, errorFactor, latencyFactor } of world.spec.shocks)
    if (minute > atMinute && minute <= atMinute + minutes) {
      shock.errorFactor *= errorFactor;
      shock.latencyFactor *= latencyFactor;
    }
  return shock;
}
