/**
 * Starts apart from a milestone's recurring one: a one-time schedule for each of its next dates before which clocks change, so that
 * it starts ahead of those, too, by its lead time. There are a few places for them, each with a name of its own; a date that
 * has one keeps it.
 */
import type { KnownLaunch } from "../learning/launch.ts";
import { wallTextAt } from "../plan/local-time.ts";
import { type MilestoneKind, milestoneKinds, type Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import {
  dueMsOf,
  isPast,
  isSame,
  leadMinutesFor,
  leadMinutesOf,
  type Schedule,
  type ScheduleStep,
  scheduleAhead,
  type Target,
} from "./calendar.ts";
import { datesMissed } from "./clock-changes.ts";
import { duesIn } from "./occurrences.ts";

/** Clocks change twice a year, and a cron may have several dates in the hour; what there is no place for waits for one. */
export const placesApart = 4;

/** What stands at each place, the first first. */
export type StandingApart = { readonly [K in MilestoneKind]?: readonly (Schedule | undefined)[] };

/** Some thirteen months: by then a milestone that comes at all has come. */
const aheadMs = 400 * 86_400_000;
/** Until when Scheduler may not have deleted yet what has fired; chosen. */
const deletionMs = 86_400_000;

interface Known {
  readonly standing: StandingApart;
  readonly target: Target;
  readonly nowMs: EpochMs;
}

/** What must be done so that the starts apart are those of a plan. */
export function stepsApart(
  plan: Plan,
  { launches, ...known }: Known & { readonly launches: readonly KnownLaunch[] },
): ScheduleStep[] {
  return milestoneKinds.flatMap((kind) =>
    stepsOfKind(plan, { kind, leadMinutes: leadMinutesFor(plan, kind, launches) }, known),
  );
}

/** Until so long before it the next release that closes is left to lay a start; chosen. */
const unhurriedMs = 200 * 86_400_000;

/** Whether a step is one that time alone has brought. */
export const mayWait = (step: ScheduleStep, nowMs: EpochMs): boolean =>
  step.place !== undefined && step.act === "make" && (dueMsOf(step.to) ?? 0) > nowMs + unhurriedMs;

/** What must go where the plan itself goes. */
export const retiringApart = (standing: StandingApart): ScheduleStep[] =>
  milestoneKinds.flatMap((kind) =>
    placed(standing[kind]).map(({ place, from }) => ({ kind, place, act: "remove", from, why: "unplanned" })),
  );

/** The same of one milestone, whose recurring start is so far ahead. */
export function stepsOfKind(
  plan: Plan,
  { kind, leadMinutes }: { readonly kind: MilestoneKind; readonly leadMinutes: number },
  { standing, target, nowMs }: Known,
): ScheduleStep[] {
  const taken = placed(standing[kind]);
  const wanted = schedulesApart(plan, { kind, leadMinutes, target, nowMs });
  const left = taken.flatMap(({ place, from }): ScheduleStep[] => {
    const nth = wanted.findIndex((to) => dueMsOf(to) === dueMsOf(from));
    const [to] = nth < 0 ? [] : wanted.splice(nth, 1);
    if (isPast(from, nowMs))
      return isPast(from, nowMs - deletionMs) ? [{ kind, place, act: "remove", from, why: "past" }] : [];
    if (to === undefined) return [{ kind, place, ...withoutWish(plan, from, { kind, leadMinutes, nowMs }) }];
    return [{ kind, place, ...(isSame(from, to) ? { act: "keep", to } : { act: "change", from, to }) }];
  });
  const free = Array.from({ length: placesApart }, (_, nth) => nth + 1).filter(
    (place) => !taken.some((each) => each.place === place),
  );
  const made = free.flatMap((place, nth): ScheduleStep[] => {
    const to = wanted[nth];
    return to === undefined ? [] : [{ kind, place, act: "make", to }];
  });
  return [...left, ...made];
}

/** What becomes of one that no start of the plan's is for. */
function withoutWish(
  { milestones }: Plan,
  from: Schedule,
  { kind, leadMinutes, nowMs }: { kind: MilestoneKind; leadMinutes: number; nowMs: EpochMs },
) {
  const when = milestones[kind]?.when;
  const dueMs = dueMsOf(from) ?? 0;
  const isDate =
    when !== undefined && "cron" in when && duesIn(when, { fromMs: dueMs, toMs: dueMs + 1 }).length > 0;
  if (!isDate) return { act: "remove", from, why: "lost" } as const;
  // By its new lead time the start of that date is over, and the one that stands is still to come.
  const isStillToCome = leadMinutes > 0 && dueMs - leadMinutes * 60_000 <= nowMs;
  return isStillToCome
    ? ({ act: "keep", to: from } as const)
    : ({ act: "remove", from, why: "apart" } as const);
}

function schedulesApart(
  plan: Plan,
  asked: Pick<Known, "target" | "nowMs"> & { readonly kind: MilestoneKind; readonly leadMinutes: number },
): Schedule[] {
  const { kind, leadMinutes: wanted, target, nowMs } = asked;
  const when = plan.milestones[kind]?.when;
  const recurring = scheduleAhead(plan, { kind, target, leadMinutes: wanted });
  if (when === undefined || !("cron" in when) || recurring === undefined) return [];
  const leadMinutes = leadMinutesOf(recurring);
  return datesMissed(when, leadMinutes, { fromMs: nowMs, toMs: nowMs + aheadMs }).map((dueMs) =>
    apart(recurring, dueMs - leadMinutes * 60_000),
  );
}

function apart(recurring: Schedule, startMs: EpochMs): Schedule {
  const { milestone } = JSON.parse(recurring.input) as { milestone: Record<string, unknown> };
  const { recurring: _, ...once } = milestone;
  const expression = `at(${wallTextAt(startMs, "UTC")})`;
  return { ...recurring, expression, timeZone: "UTC", input: JSON.stringify({ milestone: once }) };
}

/** Whether a start apart is as some lead time has it, for some date of the plan's. */
export function isOwnApart(
  plan: Plan,
  { kind, target }: { readonly kind: MilestoneKind; readonly target: Target },
  from: Schedule,
): boolean {
  const leadMinutes = leadMinutesOf(from);
  const dueMs = dueMsOf(from);
  const recurring = scheduleAhead(plan, { kind, target, leadMinutes });
  if (recurring === undefined || dueMs === undefined) return false;
  return isSame(from, apart(recurring, dueMs - leadMinutes * 60_000));
}

const placed = (standing: readonly (Schedule | undefined)[] = []) =>
  standing.flatMap((from, nth) => (from === undefined ? [] : [{ place: nth + 1, from }]));
