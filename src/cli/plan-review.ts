/** `slipway plan review` and `plan confirm`: what both sides of a team confirm of a milestone before its date, and doing so. */
import type { Aws } from "../aws/clients.ts";
import { readPlan } from "../aws/plans.ts";
import { reviewAt } from "../aws/reviews.ts";
import { asTheyStand } from "../aws/slipping.ts";
import { nextDueMs } from "../core/calendar/occurrences.ts";
import { foundText, printable } from "../core/input/bad-input.ts";
import { type MilestoneKind, milestoneKinds } from "../core/plan/plan.ts";
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
  const wanted = kindOf(line);
  const { aws } = await bound(line, terminal);
  const reviews = await reviewsOf(aws, { model, wanted }, terminal);
  const { out } = terminal;
  if (reviews.length === 0) tell(out, `no milestone of ${model} that has a review has a date to come`);
  else tell(out, ...reviews.flatMap((review) => reviewLines(review, out.paint)));
  return 0;
}

/** Throws BadInput where it is not taken, or it is not clear which is meant. */
export async function planConfirm(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = modelOf(line, "whose milestone to confirm");
  const wanted = kindOf(line);
  const { aws } = await bound(line, terminal);
  const reviews = await reviewsOf(aws, { model, wanted }, terminal);
  const [review, ...more] = reviews;
  if (review === undefined || more.length > 0)
    throw new BadInput(
      [
        `--milestone: expected one of ${model} that has a review and a date to come, found ${
          review === undefined ? "none" : reviews.map(({ kind }) => kind).join(" and ")
        }`,
      ],
      "nothing was changed",
    );
  const { kind: milestone, dueAt, seen } = review;
  const { err } = terminal;
  tell(err, ...reviewLines(review, err.paint));
  return ordered(aws, { order: "confirm", model, milestone, dueAt, seen }, terminal);
}

function kindOf({ values: { milestone } }: CommandLine): MilestoneKind | undefined {
  const kind = milestoneKinds.find((each) => each === milestone);
  if (kind === undefined && milestone !== undefined)
    throw new BadUsage([
      `--milestone: expected one of ${milestoneKinds.join(", ")}, found ${foundText(milestone)}`,
    ]);
  return kind;
}

/** The next date of each milestone that has a review. */
async function reviewsOf(
  aws: Aws,
  { model, wanted }: { readonly model: string; readonly wanted: MilestoneKind | undefined },
  { err }: Terminal,
): Promise<Reviewed[]> {
  return looked("nothing was changed: the review could not be read", async () => {
    const plan = await readPlan(aws, model);
    if (plan === undefined) throw noPlan(aws.environment.stack, model);
    const found: Reviewed[] = [];
    const { plans, unseen } = await asTheyStand(aws, [plan]);
    const [standing = plan] = plans;
    tell(err, ...unseen.map((each) => `${err.paint.yellow("!")} ${printable(each)}`));
    for (const kind of milestoneKinds) {
      const dueMs = nextDueMs(standing, kind, Date.now());
      if (dueMs === undefined || (wanted !== undefined && wanted !== kind)) continue;
      const review = await reviewAt(aws, model, { kind, dueMs });
      if (review !== undefined) found.push(review);
    }
    return found;
  });
}
