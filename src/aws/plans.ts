/** Plans as applied: one item a model in Slipway's table, read by OpenRelease and kept by the release's record. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { badState } from "../core/errors.ts";
import { Plan } from "../core/plan/plan.ts";
import type { Aws } from "./clients.ts";

const keyOf = (model: string) => ({ pk: `plan#${model}`, sk: "plan" });

/** The plan in force for a model, if the model has one. */
export async function readPlan(aws: Aws, model: string): Promise<Plan | undefined> {
  const found = await storedPlan(aws, model);
  return found === undefined ? undefined : understood(found, `the plan in force of ${model}`);
}

/** The same as it is stored, whatever code wrote it. */
export async function storedPlan({ table, environment }: Aws, model: string): Promise<unknown> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(model), ConsistentRead: true }),
  );
  return Item?.plan;
}

/** A stored plan as this code understands it. @throws BadState where it does not: older or newer code wrote it. */
export function understood(stored: unknown, what: string): Plan {
  const parsed = Plan.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw badState(`${what} is not one that this code reads: ${z.prettifyError(parsed.error)}`);
}

/** Puts a plan in force; releases that are under way keep the plan they started with. */
export async function applyPlan({ table, environment }: Aws, plan: Plan, at: string): Promise<void> {
  await table.send(
    new PutCommand({ TableName: environment.table, Item: { ...keyOf(plan.model), plan, appliedAt: at } }),
  );
}
