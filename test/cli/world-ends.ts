/** How the sample plan's release ends in each world that ships. */
import { expect } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { say } from "./spoken.ts";

export const ends: Readonly<Record<string, readonly [outcome: string, code: number]>> = {
  "bad-errors": ["rolled-back", 2],
  "cold-start": ["promoted", 0],
  "ending-reservation": ["promoted", 0],
  "growing-fleet": ["promoted", 0],
  healthy: ["promoted", 0],
  "late-fault": ["rolled-back", 2],
  "late-finding": ["promoted", 0],
  "late-growth": ["promoted", 0],
  "late-quota": ["refused", 4],
  "late-spike": ["promoted", 0],
  "lone-host": ["rolled-back", 2],
  "lost-metrics": ["rolled-back", 2],
  "no-capacity": ["rolled-back", 2],
  "no-quota": ["refused", 4],
  "no-traffic": ["rolled-back", 2],
  "quiet-nights": ["promoted", 0],
  "reserved-capacity": ["promoted", 0],
  retraining: ["promoted", 0],
  "rising-morning": ["promoted", 0],
  "roomy-fleet": ["promoted", 0],
  "shared-shock": ["promoted", 0],
  "shared-table": ["promoted", 0],
  "short-pool": ["rolled-back", 2],
  "slow-model": ["rolled-back", 2],
  "slow-provisioning": ["promoted", 0],
  "small-reservation": ["promoted", 0],
  "sparse-metrics": ["promoted", 0],
  "traffic-spike": ["promoted", 0],
  undersized: ["promoted", 0],
  "unscanned-image": ["promoted", 0],
  "worse-quality": ["promoted", 0],
};

export const all = [
  "capacity-before-traffic",
  "way-back",
  "no-orphans",
  "one-at-a-time",
  "write-ahead",
  "exactly-once",
  "never-promote-blind",
  "within-means",
  "outcome-verified",
  "over-once-answered",
  "attributable",
  "gates-never-trap",
  "every-change-evidenced",
];

export async function rehearsed(
  ...args: readonly string[]
): Promise<{ code: number; facts: RehearsalFacts; text: string }> {
  const { code, out } = await say("rehearse", "--json", ...args);
  return { code, facts: JSON.parse(out) as RehearsalFacts, text: out };
}

/** That a world's rehearsal ends as it should, with no invariant broken, and leaves what was there. */
export function expectEnd(world: string, { code, facts }: { code: number; facts: RehearsalFacts }): void {
  const [outcome, expected] = ends[world] ?? [];
  expect(facts).toMatchObject({ outcome, violations: [], notModelled: [], undelivered: [], dropped: [] });
  expect(code).toBe(expected);
  expect(facts.invariants).toEqual(Object.fromEntries(all.map((name) => [name, 0])));
  expect(facts.reason).not.toBe("");
  if (outcome !== "promoted") expect(facts.after).toEqual(facts.before);
}
