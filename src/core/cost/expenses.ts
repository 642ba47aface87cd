/** Money item by item, in cents that sum to the price of the whole: what releases are expected to raise, and pools. */
import { isCluster, type Plan, type TrainingCapacity } from "../plan/plan.ts";
import { type Charged, costOf } from "../plan/prices.ts";

/** The parts of a release, in the order in which they come; a capacity-only milestone has a pool alone, or nodes of a cluster. */
export const expenseItems = ["joining", "warming up", "bakes", "waits", "leaving", "pool", "nodes"] as const;
export type ExpenseItem = (typeof expenseItems)[number];

export interface Expense {
  readonly item: ExpenseItem;
  readonly minutes: number;
  /** On top of the steady fleet. */
  readonly instanceHours: number;
  /** Null where the price of any of it is not known. */
  readonly usd: number | null;
}

/** Prices the parts of a release, in cents such that they sum to the price of the whole. `hours` is by instance type. */
export function expensesOf(
  parts: readonly { item: ExpenseItem; minutes: number; hours: Readonly<Record<string, number>> }[],
  plan: Charged,
): Expense[] {
  const before: Record<string, number> = {};
  let spent = 0;
  return parts.map(({ item, minutes, hours }) => {
    for (const [type, more] of Object.entries(hours)) before[type] = (before[type] ?? 0) + more;
    const { usd } = costOf(before, plan);
    const own = Math.round((usd - spent) * 100) / 100;
    spent = usd;
    const instanceHours = Object.values(hours).reduce((sum, each) => sum + each, 0);
    const known = costOf(hours, plan).unpriced.length === 0;
    return {
      item,
      minutes: rounded(minutes),
      instanceHours: rounded(instanceHours),
      usd: known ? own : null,
    };
  });
}

/** Of training capacity that is held to its end, be that extended, and started so long before its date. */
export function poolExpense(
  plan: Plan,
  capacity: TrainingCapacity,
  {
    leadMinutes = 0,
    extendMinutes = 0,
  }: { leadMinutes?: number | undefined; extendMinutes?: number | undefined },
): Expense {
  const minutes = leadMinutes + capacity.holdMinutes + extendMinutes;
  const hours = { [capacity.instanceType]: (capacity.instances * minutes) / 60 };
  const item = isCluster(capacity) ? "nodes" : "pool";
  const [expense] = expensesOf([{ item, minutes, hours }], plan);
  return expense ?? { item, minutes: 0, instanceHours: 0, usd: 0 };
}

export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Null where any of them is not known. */
export function sumOf(expenses: readonly Expense[]): number | null {
  let sum = 0;
  for (const { usd } of expenses) {
    if (usd === null) return null;
    sum += usd;
  }
  return rounded(sum);
}
