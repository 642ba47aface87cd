/** The bench's fast path is the shipped reducer: the same evidence and the same decision after every minute. */
import { expect, test } from "vitest";
import { ALPHA, type Cell, cellsOf, STAGES, stageAt } from "../../bench/cells.ts";
import { Shipped } from "../../bench/engines/shipped.ts";
import { Chance } from "../../bench/simulation/chance.ts";
import { historyOf, type Minute, releaseOf } from "../../bench/simulation/minutes.ts";
import {
  measureCountNoise,
  observe,
  startStage,
  startVerdict,
  type VerdictSettings,
  type VerdictState,
  verdictOf,
} from "../../src/index.ts";

const settings: VerdictSettings = {
  alpha: ALPHA,
  beta: 0.05,
  minimumRequests: 0,
  intervalSeconds: 60,
  stages: STAGES,
  kpis: [{ shape: "count", verb: "fails", name: "errors", weight: 1, tolerance: 0 }],
};

function observed(state: VerdictState, minute: number, seen: Minute): VerdictState {
  const side = (requests: number, bad: number) => (seen.missing ? null : { requests, bad });
  const candidate = side(seen.candidateRequests, seen.candidateBad);
  const stable = side(seen.stableRequests, seen.stableBad);
  return observe(state, settings, [{ kpi: "errors", at: minute * 60, seconds: 60, candidate, stable }]);
}

/** Both side by side for some minutes of one release; how many they agreed to roll back. */
function compareOn(cell: Cell, chance: Chance, faulty: boolean): boolean {
  const noise = measureCountNoise(historyOf({ ...cell, historyMinutes: 120 }, chance), 60);
  const minuteOf = releaseOf(cell, chance, faulty);
  const fast = new Shipped();
  fast.start(cell, noise);
  let state = startVerdict(settings, { noise: { errors: noise } });
  for (let minute = 0; minute < 100; minute++) {
    const stage = stageAt(cell, minute);
    if (minute === 0 || stage !== stageAt(cell, minute - 1)) {
      fast.stage(stage);
      state = startStage(state, settings, { stage, at: minute * 60, trafficShare: cell.shares[stage] ?? 0 });
    }
    const seen = minuteOf(minute);
    const rollsBack = fast.minute(seen);
    state = observed(state, minute, seen);
    const { verdict, evidence } = verdictOf(state, settings, {
      at: minute * 60,
      stageEndsAt: Number.MAX_VALUE,
    });
    expect(Math.abs(fast.logE - evidence.logE)).toBeLessThan(1e-6);
    expect(rollsBack).toBe(verdict === "fail");
    if (rollsBack) return true;
  }
  return false;
}

test("agrees with the reducer on every kind of release, healthy and faulty, to a millionth of a nat", () => {
  const chance = new Chance(2026);
  const cells = cellsOf(["count", "staged", "noise", "shock", "missing"]).filter((_, i) => i % 5 === 0);
  let rolledBack = 0;

  for (const cell of cells)
    for (const faulty of [false, true]) if (compareOn(cell, chance, faulty)) rolledBack++;

  expect(cells.length).toBeGreaterThan(40);
  expect(rolledBack).toBeGreaterThan(20);
});
