/**
 * How a version that is watched for its quality stands, and how that ends: by evidence of harm at any look, and otherwise once its
 * days are over. What was not published is unknown, and no pass.
 */
import { harmSince, historyNoise, shiftSeen } from "#verdict";
import { differenceText, leastSpreadOf, marginOf } from "../kpis/quality.ts";
import { type QualityKpi, thresholdsOf } from "../plan/quality.ts";
import type { EpochMs } from "../units.ts";
import { lastDueMs, type QualityWatch } from "./quality-watch.ts";

export type QualityEnd = NonNullable<QualityWatch["end"]>;

/** How a KPI stands. */
export interface QualityStanding {
  readonly kpi: QualityKpi;
  readonly logE: number;
  readonly logThreshold: number;
  readonly daysSeen: number;
  /** Days of history; undefined where they are too few to compare with, or not read yet. */
  readonly historyDays?: number;
  /** How much worse the days since are on average, in the values' unit. */
  readonly worse?: number;
  /** What would be found about every other time, beyond nothing, in the same unit. */
  readonly sees?: number;
}

export function standingsOf(watch: QualityWatch): QualityStanding[] {
  const thresholds = thresholdsOf(watch.quality);
  return watch.quality.kpis.map((kpi): QualityStanding => {
    const own = watch.kpis.find(({ name }) => name === kpi.name);
    const { history = [], days: seen = [] } = own ?? {};
    const basis = { history, days: seen, margin: marginOf(kpi), leastSpread: leastSpreadOf(kpi, history) };
    const logThreshold = thresholds.get(kpi.name) ?? Number.POSITIVE_INFINITY;
    const noise = historyNoise(basis);
    const known = seen.flatMap((value, day) => (value === null ? [] : [{ value, day }]));
    const standing = { kpi, logE: harmSince(basis) ?? 0, logThreshold, daysSeen: known.length };
    if (noise === undefined) return standing;
    const sees = basis.margin + shiftSeen(noise, { days: seen.length, logThreshold });
    return { ...standing, historyDays: noise.days, sees, ...worseOf(known, history) };
  });
}

/** On average, each day against the mean of its weekday. */
function worseOf(
  known: readonly { readonly value: number; readonly day: number }[],
  history: readonly (number | null)[],
): { worse?: number } {
  const differences = known.flatMap(({ value, day }) => {
    const alike = history.filter(
      (each, i) => each !== null && (history.length + day - i) % 7 === 0,
    ) as number[];
    return alike.length === 0 ? [] : [value - alike.reduce((sum, each) => sum + each, 0) / alike.length];
  });
  if (differences.length === 0) return {};
  return { worse: differences.reduce((sum, each) => sum + each, 0) / differences.length };
}

/** How the watch ends by now; undefined where it goes on. */
export function endOfWatch(
  watch: QualityWatch,
  { nowMs, supersededBy }: { readonly nowMs: EpochMs; readonly supersededBy?: string | undefined },
): QualityEnd | undefined {
  const ended = (outcome: QualityEnd["outcome"], reason: string) => ({
    at: new Date(nowMs).toISOString(),
    outcome,
    reason,
  });
  const standings = standingsOf(watch);
  const harmed = standings.filter(({ logE, logThreshold }) => logE >= logThreshold);
  if (harmed.length > 0) return ended("harm", harmed.map(harmText).join("; "));
  if (supersededBy !== undefined) return ended("superseded", `${supersededBy} was promoted meanwhile`);
  if (nowMs < lastDueMs(watch)) return undefined;
  const { qualityDays } = watch.quality;
  const unknown = standings.filter((each) => lackOf(each, qualityDays) !== undefined);
  if (unknown.length > 0)
    return ended(
      "unknown",
      unknown.map((each) => `${each.kpi.name}: ${lackOf(each, qualityDays)}`).join("; "),
    );
  return ended("kept", standings.map((each) => keptText(each, qualityDays)).join("; "));
}

function lackOf({ historyDays: before, daysSeen }: QualityStanding, qualityDays: number): string | undefined {
  if (before === undefined) return "its weeks before the release are not known, two of them at least";
  if (daysSeen < qualityDays / 2) return `${daysSeen} of ${qualityDays} days were published`;
  return undefined;
}

function harmText({ kpi, worse = 0, daysSeen, historyDays: before = 0 }: QualityStanding): string {
  const spoken = daysSeen === 1 ? "on the day" : `on ${daysSeen} days`;
  return `${kpi.name} is ${differenceText(kpi, worse)} ${spoken} since than in the ${before} days before`;
}

function keptText({ kpi, daysSeen, sees }: QualityStanding, qualityDays: number): string {
  const least =
    sees === undefined ? "" : `, where ${differenceText(kpi, sees)} would have been about every other time`;
  return `${kpi.name}: no harm found in ${daysSeen} of ${qualityDays} days${least}`;
}
