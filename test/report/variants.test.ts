/** What a person reads after a rehearsal in all worlds: a line each, and why what did not go through did not. */
import { describe, expect, it } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { widthOf } from "../../src/report/text/layout.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { variantsPage } from "../../src/report/variants.ts";

const inWorld = (name: string, changes: Partial<RehearsalFacts> = {}): RehearsalFacts =>
  ({
    outcome: "promoted",
    reason: "no evidence of harm",
    model: "chat",
    seed: 1,
    violations: [],
    world: { name, description: "A world." },
    virtualSeconds: 5689.8,
    costUsd: 21.69,
    candidateFailedRequests: 0,
    ...changes,
  }) as RehearsalFacts;

const page = (all: readonly RehearsalFacts[], width = 100) =>
  variantsPage(
    all.map((facts) => ({ name: facts.world.name, facts })),
    {
      title: `chat in ${all.length} worlds, seed 1`,
      column: "world",
      closing: "slipway rehearse plan.yml --world NAME shows one of them whole.",
    },
    { width, paint: paintOf(false) },
  );

const refused = inWorld("no-quota", {
  outcome: "refused",
  reason: "the quota is 4",
  virtualSeconds: 0.5,
  costUsd: null,
});
const broken = inWorld("healthy", {
  violations: [
    { invariant: "write-ahead", atSeconds: 1, what: "a call\u001b[2J came first", state: null, stage: null },
  ],
  candidateFailedRequests: 1234,
});

describe("the page of all worlds", () => {
  it("has a line for each, with what it raised and whom it failed", () => {
    expect(page([inWorld("slow"), refused]).map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
      "  chat in 2 worlds, seed 1",
      "",
      "  world  outcome  takes  raised  failed  violations",
      "  slow  ✔ promoted  1 h 35 min  $21.69  ·  ·",
      "  no-quota  ⊘ refused  0.5 s  not known  ·  ·",
      "  failed: requests that a healthy candidate would have served",
      "",
      "  no-quota  the quota is 4",
      "",
      "  slipway rehearse plan.yml --world NAME shows one of them whole.",
    ]);
  });

  it("says of a broken promise which, whatever the outcome, and gives it no power over the terminal", () => {
    const lines = page([broken]).join("\n");

    expect(lines).toMatch(/healthy +✔ promoted .* 1,234 +1\n/);
    expect(lines).toContain("write-ahead: a call\\u001b[2J came first");
  });

  it.each([40, 60, 80, 110])("fits %i columns", (width) => {
    expect(
      page([inWorld("slow-provisioning"), refused, broken], width).filter((line) => widthOf(line) > width),
    ).toEqual([]);
  });
});
