/** AWS's price list in the twin: pages, filters, and what it does not model. */
import { GetProductsCommand, PricingClient, paginateGetProducts } from "@aws-sdk/client-pricing";
import { describe, expect, it } from "vitest";
import { createTwin, pricing } from "#twin/services";
import { reaching } from "./twin-handler.ts";

const prices = { "ml.g5.xlarge": 1.6, "ml.m5.large": 0.13 };
const client = () =>
  new PricingClient(reaching(createTwin([pricing({ prices: () => prices, region: "us-east-2" })], () => 0)));
const by = (Field: string, Value: string, Type: "TERM_MATCH" | "EQUALS" = "TERM_MATCH") => ({
  Type,
  Field,
  Value,
});
const asked = (...Filters: ReturnType<typeof by>[]) =>
  new GetProductsCommand({ ServiceCode: "AmazonSageMaker", Filters });
const usages = (documents: Iterable<unknown> = []): string[] =>
  [...documents].map((text) => JSON.parse(String(text)).product.attributes.usagetype);

describe("GetProducts of the twin", () => {
  it("lists a product for each use of a type, page by page without a repeat", async () => {
    const listed: string[] = [];
    const sizes: number[] = [];
    for await (const { PriceList = [] } of paginateGetProducts(
      { client: client(), pageSize: 3 },
      { ServiceCode: "AmazonSageMaker" },
    )) {
      sizes.push([...PriceList].length);
      listed.push(...usages(PriceList));
    }
    expect(sizes).toEqual([3, 3, 2]);
    expect(new Set(listed).size).toBe(8);
    expect(listed).toContain("USE2-Train:ml.m5.large");
  });

  it("gives those that match all filters, and none of another Region", async () => {
    const type = by("instanceName", "ml.g5.xlarge");
    const { PriceList } = await client().send(asked(type, by("component", "Hosting")));
    expect(usages(PriceList)).toEqual(["USE2-Host:ml.g5.xlarge"]);
    expect((await client().send(asked(type, by("regionCode", "eu-west-1")))).PriceList).toEqual([]);
  });

  it.each([
    ["filters by instancename", asked(by("instancename", "ml.g5.xlarge"))],
    ["filters of the type EQUALS", asked(by("instanceName", "ml.g5.xlarge", "EQUALS"))],
    ["of the service AmazonEC2", new GetProductsCommand({ ServiceCode: "AmazonEC2" })],
  ])("does not model GetProducts %s, and says so", async (what, command) => {
    await expect(client().send(command)).rejects.toThrow(what);
  });

  it("refuses a token that it did not give", async () => {
    const command = new GetProductsCommand({ ServiceCode: "AmazonSageMaker", NextToken: "x" });
    await expect(client().send(command)).rejects.toMatchObject({ name: "InvalidNextTokenException" });
  });
});
