/**
 * Takes what a person orders: to stop a release or roll it back, the answer that a stage asks for, a lock given back, a freeze, to be let
 * past gates and freezes, or that a training plan be bought.
 * Its URL lets in whom AWS has authenticated, and it is AWS that says who that was; it alone may write down answers. It is no
 * step of the flow.
 */
import * as z from "zod";
import { orderGlass } from "../src/aws/glass-orders.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { pseudonymOf } from "../src/aws/people.ts";
import { carryOut } from "../src/aws/persons-orders.ts";
import { orderPurchase } from "../src/aws/purchase-orders.ts";
import { badInput, SlipwayError } from "../src/core/errors.ts";
import { formatMistake } from "../src/core/input/bad-input.ts";
import { mistakesOf } from "../src/core/input/bad-input-schema.ts";
import { checkJson } from "../src/core/input/json-text.ts";
import { personOf } from "../src/core/release/person.ts";
import {
  type GlassOrder,
  type OrderRefusal,
  type OrderReply,
  PersonsOrder,
  type PurchaseOrder,
} from "../src/core/request/persons-order.ts";
import type { EpochMs } from "../src/core/units.ts";

/** Of a request to a function URL (Lambda developer guide, "Request payload format"), what is read of it. */
const Input = z.looseObject({
  requestContext: z.looseObject({
    /** "The ID of the invocation request": the same that Lambda tells the function. */
    requestId: z.string(),
    authorizer: z.looseObject({ iam: z.looseObject({ userArn: z.string() }) }),
  }),
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
});

const Output = z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });
type Output = z.infer<typeof Output>;

export const takeOrder: Step<z.infer<typeof Input>, Output> = async (event, tools) => {
  const { aws, now, invocation, log } = tools;
  const { requestContext, body, isBase64Encoded } = event;
  const { requestId, authorizer } = requestContext;
  // Whoever invokes the function itself makes up an event, and who it says it was; which id Lambda gives it nobody knows before.
  if (invocation === "" || requestId !== invocation)
    return refusal(403, { name: "Forged", message: "orders are taken by the function's URL alone" });
  try {
    const order = read(isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body);
    const who = personOf(authorizer.iam.userArn, aws.environment.namedRoles);
    log.info("a person's order", { order, by: who.arn });
    const nowMs = now();
    const known = isInEvidence(order) ? await knownAs({ aws, log }, who.arn, nowMs) : {};
    const by = { who, pseudonym: known.pseudonym, nowMs };
    const reply = await carriedOut(tools, order, by);
    return answer(
      200,
      known.lacks === undefined ? reply : { ...reply, said: `${reply.said}\n${known.lacks}` },
    );
  } catch (error) {
    const { name, message } = error as Error;
    const isTheirs =
      error instanceof SlipwayError && (error.name === "NotFound" || error.name === "BadInput");
    if (!isTheirs) log.warn("an order could not be carried out", { error: error as Error });
    return refusal(isTheirs ? 404 : 409, { name, message });
  }
};

/** Orders that changes come of, or are let go on by. */
const isInEvidence = ({ order }: PersonsOrder): boolean => inEvidence.has(order);
const inEvidence: ReadonlySet<PersonsOrder["order"]> = new Set([
  ...(["stop", "roll-back", "answer", "undo-adjustment"] as const),
  ...(["break-glass", "agree-glass", "ask-purchase", "agree-purchase"] as const),
]);

function carriedOut(
  tools: Tools,
  order: PersonsOrder,
  by: Parameters<typeof carryOut>[2],
): Promise<OrderReply> {
  if (isOfGlass(order)) return orderGlass(tools, order, by);
  return isOfPurchase(order) ? orderPurchase(tools, order, by) : carryOut(tools.aws, order, by);
}
const isOfGlass = (order: PersonsOrder): order is GlassOrder => order.order.endsWith("-glass");
const isOfPurchase = (order: PersonsOrder): order is PurchaseOrder => order.order.endsWith("-purchase");

/** By which pseudonym evidence knows a person. No order waits for a directory that does not answer. */
async function knownAs(
  { aws, log }: Pick<Tools, "aws" | "log">,
  arn: string,
  nowMs: EpochMs,
): Promise<{ readonly pseudonym?: string; readonly lacks?: string }> {
  if (aws.environment.evidence === undefined) return {};
  try {
    return { pseudonym: await pseudonymOf(aws, arn, new Date(nowMs).toISOString()) };
  } catch (error) {
    const { name, message } = error as Error;
    log.warn("the directory of people could not be written", { error: error as Error });
    return {
      lacks: `evidence will not say whose order it was: the directory of people could not be written (${name}: ${message})`,
    };
  }
}

/** @throws BadInput with a line for each mistake. */
function read(text: string): PersonsOrder {
  const json = checkJson(text, "order");
  if (!json.ok) throw badInput(json.mistakes.map(formatMistake).join("\n"));
  const parsed = PersonsOrder.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const mistakes = mistakesOf(parsed.error, PersonsOrder, json.value);
  throw badInput(mistakes.map(({ mistake }) => formatMistake(mistake)).join("\n"));
}

const answer = (statusCode: number, body: unknown): Output => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const refusal = (statusCode: number, why: OrderRefusal): Output => answer(statusCode, why);

export const contract = { input: Input, output: Output };
export const handler = lambda(takeOrder, contract);
