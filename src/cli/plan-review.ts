/** `slipway plan review` and `plan confirm`: what both sides of a team confirm of a milestone before its date, and doing so. */
import type { Aws } from "../aws/clients.ts";
import { readPlan } from "../aws/plans.ts";
import { reviewAt } from "../aws/reviews.ts";
import { asTheyStand } from "../aws/slipping.ts";
import { datesMeant, isDateText } from "../core/calendar/dates-meant.ts";
import { nextDueMs } from "../core/calendar/occurrences.ts";
import { foundText, printable } from "../core/input/bad-input.ts";
import { type MilestoneKind, milestoneKinds, type Plan } from "../core/plan/plan.ts";
import type { EpochMs } from "../core/units.ts";
import { reviewLines } from "../report/review.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { modelOf, noPlan } from "./inputs.ts";
import { BadInput, BadUsage, looked } from "./mistakes.ts";
import { ordered } from "./orders.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

type Reviewed = NonNullable<Awaited<ReturnType<typeof reviewAt>>>;

/** Touches nothing. */
export async function planReview(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = modelOf(line, "whose milestones to review");
  const wanted = wantedOf(line);
  const { aws } = await bound(line, terminal);
  const reviews = await reviewsOf(aws, model, wanted, terminal);
  const { out } = terminal;
  if (reviews.length === 0) tell(out, `no milestone of ${model} that has a review has a date to come`);
  else tell(out, ...reviews.flatMap((review) => reviewLines(review, out.paint)));
  return 0;
}

/** Throws BadInput where it is not taken, or it is not clear which is meant. */
export async function planConfirm(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = modelOf(line, "whose milestone to confirm");
  const wanted = wantedOf(line);
  const { aws } = await bound(line, terminal);
  const reviews = await reviewsOf(aws, model, wanted, terminal);
  const [review, ...more] = reviews;
  if (review === undefined || more.length > 0)
    throw new BadInput([notOne(model, reviews)], "nothing was changed");
  const { kind: milestone, dueAt, seen } = review;
  const { err } = terminal;
  tell(err, ...reviewLines(review, err.paint));
  return ordered(aws, { order: "confirm", model, milestone, dueAt, seen }, terminal);
}

/** Why it is not clear what is to be confirmed. */
function notOne(model: string, reviews: readonly Reviewed[]): string {
  const kinds = [...new Set(reviews.map(({ kind }) => kind))];
  if (kinds.length === 1)
    return `--for-date: expected one date of ${kinds.join()}, found ${reviews.map(({ dueAt }) => dueAt).join(" and ")}`;
  return `--milestone: expected one of ${model} that has a review and a date to come, found ${kinds.join(" and ") || "none"}`;
}

interface Wanted {
  /** Absent: all. */
  readonly kind: MilestoneKind | undefined;
  /** Absent: the next one. */
  readonly date: string | undefined;
}

function wantedOf(line: CommandLine): Wanted {
  const date = line.values["for-date"];
  if (date !== undefined && !isDateText(date))
    throw new BadUsage([
      `--for-date: expected a date such as 2026-12-07 or 2026-12-07T09:00, found ${foundText(date)}`,
    ]);
  return { kind: kindOf(line), date };
}

function kindOf({ values: { milestone } }: CommandLine): MilestoneKind | undefined {
  const kind = milestoneKinds.find((each) => each === milestone);
  if (kind === undefined && milestone !== undefined)
    throw new BadUsage([
      `--milestone: expected one of ${milestoneKinds.join(", ")}, found ${foundText(milestone)}`,
    ]);
  return kind;
}

/** Of each milestone that has a review the next date, or those that are meant. */
async function reviewsOf(aws: Aws, model: string, wanted: Wanted, { err }: Terminal): Promise<Reviewed[]> {
  return looked("nothing was changed: the review could not be read", async () => {
    const plan = await readPlan(aws, model);
    if (plan === undefined) throw noPlan(aws.environment.stack, model);
    const { plans, unseen } = await asTheyStand(aws, [plan]);
    const [standing = plan] = plans;
    tell(err, ...unseen.map((each) => `${err.paint.yellow("!")} ${printable(each)}`));
    const found: Reviewed[] = [];
    for (const { kind, dueMs } of datesWanted({ plan, standing }, wanted)) {
      const review = await reviewAt(aws, model, { kind, dueMs });
      if (review !== undefined) found.push(review);
    }
    return found;
  });
}

/** Throws BadInput where a date is meant that no milestone has, or none that has a review. */
function datesWanted(
  { plan, standing }: { readonly plan: Plan; readonly standing: Plan },
  { kind: only, date }: Wanted,
): { readonly kind: MilestoneKind; readonly dueMs: EpochMs }[] {
  const kinds = milestoneKinds.filter(
    (kind) => (only ?? kind) === kind && standing.milestones[kind]?.review !== undefined,
  );
  const nowMs = Date.now();
  if (date === undefined)
    return kinds.flatMap((kind) => {
      const dueMs = nextDueMs(standing, kind, nowMs);
      return dueMs === undefined ? [] : [{ kind, dueMs }];
    });
  const each = kinds.map((kind) => ({ kind, ...datesMeant({ plan, standing, kind }, date, nowMs) }));
  const found = each.flatMap(({ kind, meant }) => meant.map(({ dueMs }) => ({ kind, dueMs })));
  if (found.length > 0) return found;
  const there = each.flatMap(({ kind, all }) => (all.length === 0 ? [] : [`${kind} ${datesText(all)}`]));
  throw new BadInput(
    [
      `--for-date: expected ${there.length === 0 ? `a date of a milestone of ${plan.model} that has a review, of which none has one to come` : `one of ${there.join("; ")}`}, found ${foundText(date)}`,
    ],
    "nothing was changed",
  );
}

/** Chosen: enough to see the rhythm of a cron. */
const mostShown = 5;

function datesText(all: readonly { readonly text: string }[]): string {
  const shown = all.slice(0, mostShown).map(({ text }) => text);
  const more = all.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
