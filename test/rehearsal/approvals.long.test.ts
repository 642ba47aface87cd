/**
 * A crowd before a stage that asks: people who say yes, no, both, twice, too early, too late or to another stage, a role that several
 * share, and whoever made the version. Whatever they do, nothing goes on without as many named people as the plan wants, which
 * the rehearsal's checkers hold against what was written to the table (answered-first.ts).
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { doorOf } from "../../functions/index.ts";
import type { Wire } from "../../src/aws/clients.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { TeamSide } from "../../src/core/plan/team.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";

const releaseId = "chat-assistant-v7-production";
/** Of the twin's registry, who has made every version. */
const author = "training-pipeline.build";
const crowd = ["ann", "bob", "deploy.cleo", author];

/** Two owners of the model's side, and one of capacity's; deploy.cleo is a session of a role that several share. */
const team = {
  model: { owners: ["ann", "eve"], contact: "#chat-models" },
  capacity: { owners: ["bob", "cleo"], contact: "ops@example.com" },
};

function asking(people: number, notAuthor: boolean, sides?: TeamSide[]): Plan {
  const parsed = parsePlan(readFileSync("plans/chat-assistant.yml", "utf8"), "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error("the sample plan is not valid");
  const { plan } = parsed;
  // So little of the traffic proves nothing for so short.
  const stages = [2, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 3 }));
  const onInconclusive = {
    ...{ action: "ask" as const, waitMinutes: 15, people, notAuthor },
    ...(sides !== undefined && { sides }),
  };
  return { ...plan, team, rollout: { ...plan.rollout, stages, onInconclusive } };
}

/** Some of a crowd look by every minute, and each says something, or nothing; `noPercent` of what is said is no. */
async function released(seed: number, noPercent: number, plan: Plan, people: readonly string[] = crowd) {
  const draw = drawing(seed);
  const told = { taken: 0, refused: 0 };
  const sayTo = async (wire: Wire) => {
    if (draw() < 0.5) return;
    const name = people[Math.floor(draw() * people.length)] ?? "ann";
    const door = doorOf(wire, name);
    const answer = draw() * 100 < noPercent ? ("roll-back" as const) : ("proceed" as const);
    const stage = draw() < 0.2 ? Math.floor(draw() * 3) : undefined;
    const seen = draw() < 0.1 ? "0".repeat(64) : undefined;
    await door?.({ order: "answer", releaseId, answer, stage, seen }).then(
      () => {
        told.taken += 1;
      },
      (error: Error) => {
        expect(error.name).toBe("NotFound");
        told.refused += 1;
      },
    );
  };
  const record = await rehearseHere(
    {
      ...{ plan, seed, settleSeconds: 1800, world: loadWorld("healthy") },
      event: { model: "chat-assistant", version: 7 },
    },
    {
      ...releaseParts,
      functionsOn: (wire) => ({ ...releaseParts.functionsOn?.(wire), Crowd: () => sayTo(wire) }),
      rates: [...(releaseParts.rates ?? []), { function: "Crowd", everySeconds: 60, event: {} }],
    },
  );
  const { violations } = record.findings.invariants as InvariantFindings;
  return {
    outcome: record.outcome,
    reason: record.reason,
    told,
    violations: Object.values(violations).flat(),
  };
}

/** A generator of even numbers from 0 to 1 (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test("nothing goes on without the people that the plan wants, whoever says what and when", async () => {
  const outcomes = new Map<string, number>();
  for (const [nth, people] of [1, 2, 2, 3, 2, 2].entries()) {
    const { outcome, told, violations } = await released(
      nth + 1,
      nth % 2 === 0 ? 0 : 15,
      asking(people, nth > 3),
    );
    expect(violations).toEqual([]);
    expect(told.refused).toBeGreaterThan(0);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    // Two people of the crowd are known by name, and whoever made the version is a role.
    if (people > 2) expect(outcome).toBe("rolled-back");
  }

  expect([...outcomes.keys()].sort()).toEqual(["promoted", "rolled-back"]);
});

test("nothing goes on without an owner of each side that the plan asks, whoever else says yes how often", async () => {
  const outcomes: string[] = [];
  for (const [nth, people] of [
    ["ann", "bob", "dave"],
    ["ann", "eve", "dave", "deploy.cleo"],
    ["bob", "dave", author],
    ["dave", "bob", "ann", "eve"],
  ].entries()) {
    const plan = asking(1, false, ["model", "capacity"]);
    const { outcome, told, violations } = await released(nth + 11, 0, plan, people);
    expect(violations).toEqual([]);
    expect(told.refused).toBeGreaterThan(0);
    outcomes.push(outcome);
  }

  expect(outcomes).toEqual(["promoted", "rolled-back", "rolled-back", "promoted"]);
});
