/**
 * Buys a training plan that two people have agreed on. A call is written down before it goes out, under the next number, which one
 * alone can take, and its plan's name follows from the asking: whoever comes after a call of which nobody knows what came of it looks
 * for that name, and no other call goes out before it is certain that the one before has come to nothing.
 */
import { awsRefused } from "../core/errors.ts";
import type { PurchasePack } from "../core/evidence/pack.ts";
import type { TrainingPlanView } from "../core/feasibility/reserved.ts";
import { retentionDaysOf } from "../core/plan/evidence-keeping.ts";
import { capacityOf, isCluster, type Plan } from "../core/plan/plan.ts";
import { beyond, changedSince } from "../core/purchase/buyable.ts";
import {
  type AgreedPurchase,
  nameOfPurchase,
  offeringText,
  type Purchase,
  type PurchaseEntry,
  type Purpose,
  paidSince,
  purchaseSaid,
} from "../core/purchase/purchase.ts";
import { nameOf, type Person } from "../core/release/person.ts";
import type { OrderReply } from "../core/request/persons-order.ts";
import { type EpochMs, epochMs } from "../core/units.ts";
import { limitsInForce } from "./capacity-limits.ts";
import type { Aws } from "./clients.ts";
import { named } from "./errors.ts";
import { publish } from "./event-bridge.ts";
import { claimBeside } from "./evidence-beside.ts";
import type { Tools } from "./lambda.ts";
import { addPurchaseEntry, purchaseEntries } from "./purchases.ts";
import { buyTrainingPlan, searchOfferings, trainingPlanNamed } from "./training-plans.ts";

/** Chosen: far longer than the function that takes orders runs (80 s), after which no call of its can go out any more. */
const outMs = 10 * 60_000;

interface Buying {
  /** With who has agreed, whether that is written down yet or not. */
  readonly purchase: AgreedPurchase;
  /** That somebody has agreed, where it is not written down yet. */
  readonly agreeing?: PurchaseEntry | undefined;
  readonly plan: Plan;
  readonly entries: readonly PurchaseEntry[];
  readonly who: Person;
  readonly nowMs: EpochMs;
}

/** Rejects only while it is certain that nothing was bought by this call. */
export async function buy(tools: Tools, buying: Buying): Promise<OrderReply> {
  const { aws } = tools;
  const { purchase, nowMs } = buying;
  const { asked, open } = purchase;
  const name = nameOfPurchase(aws.environment.stack, purchase);
  if (open !== undefined) {
    const found = await trainingPlanNamed(aws, name);
    if (found !== undefined) return isBought(tools, buying, found);
    const untilMs = epochMs(open.at) + outMs;
    if (nowMs < untilMs)
      return {
        said: `${about(buying)}: its call may be under way since ${open.at}, and ${name} is not there yet; agree again after ${new Date(untilMs).toISOString()}`,
        done: false,
      };
    await cameToNothing(buying, tools, { nth: open.nth, why: `${name} was not there at ${iso(nowMs)}` });
  }
  if (nowMs >= epochMs(asked.until))
    throw awsRefused(`${about(buying)}: nothing was bought; it was to be agreed to until ${asked.until}`);
  await checked(tools, buying);
  const nth = purchase.calls + 1;
  if (buying.agreeing !== undefined) await addPurchaseEntry(aws, buying.agreeing);
  await claim(tools, buying, "purchase-agreed");
  if (!(await addPurchaseEntry(aws, { ...saidOf(buying), said: "buying", nth })))
    return {
      said: `${about(buying)}: another buys it just now; agree again to see what came of it`,
      done: false,
    };
  await stillWithin(tools, buying, nth);
  return called(tools, buying, { name, nth });
}

/** That it is the same still, and within all bounds. @throws AwsRefused where it is not */
async function checked({ aws }: Tools, { purchase: { asked }, plan, entries, nowMs }: Buying): Promise<void> {
  const { search } = asked;
  const { instanceType, instances } = asked.offering;
  const offered = await searchOfferings(aws, { ...search, instanceType, instances }, nowMs);
  const bounds = await boundsOf(aws, { ...asked, plan, entries, nowMs });
  const why = [changedSince(asked, offered) ?? [], bounds].flat();
  if (why.length > 0) throw awsRefused(`nothing was bought: ${why.join("\n")}`);
}

/** Another may be bought for the model at the same time: of two that are too much together none goes out. @throws AwsRefused */
async function stillWithin(tools: Tools, buying: Buying, nth: number): Promise<void> {
  const { purchase, plan, nowMs } = buying;
  const entries = await purchaseEntries(tools.aws);
  const bounds = await boundsOf(tools.aws, { ...purchase.asked, plan, entries, nowMs });
  if (bounds.length === 0) return;
  const why = bounds.join("\n");
  await cameToNothing(buying, tools, { nth, why });
  throw awsRefused(`nothing was bought: ${why}`);
}

interface Bounded extends Purpose, Pick<Purchase["asked"], "offering" | "maxUsd"> {
  /** Absent while it is only asked for. */
  readonly askedAt?: string;
  readonly plan: Plan;
  readonly entries: readonly PurchaseEntry[];
  readonly nowMs: EpochMs;
}

/** A line for each bound that it is beyond, by the plan and the limits in force, in a month of UTC. */
export async function boundsOf(
  aws: Aws,
  { model, milestone, askedAt, entries, nowMs, ...wanted }: Bounded,
): Promise<string[]> {
  const limits = (await limitsInForce(aws))?.limits;
  const month = new Date(nowMs);
  const sinceMs = Date.UTC(month.getUTCFullYear(), month.getUTCMonth());
  const paidUsd = paidSince(entries, { model, milestone, askedAt }, sinceMs);
  return beyond({ ...wanted, limits, paidUsd });
}

/** Tells what is asked for, and whoever has to agree. */
export async function tellOfAsking(tools: Tools, purchase: Purchase, plan: Plan): Promise<OrderReply> {
  const { model, milestone, until } = purchase.asked;
  const said = purchaseSaid(purchase);
  const id = nameOfPurchase(tools.aws.environment.stack, purchase);
  const release = { id, subject: subjectOf({ purchase, plan }), model, milestone };
  await publish(tools, release, { state: "purchase-asked", reason: said, until });
  return { said, done: true };
}

interface Call {
  readonly name: string;
  readonly nth: number;
}

async function called(tools: Tools, buying: Buying, { name, nth }: Call): Promise<OrderReply> {
  const { aws } = tools;
  const { model, milestone, offering } = buying.purchase.asked;
  const tags = [
    { Key: "slipway:plan", Value: model },
    { Key: "slipway:milestone", Value: milestone },
  ];
  let failed: Error | undefined;
  try {
    await buyTrainingPlan(aws, { name, offering: offering.id, tags });
  } catch (error) {
    failed = named(error) as Error;
  }
  // What AWS has refused may yet have been bought by a try of the client's before, whose answer was lost.
  const found = await trainingPlanNamed(aws, name).catch(() => "unseen" as const);
  if (found !== undefined && found !== "unseen") return isBought(tools, buying, found);
  if (failed !== undefined && found === undefined && isNo(failed)) {
    await cameToNothing(buying, tools, { nth, why: failed.message });
    throw awsRefused(`${about(buying)}: nothing was bought: ${failed.message}; agree again to try again`);
  }
  const came =
    failed === undefined ? "the call was taken" : `what came of it was not seen (${failed.message})`;
  return { said: `${about(buying)}: ${name}: ${came}; agree again to see whether it is bought`, done: false };
}

/** A name that is taken is another call's. */
const isNo = ({ name, message }: Error): boolean =>
  (name === "AwsRefused" || name === "NotFound") && !message.startsWith("ResourceInUse");

async function cameToNothing(
  buying: Buying,
  { aws }: Tools,
  { nth, why }: { nth: number; why: string },
): Promise<void> {
  await addPurchaseEntry(aws, { ...saidOf(buying), said: "not-bought", nth, why });
}

/** Evidence first; whoever looks again finishes what is left of it. */
async function isBought(tools: Tools, buying: Buying, found: TrainingPlanView): Promise<OrderReply> {
  const { purchase, plan } = buying;
  await claim(tools, buying, "bought");
  await addPurchaseEntry(tools.aws, { ...saidOf(buying), said: "bought", trainingPlan: found.arn });
  const said = boughtSaid(purchase, plan, found);
  const { model, milestone } = purchase.asked;
  const release = { id: found.name, subject: subjectOf(buying), model, milestone };
  await publish(tools, release, { state: "purchased", reason: said.split("\n")[0] ?? "" });
  return { said, done: true };
}

/** What was bought, its ARN, and how a plan names it. */
export function boughtSaid({ asked, agreed }: AgreedPurchase, plan: Plan, found: TrainingPlanView): string {
  const { model, milestone, offering, by } = asked;
  const capacity = capacityOf(plan.milestones[milestone]);
  const yaml =
    capacity === undefined
      ? `reserved: { trainingPlan: "${found.arn}" } # of the inference of a release type`
      : `TrainingPlanArn: ${found.arn} # of ${isCluster(capacity) ? `instance group ${capacity.instanceGroup}` : "training jobs"}`;
  const who = `asked by ${nameOf(by)}, agreed by ${nameOf(agreed.by)}`;
  return [
    `${milestone} of ${model}: training plan ${found.name} is bought, ${offeringText(offering)}, ${who}; it is ${found.status}`,
    found.arn,
    yaml,
  ].join("\n");
}

const about = ({ purchase: { asked } }: Buying): string => `${asked.milestone} of ${asked.model}`;
const iso = (ms: EpochMs): string => new Date(ms).toISOString();

function saidOf({ purchase: { asked }, who, nowMs }: Buying) {
  const { model, milestone, askedAt } = asked;
  return { model, milestone, askedAt, by: who, at: iso(nowMs) };
}

function subjectOf({ purchase: { asked }, plan }: { purchase: Purchase; plan: Plan }): string {
  const isPool = capacityOf(plan.milestones[asked.milestone]) !== undefined;
  return isPool ? `pool/${asked.model}/${asked.milestone}` : `endpoint/${plan.endpoint.name}`;
}

async function claim({ aws }: Tools, buying: Buying, what: PurchasePack["what"]): Promise<void> {
  const { asked, agreed } = buying.purchase;
  const { model, milestone, offering, maxUsd } = asked;
  const { id, upfrontFee, ...offered } = offering;
  const trainingPlan = nameOfPurchase(aws.environment.stack, buying.purchase);
  const pack: PurchasePack = {
    schema: 1,
    what,
    subject: subjectOf(buying),
    since: asked.askedAt,
    at: iso(buying.nowMs),
    model,
    milestone,
    trainingPlan,
    offering: id,
    ...offered,
    fee: upfrontFee,
    maxUsd,
    seen: agreed.seen,
    ...(asked.pseudonym !== undefined && { asked: asked.pseudonym }),
    ...(agreed.pseudonym !== undefined && { agreed: agreed.pseudonym }),
    retentionDays: retentionDaysOf(buying.plan),
  };
  const value = `${trainingPlan} ${what}`;
  const isClaimed = (marked: string) => marked === value || marked === `${trainingPlan} bought`;
  await claimBeside(aws, pack, { name: "purchase", value, isClaimed });
}
