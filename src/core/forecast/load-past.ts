/**
 * What CloudWatch kept of an endpoint's requests, added up over the variants that served it. What was not reported is not
 * known, and no lull; what was sent and failed was asked for, and counts.
 */
import { type EpochMs, type EpochSeconds, msOf } from "../units.ts";
import type { RecordedRow } from "./load-history.ts";

/** Values by the start of their period. */
type Counts = ReadonlyMap<EpochSeconds, number>;

/** What one variant reported. */
export interface VariantCounts {
  readonly requests: Counts;
  /** Of these, those that the endpoint failed. */
  readonly failed: Counts;
  /** Reported whether requests come or not. */
  readonly alive: Counts;
}

/** Without what came before its users did, which was nobody's traffic. */
export function sinceUsers({ requests, failed, alive }: VariantCounts, fromMs: EpochMs): VariantCounts {
  const own = (counts: Counts): Counts =>
    new Map([...counts].map(([at, count]) => [at, msOf(at) < fromMs ? 0 : count]));
  return { requests: own(requests), failed: own(failed), alive };
}

/** Five minutes of an endpoint. */
export interface CountedRow extends RecordedRow {
  readonly failed: number;
}

export const rowSeconds = 300;
/** Chosen: a variant that is silent for longer was not there, or had been taken away. */
const longestHoleSeconds = 3600;

/** Of periods of 60 or 300 seconds; a row of five minutes is known where most of it is. In the order of time. */
export function addedUp(variants: readonly VariantCounts[], periodSeconds: number): CountedRow[] {
  const holes = new Set(variants.flatMap((variant) => holesOf(variant, periodSeconds)));
  const known = new Set(variants.flatMap(reportedAt).filter((at) => !holes.has(at)));
  const rows = Map.groupBy(known, (at) => Math.floor(at / rowSeconds) * rowSeconds);
  return [...rows.keys()].sort(inOrder).flatMap((at) => {
    const periods = rows.get(at) ?? [];
    const part = (periods.length * periodSeconds) / rowSeconds;
    if (part <= 0.5) return [];
    const sumOf = (what: "requests" | "failed") =>
      periods.reduce((sum, period) => sum + all(variants, what, period), 0) / part;
    return [{ atMs: at * 1000, requests: sumOf("requests"), failed: sumOf("failed") }];
  });
}

const inOrder = (one: number, other: number) => one - other;

const all = (variants: readonly VariantCounts[], what: "requests" | "failed", at: EpochSeconds): number =>
  variants.reduce((sum, variant) => sum + (variant[what].get(at) ?? 0), 0);

const reportedAt = ({ requests, alive }: VariantCounts): EpochSeconds[] => [
  ...new Set([...requests.keys(), ...alive.keys()]),
];

/** When a variant was there and reported nothing: what the others had then is not all that came. */
function holesOf(variant: VariantCounts, periodSeconds: number): EpochSeconds[] {
  const reported = reportedAt(variant).sort(inOrder);
  return reported.slice(1).flatMap((to, nth) => {
    const from = reported[nth] ?? to;
    if (to - from > longestHoleSeconds) return [];
    return Array.from(
      { length: (to - from) / periodSeconds - 1 },
      (_, hole) => from + (hole + 1) * periodSeconds,
    );
  });
}

/** Chosen: where more than this share of the requests failed, who sends may have given up. */
const overwhelmedShare = 0.1;

/** Times in which so much failed that what came is a lower bound of what would have. */
export interface Overwhelmed {
  /** Rows that count as they are: as much as is usual at that time of day, or more. */
  readonly counted: number;
  /** Rows of less than that, which are taken as not known. */
  readonly unknown: number;
}

/** The rows that tell how much was asked for. */
export function demandOf(rows: readonly CountedRow[]): {
  readonly rows: readonly CountedRow[];
  readonly overwhelmed: Overwhelmed;
} {
  const isOverwhelmed = ({ requests, failed }: CountedRow) => failed > overwhelmedShare * requests;
  const well = Map.groupBy(
    rows.filter((row) => !isOverwhelmed(row)),
    timeOfDay,
  );
  const overwhelmed = rows.filter(isOverwhelmed);
  const unknown = new Set(overwhelmed.filter((row) => row.requests < usual(well.get(timeOfDay(row)) ?? [])));
  return {
    rows: rows.filter((row) => !unknown.has(row)),
    overwhelmed: { counted: overwhelmed.length - unknown.size, unknown: unknown.size },
  };
}

const timeOfDay = ({ atMs }: CountedRow): number => atMs % 86_400_000;

/** The median; 0 where none is known. */
function usual(rows: readonly CountedRow[]): number {
  const sorted = rows.map(({ requests }) => requests).sort(inOrder);
  return sorted[sorted.length >> 1] ?? 0;
}
