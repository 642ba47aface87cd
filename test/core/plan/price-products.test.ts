/** Of the products that AWS's price list gives for a type, the one that is meant; never a guess. */
import { describe, expect, test } from "vitest";
import { priceIn, priceListRegion } from "../../../src/core/plan/price-products.ts";

/** As GetProducts gave it for ml.g6.xlarge in us-east-2, shortened. */
const product = (usagetype: string, usd: string, unit = "Hrs") =>
  JSON.stringify({
    product: { productFamily: "ML Instance", attributes: { usagetype, instanceName: "ml.g6.xlarge" } },
    serviceCode: "AmazonSageMaker",
    terms: {
      OnDemand: {
        "SKU.JRTCKXETXF": {
          priceDimensions: { "SKU.JRTCKXETXF.6YS6EN2CT7": { unit, pricePerUnit: { USD: usd } } },
        },
      },
    },
  });
const asked = { use: "hosting", instanceType: "ml.g6.xlarge" } as const;
const all = [
  product("USE2-Train:ml.g6.xlarge", "1.3000000000"),
  product("USE2-Host:ml.g6.xlarge", "1.1267000000"),
  product("USE2-AsyncInf:ml.g6.xlarge", "1.2000000000"),
  product("USE2-Host:ml.g6.xlarge", "0.0000000000"),
  product("USE2-Host:ml.g6.xlarge", "9.0000000000", "GB-Mo"),
  JSON.stringify({
    product: { attributes: { usagetype: "USE2-Host:ml.g6.xlarge" } },
    terms: { Reserved: {} },
  }),
];

describe("the price of an hour", () => {
  test("is that of the use which is asked for, on demand", () => {
    expect(priceIn(all, asked)).toEqual({ ...asked, usd: 1.1267 });
    expect(priceIn(all, { ...asked, use: "training" })).toEqual({ ...asked, use: "training", usd: 1.3 });
  });

  test.each(["Host:ml.g6.xlarge", "EU-Host:ml.g6.xlarge", "APN1-Host:ml.g6.xlarge"])(
    "is found as %s",
    (usagetype) => {
      expect(priceIn([product(usagetype, "1")], asked)).toMatchObject({ usd: 1 });
    },
  );

  test.each(["USE2-Host:ml.g6.xlarge.free", "USE2-SpotHost:ml.g6.xlarge", "USE2-Host:ml.g6.2xlarge"])(
    "is none of %s",
    (usagetype) => {
      expect(priceIn([product(usagetype, "1")], asked)).toMatchObject({
        why: "AWS's price list has none for hosting",
      });
    },
  );

  test("is none where there are two, and where the answer is not understood", () => {
    expect(priceIn([...all, product("USE2-Host:ml.g6.xlarge", "1.5")], asked)).toEqual({
      ...asked,
      why: "AWS's price list has several for hosting: 1.1267, 1.5",
    });
    for (const odd of ["{", "null", '{"product":{}}'])
      expect(priceIn([...all, odd], asked)).toMatchObject({ why: expect.stringMatching(/not understood/) });
  });
});

test.each([
  ["eu-west-1", "eu-central-1"],
  ["ap-southeast-2", "ap-south-1"],
  ["us-west-2", "us-east-1"],
  ["ca-central-1", "us-east-1"],
  ["cn-north-1", undefined],
  ["us-gov-west-1", undefined],
  ["eusc-de-east-1", undefined],
])("about %s the price list is asked in %s", (region, where) => {
  expect(priceListRegion(region)).toBe(where);
});
