/** Where an endpoint stands on a release's way, by what the platform calls the places of that release. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { placed } from "../../../src/core/capacity/endpoint.ts";
import { holds } from "../../property.ts";

const names = { before: "config-v6", joined: "join-v7", after: "final-v7" };

test.each([
  ["config-v6", "before"],
  ["join-v7", "joined"],
  ["final-v7", "after"],
  ["someone-elses", "elsewhere"],
  ["", "elsewhere"],
])("%s is %s", (called, place) => {
  expect(placed(called, names)).toEqual({ place, called });
});

test("whatever it is called, it is at a place of the release only by that place's own name", () => {
  const called = fc.constantFrom("a", "b", "c", "");
  const some = fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined });
  holds(
    fc.property(called, some, fc.constantFrom("a", "b", "c"), some, (name, before, joined, after) => {
      const { place } = placed(name, { before, joined, after });
      const own = [before, joined, after].some((one) => one === name);
      expect(place === "elsewhere").toBe(!own);
      if (place !== "elsewhere") expect({ before, joined, after }[place]).toBe(name);
    }),
  );
});
