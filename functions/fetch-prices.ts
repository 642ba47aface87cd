/**
 * Fetches what AWS's price list says of the instance types that plans in force name, and keeps it in the table: releases
 * and commands read it there. A schedule starts it once a day; no release waits for it. It is no step of the flow.
 */
import * as z from "zod";
import { named } from "../src/aws/errors.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { plansInForce } from "../src/aws/plans.ts";
import { askPrice, keepPriceList, readPriceList } from "../src/aws/price-list.ts";
import { listAfter, type PriceAnswer, type PriceAsked, pricesToAsk } from "../src/core/plan/price-list.ts";
import { priceListRegion } from "../src/core/plan/price-products.ts";

/** The schedule's constant input. */
const Input = z.looseObject({ fetch: z.literal("schedule") });

/** How many prices were asked for, and those that are not to be had, each with why. */
const Output = z.object({ asked: z.int(), missing: z.array(z.string()) });
type Output = z.infer<typeof Output>;

/** Where AWS refuses every question, the last of its refusals is thrown, and what was fetched before stays. */
export const fetchPrices: Step<z.infer<typeof Input>, Output> = async (_event, tools) => {
  const { aws, now } = tools;
  const { plans } = await plansInForce(aws);
  const asked = pricesToAsk(plans);
  if (asked.length === 0) return { asked: 0, missing: [] };
  const before = await readPriceList(aws);
  const answers = await answersTo(tools, asked);
  const { missing, ...listed } = listAfter(before, answers, new Date(now()).toISOString());
  await keepPriceList(aws, { ...listed, missing });
  return {
    asked: asked.length,
    missing: missing.map(({ use, instanceType, why }) => `${instanceType} for ${use}: ${why}`),
  };
};

/** One after another: a question takes a moment, and nothing waits for the answers. */
async function answersTo(tools: Tools, asked: readonly PriceAsked[]): Promise<PriceAnswer[]> {
  const { aws, log } = tools;
  const { region } = aws.environment;
  if (priceListRegion(region) === undefined)
    return asked.map((one) => ({ ...one, why: `AWS's price list knows nothing of ${region}` }));
  const answers: PriceAnswer[] = [];
  const refusals: unknown[] = [];
  for (const one of asked)
    try {
      answers.push(await askPrice(aws, one));
    } catch (error) {
      const known = named(error);
      if (!(known instanceof Error)) throw error;
      refusals.push(known);
      log.warn("a price could not be fetched", { ...one, error: known });
      answers.push({ ...one, why: known.message });
    }
  if (refusals.length === asked.length) throw refusals.at(-1);
  return answers;
}

export const contract = { input: Input, output: Output };
export const handler = lambda(fetchPrices, contract);
