/**
 * Evidence that the days since a change are worse than the days before it, where nothing serves beside it to compare with. Days are
 * an effect of their weekday, noise that lasts from one day to the next (AR(1)), and, since the change, a shift that is asked for.
 * Which weekday effects, and how loud the noise is, cancel out: what is left is a likelihood ratio of two multivariate t
 * distributions that the days before and after determine alone (Pérez-Ortiz, Lardy, de Heide and Grünwald, "E-statistics, group
 * invariance and anytime-valid testing", Annals of Statistics 52, 2024). It is 1 on average where nothing has changed, however often it is
 * looked at and in whichever order days arrive. Assumed: noise close to normal, and no trend of its own.
 */

/** A day's value, larger is worse; null where it is not known. */
export type DayValue = number | null;

export interface Since {
  /** Days before the change, oldest first; the last is the day before the first of `days`. */
  readonly history: readonly DayValue[];
  /** Days since. */
  readonly days: readonly DayValue[];
  /** How much worse is acceptable, in the values' own unit. */
  readonly margin: number;
  /** The least that days are taken to vary by: a standard deviation in the same unit, above 0. */
  readonly leastSpread: number;
}

/** What the days before say. */
export interface HistoryNoise {
  /** Standard deviation of a day about its weekday's mean. */
  readonly spread: number;
  /** How much of a day's deviation the next one has, with caution. */
  readonly persistence: number;
  readonly days: number;
}

/** Two of each weekday at least. */
export const LEAST_HISTORY_DAYS = 14;
const WEEK = 7;
/** Shifts beyond the margin that are bet on, in standard deviations of a day. */
const SHIFTS: readonly number[] = [1, 1.5, 2.5, 4, 8];
/** Noise that lasts longer than this is told from no shift at all. */
const MOST_PERSISTENCE = 0.9;

/** Undefined where too few days before are known. */
export function historyNoise({ history, leastSpread }: Pick<Since, "history" | "leastSpread">) {
  const rows = rowsOf({ history, days: [], margin: 0 });
  if (rows.length < LEAST_HISTORY_DAYS) return undefined;
  const persistence = persistenceOf(rows);
  const { freedom, residual } = projected(rows, persistence);
  const spread = Math.sqrt(residual.reduce((sum, each) => sum + each * each, 0) / freedom);
  return { spread: Math.max(spread, leastSpread), persistence, days: rows.length } satisfies HistoryNoise;
}

/** ln E that the days since are worse than the margin allows; 0 where none of them tells anything, undefined without a history. */
export function harmSince(since: Since): number | undefined {
  const noise = historyNoise(since);
  if (noise === undefined) return undefined;
  const rows = rowsOf(since);
  const { residual, shift, freedom } = projected(rows, noise.persistence);
  const [squares, cross, weight] = [dot(residual, residual), dot(residual, shift), dot(shift, shift)];
  // A history without noise is taken to have some.
  const least = freedom * since.leastSpread ** 2;
  const logs = SHIFTS.map((shiftSds) => {
    const by = shiftSds * noise.spread;
    const without = least + squares;
    return (-freedom / 2) * Math.log((without - 2 * by * cross + by * by * weight) / without);
  });
  return logMean(logs);
}

/** The least shift beyond the margin that so many days would show about every other time, in the values' unit. */
export function shiftSeen(
  noise: HistoryNoise,
  { days, logThreshold }: { readonly days: number; readonly logThreshold: number },
): number {
  // Days before that have just the noise that was found: its square is all of them that counts.
  const history = Array.from({ length: noise.days }, (): number => 0);
  const rows = rowsOf({ history, days: Array.from({ length: days }, () => 1), margin: 0 });
  const { shift, freedom } = projected(rows, noise.persistence);
  const weight = dot(shift, shift);
  const logEvidence = (sds: number) => {
    const logs = SHIFTS.map(
      (by) => (-freedom / 2) * Math.log((freedom + (sds - by) ** 2 * weight) / (freedom + sds ** 2 * weight)),
    );
    return logMean(logs);
  };
  let [low, high] = [0, 1];
  while (logEvidence(high) < logThreshold && high < 1e3) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (logEvidence(middle) < logThreshold) low = middle;
    else high = middle;
  }
  return high * noise.spread;
}

interface Row {
  /** Days from the first one of history. */
  readonly at: number;
  readonly value: number;
  readonly isSince: boolean;
}

/** Days that are known, oldest first; of those since, only on weekdays that the history knows. */
function rowsOf({ history, days, margin }: Pick<Since, "history" | "days" | "margin">): Row[] {
  const before = history.flatMap((value, at) => (value === null ? [] : [{ at, value, isSince: false }]));
  const weekdays = new Set(before.map(({ at }) => at % WEEK));
  const since = days.flatMap((value, nth) => {
    const at = history.length + nth;
    return value === null || !weekdays.has(at % WEEK) ? [] : [{ at, value: value - margin, isSince: true }];
  });
  return [...before, ...since];
}

interface Projected {
  /** Values and the shift, as independent deviations of one variance, without what weekdays explain. */
  readonly residual: readonly number[];
  readonly shift: readonly number[];
  readonly freedom: number;
}

function projected(rows: readonly Row[], persistence: number): Projected {
  const whitened = (of: (row: Row) => number) => innovations(rows, of, persistence);
  const basis: number[][] = [];
  for (let weekday = 0; weekday < WEEK; weekday++) {
    const column = without(
      whitened(({ at }) => Number(at % WEEK === weekday)),
      basis,
    );
    const length = Math.sqrt(dot(column, column));
    if (length > 1e-9) basis.push(column.map((each) => each / length));
  }
  return {
    residual: without(
      whitened(({ value }) => value),
      basis,
    ),
    shift: without(
      whitened(({ isSince }) => Number(isSince)),
      basis,
    ),
    freedom: rows.length - basis.length,
  };
}

/** What of each day the day before it does not explain, at the variance of a day; days between may be missing. */
function innovations(rows: readonly Row[], of: (row: Row) => number, persistence: number): number[] {
  return rows.map((row, i) => {
    const before = rows[i - 1];
    const kept = before === undefined ? 0 : persistence ** (row.at - before.at);
    return (of(row) - kept * (before === undefined ? 0 : of(before))) / Math.sqrt(1 - kept * kept);
  });
}

/** Less what an orthonormal basis explains of it; twice, since once leaves what rounding adds. */
function without(column: readonly number[], basis: readonly (readonly number[])[]): number[] {
  let left = [...column];
  for (const axis of [...basis, ...basis]) {
    const part = dot(left, axis);
    left = left.map((each, i) => each - part * (axis[i] ?? 0));
  }
  return left;
}

/** ln of the mean of what these are the logarithms of. */
function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length);
}

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, each, i) => sum + each * (other[i] ?? 0), 0);

/** Lag-one autocorrelation, and a standard error and what means take from it more: too little of it cries wolf, too much is slow. */
function persistenceOf(rows: readonly Row[]): number {
  const { residual } = projected(rows, 0);
  const total = dot(residual, residual);
  const pairs = residual.map((each, i) => {
    const [row, before] = [rows[i], rows[i - 1]];
    return row?.at === (before?.at ?? -1) + 1 ? each * (residual[i - 1] ?? 0) : 0;
  });
  const lagged = total === 0 ? 0 : pairs.reduce((sum, each) => sum + each, 0) / total;
  const caution = 1 / Math.sqrt(rows.length) + 4 / rows.length;
  return Math.min(MOST_PERSISTENCE, Math.max(0, lagged + caution));
}
