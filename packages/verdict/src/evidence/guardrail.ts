/**
 * Ceilings: M of the newest N intervals that were seen above a value, none of them long past: an interval that was not
 * seen was not below it. Thresholds, with no error guarantee, and labelled so.
 */
import type { ValueSample } from "../observations/samples.ts";

/** A ceiling on a value, broken when it is exceeded in `breaching` of the newest `outOf` intervals. */
export interface GuardrailKpi {
  readonly shape: "value";
  readonly name: string;
  readonly ceiling: number;
  readonly breaching: number;
  readonly outOf: number;
}

export interface Reading {
  readonly index: number;
  /** Above the ceiling? Null: not seen. */
  readonly candidate: boolean | null;
  readonly stable: boolean | null;
}

export type GuardrailStanding = "clear" | "breached" | "breached-unseen" | "shared-breach" | "unseen-breach";

/** A breach in which stable is not seen may be shared by it; one that lasts longer than this is the candidate's. */
export const patienceSeconds = 15 * 60;

/**
 * Readings in the order of time, as far back as any may matter; a side that was missing is filled in when it arrives.
 */
export function withReading(
  readings: readonly Reading[],
  kpi: GuardrailKpi,
  seen: {
    readonly index: number;
    readonly candidate: ValueSample | null;
    readonly stable: ValueSample | null;
    readonly seconds: number;
  },
): readonly Reading[] {
  const above = (sample: ValueSample | null) => (sample === null ? null : sample.value > kpi.ceiling);
  const before = readings.find(({ index }) => index === seen.index);
  const reading = {
    index: seen.index,
    candidate: before?.candidate ?? above(seen.candidate),
    stable: before?.stable ?? above(seen.stable),
  };
  const all = [...readings.filter((each) => each !== before), reading].toSorted((a, b) => a.index - b.index);
  const newest = all.at(-1)?.index ?? seen.index;
  const kept = kpi.outOf + Math.ceil(patienceSeconds / seen.seconds);
  return all.filter(({ index }) => index > newest - kept);
}

/**
 * The candidate is above in M intervals. Breached: without stable. Shared: with stable, which holds a stage and never
 * fails it, since a rollback would not help. Where stable was not seen in enough of them, the minutes since the breach
 * began tell, where it was; failing that the stage is held, and for a while only: stable unseen is not stable fine, and
 * nothing excuses a candidate for ever.
 */
export function standingOf(
  readings: readonly Reading[],
  kpi: GuardrailKpi,
  intervalSeconds: number,
): GuardrailStanding {
  const seen = readings.filter(({ candidate }) => candidate !== null);
  const now = aboveOf(seen, kpi);
  if (now.length < kpi.breaching) return "clear";
  const [alone, unseen] = [withStable(now, false), withStable(now, null)];
  if (alone >= kpi.breaching) return "breached";
  if (alone + unseen < kpi.breaching) return "shared-breach";
  const before = beforeBreach(seen, kpi);
  const since = seen
    .slice(Math.max(0, before.length - kpi.outOf))
    .filter(({ candidate }) => candidate === true);
  if (withStable(since, true) > withStable(since, false)) return "shared-breach";
  const lasted = (seen.at(-1)?.index ?? 0) - (seen[before.length]?.index ?? 0);
  return lasted * intervalSeconds >= patienceSeconds ? "breached-unseen" : "unseen-breach";
}

function withStable(readings: readonly Reading[], above: boolean | null): number {
  return readings.filter(({ stable }) => stable === above).length;
}

/** Those of the newest N in which the candidate was above. */
const aboveOf = (seen: readonly Reading[], { outOf }: GuardrailKpi) =>
  seen.slice(-outOf).filter(({ candidate }) => candidate === true);

/** What was seen before the candidate was above in M of N, and has been without a pause since. */
function beforeBreach(seen: readonly Reading[], kpi: GuardrailKpi): readonly Reading[] {
  let before = seen.slice(0, -1);
  while (aboveOf(before, kpi).length >= kpi.breaching) before = before.slice(0, -1);
  return before;
}
