/** Requests as they were recorded, as days of load by slot: what is not recorded is not known, and no lull. */
import type { EpochMs } from "../units.ts";
import type { LoadDay } from "./forecast.ts";

/** What came in the time that begins then. */
export interface RecordedRow {
  readonly atMs: EpochMs;
  readonly requests: number;
}

export interface LoadHistory {
  /** Requests per second. Only whole days: the last one, of which more is to come, is left out. */
  readonly days: readonly LoadDay[];
  /** The slots of that one that are over. */
  readonly today: LoadDay;
  readonly slotMinutes: number;
  /** When the first day that is not among them begins, in UTC. */
  readonly nextDayMs: EpochMs;
}

const dayMs = 86_400_000;
/** Lengths that a day has a whole number of, minutes. */
const slotLengths = [10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440];

/** Rows in the order of time; without a step the shortest between two of them is one. */
export function historyOf(rows: readonly RecordedRow[], ofMs?: number): LoadHistory {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined)
    return { days: [], today: [], slotMinutes: 10, nextDayMs: 0 };
  const steps = rows.slice(1).map(({ atMs }, nth) => atMs - (rows[nth]?.atMs ?? 0));
  const stepMs = ofMs ?? steps.reduce((shortest, step) => Math.min(shortest, step), dayMs);
  const slotMinutes = slotLengths.find((minutes) => minutes * 60_000 >= stepMs) ?? 1440;
  const slots = 1440 / slotMinutes;
  const firstDayMs = Math.floor(first.atMs / dayMs) * dayMs;
  const nextDayMs = Math.floor((last.atMs + stepMs) / dayMs) * dayMs;
  const count = Math.max(0, Math.round((nextDayMs - firstDayMs) / dayMs));
  const over = Math.floor((last.atMs + stepMs - firstDayMs) / (slotMinutes * 60_000));
  const sums = new Float64Array(over);
  const seen = new Uint32Array(over);
  for (const { atMs, requests } of rows) {
    const slot = Math.floor((atMs - firstDayMs) / (slotMinutes * 60_000));
    if (slot >= sums.length) continue;
    sums[slot] = (sums[slot] ?? 0) + requests;
    seen[slot] = (seen[slot] ?? 0) + 1;
  }
  const loadOf = (slot: number) =>
    (seen[slot] ?? 0) === 0 ? null : (sums[slot] ?? 0) / (((seen[slot] ?? 1) * stepMs) / 1000);
  const loadsFrom = (slot: number, length: number) => Array.from({ length }, (_, nth) => loadOf(slot + nth));
  return {
    days: Array.from({ length: count }, (_, day) => loadsFrom(day * slots, slots)),
    today: loadsFrom(count * slots, over - count * slots),
    slotMinutes,
    nextDayMs,
  };
}

/** The same up to a moment: what nobody has reported until then is not known. */
export function until({ days, today, slotMinutes, nextDayMs }: LoadHistory, nowMs: EpochMs): LoadHistory {
  const slots = 1440 / slotMinutes;
  const midnightMs = Math.floor(nowMs / dayMs) * dayMs;
  const isEmpty = days.length === 0 && today.length === 0;
  const whole = days.length + (isEmpty ? 0 : Math.round((midnightMs - nextDayMs) / dayMs));
  const over = Math.floor((nowMs - midnightMs) / (slotMinutes * 60_000));
  const loads = [...days.flat(), ...today];
  const lengthened = Array.from({ length: whole * slots + over }, (_, slot) => loads[slot] ?? null);
  return {
    days: Array.from({ length: whole }, (_, day) => lengthened.slice(day * slots, (day + 1) * slots)),
    today: lengthened.slice(whole * slots),
    slotMinutes,
    nextDayMs: midnightMs,
  };
}

/** Whole days, and what came since they were over: later days of it, too, up to a moment. */
export function wentOn(
  before: Pick<LoadHistory, "days" | "nextDayMs">,
  since: LoadHistory,
  nowMs: EpochMs,
): LoadHistory {
  const { days, ...rest } = until(since, nowMs);
  const later = Math.round((rest.nextDayMs - before.nextDayMs) / dayMs);
  const slots = 1440 / rest.slotMinutes;
  const unknown = Array.from({ length: Math.max(0, later - days.length) }, () =>
    Array.from({ length: slots }, () => null),
  );
  return { days: [...before.days, ...unknown, ...days.slice(days.length - later + unknown.length)], ...rest };
}
