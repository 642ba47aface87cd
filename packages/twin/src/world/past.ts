/**
 * The time before the world began: the seeded fleet, or those before it, under the same trace, made when somebody reads it,
 * so that weeks of history cost nothing to a run that never looks at them. Worlds of one seed have one past: who lives
 * through the same world again and again finds it made.
 */
import type { Beginning } from "./clock.ts";
import { failingParts, meanOf } from "./hosts.ts";
import type { Past, Sample, Series } from "./metric-state.ts";
import type { Chance } from "./random.ts";
import { servingVariant } from "./seeded-scaling.ts";
import { type Service, serve, type Throughputs } from "./service-model.ts";
import type { Scenario } from "./settled.ts";
import { tickMs } from "./ticks.ts";
import type { Arrivals } from "./traffic.ts";

const dayMs = 86_400_000;
/** How long CloudWatch keeps points of a minute, and shorter ones (user guide, "Metrics retention"). */
const minutesKeptMs = 15 * dayMs;
const fineKeptMs = 3 * 3_600_000;
/** What is older is kept by so many seconds, and no sample is longer. */
const coarseSeconds = 300;

/** What the past is made of. */
type Origin = Scenario &
  Beginning &
  Chance &
  Arrivals &
  Throughputs & {
    /** Of the fleet that the account's own endpoint begins with. */
    readonly seededInstanceIds: readonly string[];
  };

type Made = Map<string, Sample[]>;

/** The newest world's, by all that a world is made of. */
let newest: { readonly of: string; readonly made: Made } | undefined;

function madeBefore({ seed, startMs, spec, account }: Scenario): Made {
  const of = JSON.stringify([seed, startMs, spec, account]);
  if (newest?.of !== of) newest = { of, made: new Map() };
  return newest.made;
}

/** Samples before the world's first tick that start in [fromMs, toMs), oldest first; only variants that served have any. */
export function createPast(origin: Origin): Past {
  let known: Made | undefined;
  return (series, range) => {
    known ??= madeBefore(origin);
    const { firstTickMs, spec } = origin;
    const fleet = fleetOf(origin, series);
    if (fleet === undefined) return [];
    const samples: Sample[] = [];
    const fromMs = Math.max(range.fromMs, fleet.sinceMs, firstTickMs - spec.past.days * dayMs);
    const toMs = Math.min(range.toMs, fleet.untilMs, firstTickMs);
    let atMs = stretchOf(origin, fromMs).atMs;
    while (atMs < toMs) {
      const stretch = stretchOf(origin, atMs);
      const key = `${series.endpoint}/${series.variant} ${stretch.atMs}`;
      const found = known.get(key) ?? samplesOf(origin, { series, fleet, ...stretch });
      known.set(key, found);
      samples.push(...found.filter((sample) => sample.atMs >= fromMs && sample.atMs < toMs));
      atMs = stretch.atMs + stretch.seconds * 1000;
    }
    return samples;
  };
}

/** What is made at once: a minute, or more where CloudWatch keeps no minutes any more. */
interface Stretch {
  readonly atMs: number;
  readonly seconds: number;
}

function stretchOf({ firstTickMs }: Origin, atMs: number): Stretch {
  const finest = Math.ceil((firstTickMs - minutesKeptMs) / (coarseSeconds * 1000)) * coarseSeconds * 1000;
  const seconds = atMs < finest ? coarseSeconds : 60;
  return { atMs: Math.floor(atMs / (seconds * 1000)) * seconds * 1000, seconds };
}

/** What served an endpoint in the past, and the share of the trace that came to it. */
interface PastFleet {
  readonly instances: number;
  /** 0 … 1 at a moment. */
  readonly share: (atMs: number) => number;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly instanceIds: readonly string[];
  readonly enhancedSeconds: number | null;
}

const ever = { sinceMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };

function fleetOf(origin: Origin, { endpoint, variant }: Series): PastFleet | undefined {
  const { account, spec, seededInstanceIds } = origin;
  const { instances } = account.endpoint;
  if (endpoint === account.endpoint.name) {
    const turn = turnsOf(origin).find((one) => one.variant === variant);
    if (turn === undefined) return undefined;
    const { nth, ...served } = turn;
    const instanceIds =
      nth === 0
        ? seededInstanceIds
        : seededInstanceIds.map((id) => `${id.slice(0, -4)}${nth.toString(16).padStart(4, "0")}`);
    return { ...served, instances, instanceIds, enhancedSeconds: spec.metrics.enhancedSeconds };
  }
  const other = spec.others.find(({ name }) => name === endpoint);
  if (variant !== servingVariant(spec) || other === undefined || other.trafficPercent === 0) return undefined;
  const share = other.trafficPercent / 100;
  return { ...ever, instances: other.instances, share: () => share, instanceIds: [], enhancedSeconds: null };
}

interface Turn extends Pick<PastFleet, "share" | "sinceMs" | "untilMs"> {
  readonly variant: string;
  /** Counted back from the one that serves, which is 0. */
  readonly nth: number;
}

/** Each variant that has served, the newest first: from when the one before it was taken over from until it was itself. */
function turnsOf({ spec, firstTickMs }: Origin): Turn[] {
  const handoverMs = spec.past.handoverMinutes * 60_000;
  const taken = (fromMs: number, atMs: number) =>
    handoverMs === 0 ? Number(atMs >= fromMs) : Math.min(1, Math.max(0, (atMs - fromMs) / handoverMs));
  const before = spec.past.served.toSorted((one, other) => one.untilDaysAgo - other.untilDaysAgo);
  const ends = before.map(({ untilDaysAgo }) => firstTickMs - untilDaysAgo * dayMs);
  return [servingVariant(spec), ...before.map((one) => one.variant)].map((variant, nth) => {
    const [sinceMs = ever.sinceMs, endsMs] = [ends[nth], ends[nth - 1]];
    return {
      variant,
      nth,
      sinceMs,
      untilMs: endsMs === undefined ? ever.untilMs : endsMs + handoverMs,
      share: (atMs) =>
        (sinceMs === ever.sinceMs ? 1 : taken(sinceMs, atMs)) -
        (endsMs === undefined ? 0 : taken(endsMs, atMs)),
    };
  });
}

interface PastStretch extends Stretch {
  readonly series: Series;
  readonly fleet: PastFleet;
}

/** Six ticks where enhanced metrics are still kept at their own pace, or the stretch as one. */
function samplesOf(origin: Origin, { series, fleet, ...stretch }: PastStretch): Sample[] {
  const fine = fleet.enhancedSeconds !== null && stretch.atMs >= origin.firstTickMs - fineKeptMs;
  const seconds = fine ? tickMs / 1000 : stretch.seconds;
  return Array.from({ length: stretch.seconds / seconds }, (_, i) =>
    sampleAt(origin, { series, fleet, atMs: stretch.atMs + i * seconds * 1000, seconds }),
  );
}

function sampleAt(origin: Origin, { series, fleet, atMs, seconds }: PastStretch): Sample {
  const { latencyMs, latencyCv, errorPercent, clientErrorPercent } = origin.spec.service;
  const random = origin.streams(`past/${series.endpoint}/${series.variant}`, atMs / 1000);
  const expected = arrived(origin, atMs, seconds) * fleet.share(atMs);
  const requests = random.poisson(expected);
  const { instances, instanceIds, enhancedSeconds } = fleet;
  const part = errorPercent / 100;
  const parts = failingParts(origin, instanceIds, { part });
  const service: Service = {
    seconds,
    ready: instances,
    warm: instances,
    coldTakesRequests: false,
    expected,
    throughput: origin.throughput(origin.account.endpoint.instanceType),
    latencyMs,
    latencyCv,
    errorShare: parts === undefined ? part : meanOf(parts),
    clientErrorShare: clientErrorPercent / 100,
  };
  return {
    ...serve(requests, service, random),
    atMs,
    seconds,
    instanceIds,
    ...(parts === undefined ? {} : { failingParts: parts }),
    coldIds: [],
    paceSeconds: enhancedSeconds ?? 60,
    enhanced: enhancedSeconds !== null,
  };
}

/** Requests of a stretch, minute by minute. */
function arrived({ rate }: Origin, atMs: number, seconds: number): number {
  if (seconds <= 60) return rate(atMs) * seconds;
  const minutes = Array.from({ length: seconds / 60 }, (_, nth) => 60 * rate(atMs + nth * 60_000));
  return minutes.reduce((sum, each) => sum + each, 0);
}
