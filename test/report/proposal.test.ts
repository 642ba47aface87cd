/** A proposal as it is read: on a terminal, and in a pull request. */
import { describe, expect, test } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { isWorse, type Proposed, proposalMarkdown, proposalPage } from "../../src/report/proposal.ts";
import { paintOf } from "../../src/report/text/paint.ts";

const posterior = {
  ...{ records: 9, n: 7.5, bounds: 0, median: 40.2, low: 38.1, high: 42.6, p05: 35, p50: 40.2, p95: 46 },
  shape: { from: 30, to: 50, shares: [] },
};
const facts = (outcome: RehearsalFacts["outcome"], violations = 0) =>
  ({ outcome, costUsd: 22.5, violations: Array(violations).fill({}) }) as unknown as RehearsalFacts;
const steady = (instances: number, risk: number) => ({ instances, usdPerMonth: 1028 * instances, risk });
const proposed: Proposed = {
  file: "plans/chat.yml",
  model: "chat",
  diff: "--- a/plans/chat.yml\n+++ b/plans/chat.yml\n@@ -1,1 +1,1 @@\n-  peak: 60\n+  peak: 48\n",
  proposal: {
    before: steady(8, 0.0001),
    after: steady(6, 0.004),
    notes: ["latency breaks at 95 %; it stays"],
    evidence: 9,
    changes: [
      {
        path: ["requirements", "peakRequestsPerSecond"],
        ...{ from: 60, to: 48, why: "the highest load of 28 days stays below it with a chance of 95 %" },
        evidence: { of: "the highest load of a week", unit: "requests/s", records: 9, posterior },
        alone: steady(6, 0.004),
      },
      { path: ["endpoint", "instances"], from: 8, to: 6, why: "what the load takes by these numbers" },
    ],
  },
  rehearsed: [
    { world: "healthy", before: facts("promoted"), after: facts("promoted") },
    { world: "no-quota", before: facts("refused"), after: facts("promoted") },
  ],
};
const told = (width: number) => proposalPage(proposed, { width, paint: paintOf(false) });

test("a terminal says what changes, why, by what, and what it does to money and risk", () => {
  const text = told(90).join("\n").replace(/\s+/g, " ");

  expect(text).toContain("chat: 2 instances less");
  expect(text).toContain("requirements.peakRequestsPerSecond: 60 → 48");
  expect(text).toContain("n = 7.5 of 9, median 40.2 requests/s (95 %: 38.1 – 42.6)");
  expect(text).toContain("Alone: $6,168 a month, a risk of too little of 0.4 %");
  expect(text).toContain("8 → 6 instances, $8,224 → $6,168 a month");
  expect(text).toContain("from 0.01 % to 0.4 %");
  expect(text).toContain(" Latency breaks at 95 %; it stays. ");
  expect(text).toContain(
    "promoted in 2, and in 1 with the plan as it is; 0 invariants broken. no-quota: refused → promoted.",
  );
  for (const line of told(60)) expect([...line].length).toBeLessThanOrEqual(60);
});

test("a pull request has the same as tables, and the difference as one", () => {
  const text = proposalMarkdown(proposed);

  expect(text).toContain("| a month | $8,224 | $6,168 |");
  expect(text).toContain("```diff\n--- a/plans/chat.yml\n");
  expect(text).toContain("| no-quota | refused, $22.50 | promoted, $22.50 |");
  expect(text).toContain("follows from the others");
  expect(text).toContain("\n\nLatency breaks at 95 %; it stays.\n\n");
  expect(text).toContain("slipway propose plans/chat.yml --decline");
});

describe("in a world it goes worse", () => {
  test.each([
    ["where what was promoted is not", facts("promoted"), facts("rolled-back"), true],
    ["where an invariant is broken", facts("promoted"), facts("promoted", 1), true],
    ["not where it ended badly before as well", facts("refused"), facts("rolled-back"), false],
  ])("%s", (_, before, after, expected) => {
    expect(isWorse({ world: "x", before, after })).toBe(expected);
  });
});
