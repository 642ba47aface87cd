/** Who takes all traffic: by the weights in force and by those that were asked for. */
import { expect, test } from "vitest";
import { notToShift, takesAll } from "../../../src/core/release/outside.ts";
import { endpointOf, variant } from "../example.ts";

const weighed = (v6: [current: number, desired: number], v7: [current: number, desired: number]) =>
  endpointOf([
    { ...variant("v6"), currentWeight: v6[0], desiredWeight: v6[1] },
    { ...variant("v7"), currentWeight: v7[0], desiredWeight: v7[1] },
  ]);

test.each([
  [[0, 0], [1, 1], true],
  [[0, 0], [0, 1], false],
  [[0, 0], [1, 0], false],
  [[1, 0], [1, 1], false],
  [[0, 1], [1, 1], false],
] as const)("with v6 at %j and v7 at %j, v7 takes all: %s", (v6, v7, expected) => {
  expect(takesAll(weighed([...v6], [...v7]), "v7")).toBe(expected);
});

test("weights that somebody else has set before the first share take the candidate off, and say what is to be done", () => {
  const needs = { stable: { variant: "v6" }, candidate: { variant: "v7" } } as Parameters<
    typeof notToShift
  >[1]["needs"];
  const said = (v6: number, v7: number) => notToShift([], { name: "chat", weights: { v6, v7 }, needs });

  expect(said(100, 0)).toBeUndefined();
  expect(said(90, 10)).toMatch(/v6 90, v7 10 .*: v7 is taken off again; release it again if it is to serve$/);
  expect(said(0, 0)).toMatch(/: v7 is taken off again, and v6 is left with 0: give it a weight/);
});
