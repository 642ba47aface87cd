/**
 * Where clocks change between a recurring start and its date. Its cron says the start on the wall's clock, so that it then comes
 * too early, too late, or not at all; such dates are told by name, and what comes for none of them is told apart.
 */
import { instantOf, timesShown, wallTextAt } from "../plan/local-time.ts";
import type { When } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { cronAhead } from "./cron.ts";
import { duesIn, type TimeSpan } from "./occurrences.ts";

type CronWhen = Extract<When, { readonly cron: string }>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The dates whose start the recurring one misses, of those that would start within the span, in their order. */
export function datesMissed(
  when: Pick<CronWhen, "cron" | "timeZone">,
  leadMinutes: number,
  { fromMs, toMs }: TimeSpan,
): EpochMs[] {
  const cron = cronAhead(when.cron, leadMinutes);
  if (leadMinutes === 0 || cron === undefined) return [];
  const leadMs = leadMinutes * minuteMs;
  const found = changesIn(when.timeZone, { fromMs: fromMs - dayMs, toMs: toMs + leadMs + dayMs }).flatMap(
    (changeMs) => {
      // Of what is due before the change, or starts after it, no start is off by more than the change itself.
      const starts = { fromMs: changeMs - leadMs - dayMs, toMs: changeMs + dayMs };
      const firings = new Set(duesIn({ ...when, cron, start: "on-date" }, starts));
      const dues = { fromMs: starts.fromMs + leadMs, toMs: starts.toMs + leadMs };
      return duesIn({ ...when, start: "on-date" }, dues).filter((dueMs) => !firings.has(dueMs - leadMs));
    },
  );
  return [...new Set(found)]
    .filter((dueMs) => dueMs - leadMs >= fromMs && dueMs - leadMs < toMs)
    .sort((one, other) => one - other);
}

/** The hours by whose beginning a zone's clocks have changed. */
function changesIn(timeZone: string, { fromMs, toMs }: TimeSpan): EpochMs[] {
  const found: EpochMs[] = [];
  const first = Math.floor(fromMs / dayMs) * dayMs;
  for (let ms = first; ms < toMs; ms += dayMs)
    if (offsetMs(ms, timeZone) !== offsetMs(ms + dayMs, timeZone)) {
      let changeMs = ms;
      while (offsetMs(changeMs, timeZone) === offsetMs(ms, timeZone)) changeMs += hourMs;
      found.push(changeMs);
    }
  return found;
}

const offsetMs = (ms: EpochMs, timeZone: string): number => Date.parse(`${wallTextAt(ms, timeZone)}Z`) - ms;

/**
 * What a recurring start that has come is for, where that is not the date a lead time after it: the date that has a start of its
 * own, or none, where clocks skip it. Undefined where it is for the date after it, or for nothing that the cron says.
 */
export function strayOf(
  when: Pick<CronWhen, "cron" | "timeZone">,
  { startMs, leadMinutes }: { readonly startMs: EpochMs; readonly leadMinutes: number },
): { readonly wall: string; readonly dueMs: EpochMs | undefined } | undefined {
  const leadMs = leadMinutes * minuteMs;
  if (isDue(when, startMs + leadMs)) return undefined;
  const wallMs = Date.parse(`${wallTextAt(startMs, when.timeZone)}Z`) + leadMs;
  if (!isDue({ cron: when.cron, timeZone: "UTC" }, wallMs)) return undefined;
  const wall = wallTextAt(wallMs, "UTC");
  return { wall, dueMs: timesShown(wall, when.timeZone) === 0 ? undefined : instantOf(wall, when.timeZone) };
}

const isDue = (when: Pick<CronWhen, "cron" | "timeZone">, atMs: EpochMs): boolean =>
  duesIn({ ...when, start: "on-date" }, { fromMs: atMs, toMs: atMs + 1 }).length > 0;
