/**
 * Metrics that the account publishes of its own, hour by hour and late: what becomes of its answers once that is known. They have a
 * level, weekdays, noise that lasts from one day to the next, and are worse for what versions newer than the first one have answered.
 */
import type { ForAccount, LateMetric } from "./account-seed.ts";
import type { Beginning, Clock } from "./clock.ts";
import type { Variant } from "./endpoint-state.ts";
import type { MetricName } from "./metric-state.ts";
import type { Chance } from "./random.ts";
import type { Specified } from "./settled.ts";
import type { MutableState, VisibleState } from "./state.ts";
import { ofValues, type Statistics } from "./statistics.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What is published of an hour: so many events, or so many measurements of a value. */
const [eventsPerHour, badShare, measurements, level] = [5000, 0.02, 100, 0.9];
/** How many days back noise is made up of. */
const noiseDays = 30;

/** Notes whose answers are told of later. */
export function noteTaken(
  world: MutableState & Specified & ForAccount,
  variant: Variant,
  { requests, atMs }: { readonly requests: number; readonly atMs: number },
): void {
  if (world.account.lateMetrics === undefined) return;
  const hour = Math.floor(atMs / hourMs);
  const taken = world.state.metrics.taken.get(hour) ?? { all: 0, newer: 0 };
  taken.all += requests;
  if (isNewer(world, variant)) taken.newer += requests;
  world.state.metrics.taken.set(hour, taken);
}

function isNewer({ state, spec }: VisibleState & Specified, { modelName }: Variant): boolean {
  if (state.stableModels.has(modelName)) return false;
  const definition = JSON.stringify(state.models.get(modelName)?.definition ?? {});
  const version = Number(/:model-package\/[^"/]+\/(\d+)"/.exec(definition)?.[1] ?? Number.POSITIVE_INFINITY);
  return version > spec.registry.serving;
}

type Told = Clock & Beginning & Specified & ForAccount & Chance & VisibleState;

/** What can be seen of such a metric in [fromMs, toMs), oldest first; undefined where it is none of the account's. */
export function latePoints(
  world: Told,
  { namespace, name, dimensions }: MetricName,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): { atMs: number; seconds: number; statistics: Statistics }[] | undefined {
  const key = keyOf({ namespace, name, dimensions });
  const metric = world.account.lateMetrics?.find((each) => keyOf(each) === key);
  if (metric === undefined) return undefined;
  const seenMs = world.nowMs - metric.delayHours * hourMs - hourMs;
  const oldestMs = Math.max(fromMs, world.firstTickMs - world.spec.past.days * dayMs);
  const points = [];
  for (let atMs = Math.ceil(oldestMs / hourMs) * hourMs; atMs < toMs && atMs <= seenMs; atMs += hourMs) {
    const statistics = isMissing(world, atMs) ? undefined : ofValues([valueAt(world, metric, atMs)]);
    if (statistics !== undefined) points.push({ atMs, seconds: 3600, statistics });
  }
  return points;
}

const keyOf = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);

function isMissing({ streams, spec }: Told, atMs: number): boolean {
  const { missingPercent } = spec.quality;
  return (
    missingPercent > 0 && 100 * streams("late/missing", Math.floor(atMs / dayMs)).uniform() < missingPercent
  );
}

function valueAt(world: Told, metric: LateMetric, atMs: number): readonly [value: number, count: number] {
  if (metric.measures === "total") return [1, eventsPerHour];
  const { noisePercent, worsePercent } = world.spec.quality;
  const { all, newer } = world.state.metrics.taken.get(Math.floor(atMs / hourMs)) ?? { all: 0, newer: 0 };
  const worse = ((all === 0 ? 0 : newer / all) * worsePercent) / 100;
  const noise = Math.exp((noisePercent / 100) * deviationOn(world, Math.floor(atMs / dayMs)));
  if (metric.measures === "bad") return [1, Math.round(eventsPerHour * badShare * (1 + worse) * noise)];
  return [level * noise * (metric.measures === "higher-is-better" ? 1 - worse : 1 + worse), measurements];
}

/** In standard deviations: a weekday's own, and noise of which each day keeps a part. */
function deviationOn({ streams, spec }: Told, day: number): number {
  const { persistence } = spec.quality;
  let noise = 0;
  for (let back = noiseDays; back >= 0; back--)
    noise =
      persistence * noise + Math.sqrt(1 - persistence ** 2) * streams("late/noise", day - back).normal();
  return noise + streams("late/weekday", day % 7).normal();
}
