/**
 * AWS's price list in the twin, as far as SageMaker's instances on demand go: GetProducts by TERM_MATCH of the attributes
 * that tell them apart.
 *
 * Source: service model 2017-10-15; for SageMaker's attributes, answers that people have published: by `instanceName` and
 * `regionCode` come a product for each use, with usage types such as `USE2-Host:ml.g6.xlarge` and units `Hrs`.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import { integer, knowing, requiredText, text } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import { type Input, NOT_MODELLED, type Service } from "./service.ts";

export interface PricingOptions {
  /** US dollars an hour by instance type, for every use; read at each call. */
  readonly prices: () => Readonly<Record<string, number>>;
  readonly region: string;
}

/** Largest MaxResults, and the default (service model). */
const PAGE = 100;

export function pricing({ prices, region }: PricingOptions): Service {
  return {
    name: "pricing",
    title: "Pricing",
    protocol: { kind: "json", version: "1.1", targetPrefix: "AWSPriceListService" },
    operations: knowing("Pricing", known, {
      GetProducts(input) {
        const service = requiredText(input, "ServiceCode");
        if (service !== "AmazonSageMaker")
          throw invalid(`${NOT_MODELLED} GetProducts of the service ${service}`);
        const limit = integer(input, "MaxResults", { min: 1, max: PAGE }) ?? PAGE;
        const filters = filtersOf(input);
        const found = productsOf(prices(), region).filter(({ attributes }) =>
          filters.every(({ field, value }) => attributes[field] === value),
        );
        const token = text(input, "NextToken");
        const { items, nextToken } = page(found, { limit, token, invalidToken });
        return {
          FormatVersion: "aws_v1",
          PriceList: items.map((each) => JSON.stringify(documentOf(each))),
          NextToken: nextToken,
        };
      },
    }),
  };
}

const known = { GetProducts: ["ServiceCode", "Filters", "FormatVersion", "MaxResults", "NextToken"] };

const attributeNames = ["instanceName", "regionCode", "usagetype", "component", "servicecode"] as const;
type AttributeName = (typeof attributeNames)[number];

interface Product {
  readonly attributes: Readonly<Record<AttributeName, string>>;
  readonly sku: string;
  readonly usd: number;
}

/** What AWS answers to an attribute that it does not know is not confirmed: the twin refuses it by name. */
function filtersOf({ Filters = [] }: Input): { field: AttributeName; value: string }[] {
  return (Filters as Input[]).map((filter) => {
    const [type, field, value] = ["Type", "Field", "Value"].map((member) => requiredText(filter, member));
    if (type !== "TERM_MATCH") throw invalid(`${NOT_MODELLED} GetProducts's filters of the type ${type}`);
    const name = attributeNames.find((each) => each === field);
    if (name === undefined) throw invalid(`${NOT_MODELLED} GetProducts's filters by ${field}`);
    return { field: name, value: value ?? "" };
  });
}

/** Uses of an instance with what their usage types begin with. */
const uses = { Hosting: "Host", Training: "Train", Processing: "Processing", Notebook: "Notebk" } as const;
/** What usage types of a Region begin with, of those that the twin has seen. */
const codes: Readonly<Record<string, string>> = {
  "ap-northeast-1": "APN1",
  "eu-west-1": "EU",
  "us-east-1": "USE1",
  "us-east-2": "USE2",
};

function productsOf(prices: Readonly<Record<string, number>>, region: string): Product[] {
  const code = codes[region] ?? region.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  return Object.entries(prices).flatMap(([instanceName, usd]) =>
    Object.entries(uses).map(([component, usage]) => ({
      attributes: {
        instanceName,
        regionCode: region,
        component,
        servicecode: "AmazonSageMaker",
        usagetype: `${code}-${usage}:${instanceName}`,
      },
      sku: `${usage}${instanceName}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, ""),
      usd,
    })),
  );
}

function documentOf({ attributes, sku, usd }: Product) {
  const [offer, rate] = [`${sku}.JRTCKXETXF`, `${sku}.JRTCKXETXF.6YS6EN2CT7`];
  const dimension = {
    unit: "Hrs",
    endRange: "Inf",
    beginRange: "0",
    description: `$${usd} per ${attributes.component} ${attributes.instanceName} hour`,
    appliesTo: [],
    rateCode: rate,
    pricePerUnit: { USD: usd.toFixed(10) },
  };
  return {
    product: { productFamily: "ML Instance", attributes, sku },
    serviceCode: "AmazonSageMaker",
    terms: {
      OnDemand: {
        [offer]: {
          priceDimensions: { [rate]: dimension },
          sku,
          offerTermCode: "JRTCKXETXF",
          termAttributes: {},
        },
      },
    },
  };
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", message);
const invalidToken = (): AwsError =>
  new AwsError("InvalidNextTokenException", "The pagination token is invalid.");
