/** Releases that a freeze keeps waiting for hours or weeks: they take few events, are looked at, and are paid for. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { type Rehearsing, rehearsing } from "./explore/rehearsing.ts";

function planIn(name: string): Plan {
  const path = `test/data/plans/${name}.yml`;
  const parsed = parsePlan(readFileSync(path, "utf8"), path);
  if (!parsed.ok) throw new Error(`${path} is not valid`);
  return parsed.plan;
}

/** The release under a plan, with what it raised and how long it took. */
async function played(name: string, how: Omit<Rehearsing, "plan"> = {}) {
  const { record, violations } = await rehearsing({ plan: planIn(name), ...how });
  const { figures } = record.findings.invariants as InvariantFindings;
  const [first] = record.executions;
  return {
    violations,
    outcome: record.outcome,
    reason: record.reason,
    minutes: record.virtualSeconds / 60,
    events: first?.historyEvents ?? 0,
    usd: figures.knownCostUsd,
  };
}

/** Much worse than stable, from a minute to another. */
const bad = (fromMinute: number, toMinute?: number) =>
  WorldSpec.parse({ ...loadWorld("healthy"), candidate: { errorFactor: 50, fromMinute, toMinute } });

/** Weeks of virtual time take ten seconds of work, which a busy machine stretches. */
const long = { timeout: 300_000 };

describe("a freeze before the first change", long, () => {
  // One of two weeks, test/data/plans/freeze-14d.yml, is rehearsed by .ci/run.
  test.each([["freeze-9.4d", 9.45 * 1440]])(
    "%s is waited for: few events, nothing raised, and promoted after it",
    async (name, minutes) => {
      const run = await played(name);

      expect(run).toMatchObject({ outcome: "promoted", violations: [] });
      expect(run.minutes).toBeGreaterThan(minutes);
      expect(run.minutes).toBeLessThan(minutes + 180);
      expect(run.events).toBeLessThan(11_000);
      expect(run.usd).toBeLessThan(25);
    },
  );
});

describe("a freeze half-way", long, () => {
  test.each(["freeze-half-way", "freeze-hold"])(
    "%s is held for as long as the budget lasts, and then walked back from",
    async (name) => {
      const run = await played(name);

      expect(run).toMatchObject({ outcome: "rolled-back", violations: [] });
      expect(run.reason).toMatch(/^the hold has spent what the budget allows: .* frozen until 2026/);
      expect(run.minutes).toBeGreaterThan(9 * 60);
      expect(run.usd).toBeGreaterThan(100);
      expect(run.usd).toBeLessThanOrEqual(120);
      expect(run.events).toBeLessThan(4000);
    },
  );

  test.each([
    ["from minute 60 on", bad(60)],
    ["from minute 60 to 400", bad(60, 400)],
    ["from minute 300 on", bad(300)],
  ])("a candidate that fails %s is found out within minutes", async (_, world) => {
    const run = await played("freeze-hold", { world });

    const from = world.candidate.fromMinute;
    expect(run).toMatchObject({ outcome: "rolled-back", violations: [] });
    expect(run.reason).toMatch(/errors|error-ceiling/);
    expect(run.minutes).toBeGreaterThan(from);
    expect(run.minutes).toBeLessThan(from + 45);
  });
});
