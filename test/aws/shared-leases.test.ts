/** Two releases that lean on one service, whichever ends first. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { holds } from "../property.ts";
import { anyTwo, asBefore, one, orders, played, two } from "./two-leaning.ts";

test.each(Object.entries(orders))("%s, end with what there was", async (_, order) => {
  await asBefore(await played([one, two], order));
});

test("in any order, with any needs and any deaths, they leave the service as it was", async () => {
  expect.hasAssertions();
  await holds(
    fc.asyncProperty(anyTwo, async ({ both, order }) => asBefore(await played(both, order))),
    { numRuns: 12 },
  );
});
