/** AWS's price list: what it is asked, and what of it the table keeps: an item a fetch, by its time. */
import { paginateGetProducts } from "@aws-sdk/client-pricing";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type Listing, ListPrices, type PriceAnswer, type PriceAsked } from "../core/plan/price-list.ts";
import { priceIn } from "../core/plan/price-products.ts";
import { documentSchema } from "../core/release/document/upcasters.ts";
import { type EpochMs, epochMs, secondsOf } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { refusalOf } from "./errors.ts";
import type { Tools } from "./lambda.ts";

const partition = "prices";
/** Chosen: what a release of the last quarter was priced by can be looked up. */
const keptDays = 100;

/** One price as AWS lists it today. Throws what AWS refuses it with. */
export async function askPrice({ pricing, environment }: Aws, asked: PriceAsked): Promise<PriceAnswer> {
  const pages = paginateGetProducts(
    { client: pricing, pageSize: 100 },
    {
      ServiceCode: "AmazonSageMaker",
      Filters: [
        { Type: "TERM_MATCH", Field: "regionCode", Value: environment.region },
        { Type: "TERM_MATCH", Field: "instanceName", Value: asked.instanceType },
      ],
    },
  );
  const documents: string[] = [];
  for await (const { PriceList = [] } of pages) documents.push(...[...PriceList].map(String));
  return priceIn(documents, asked);
}

/** Keeps what was fetched, beside what was fetched before it. */
export async function keepPriceList({ table, environment }: Aws, list: ListPrices): Promise<void> {
  const expiresAt = Math.floor(secondsOf(epochMs(list.fetchedAt))) + keptDays * 86_400;
  const Item = { pk: partition, sk: list.fetchedAt, schema: documentSchema, ...list, expiresAt };
  await table.send(new PutCommand({ TableName: environment.table, Item }));
}

/** What was fetched last; undefined where nothing was, or what newer code wrote. */
export async function readPriceList({ table, environment }: Aws): Promise<ListPrices | undefined> {
  const { Items: [newest] = [] } = await table.send(
    new QueryCommand({
      TableName: environment.table,
      KeyConditionExpression: "pk = :prices",
      ExpressionAttributeValues: { ":prices": partition },
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  return ListPrices.safeParse(newest).data;
}

/** Whoever may not read it goes by what was published, and is told. */
export async function listingAt(aws: Aws, nowMs: EpochMs): Promise<Listing> {
  try {
    return { list: await readPriceList(aws), nowMs };
  } catch (error) {
    const known = refusalOf(error);
    const refused = `fetched prices may not be read, published ones stand in: ${known.message}`;
    return { list: undefined, nowMs, refused };
  }
}

/** The same for a step, which fails for want of fetched prices as little. */
export async function listingFor({ aws, now, log }: Tools): Promise<Listing> {
  const listing = await listingAt(aws, now());
  if (listing.refused !== undefined) log.warn(listing.refused);
  return listing;
}
