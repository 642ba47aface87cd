/** `slipway explore`, the command: what it prints, the same every time, and how a run of it is run again. */
import "./warm-threads.ts";
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ExplorationFacts } from "../../src/core/facts/exploration-facts.ts";
import { say } from "./spoken.ts";

const exploring = ["explore", "plans/chat-assistant.yml", "--world", "no-capacity"];

async function facts(...more: string[]): Promise<ExplorationFacts & { code: number }> {
  const { code, out } = await say(...exploring, ...more, "--json");
  return { ...(JSON.parse(out) as ExplorationFacts), code };
}

describe("an exploration", () => {
  it("runs one fault again, by its name", async () => {
    const fault = "throttled=call:PlanCapacity/dynamodb.GetItem#1@1";

    const { out, code, err } = await say(...exploring, "--fault", fault);

    expect(code).toBe(0);
    expect(out).toMatch(/✔ 1 run, no promise broken/);
    expect(out).toMatch(/throttled +1 +1 +·/);
    expect(err).toMatch(/^learning: 0 of 1, [\d.]+ s\n/);
  });

  it("rehearses with a fault", async () => {
    const fault = "stop=entry:PlanCapacity@1";

    const { out, code } = await say("rehearse", "plans/chat-assistant.yml", "--json", "--fault", fault);

    const { executions, invariants } = JSON.parse(out) as {
      executions: { name: string }[];
      invariants: object;
    };
    expect(executions.map(({ name }) => name)).toEqual([
      "rehearsal",
      "compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc",
    ]);
    expect(new Set(Object.values(invariants))).toEqual(new Set([0]));
    expect(code).not.toBe(3);
  });

  it("goes on where its journal ends, the same as in one go but for its pace, and takes no journal of something else", async () => {
    const journal = join(mkdtempSync(join(tmpdir(), "slipway-")), "journal");
    const whole = await facts("--sample", "2", "--pairs", "1");
    await facts("--sample", "1", "--resume", journal);
    const lines = () => readFileSync(journal, "utf8").trim().split("\n").length;
    expect(lines()).toBe(1 + 1 + 1);
    // Whatever ended it may have ended it in the middle of a line.
    appendFileSync(journal, '{"name":"thrott');

    const resumed = await facts("--sample", "2", "--pairs", "1", "--resume", journal);

    expect({ ...resumed, runsPerSecond: 0 }).toEqual({ ...whole, runsPerSecond: 0 });
    expect(whole).toMatchObject({ code: 0, runs: 3, world: "no-capacity", violations: [], misses: [] });
    expect(whole.reference.outcome).toBe("rolled-back");
    expect(Object.values(whole.outcomes).reduce((sum, runs) => sum + runs, 0)).toBe(3);
    expect(Object.values(whole.byFault).reduce((sum, { runs }) => sum + runs, 0)).toBe(3);
    expect(whole.runsPerSecond).toBeGreaterThan(0);
    const other = await say(...exploring, "--seed", "2", "--resume", journal);
    expect(other.code).toBe(64);
    expect(other.err).toMatch(/--resume: expected the journal of an exploration of the same plan, world/);
  });

  it("of no runs at all is refused", async () => {
    const { code, err } = await say(...exploring, "--sample", "0");

    expect(code).toBe(64);
    expect(err).toContain("--sample: expected a whole number from 1 to 1000000, found");
  });

  it("of no pairs is refused: who wants none says nothing", async () => {
    const { code, err } = await say(...exploring, "--pairs", "0");

    expect(code).toBe(64);
    expect(err).toContain("--pairs: expected a whole number from 1 to 1000000, found");
  });

  it("says what a fault looks like when it is given none", async () => {
    const { code, err } = await say(...exploring, "--fault", "throttled");

    expect(code).toBe(64);
    expect(err).toMatch(/--fault: expected a kind and a point such as .*, found "throttled"/);
  });
});
