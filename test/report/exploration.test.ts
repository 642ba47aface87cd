/** The page of an exploration: what came to what, and what went wrong with the way to see it again. */
import { describe, expect, it } from "vitest";
import type { ExplorationFacts } from "../../src/core/facts/exploration-facts.ts";
import { explorationPage } from "../../src/report/exploration.ts";
import { paintOf } from "../../src/report/text/paint.ts";

const page = { width: 80, paint: paintOf(false) };
const run = {
  faults: ["stop=entry:Bake[0]@1"],
  outcome: "rolled-back",
  reason: "it was stopped",
  replay: "slipway explore --world healthy --seed 1 --fault 'stop=entry:Bake[0]@1'",
};
const clean: ExplorationFacts = {
  model: "chat-assistant",
  world: "healthy",
  seed: 1,
  interrupted: false,
  runs: 1500,
  runsPerSecond: 6.25,
  reference: { outcome: "promoted", reason: "no evidence of harm" },
  outcomes: { promoted: 1499, "rolled-back": 1 },
  byFault: {
    throttled: { runs: 1499, outcomes: { promoted: 1499 }, violations: 0 },
    stop: { runs: 1, outcomes: { "rolled-back": 1 }, violations: 0 },
  },
  edges: [
    { kind: "Retry", name: "CheckKpis: Retry", runs: 20 },
    { kind: "Catch", name: "CheckKpis: Catch LockLost → CloseRelease", runs: 0 },
    { kind: "Catch", name: "CheckKpis: Catch States.ALL → RollBack", runs: 3 },
  ],
  violations: [],
  misses: [],
};

describe("the page of an exploration", () => {
  it("breaks its head where the terminal ends", () => {
    const [, ...head] = explorationPage(clean, { ...page, width: 40 });

    expect(head.slice(0, 3).filter((line) => line.length > 40)).toEqual([]);
    expect(head.slice(0, 2).join("")).toContain("6.3 runs per second");
  });

  it("says how many runs there were, that nothing was broken, and what each fault came to", () => {
    const lines = explorationPage(clean, page);

    expect(lines).toContain("✔ 1,500 runs, no promise broken");
    expect(lines).toContain("  chat-assistant in the world healthy, seed 1; 6.3 runs per second");
    expect(lines).toContain("  Without faults: promoted, no evidence of harm");
    expect(lines).toContain("  fault       runs  promoted  rolled-back  violations");
    expect(lines).toContain("  throttled  1,499     1,499            ·           ·");
    expect(lines).toContain("  stop           1         ·            1           ·");
  });

  it("says how many of the machine's edges were walked, and which were not", () => {
    const lines = explorationPage(clean, page);

    expect(lines).toContain("  edges  walked  of");
    expect(lines).toContain("  Retry       1   1");
    expect(lines).toContain("  Catch       1   2");
    expect(lines.slice(lines.indexOf("  not walked"))).toEqual([
      "  not walked",
      "    CheckKpis: Catch LockLost → CloseRelease",
    ]);
    const walked = clean.edges.map((edge) => ({ ...edge, runs: 1 }));
    expect(explorationPage({ ...clean, edges: walked }, page)).not.toContain("  not walked");
  });

  it("gives each violation and each miss with the command that runs it again", () => {
    const broken = { ...run, what: "no-orphans", detail: "model v7 is left behind" };

    const lines = explorationPage({ ...clean, violations: [broken], misses: [run] }, page);

    expect(lines).toContain("✖ 1,500 runs, 1 violation");
    expect(lines).toContain("  1 broken promise");
    expect(lines).toContain("  ✖ no-orphans: model v7 is left behind");
    expect(lines).toContain("  1 miss");
    expect(lines).toContain("  ✖ rolled-back: it was stopped");
    expect(lines.filter((line) => line.trim() === run.replay)).toHaveLength(2);
  });

  it("counts what there is too much of", () => {
    const lines = explorationPage({ ...clean, misses: Array.from({ length: 20 }, () => run) }, page);

    expect(lines).toContain("  20 misses");
    expect(lines).toContain("  … and 8 more; --json has them all");
  });
});
