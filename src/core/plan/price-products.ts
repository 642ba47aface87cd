/**
 * What the products of AWS's price list say of one instance-hour of SageMaker.
 *
 * Source of shape and filters: GetProducts of the AWS Price List API (SDK model; its documents are JSON texts,
 * `terms.OnDemand.*.priceDimensions.*.pricePerUnit.USD`); for SageMaker, answers that people have published:
 * by `instanceName` and `regionCode` it lists the type's products, one for each use, told apart by their usage type:
 * `USE2-Host:ml.g6.xlarge`, `USE1-Train:ml.g5.2xlarge`, unit `Hrs`. That no other product has these usage types is
 * unconfirmed, so two prices are taken for none.
 */
import * as z from "zod";
import type { PriceAnswer, PriceAsked, PriceUse } from "./price-list.ts";

/** "The Price List Query API … provides the following endpoints" (Billing user guide, Using the AWS Price List Query API). */
const endpoints = { eu: "eu-central-1", ap: "ap-south-1", else: "us-east-1" } as const;

/** Other partitions have price lists of their own, in their own money, or none. */
const otherPartitions = /^(cn|us-gov|us-iso|us-isob|eu-isoe|us-isof|eusc)-/;

/** The Region in which the price list is asked about another; undefined: it has nothing about that one. */
export function priceListRegion(region: string): string | undefined {
  if (otherPartitions.test(region)) return undefined;
  if (region.startsWith("eu-")) return endpoints.eu;
  return region.startsWith("ap-") ? endpoints.ap : endpoints.else;
}

const Product = z.object({
  product: z.object({ attributes: z.looseObject({ usagetype: z.string() }) }),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
          ),
        }),
      )
      .default({}),
  }),
});

const usage: Readonly<Record<PriceUse, string>> = { hosting: "Host", training: "Train" };

/** Of the documents that GetProducts gave for a type and a Region, each a text of JSON. */
export function priceIn(documents: readonly string[], asked: PriceAsked): PriceAnswer {
  const read = documents.map((text) => Product.safeParse(jsonOf(text)));
  if (read.some(({ success }) => !success))
    return { ...asked, why: "AWS's price list answers in a shape that is not understood" };
  const prices = new Set(read.flatMap(({ data }) => (data === undefined ? [] : hourlyUsd(data, asked))));
  const [usd, ...others] = prices;
  if (usd === undefined) return { ...asked, why: `AWS's price list has none for ${asked.use}` };
  if (others.length > 0)
    return { ...asked, why: `AWS's price list has several for ${asked.use}: ${[...prices].join(", ")}` };
  return { ...asked, usd };
}

function hourlyUsd({ product, terms }: z.infer<typeof Product>, { use, instanceType }: PriceAsked): number[] {
  const { usagetype } = product.attributes;
  // A Region's usage types begin with its code, and some of us-east-1's with none.
  if (usagetype.replace(/^[A-Z]+\d*-/, "") !== `${usage[use]}:${instanceType}`) return [];
  return Object.values(terms.OnDemand)
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .filter(({ unit }) => unit === "Hrs")
    .map(({ pricePerUnit }) => Number(pricePerUnit.USD))
    .filter((each) => each > 0);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
