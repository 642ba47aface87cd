/**
 * Which of a milestone's dates to come a person means: a day or a time of day by the plan's clocks, or a moment with an offset. A
 * date that was moved is also meant by what the plan has for it.
 */
import { toTheSecond, wallTextAt } from "../plan/local-time.ts";
import type { MilestoneKind, Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { duesAhead } from "./occurrences.ts";
import { plannedDateOf } from "./slip.ts";

/** A day, or a time to the minute or the second, in the plan's zone or with an offset. */
const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Whether a text may mean a date at all: there is no 30 February. */
export const isDateText = (text: string): boolean =>
  form.test(text) && new Date(dayOf(text)).toISOString().startsWith(text.slice(0, 10));

/** Epoch milliseconds; 0 where there is no such day. */
const dayOf = (text: string): EpochMs => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) || 0;

/** A milestone's date to come, and as the plan's clocks show it. */
export interface DateAhead {
  readonly dueMs: EpochMs;
  readonly text: string;
}

interface Milestone {
  /** In force. */
  readonly plan: Plan;
  /** The same by its dates as they stand. */
  readonly standing: Plan;
  readonly kind: MilestoneKind;
}

/** The dates to come, in their order; `meant` are those of them that the text means. */
export function datesMeant(
  { plan, standing, kind }: Milestone,
  text: string,
  nowMs: EpochMs,
): { readonly all: readonly DateAhead[]; readonly meant: readonly DateAhead[] } {
  const when = standing.milestones[kind]?.when;
  if (when === undefined || "event" in when) return { all: [], meant: [] };
  const { timeZone } = when;
  const all = duesAhead(standing, kind, nowMs).map((dueMs) => ({
    dueMs,
    text: `${wallTextAt(dueMs, timeZone)} ${timeZone}`,
  }));
  const isMeant = (ms: EpochMs) =>
    form.exec(text)?.[1] === undefined
      ? wallTextAt(ms, timeZone).startsWith(text.length === 10 ? text : toTheSecond(text))
      : ms === Date.parse(text);
  const meant = all.filter(
    ({ dueMs }) => isMeant(dueMs) || isMeant(plannedDateOf(plan, kind, dueMs) ?? dueMs),
  );
  return { all, meant };
}
