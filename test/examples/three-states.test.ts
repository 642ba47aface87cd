/** The example of the twin: somebody else's three states, by its sources; `npm run packages` runs it installed. */
import { expect, test } from "vitest";
import { type Application, explore, rehearse } from "#twin";

type Charge = (db: never) => unknown;
const load = async (name: string): Promise<unknown> =>
  import(new URL(`../../examples/three-states/${name}.js`, import.meta.url).href);
const { shop, orders } = (await load("application")) as {
  shop: (parts: { charge: Charge }) => Application;
  orders: readonly { readonly id: string }[];
};
const { charge, chargeTwice } = (await load("functions")) as { charge: Charge; chargeTwice: Charge };

async function wrongWith(version: Charge): Promise<{ runs: number; wrong: string[] }> {
  const wrong: string[] = [];
  let runs = 0;
  for (const event of orders) {
    const { reference, findings } = await explore(shop({ charge: version }), {
      event,
      only: new Set(["passing"] as const),
    });
    runs += 1 + findings.length;
    for (const { wrong: some, experiment } of [reference, ...findings])
      wrong.push(...some.map(({ detail }) => `${experiment.faults[0]?.kind ?? "none"}: ${detail}`));
  }
  return { runs, wrong };
}

test("without faults an order goes through, and one whose card is not good is given back", async () => {
  const ends = [];
  for (const event of orders) ends.push((await rehearse(shop({ charge }), { event })).outcome);

  expect(ends).toEqual(["SUCCEEDED", "NotOrdered"]);
});

test("the planted bug is found, wherever a try ends after its payment", async () => {
  const { wrong } = await wrongWith(chargeTwice);

  expect(wrong.toSorted()).toEqual([
    "crash-after-call: order-1 was charged 2 times",
    "crash-after: order-1 was charged 2 times",
    "lambda-time-out: order-1 was charged 2 times",
  ]);
});

test("once it is mended, no fault at any point breaks anything", async () => {
  const { runs, wrong } = await wrongWith(charge);

  expect(wrong).toEqual([]);
  expect(runs).toBeGreaterThan(60);
});
