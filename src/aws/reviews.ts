/**
 * Confirmations of milestones before their dates: items of a model's own beside the answers to what stages ask, which only the
 * function that AWS has authenticated people for may write. What is confirmed is the plan in force, the date, and the limits in force.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { plannedDateOf } from "../core/calendar/slip.ts";
import { awsRefused, notFound } from "../core/errors.ts";
import { type Canonical, canonical } from "../core/evidence/canonical.ts";
import type { MilestoneKind, Plan } from "../core/plan/plan.ts";
import {
  Confirmation,
  type Confirming,
  confirmedText,
  type MilestoneReview,
  nextForConfirmation,
  reviewOf,
} from "../core/release/reviewing.ts";
import type { OrderReply } from "../core/request/persons-order.ts";
import { type EpochMs, epochMs } from "../core/units.ts";
import { limitsInForce } from "./capacity-limits.ts";
import type { Aws } from "./clients.ts";
import { itemsOf } from "./partition.ts";
import { storedPlan, understood } from "./plans.ts";
import { settled } from "./settling.ts";
import { sha256 } from "./sha256.ts";

/** No release has a slash in its id. */
const partition = (model: string) => `answer#review/${model}`;

interface DatedMilestone {
  readonly kind: MilestoneKind;
  readonly dueMs: EpochMs;
  /** It has come, be it that the plan in force has no such date: nobody has confirmed that then. */
  readonly isDue?: true;
}

/**
 * How a milestone of the plan in force stands at one of its dates, where that was moved to; undefined where there is no such date, or no
 * review of it.
 */
export async function reviewAt(
  aws: Aws,
  model: string,
  { kind, dueMs, isDue }: DatedMilestone,
): Promise<(MilestoneReview & { readonly plan: Plan }) | undefined> {
  const stored = await storedPlan(aws, model);
  if (stored === undefined) return undefined;
  const plan = understood(stored, `the plan in force of ${model}`);
  const plannedMs = plannedDateOf(plan, kind, dueMs) ?? (isDue ? dueMs : undefined);
  if (plannedMs === undefined) return undefined;
  const limits = (await limitsInForce(aws))?.limits ?? null;
  const shown = [kind, new Date(plannedMs).toISOString(), stored, limits] as Canonical;
  const review = reviewOf(
    { plan, kind, dueMs, plannedMs, seen: sha256(canonical(shown)) },
    await confirmationsOf(aws, model),
  );
  return review === undefined ? undefined : { ...review, plan };
}

/** Everything that was confirmed of a model's milestones; what this version cannot read counts for nothing. */
async function confirmationsOf(aws: Aws, model: string): Promise<readonly Confirmation[]> {
  const found: Confirmation[] = [];
  for await (const item of itemsOf(aws, partition(model))) {
    const { success, data } = Confirmation.safeParse(item);
    if (success) found.push(data);
  }
  return found;
}

/** Confirms for the side that the person owns. Rejects only while nothing has been changed. @throws NotFound when it is not taken. */
export async function confirmReview(aws: Aws, given: Confirming, nowMs: EpochMs): Promise<OrderReply> {
  const dated = { kind: given.milestone, dueMs: epochMs(given.dueAt) };
  const review = await reviewAt(aws, given.model, dated);
  const next = nextForConfirmation(given, review, nowMs);
  if (next.do === "refuse") throw notFound(next.why);
  if (next.do === "nothing") return { said: next.said, done: true };
  const { confirmation } = next;
  const told = await settled(
    () => add(aws, confirmation),
    async () =>
      (await confirmationsOf(aws, given.model)).some(
        ({ at, by }) => at === confirmation.at && by.arn === confirmation.by.arn,
      ),
  );
  if (told.how === "failed")
    throw awsRefused(`the confirmation could not be written down (${told.why}); give it again`);
  if (told.how !== "done")
    return {
      said: `it could not be seen whether the confirmation is written down (${told.why})`,
      done: false,
    };
  return { said: confirmedText(confirmation, review?.missing ?? []), done: true };
}

async function add({ table, environment }: Aws, confirmation: Confirmation): Promise<void> {
  const { model, milestone, dueAt, by, seen } = confirmation;
  const Item = { pk: partition(model), sk: [milestone, dueAt, by.person, seen].join("#"), ...confirmation };
  try {
    await table.send(
      new PutCommand({ TableName: environment.table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
