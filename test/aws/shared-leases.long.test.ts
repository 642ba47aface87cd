/** Two releases that lean on one service, many times over: one dying at any of its turns, in either order, or any of both. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { holds } from "../property.ts";
import { anyTwo, asBefore, one, orders, played, two } from "./two-leaning.ts";

const turns = Array.from({ length: 26 }, (_, nth) => 3 * nth + 1);

test.each(Object.entries(orders))("%s, with one of them dying at any of its turns", async (_, order) => {
  expect.hasAssertions();
  for (const diesAfter of turns)
    for (const dying of [one, two]) {
      const both = [one, two].map((it) => (it === dying ? { ...it, diesAfter } : it));
      await asBefore(await played(both, order));
    }
});

test("in any order, with any needs and any deaths, they leave the service as it was", async () => {
  expect.hasAssertions();
  await holds(
    fc.asyncProperty(anyTwo, async ({ both, order }) => asBefore(await played(both, order))),
    { numRuns: 200 },
  );
});
