/** What a person reads of a calendar, in lines: what a milestone raises, and where several are in each other's way. Times are in UTC. */
import type { EpochMs } from "../units.ts";
import type { Conflict, DatedConflict } from "./conflicts.ts";
import type { Occurrence } from "./occurrences.ts";
import { type ReservationConflict, reservationText } from "./reserved-dates.ts";
import type { SharedEndpoint } from "./shared-endpoints.ts";

/** What a training pool raises counts against two quotas, and is there once. Of a patch all of it depends on what serves. */
export function raisesText({ kind, raised }: Pick<Occurrence, "kind" | "raised">): string {
  const once = raised.filter(({ use }) => use !== "training job usage");
  const text = once.map(({ instances, instanceType }) => `${instances} ${instanceType}`).join(" + ");
  return kind === "patch" && text !== "" ? `${text} where what serves is behind` : text;
}

/** A sentence for each. What comes again and again, as what is due each week does, is told once. */
export function conflictTexts(conflicts: readonly Conflict[]): string[] {
  const shared = conflicts.filter((one) => one.what === "shared-endpoint");
  const dated = conflicts.filter((one) => one.what !== "shared-endpoint");
  return [...shared.map(sharedText), ...[...Map.groupBy(dated, kindOf).values()].map(textOf)];
}

function sharedText({ subject, by }: SharedEndpoint): string {
  const plans = by.map(({ model, milestone }) => (milestone === "staging" ? `${model} (staging)` : model));
  return `${subject} is named by the plans of ${plans.join(" and ")}: whatever one of them releases there replaces what another has released`;
}

/** The same for conflicts of the same milestones that differ in their dates alone. */
function kindOf(conflict: DatedConflict): string {
  const who = conflict.who.map(({ model, kind }) => `${model} ${kind}`).sort();
  return JSON.stringify([conflict.what, ofWhat(conflict), who]);
}

function ofWhat(conflict: DatedConflict): string {
  if (conflict.what === "quota") return `${conflict.use} ${conflict.instanceType}`;
  if (conflict.what === "people") return conflict.people.join();
  if (conflict.what !== "reservation") return "";
  const { trainingPlan, releaseType, instanceType, fault } = conflict;
  return `${trainingPlan} ${releaseType} ${instanceType} ${fault}`;
}

function textOf([first, ...more]: readonly DatedConflict[]): string {
  const last = more.at(-1);
  if (first === undefined) return "";
  if (last === undefined) return conflictText(first);
  return `${conflictText(first)}; and ${more.length} more like it, the last on ${minuteOf(last.fromMs).slice(0, 10)}`;
}

function conflictText(conflict: DatedConflict): string {
  const who = whoText(conflict.who);
  const when = `from ${minuteOf(conflict.fromMs)} until ${minuteOf(conflict.toMs)} UTC`;
  switch (conflict.what) {
    case "endpoint":
      return `${conflict.subject} is meant for two at one time ${when}: ${who}; one waits for the other`;
    case "quota":
      return `${conflict.needed} ${conflict.instanceType} are needed at one time ${when}, and the account's quota for ${conflict.use} is ${conflict.quota}: ${who}`;
    case "budget":
      return `${conflict.model} is estimated at $${conflict.usd.toFixed(2)} in ${new Date(conflict.fromMs).toISOString().slice(0, 7)}, and its budget of a month is $${conflict.budgetUsd.toFixed(2)}: ${conflict.who.length} milestones`;
    case "order":
      return `${who}: ${conflict.who.at(-1)?.kind} starts before staging is over, and waits for it ${when}`;
    case "freeze":
      return `${who} meets a freeze ${when}, and waits for its end: ${conflict.reason}`;
    case "people": {
      const plans = new Set(conflict.who.map(({ model }) => model)).size;
      return `${conflict.people.join(" and ")} alone would have to answer for ${plans} plans at one time ${when}: ${who}`;
    }
    case "reservation":
      return `${who}: ${reservationText(asTold(conflict))}`;
  }
}

const asTold = (conflict: ReservationConflict) => ({
  ...conflict,
  endsAt: new Date(conflict.fromMs).toISOString(),
  closesAt: new Date(conflict.toMs).toISOString(),
});

/** Chosen: enough to see the rhythm of a cron. */
const mostNamed = 3;

/** Of a milestone that comes time and again the first are named, and how many more there are until when. */
function whoText(who: readonly Occurrence[]): string {
  const each = Map.groupBy(who, ({ model, kind }) => `${model} ${kind}`);
  return [...each]
    .flatMap(([milestone, all]) => {
      const [named, more] = [all.slice(0, mostNamed).map(nameOf), all.slice(mostNamed)];
      const last = more.at(-1);
      if (last === undefined) return named;
      return [...named, `and ${more.length} more of ${milestone} until ${minuteOf(last.dueMs).slice(0, 10)}`];
    })
    .join(", ");
}

function nameOf({ model, kind, dueMs, isTentative }: Occurrence): string {
  const due = minuteOf(dueMs);
  return `${model} ${kind} ${isTentative ? `of about ${due.slice(0, 10)}` : `of ${due}`}`;
}

/** `2026-11-30 09:00` */
export const minuteOf = (atMs: EpochMs): string =>
  new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
