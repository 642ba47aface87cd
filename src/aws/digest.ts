/** Looks up what a digest tells. A part that cannot be read is told so, and the rest with it. Touches nothing. */
import { conflictTexts, raisesText } from "../core/calendar/calendar-texts.ts";
import type { Occurrence } from "../core/calendar/occurrences.ts";
import { type ComingMilestone, heldOf, type WeeklyDigest } from "../core/release/digest.ts";
import { type MonthCosts, monthCosts, monthOf, monthSpan } from "../core/release/month-costs.ts";
import type { EpochMs } from "../core/units.ts";
import { allPlans } from "./all-plans.ts";
import type { Aws } from "./clients.ts";
import { failureOf } from "./errors.ts";
import { costsSince } from "./month-costs.ts";
import { reviewAt } from "./reviews.ts";

/** Chosen: a hold is extended within bounds, and no release takes longer. */
const heldDays = 92;
const dayMs = 86_400_000;

export async function digestOf(aws: Aws, nowMs: EpochMs, days: number): Promise<WeeklyDigest> {
  const span = { fromMs: nowMs, toMs: nowMs + days * dayMs };
  const unseen: string[] = [];
  const calendar = await part(unseen, "what comes", () => allPlans(aws, span));
  const coming =
    calendar === undefined
      ? []
      : await part(unseen, "who has confirmed what", () =>
          Promise.all(
            calendar.occurrences.filter(({ dueMs }) => dueMs >= nowMs).map((one) => comingOf(aws, one)),
          ),
        );
  const [month, held] =
    (await part(unseen, "what is held, and what it costs", () => costsOf(aws, nowMs))) ?? [];
  return {
    stack: aws.environment.stack,
    at: new Date(nowMs).toISOString(),
    until: new Date(span.toMs).toISOString(),
    coming: coming ?? (calendar?.occurrences ?? []).map(bare),
    conflicts: conflictTexts(calendar?.conflicts ?? []),
    held: held === undefined ? [] : heldOf(held),
    ...(month !== undefined && { month: { month: month.month, plans: month.plans, total: month.total } }),
    unseen: [...(calendar?.unseen ?? []), ...unseen],
  };
}

/** What is thrown is a fault of ours unless AWS has refused it. */
async function part<T>(unseen: string[], what: string, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const known = failureOf(error);
    unseen.push(`${what} could not be read: ${known.message}`);
    return undefined;
  }
}

async function comingOf(aws: Aws, one: Occurrence): Promise<ComingMilestone> {
  const { model, kind, dueMs } = one;
  const review = one.isTentative ? undefined : await reviewAt(aws, model, { kind, dueMs });
  if (review === undefined || review.missing.length === 0) return bare(one);
  return { ...bare(one), confirm: { until: review.until, missing: review.missing } };
}

const bare = (one: Occurrence): ComingMilestone => ({
  model: one.model,
  kind: one.kind,
  dueAt: new Date(one.dueMs).toISOString(),
  isTentative: one.isTentative,
  raises: raisesText({ kind: one.kind, raised: one.raised.filter(({ instances }) => instances > 0) }),
  costUsd: one.costUsd,
});

/** This month, and all that may be held still, whenever it was opened. */
async function costsOf(aws: Aws, nowMs: EpochMs): Promise<readonly [MonthCosts, MonthCosts]> {
  const month = monthOf(nowMs);
  const since = { fromMs: nowMs - heldDays * dayMs, toMs: nowMs + 1 };
  const { seen } = await costsSince(aws, { sinceMs: since.fromMs, nowMs });
  const own = monthCosts({ ...seen, month, span: monthSpan(month) ?? since });
  return [own, monthCosts({ ...seen, month, span: since })];
}
