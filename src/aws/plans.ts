/** Plans as applied: one item a model in Slipway's table, read by OpenRelease and carried by the execution. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { Plan } from "../core/plan/plan.ts";
import type { Aws } from "./clients.ts";

const keyOf = (model: string) => ({ pk: `plan#${model}`, sk: "plan" });

/** The plan in force for a model, if the model has one. */
export async function readPlan({ table, environment }: Aws, model: string): Promise<Plan | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(model), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : Plan.parse(Item.plan);
}

/** Puts a plan in force; releases that are under way keep the plan they started with. */
export async function applyPlan({ table, environment }: Aws, plan: Plan, at: string): Promise<void> {
  await table.send(
    new PutCommand({ TableName: environment.table, Item: { ...keyOf(plan.model), plan, appliedAt: at } }),
  );
}
