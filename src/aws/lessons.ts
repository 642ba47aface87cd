/**
 * What was learnt of an endpoint whose minimum its plan has set by that: once a day a better size, and at every look how what serves does
 * since the minimum was lowered.
 */
import type { Observation, Sample } from "#verdict";
import { candidateNeeds } from "../core/capacity/sizing.ts";
import { type MostAtRest, meansAtRest } from "../core/feasibility/at-rest.ts";
import { observationsFrom } from "../core/kpis/metrics.ts";
import { inMinutes, measuredNoise, pastSeconds } from "../core/kpis/past.ts";
import { type Series, type SeriesQuery, seriesBook, seriesQueries } from "../core/kpis/series.ts";
import {
  comparedSeconds,
  earlierOf,
  evidenceBefore,
  judgedSince,
  worseText,
} from "../core/kpis/since-change.ts";
import { rememberedSince } from "../core/learning/forgetting.ts";
import { frozenBy } from "../core/plan/freeze.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type Adjusted, adjustedOf } from "../core/plan/proposals.ts";
import { evidenceOf } from "../core/proposing/known.ts";
import { sizeAtRest } from "../core/proposing/size-at-rest.ts";
import { isToBeAsked, type Seen, type SizeTrial, type SizeWish } from "../core/release/adjusting.ts";
import { isWithOwn, type OwnRequests } from "../core/release/own-load.ts";
import type { LessonsSeen } from "../core/release/watched.ts";
import type { WatchedBounds } from "../core/release/watched-bounds.ts";
import { type EpochMs, type EpochSeconds, secondsOf } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { readSeries } from "./cloudwatch.ts";
import { endpointPast } from "./endpoint-past.ts";
import { declaredFreezes } from "./freezes.ts";
import { pastReleases } from "./history.ts";
import { spikesSent } from "./later-spikes.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface Asking {
  readonly plan: Plan;
  readonly record: WatchedBounds;
  /** What serves, and its minimum. */
  readonly variant: { readonly name: string; readonly instanceType: string };
  readonly min: number;
  readonly nowMs: EpochMs;
}

/** Undefined where the plan has it set by something else. */
export async function lessonsOf(aws: Aws, asking: Asking): Promise<LessonsSeen | undefined> {
  const { plan, record, variant, nowMs } = asking;
  const adjusted = plan.endpoint.name === record.endpoint ? adjustedOf(plan) : undefined;
  if (adjusted === undefined) return undefined;
  const { adjusting = {} } = record;
  const { trial } = adjusting;
  // What is not on it any more is not judged either.
  if (trial !== undefined && trial.variant !== variant.name) return {};
  if (trial === undefined && !isToBeAsked(adjusting, { askedAt: record.askedAt, nowMs })) return {};
  const own = await spikesSent(aws, record.endpoint);
  if (trial !== undefined) return { seen: await seenOf(aws, { ...asking, own }, trial) };
  const wish = await wishOf(aws, { ...asking, own });
  if (wish === undefined || "quiet" in wish || wish.instances <= asking.min) return { wish };
  return { wish, means: await meansOf(aws, asking, adjusted) };
}

/** What the account and the plan have for more: asked at the time, since others may have taken it since. */
async function meansOf(
  aws: Aws,
  { plan, record, variant: { instanceType }, min }: Asking,
  adjusted: Adjusted,
): Promise<MostAtRest[]> {
  const { quota, elsewhere } = await servingPlatform(aws).limits({
    but: [record.endpoint],
    types: [instanceType],
  });
  const own = record.hold?.own ?? min;
  return meansAtRest(plan, adjusted, { instanceType, min, own, quota, elsewhere });
}

interface AskingBeside extends Asking {
  /** When requests came that were no users'. */
  readonly own: readonly OwnRequests[];
}

const daySeconds = 86_400;

/** A better size by what is known; nothing new begins in a freeze. */
async function wishOf(
  aws: Aws,
  asking: AskingBeside,
): Promise<SizeWish | { readonly quiet: string } | undefined> {
  const { plan, variant, min, nowMs, own } = asking;
  const { name } = plan.endpoint;
  // A freeze is over some time, and it is asked again at the next look.
  if (frozenBy(plan.freezes, await declaredFreezes(aws, name), nowMs) !== undefined) return undefined;
  const { instanceType } = candidateNeeds(plan, plan.defaultReleaseType);
  if (variant.instanceType !== instanceType)
    return { quiet: `it serves on ${variant.instanceType}, and what is known is of ${instanceType}` };
  const { past } = await pastReleases(aws, rememberedSince(nowMs));
  const quick = { serving: [variant.name], lists: true };
  const { history } = await endpointPast(aws, { endpoint: name, model: plan.model, nowMs, own }, quick);
  const wish = sizeAtRest(plan, evidenceOf(plan, { past, history, nowMs }), min);
  if ("quiet" in wish || wish.instances >= min) return wish;
  const now = secondsOf(nowMs);
  const dayAgo = { fromSeconds: now - daySeconds - 3600, toSeconds: now - daySeconds };
  const known = await observedIn(aws, asking, dayAgo);
  return known.length > 0
    ? wish
    : { quiet: `${variant.name} has not served for a day: there is nothing to compare what comes with` };
}

/** CloudWatch adds to the newest minutes for a while; what comes later still is taken into account for so long. */
const settledSeconds = 60;
const lateSeconds = 900;

/** What the minutes since the last look say of a trial. */
async function seenOf(aws: Aws, asking: AskingBeside, trial: SizeTrial): Promise<Seen> {
  const { plan, nowMs } = asking;
  const nowSeconds = secondsOf(nowMs);
  const sinceSeconds = whole(secondsOf(Date.parse(trial.since))) + comparedSeconds;
  const until = trial.judgedUntil === undefined ? sinceSeconds : secondsOf(Date.parse(trial.judgedUntil));
  const held = trial.heldUntil === undefined ? 0 : secondsOf(Date.parse(trial.heldUntil));
  const fromSeconds = Math.max(
    sinceSeconds,
    whole(until - lateSeconds),
    Math.ceil(held / comparedSeconds) * comparedSeconds,
  );
  const toSeconds = whole(nowSeconds - settledSeconds);
  if (toSeconds <= fromSeconds) return { trial };
  const seen = await observedIn(aws, asking, { fromSeconds, toSeconds });
  const change = { sinceSeconds, days: daysOf(trial), from: trial.from, to: trial.to };
  const evidence = trial.evidence ?? evidenceBefore(plan, await noiseOf(aws, asking, sinceSeconds));
  const judged = judgedSince(plan, change, {
    soFar: { evidence, minutes: trial.minutes, untilSeconds: until },
    seen,
    before: await beforeOf(aws, asking, { change, fromSeconds, toSeconds }),
  });
  const newest = Math.max(...seen.map(({ at }) => at + comparedSeconds), until, toSeconds - lateSeconds);
  const judgedUntil = new Date(newest * 1000).toISOString();
  const { minutes, worse, worseAt = newest } = judged;
  return {
    trial: { ...trial, evidence: judged.evidence, minutes, judgedUntil },
    harm: worse.length === 0 ? undefined : worseText(worse, worseAt),
  };
}

/** As its plan had it when it began. */
const daysOf = ({ since, until }: SizeTrial): number =>
  Math.round((Date.parse(until) - Date.parse(since)) / 86_400_000);

const whole = (seconds: EpochSeconds): EpochSeconds =>
  Math.floor(seconds / comparedSeconds) * comparedSeconds;

interface Minutes {
  readonly fromSeconds: EpochSeconds;
  readonly toSeconds: EpochSeconds;
}

/** KPIs of what serves, ceilings too, as both sides' of a comparison. */
async function observedIn(
  aws: Aws,
  { plan, variant, own }: AskingBeside,
  span: Minutes,
): Promise<Observation[]> {
  const { name: endpoint } = plan.endpoint;
  const { metrics } = servingPlatform(aws);
  const sides = { endpoint, stable: variant.name, candidate: variant.name, metrics };
  const minutely = inMinutes(plan);
  const queries = seriesQueries(minutely, sides, ["candidate"]);
  const read = await readSeries(aws, queries, { ...span, periodSeconds: comparedSeconds });
  const seen = observationsFrom(minutely, seriesBook([...read].flatMap(bothSides)));
  return seen.filter(({ at, seconds }) => !isWithOwn(own, at, seconds));
}

const bothSides = ([query, series]: readonly [SeriesQuery, Series]): [SeriesQuery, Series][] => [
  [query, series],
  [{ ...query, of: { ...query.of, side: "stable" } }, series],
];

/** How loud the day before was: of the fleet as a whole, since weeks differ in what its instances share. */
async function noiseOf(aws: Aws, { plan, variant }: Asking, sinceSeconds: EpochSeconds) {
  const { metrics } = servingPlatform(aws);
  const sides = { endpoint: plan.endpoint.name, stable: variant.name, candidate: variant.name, metrics };
  const toSeconds = Math.floor(sinceSeconds / pastSeconds.period) * pastSeconds.period;
  const span = { fromSeconds: toSeconds - pastSeconds.span, toSeconds, periodSeconds: pastSeconds.period };
  const read = await readSeries(aws, seriesQueries(plan, sides, ["stable"]), span);
  return measuredNoise(plan, { book: seriesBook(read), instances: [] });
}

interface Compared extends Minutes {
  readonly change: Parameters<typeof earlierOf>[1];
}

/** The minutes with which those of a span are compared: of a week before where they are known, else of the last day before. */
async function beforeOf(aws: Aws, asking: AskingBeside, { change, fromSeconds, toSeconds }: Compared) {
  const lags = new Set([fromSeconds, toSeconds - comparedSeconds].flatMap((at) => earlierOf(at, change)));
  const known = new Map<string, Sample>();
  for (const lag of lags) {
    const span = { fromSeconds: fromSeconds - lag, toSeconds: toSeconds - lag };
    for (const { kpi, at, stable } of await observedIn(aws, asking, span))
      if (stable !== null) known.set(`${kpi} ${at}`, stable);
  }
  return (kpi: string, at: EpochSeconds): Sample | undefined =>
    earlierOf(at, change).flatMap((lag) => known.get(`${kpi} ${at - lag}`) ?? [])[0];
}
