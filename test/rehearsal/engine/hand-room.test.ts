/** Whoever lays a hand on an endpoint asks AWS for nothing that the account's quota has no room for. */
import { expect, test } from "vitest";
import { createWorld, WorldSpec } from "#twin/world";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import { type HandKind, handsOn } from "../../../src/rehearsal/release/hand-calls.ts";
import { plan, startMs } from "../world/example.ts";

/** Eight instances serve. */
const isLaid = (kind: HandKind, quotaInstances: number): boolean => {
  const spec = WorldSpec.parse({ description: "test", quotaInstances });
  const world = createWorld({ seed: 1, startMs, spec, account: accountOf(plan) });
  return handsOn(world, plan.endpoint.name).callsOf(kind) !== undefined;
};

test.each([
  ["somebody-moves-the-endpoint", 16],
  ["somebody-raises-stables-count", 11],
] as const)("%s takes a quota of %i", (kind, enough) => {
  expect(isLaid(kind, enough)).toBe(true);
  expect(isLaid(kind, enough - 1)).toBe(false);
});

test("somebody-lowers-stables-count takes none", () => {
  expect(isLaid("somebody-lowers-stables-count", 8)).toBe(true);
});
