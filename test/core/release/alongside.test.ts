/** What a release's leases are billed by: its plan's prices, what was planned, and what its ledger says was leased. */
import { expect, test } from "vitest";
import { billedLeases } from "../../../src/core/release/alongside.ts";
import type { Change } from "../../../src/core/release/change.ts";

const tokenizer = { kind: "ecs-service", name: "service/prod/tokenizer" } as const;
const rank = { kind: "lambda-concurrency", name: "function:rank:live" } as const;
const plan = {
  alongside: [
    { lambda: { function: "rank", alias: "live" }, minimum: 40 },
    { ecs: { cluster: "prod", service: "tokenizer" }, minimum: 25, usdPerUnitHour: 0.05 },
  ],
};
const before = { min: 1, max: 99, capacity: 10 };
const needs = {
  alongside: [
    { ...rank, minimums: [40, 40], before },
    { ...tokenizer, minimums: [6, 25], before },
  ],
};
const change = (own: Pick<Change, "id" | "resource" | "after" | "state">): Change => ({
  seq: 1,
  before: null,
  at: "2026-01-05T08:00:00.000Z",
  ...own,
});

test("leases are billed above what stood before, from their intent on, where they have a price", () => {
  const changes = [
    change({ id: "lease-1-to-40", resource: rank, after: { minimum: 40 }, state: "applied" }),
    change({ id: "lease-2-to-6", resource: tokenizer, after: { minimum: 6 }, state: "applied" }),
    change({ id: "lease-2-to-25", resource: tokenizer, after: { minimum: 25 }, state: "intended" }),
    change({ id: "lease-2-to-30", resource: tokenizer, after: { minimum: 30 }, state: "undone" }),
  ];
  const fromMs = Date.UTC(2026, 0, 5, 8);

  expect(billedLeases(plan, needs, changes)).toEqual([
    {
      usdPerUnitHour: 0.05,
      raised: [
        { fromMs, more: 0 },
        { fromMs, more: 15 },
      ],
      stages: [0, 15],
    },
  ]);
});

test("what is not leased yet is billed from its stages on, and nothing where the plan lists nothing", () => {
  expect(billedLeases(plan, needs, [])).toEqual([{ usdPerUnitHour: 0.05, raised: [], stages: [0, 15] }]);
  expect(billedLeases({}, needs, [])).toEqual([]);
  expect(billedLeases(plan, {}, [])).toEqual([]);
});
