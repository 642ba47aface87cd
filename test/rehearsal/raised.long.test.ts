/** What a release keeps of what it raised, beside what it was billed: by three plans of unlike make, however it ends. */
import "../cli/warm-threads.ts";
import { expect, test } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { say } from "../cli/spoken.ts";
import { partOf } from "../part.ts";

const [sample, raisedTwice, brief] = [
  "plans/chat-assistant.yml",
  "test/data/plans/looking-ahead.yml",
  "test/data/plans/short-and-whole.yml",
];
const cases = [
  ["healthy", sample, "promoted", 1.06],
  ["healthy", brief, "promoted", 1.06],
  ["healthy", raisedTwice, "promoted", 1.15],
  ["bad-errors", sample, "rolled-back", 1.06],
  ["bad-errors", brief, "rolled-back", 1.06],
  ["bad-errors", raisedTwice, "rolled-back", 1.15],
  ["slow-provisioning", sample, "promoted", 1.15],
  ["slow-provisioning", brief, "promoted", 1.15],
] as const;

/**
 * The last look at an update comes up to minutes after its end, and a raise counts from its call on: whoever goes by Slipway's
 * own figure is never told less than there was, but for cents.
 */
test.each(partOf(cases, 4))("in the world %s, of %s, %s", async (world, plan, outcome, atMost) => {
  const { out } = await say("rehearse", plan, "--world", world, "--seed", "3", "--json");
  const { costUsd, retrospective, ...facts } = JSON.parse(out) as RehearsalFacts;
  const { inAll = Number.NaN } = retrospective?.usd ?? {};

  expect(facts.outcome).toBe(outcome);
  expect(inAll / (costUsd ?? Number.NaN)).toBeGreaterThan(0.98);
  expect(inAll / (costUsd ?? Number.NaN)).toBeLessThan(atMost);
});

test("of what never came nothing is known, and nothing is in its sum", async () => {
  const { out } = await say("rehearse", "plans/chat-assistant.yml", "--world", "no-capacity", "--json");
  const { retrospective } = JSON.parse(out) as RehearsalFacts;

  expect(retrospective?.usd?.planned).toBeGreaterThan(0);
  expect(retrospective?.usd).not.toHaveProperty("inAll");
});
