/** Whether what is asked for may be bought: the same offering still, for no more than was agreed to, the budget and the limits allow. */
import type { Offering } from "../calendar/offerings.ts";
import { allowsType, askedOf, type CapacityLimits } from "../plan/capacity-limits.ts";
import type { Plan } from "../plan/plan.ts";
import { offeringText, type Purchase, type SeenOffering } from "./purchase.ts";

/** An offering as it is asked for; undefined where it does not say what it costs. */
export function seenOf({ id, instanceType, instances, ...rest }: Offering): SeenOffering | undefined {
  const { from, until, upfrontFee, currency } = rest;
  if (upfrontFee === null) return undefined;
  return { id, instanceType, instances, from, until, upfrontFee, currency };
}

/** A sentence where it is no longer what was asked for. */
export function changedSince(
  { offering: seen }: Purchase["asked"],
  offerings: readonly Offering[],
): string | undefined {
  const found = offerings.find(({ id }) => id === seen.id);
  if (found === undefined) return `offering ${seen.id} is gone; ask for another`;
  const now = seenOf(found);
  if (now !== undefined && offeringText(now) === offeringText(seen)) return undefined;
  const is = now === undefined ? "what does not say its fee" : offeringText(now);
  return `offering ${seen.id} was ${offeringText(seen)} when it was asked for, and is ${is}; ask again`;
}

interface Spending {
  readonly offering: SeenOffering;
  readonly maxUsd: number;
  readonly plan: Pick<Plan, "budget">;
  readonly limits: CapacityLimits | undefined;
  /** What was bought for the model before in the same month, US dollars. */
  readonly paidUsd: number;
}

/** A line for each bound that it is beyond. */
export function beyond({ offering, maxUsd, plan, limits, paidUsd }: Spending): string[] {
  const { instanceType, upfrontFee: fee, currency } = offering;
  const found = `${fee.toFixed(2)} ${currency}`;
  if (currency !== "USD") return [`the fee: expected US dollars, found ${found}`];
  const month = paidUsd + fee;
  const also = paidUsd === 0 ? "" : ` (${paidUsd.toFixed(2)} USD was paid for others of this month)`;
  const { usdPerMonth } = plan.budget;
  const { usdPerMonth: ceiling } = limits?.ceilings ?? {};
  return [
    ...(fee > maxUsd ? [`--max-usd: expected ${maxUsd} at most, found ${found}`] : []),
    ...(usdPerMonth !== undefined && month > usdPerMonth
      ? [`budget.usdPerMonth: expected ${usdPerMonth} at most, found ${found}${also}`]
      : []),
    ...(limits !== undefined && ceiling !== undefined && month > ceiling
      ? [`ceilings.usdPerMonth: expected ${ceiling} at most, by ${askedOf(limits)}, found ${found}${also}`]
      : []),
    ...(limits !== undefined && !allowsType(limits, instanceType)
      ? [
          `the instance type: expected ${limits.allowed.instanceTypes?.join(", ")}, by ${askedOf(limits)}, found ${instanceType}`,
        ]
      : []),
  ];
}
