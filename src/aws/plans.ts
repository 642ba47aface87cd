/** Plans as applied: one item a model in Slipway's table, read by OpenRelease and kept by the release's record. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { PlanInForce } from "../core/calendar/application.ts";
import { drifted } from "../core/errors.ts";
import { Plan } from "../core/plan/plan.ts";
import { readAs } from "../core/release/document/read-as.ts";
import { upcastWhereKnown } from "../core/release/document/reading.ts";
import { documentSchema, membersOf } from "../core/release/document/upcasters.ts";
import type { JsonValue } from "../core/release/json-value.ts";
import type { Aws } from "./clients.ts";
import { noteRule } from "./watched-bounds.ts";

const keyOf = (model: string) => ({ pk: `plan#${model}`, sk: "plan" });

/** The plan in force for a model, if the model has one. */
export async function readPlan(aws: Aws, model: string): Promise<Plan | undefined> {
  const found = await storedPlan(aws, model);
  return found === undefined ? undefined : understood(found, `the plan in force of ${model}`);
}

/** The same as it is stored, whatever code wrote it. */
export async function storedPlan(aws: Aws, model: string): Promise<JsonValue | undefined> {
  return membersOf((await planInForce(aws, model))?.plan);
}

/** A stored plan as this code understands it. @throws BadState where it does not: older or newer code wrote it. */
export const understood = (stored: unknown, what: string): Plan => readAs(Plan, stored, what);

/** The plan in force with since when it is, if the model has one. */
export async function planInForce(
  { table, environment }: Aws,
  model: string,
): Promise<PlanInForce | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(model), ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const { appliedAt, appliedBy } = Item as PlanInForce;
  // A plan is numbered as the documents are that keep it.
  const plan = membersOf(upcastWhereKnown(Item))?.plan;
  return { plan, appliedAt, ...(appliedBy === undefined ? {} : { appliedBy }) };
}

/** The plans in force of all models, by name, and the models whose plan this code cannot read. */
export async function plansInForce({
  table,
  environment,
}: Aws): Promise<{ readonly plans: Plan[]; readonly unread: string[] }> {
  const pages = paginateScan(
    { client: table },
    {
      TableName: environment.table,
      FilterExpression: "begins_with(pk, :plan) AND sk = :sk",
      ExpressionAttributeValues: { ":plan": keyOf("").pk, ":sk": "plan" },
    },
  );
  const [plans, unread]: [Plan[], string[]] = [[], []];
  for await (const { Items = [] } of pages)
    for (const item of Items) {
      const parsed = Plan.safeParse(membersOf(upcastWhereKnown(item))?.plan);
      if (parsed.success) plans.push(parsed.data);
      else unread.push(String(item.pk).slice(keyOf("").pk.length));
    }
  return { plans: plans.sort((one, other) => (one.model < other.model ? -1 : 1)), unread };
}

/** Puts a plan in force, whatever was before; releases that are under way keep the plan they started with. */
export async function applyPlan(aws: Aws, plan: Plan, at: string): Promise<void> {
  const { table, environment } = aws;
  await noteRule(aws, plan, at);
  await table.send(
    new PutCommand({
      TableName: environment.table,
      Item: { ...keyOf(plan.model), schema: documentSchema, plan, appliedAt: at },
    }),
  );
}

/**
 * Puts a plan in force in place of the one that was seen; absent, there must be none. `at` is ISO time, `by` an ARN.
 * @throws Drifted where another is in force by now, BadInput where another model's has a rule for the endpoint's scaling
 */
export async function replacePlan(
  aws: Aws,
  plan: Plan,
  { over, at, by }: { over: PlanInForce | undefined; at: string; by: string },
): Promise<void> {
  const { table, environment } = aws;
  await noteRule(aws, plan, at);
  const Item = { ...keyOf(plan.model), schema: documentSchema, plan, appliedAt: at, appliedBy: by };
  const condition =
    over === undefined
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "appliedAt = :seen", ExpressionAttributeValues: { ":seen": over.appliedAt } };
  try {
    await table.send(new PutCommand({ TableName: environment.table, Item, ...condition }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw drifted(`another plan of ${plan.model} was put in force meanwhile`);
  }
}

/** Takes the plan that was seen out of force; one that is gone is gone. @throws Drifted where another is in force by now. */
export async function removePlan(
  { table, environment }: Aws,
  model: string,
  { appliedAt }: Pick<PlanInForce, "appliedAt">,
): Promise<void> {
  try {
    await table.send(
      new DeleteCommand({
        TableName: environment.table,
        Key: keyOf(model),
        ConditionExpression: "attribute_not_exists(pk) OR appliedAt = :seen",
        ExpressionAttributeValues: { ":seen": appliedAt },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw drifted(`another plan of ${model} was put in force meanwhile`);
  }
}
