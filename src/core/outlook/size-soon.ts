/**
 * What a plan is to have by the load that is expected soon: how many instances now, so that they last until more could be there,
 * and what peak for a release that begins now.
 */

import { raiseLeadSeconds } from "../capacity/locked-minutes.ts";
import { steadyInstances } from "../capacity/sizing.ts";
import type { LoadDay } from "../forecast/forecast.ts";
import type { LoadHistory } from "../forecast/load-history.ts";
import { type LoadSoon, loadSoon } from "../forecast/load-soon.ts";
import { isKnown, timesOfDay, usualDays } from "../forecast/load-usual.ts";
import type { Plan, ReleaseType } from "../plan/plan.ts";
import { releaseOutlook } from "./release-outlook.ts";

/** Chosen: of the windows of a day three are above it (docs/DECISIONS.md, "sized as a day goes on"). */
export const soonShare = 0.98;
/** Chosen: a candidate that the load outgrows is raised, and given no share meanwhile that it cannot serve. */
export const releaseSoonShare = 0.75;
/** A size is looked at anew as often. */
const windowMinutes = 10;

/** Chosen: by fewer days nobody has seen a week, and how far a load may be off is believed. */
const fewestDays = 7;

/** How many whole days of a past are known, or that they are too few to go by. */
export function knownDaysOf({ days }: LoadHistory): { readonly days: number } | { readonly lack: string } {
  const known = days.filter(isKnown).length;
  return known < fewestDays
    ? { lack: `of its past ${known} whole days are known, and ${fewestDays} are needed` }
    : { days: known };
}

/** Minutes of which some must be known for what is foreseen to go on from what was seen (forecast/load-soon.ts). */
const seenMinutes = 30;

/** Whether anything of the last half hour is known. */
export const isSeen = ({ days, today, slotMinutes }: LoadHistory): boolean =>
  [...(days.at(-1) ?? []), ...today]
    .slice(-Math.ceil(seenMinutes / slotMinutes))
    .some((load) => load !== null);

export interface PeakSoon {
  /** From now on, in whole slots. */
  readonly minutes: number;
  /** What the load stays below meanwhile, on the share of such times. */
  readonly requestsPerSecond: number;
}

export interface SizeSoon extends PeakSoon {
  readonly instances: number;
}

export interface Now {
  /** Requests per second, by the slots of the day that are over. */
  readonly today: LoadDay;
  readonly slotMinutes: number;
  /** 0 … 1 */
  readonly share?: number;
}

export function sizeSoon(plan: Plan, soon: LoadSoon, { share = soonShare, ...now }: Now): SizeSoon {
  const peak = peakFor(soon, windowMinutes + raiseLeadSeconds(plan) / 60, { share, ...now });
  return { ...peak, instances: Math.max(1, steadyInstances(plan, peak.requestsPerSecond)) };
}

/** Of a release, of the plan's default type if not of another: what the plan must be ready for while it lasts. */
export function releasePeakSoon(
  plan: Plan,
  soon: LoadSoon,
  {
    share = releaseSoonShare,
    releaseType = plan.defaultReleaseType,
    ...now
  }: Now & { readonly releaseType?: ReleaseType },
): PeakSoon {
  return peakFor(soon, releaseOutlook(plan, releaseType).minutes, { share, ...now });
}

/** What the day that a history ends on brings, with the plan's events. */
export function soonBy({ requirements: { events } }: Plan, history: LoadHistory): LoadSoon {
  const { slotMinutes, nextDayMs } = history;
  const times = [0, 1].flatMap((nth) =>
    timesOfDay(events, { dayMs: nextDayMs + nth * 86_400_000, slotMinutes }),
  );
  return loadSoon(usualDays(history, events), times);
}

function peakFor(
  soon: LoadSoon,
  atLeastMinutes: number,
  { today, slotMinutes, share }: Required<Now>,
): PeakSoon {
  const slots = Math.ceil(atLeastMinutes / slotMinutes);
  return { minutes: slots * slotMinutes, requestsPerSecond: soon.peak(today, { share, slots }) };
}
