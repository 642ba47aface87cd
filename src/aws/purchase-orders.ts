/**
 * Carries out what people order of a purchase. It is looked for among what is offered as it is asked for, and again before it is
 * bought, which it is by the word of a second person, an owner of capacity, and by nothing else: no release and no schedule comes here.
 */
import { offeringSearchOf } from "../core/calendar/offerings.ts";
import { awsRefused, notFound } from "../core/errors.ts";
import { foundText } from "../core/input/bad-input.ts";
import type { Plan } from "../core/plan/plan.ts";
import { seenOf } from "../core/purchase/buyable.ts";
import {
  lastBought,
  nameOfPurchase,
  type Purchase,
  type PurchaseEntry,
  purchaseOf,
  purchaseSaid,
  purchaseText,
} from "../core/purchase/purchase.ts";
import {
  nextForAgreeing,
  nextForAsking,
  nextForEnding,
  type PurchaseOrdered,
} from "../core/purchase/purchase-orders.ts";
import type { Person } from "../core/release/person.ts";
import type { OrderReply, PurchaseOrder } from "../core/request/persons-order.ts";
import type { EpochMs } from "../core/units.ts";
import { boughtSaid, boundsOf, buy, tellOfAsking } from "./buying.ts";
import type { Aws } from "./clients.ts";
import type { Tools } from "./lambda.ts";
import { readPlan } from "./plans.ts";
import { addPurchaseEntry, purchaseEntries } from "./purchases.ts";
import { settled } from "./settling.ts";
import { sha256 } from "./sha256.ts";
import { searchOfferings, trainingPlanNamed } from "./training-plans.ts";

interface By {
  readonly who: Person;
  readonly pseudonym?: string | undefined;
  readonly nowMs: EpochMs;
}

interface Standing {
  readonly plan: Plan;
  readonly entries: readonly PurchaseEntry[];
  readonly purchase: Purchase | undefined;
}

/** Rejects only while nothing was bought. @throws NotFound where it is not taken. */
export async function orderPurchase(tools: Tools, order: PurchaseOrder, by: By): Promise<OrderReply> {
  const { aws } = tools;
  const { model, milestone } = order;
  const plan = await readPlan(aws, model);
  if (plan === undefined)
    throw notFound(`MODEL: expected one with a plan in force, found ${foundText(model)}`);
  if (plan.milestones[milestone] === undefined)
    throw notFound(
      `--milestone: expected one of the plan's, ${Object.keys(plan.milestones).join(", ")}, found ${foundText(milestone)}`,
    );
  const entries = await purchaseEntries(aws);
  const purchase = purchaseOf(entries, order, by.nowMs);
  const standing = { plan, entries, purchase };
  if (order.order === "show-purchase") return shown(aws, order, standing);
  const { who, ...rest } = by;
  const { reason } = order;
  const given = { model, milestone, reason, by: who, ...rest, purchase, team: plan.team };
  switch (order.order) {
    case "ask-purchase":
      return asked(tools, order, { ...standing, given });
    case "agree-purchase":
      return agreed(tools, order, { ...standing, given });
    case "end-purchase":
      return ended(aws, given);
  }
}

async function shown(
  aws: Aws,
  order: Extract<PurchaseOrder, { order: "show-purchase" }>,
  { plan, entries, purchase }: Standing,
): Promise<OrderReply> {
  if (purchase !== undefined)
    return { said: purchaseSaid(purchase), done: true, seen: sha256(purchaseText(purchase)) };
  const none = `${order.milestone} of ${order.model}: nothing is asked for`;
  const before = lastBought(entries, order);
  if (before?.agreed === undefined) return { said: none, done: true };
  const found = await trainingPlanNamed(aws, nameOfPurchase(aws.environment.stack, before));
  const last =
    found === undefined
      ? `what was bought is gone: ${before.bought?.trainingPlan}`
      : boughtSaid({ ...before, agreed: before.agreed }, plan, found);
  return { said: `${none}\n${last}`, done: true };
}

interface Ordering extends Standing {
  readonly given: PurchaseOrdered;
}

async function asked(
  tools: Tools,
  { offering: id, hours, maxUsd, until }: Extract<PurchaseOrder, { order: "ask-purchase" }>,
  { plan, entries, given }: Ordering,
): Promise<OrderReply> {
  const { aws } = tools;
  const { model, milestone, nowMs } = given;
  const usual = offeringSearchOf(plan, milestone, { nowMs });
  if (usual === undefined)
    throw notFound(`--milestone: expected one that raises capacity, found ${foundText(milestone)}`);
  const searched = { ...usual, hours: hours ?? usual.hours };
  const offered = await searchOfferings(aws, searched, nowMs);
  const one = offered.find((each) => each.id === id);
  const offering = one && seenOf(one);
  if (one === undefined || offering === undefined)
    throw notFound(
      `--offering: expected one with its fee that is offered for ${milestone} of ${model} for ${searched.hours} hours, ${offered.map((each) => each.id).join(", ") || "which are none"}, found ${foundText(id)}`,
    );
  const beyond = await boundsOf(aws, { offering, maxUsd, model, milestone, plan, entries, nowMs });
  if (beyond.length > 0) throw notFound(beyond.join("\n"));
  const { runs, from, until: lasts } = searched;
  const search = { runs, hours: searched.hours, from, until: lasts };
  const wanted = { offering, search, covers: one.covers, maxUsd };
  const next = nextForAsking({ ...given, wanted, until });
  if (next.do === "refuse") throw notFound(next.why);
  if (next.do === "record") await kept(aws, next.entry, given);
  const purchase = purchaseOf(await purchaseEntries(aws), given, nowMs);
  if (purchase === undefined) throw awsRefused("what is asked for is not there any more; ask again");
  return tellOfAsking(tools, purchase, plan);
}

async function agreed(
  tools: Tools,
  { seen }: Extract<PurchaseOrder, { order: "agree-purchase" }>,
  { plan, entries, purchase, given }: Ordering,
): Promise<OrderReply> {
  const digest = purchase && sha256(purchaseText(purchase));
  const next = nextForAgreeing({ ...given, seen, digest });
  if (next.do === "refuse") throw notFound(next.why);
  const agreeing = next.do === "record" && next.entry.said === "agreed" ? next.entry : undefined;
  const { agreed: by = agreeing } = purchase ?? {};
  if (purchase === undefined || by === undefined)
    throw awsRefused("nobody has agreed to it; look at it again");
  const { by: who, nowMs } = given;
  return buy(tools, { purchase: { ...purchase, agreed: by }, agreeing, plan, entries, who, nowMs });
}

async function ended(aws: Aws, given: PurchaseOrdered): Promise<OrderReply> {
  const next = nextForEnding(given);
  if (next.do === "refuse") throw notFound(next.why);
  if (next.do === "record") await kept(aws, next.entry, given);
  return { said: `${given.milestone} of ${given.model}: nothing is asked for any more`, done: true };
}

/** @throws AwsRefused where it is not written down */
async function kept(aws: Aws, entry: PurchaseEntry, { nowMs }: PurchaseOrdered): Promise<void> {
  const told = await settled(
    () => addPurchaseEntry(aws, entry),
    async () => isThere(purchaseOf(await purchaseEntries(aws), entry, nowMs), entry),
  );
  if (told.how !== "done")
    throw awsRefused(`the order could not be written down (${told.why}); give it again`);
}

const isThere = (purchase: Purchase | undefined, { said, askedAt }: PurchaseEntry): boolean =>
  (purchase?.asked.askedAt === askedAt) === (said === "asked");
