/** What a run cost, at the prices that the world has: item by item as an estimate lists it, and as a whole. */

import type { UnitHours } from "#twin/world";
import { type Expense, expenseItems } from "../../core/cost/expenses.ts";
import type { LeanedOnFacts, RehearsalFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Raised } from "../invariants/check-context.ts";
import type { InvariantFindings } from "../invariants/invariants.ts";
import { type Hours, paidFor } from "../prices.ts";
import type { RunRecord } from "../release/run-record.ts";

type Spent = Pick<
  RehearsalFacts,
  | "instanceHours"
  | "instanceHoursBy"
  | "costUsd"
  | "expenses"
  | "leasedUsd"
  | "totalCostUsd"
  | "unpricedInstanceTypes"
  | "alongside"
>;

/** What the release raised on its endpoint and for training, and the whole bill. */
export function spent(
  { instanceHours, unitHours }: Pick<RunRecord, "instanceHours" | "unitHours">,
  { raised, leased }: Pick<InvariantFindings, "raised" | "leased">,
  plan: Plan,
): Spent {
  const expenses = expensesIn(
    raised.filter(({ endpoint }) => endpoint === plan.endpoint.name),
    instanceHours,
    plan,
  );
  const leases = leased.filter(({ endpoint }) => endpoint === plan.endpoint.name);
  const all = paidFor(plan, byType(instanceHours));
  const sum = instanceHours.reduce((total, { hours }) => total + hours, 0);
  const known = expenses.every(({ usd }) => usd !== null);
  return {
    instanceHours: rounded(sum, 4),
    instanceHoursBy: instanceHours.map((each) => ({ ...each, hours: rounded(each.hours, 4) })),
    costUsd: known
      ? rounded(
          expenses.reduce((total, { usd }) => total + (usd ?? 0), 0),
          2,
        )
      : null,
    expenses,
    ...(leases.length > 0 && {
      leasedUsd: rounded(
        leases.reduce((total, { usd }) => total + usd, 0),
        2,
      ),
    }),
    totalCostUsd: all.unpriced.length === 0 ? rounded(all.usd, 2) : null,
    unpricedInstanceTypes: all.unpriced,
    ...(unitHours.length > 0 && { alongside: unitHours.map(leanedOn) }),
  };
}

const leanedOn = ({ owner, unitHours, usd, extraUnitHours, extraUsd }: UnitHours): LeanedOnFacts => ({
  name: owner,
  unitHours: rounded(unitHours, 4),
  usd: rounded(usd, 2),
  extraUnitHours: rounded(extraUnitHours, 4),
  extraUsd: rounded(extraUsd, 2),
});

type Part = Omit<Raised, "endpoint" | "fleet">;

/** Item by item, of all releases of the plan; training capacity is raised altogether. */
function expensesIn(
  raised: readonly Part[],
  instanceHours: RunRecord["instanceHours"],
  plan: Plan,
): Expense[] {
  const pool = (["pool", "nodes"] as const).flatMap((item) => {
    const hours = byType(instanceHours.filter(({ owner }) => trainingItem(owner) === item));
    return Object.keys(hours).length === 0 ? [] : [{ item, minutes: 0, hours }];
  });
  const parts = expenseItems.flatMap((item) => {
    const own = [...raised, ...pool].filter((part) => part.item === item);
    if (own.length === 0) return [];
    const listed = own.flatMap(({ hours }) =>
      Object.entries(hours).map(([instanceType, each]) => ({ instanceType, hours: each })),
    );
    return [{ item, minutes: own.reduce((sum, { minutes }) => sum + minutes, 0), hours: byType(listed) }];
  });
  return inCents(parts, plan);
}

/** Raised nodes are `training/CLUSTER/GROUP`, the instances of a job and its pool `training/JOB`. */
function trainingItem(owner: string): "pool" | "nodes" | undefined {
  const [first, ...names] = owner.split("/");
  if (first !== "training") return undefined;
  return names.length === 1 ? "pool" : "nodes";
}

/** The parts in cents, such that they sum to the whole in cents. */
function inCents(parts: readonly Part[], plan: Plan): Expense[] {
  let exact = 0;
  return parts.map(({ item, minutes, hours }) => {
    const { usd, unpriced } = paidFor(plan, hours);
    const before = rounded(exact, 2);
    exact += usd;
    return {
      item,
      minutes: rounded(minutes, 2),
      instanceHours: rounded(
        Object.values(hours).reduce((sum, each) => sum + each, 0),
        2,
      ),
      usd: unpriced.length === 0 ? rounded(rounded(exact, 2) - before, 2) : null,
    };
  });
}

function byType(all: readonly { readonly instanceType: string; readonly hours: number }[]): Hours {
  const sums: Record<string, number> = {};
  for (const { instanceType, hours } of all) sums[instanceType] = (sums[instanceType] ?? 0) + hours;
  return sums;
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
