/** Ceilings: M of the newest N intervals above a value. Thresholds, with no error guarantee, and labelled so. */
import type { ValueSample } from "../observations/observation.ts";
import type { GuardrailKpi } from "../settings.ts";

export interface Reading {
  readonly index: number;
  /** Above the ceiling? Null: not seen. */
  readonly candidate: boolean | null;
  readonly stable: boolean | null;
}

export type GuardrailStanding = "clear" | "breached" | "shared-breach";

/** The newest N intervals' readings, in the order of time; a side that was missing is filled in when it arrives. */
export function withReading(
  readings: readonly Reading[],
  kpi: GuardrailKpi,
  seen: {
    readonly index: number;
    readonly candidate: ValueSample | null;
    readonly stable: ValueSample | null;
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
  return all.filter(({ index }) => index > newest - kpi.outOf);
}

/**
 * Breached: the candidate alone is above in M intervals. Shared: it is, but not without stable; that holds a stage
 * and never fails it, since a rollback would not help.
 */
export function standingOf(readings: readonly Reading[], kpi: GuardrailKpi): GuardrailStanding {
  const above = readings.filter(({ candidate }) => candidate === true);
  if (above.length < kpi.breaching) return "clear";
  const alone = above.filter(({ stable }) => stable !== true);
  return alone.length >= kpi.breaching ? "breached" : "shared-breach";
}
