/**
 * Which milestones both sides of a team have confirmed, by what was written to the table: where a plan has one wait for its review,
 * nothing claims a release of its date before, and what waits for it does so neither beyond its end nor once it is complete.
 */
import type { Plan } from "../../core/plan/plan.ts";
import { isRecord, plainItem } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import type { ObservedCall } from "./observation.ts";
import { claimIn } from "./release-records.ts";

interface Confirmed {
  readonly kind: string;
  readonly dueMs: number;
  /** The last part of the ARN of who did. */
  readonly name: string;
  readonly atMs: number;
}

interface Dated {
  readonly kind: string;
  readonly dueMs: number;
}

export interface ReviewedFirst {
  /** Tells of a release that is claimed by its date although its review is not complete. */
  seen(call: ObservedCall): string[];
  /** Tells of one that waits for its review where it should not; `lookMs`: what was so by then it has seen. */
  waits(waiting: { execution: string; atMs: number; until: string; lookMs: number }): string[];
}

export function createReviewedFirst({
  planOf,
  inputOf,
}: Pick<CheckContext, "planOf" | "inputOf">): ReviewedFirst {
  const { model, milestones, team } = planOf(undefined);
  const all: Confirmed[] = [];
  const silent = (dated: Dated, byMs: number): string[] =>
    (["model", "capacity"] as const).filter((side) => {
      const owners = (team?.[side].owners ?? []).map((owner) => owner.toLowerCase());
      const given = all.filter(
        ({ kind, atMs, name }) => kind === dated.kind && atMs <= byMs && owners.includes(name),
      );
      return !given.some(({ dueMs }) => dueMs === dated.dueMs || isMovedFrom(dueMs, dated, milestones));
    });
  const waitsForIt = ({ kind }: Dated) =>
    Object.entries(milestones).some(
      ([of, milestone]) => of === kind && milestone?.review?.onMissing === "wait",
    );

  return {
    seen(call) {
      const said = confirmedIn(call, model);
      if (said !== undefined) all.push(said);
      const claim = claimIn(call);
      const execution = claim?.execution.split(":").at(-1) ?? "";
      const dated = claim === undefined ? undefined : datedIn(inputOf(execution), model);
      if (claim === undefined || dated === undefined || !waitsForIt(dated)) return [];
      return silent(dated, call.call.at).map(
        (side) => `${claim.releaseId} was opened although ${side} had not confirmed ${dated.kind}`,
      );
    },
    waits({ execution, atMs, until, lookMs }) {
      const dated = datedIn(inputOf(execution), model);
      if (Date.parse(until) <= atMs) return [`execution ${execution} waits for its review beyond ${until}`];
      return dated !== undefined && silent(dated, lookMs).length === 0
        ? [`execution ${execution} waits for its review although both sides have confirmed it`]
        : [];
    },
  };
}

/** Whether the plan has a date then, and may have moved it to the other, one of its milestones being late. */
function isMovedFrom(fromMs: number, { kind, dueMs }: Dated, milestones: Plan["milestones"]): boolean {
  const all = Object.entries(milestones);
  const when = all.find(([of]) => of === kind)?.[1]?.when;
  if (when === undefined || !("at" in when) || !isShownAt(when.at, when.timeZone, fromMs)) return false;
  const rules = all.flatMap(([, milestone]) => milestone?.late ?? []);
  const minutes = rules.flatMap(({ laterDates, extendMinutes }) =>
    laterDates === "move" ? extendMinutes : [],
  );
  return dueMs > fromMs && dueMs - fromMs <= Math.max(0, ...minutes) * 60_000;
}

/** Whether a clock of the zone shows a time, yyyy-mm-ddThh:mm with seconds or without, at a moment. */
const isShownAt = (at: string, timeZone: string, ms: number): boolean =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" })
    .format(ms)
    .startsWith(at.replace("T", " "));

function confirmedIn({ call, tookEffect }: ObservedCall, model: string): Confirmed | undefined {
  const item = call.service === "dynamodb" && call.operation === "PutItem" ? call.input.Item : undefined;
  if (!isRecord(item) || !tookEffect) return undefined;
  const { pk, milestone, dueAt, by } = plainItem(item);
  if (pk !== `answer#review/${model}` || !isRecord(by)) return undefined;
  const arn = String(by.arn);
  return {
    kind: String(milestone),
    dueMs: Date.parse(String(dueAt)),
    name: arn.slice(arn.lastIndexOf("/") + 1).toLowerCase(),
    atMs: call.at,
  };
}

/** Which date a schedule has started an execution for. */
function datedIn(input: unknown, model: string): Dated | undefined {
  if (isRecord(input) && isRecord(input.waitOn)) return datedIn(input.waitOn.input, model);
  const milestone = isRecord(input) ? input.milestone : undefined;
  if (!isRecord(milestone) || milestone.model !== model) return undefined;
  const { kind, scheduledTime, leadMinutes = 0 } = milestone;
  return { kind: String(kind), dueMs: Date.parse(String(scheduledTime)) + Number(leadMinutes) * 60_000 };
}
