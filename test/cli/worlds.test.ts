/** What `slipway` does with worlds: lists them, rehearses in all of them, and takes traffic and a time of one's own. */
import "./warm-threads.ts";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { exitCodeOf, worstOf } from "../../src/cli/exit-codes.ts";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { loadWorld, worldNames } from "../../src/rehearsal/worlds/load.ts";
import { say } from "./spoken.ts";

const folder = mkdtempSync(join(tmpdir(), "worlds-"));
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function rehearsed(...args: readonly string[]): Promise<RehearsalFacts> {
  return JSON.parse((await say("rehearse", "--json", ...args)).out) as RehearsalFacts;
}

describe("slipway worlds", () => {
  it("has a line for each, as a page and as a document", async () => {
    const { code, out } = await say("worlds");
    const document = JSON.parse((await say("worlds", "--json")).out) as unknown;

    expect(code).toBe(0);
    for (const name of worldNames()) expect(out).toMatch(new RegExp(`^  ${name} +[A-Z]`, "m"));
    expect(document).toEqual(
      worldNames().map((name) => ({ name, description: loadWorld(name).description })),
    );
  });
});

describe("a rehearsal in all worlds", () => {
  it("is told once of an event that starts nothing", async () => {
    const event = file("other.json", '{"model": "chat-assistant", "milestone": "staging"}');
    const { code, out, err } = await say("rehearse", "--world", "all", "--event", event);

    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err.match(/milestone: expected/g)).toHaveLength(1);
  });
});

test("of several rehearsals the worst decides: a broken promise, failed, rolled back, refused", () => {
  const facts = (outcome: string, violations: readonly unknown[] = []) =>
    ({ outcome, violations, notModelled: [] }) as unknown as RehearsalFacts;
  const inOrder = [
    ...[facts("promoted"), facts("refused"), facts("rolled-back"), facts("failed")],
    facts("promoted", ["a promise"]),
  ];

  for (const [i, worst] of inOrder.entries())
    expect(worstOf(inOrder.slice(0, i + 1).toReversed())).toBe(exitCodeOf(worst));
  expect(worstOf([])).toBe(0);
});

describe("--start", () => {
  const christmas =
    'freezes:\n  windows: [{ from: "2026-12-24T00:00:00Z", to: "2026-12-24T12:00:00Z", reason: Christmas }]\n';
  const frozen = (plan: string) => file("frozen.yml", `${readFileSync(plan, "utf8")}\n${christmas}`);

  it("has a freeze rehearsed: the release waits for its end", async () => {
    const plan = frozen("test/data/plans/short-and-whole.yml");
    const facts = await rehearsed(plan, "--start", "2026-12-24T02:00:00+01:00");

    expect(facts).toMatchObject({ outcome: "promoted", startedAt: "2026-12-24T01:00:00.000Z" });
    expect(facts.virtualSeconds).toBeGreaterThan(11 * 3600);
    expect((await rehearsed(plan)).virtualSeconds).toBeLessThan(2 * 3600);
  });

  it("has a training milestone wait for the freeze, and holds its pool as long as any", async () => {
    const event = file("training.json", '{"milestone": {"model": "chat-assistant", "kind": "training"}}');
    const plan = frozen("plans/chat-assistant.yml");
    const facts = await rehearsed(plan, "--start", "2026-12-24T06:00:00Z", "--event", event);

    expect(facts).toMatchObject({ outcome: "done", violations: [] });
    const [first] = facts.executions;
    const lease = facts.executions.at(-1);
    expect((lease?.startSeconds ?? 0) - (first?.stopSeconds ?? 0)).toBeGreaterThan(2.5 * 3600);
    expect(facts.pool?.thereSeconds).toBeGreaterThan(2.5 * 3600);
  });

  it.each(["2026-12-24", "2026-12-24T08:00:00", "2026-02-30T08:00:00Z", "soon", "1999-12-31T23:59:59Z"])(
    "refuses %j, which is no time with its offset",
    async (start) => {
      const { code, err } = await say("rehearse", "--start", start);

      expect(code).toBe(64);
      expect(err).toContain(
        `✖ --start: expected a time with its offset such as 2026-12-24T08:00:00Z, found "${start}"\n`,
      );
    },
  );
});

describe("--traffic", () => {
  it("takes the requests as they were, and says whose they are", async () => {
    const csv = file("mine.csv", "minute,requests\n0,1200\n1,1200\n");
    const facts = await rehearsed("--traffic", csv, "--world", "no-capacity");

    expect(facts.world).toEqual({
      name: "no-capacity",
      description: `${loadWorld("no-capacity").description} The traffic is that of mine.csv.`,
    });
    const [minute] = facts.timeline;
    expect(minute?.variants.v6?.requests).toBeGreaterThan(1000);
    expect(minute?.variants.v6?.requests).toBeLessThan(1400);
  });

  it("says what is wrong with the file before anything is run", async () => {
    const csv = file("bad.csv", "0,1\n1,-1\n1,x\n");
    const { code, out, err } = await say("rehearse", "--traffic", csv, "--world", "all");

    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err.split("\n").map((line) => line.replace(`${folder}/`, ""))).toEqual([
      '✖ bad.csv:2: the requests: expected a number, 0 or more, found "-1"',
      '✖ bad.csv:3: the requests: expected a number, 0 or more, found "x"',
      "2 mistakes; nothing was run.",
      "",
    ]);
  });
});

describe("another plan beside the first", () => {
  const leaning = "test/data/plans/leaning.yml";

  it("has a model and an endpoint of its own", async () => {
    const { code, err } = await say("rehearse", leaning, "--quiet", "--beside", leaning);

    expect(code).toBe(64);
    expect(err).toContain(
      'test/data/plans/leaning.yml: model: expected another model than that of the plan that it is beside, found "question-answering"',
    );
    expect(err).toContain(
      'endpoint.name: expected another endpoint than that of the plan that it is beside, found "question-answering"',
    );
  });

  it.each([
    [["--beside-after", "7"], "--beside-after: expected --beside with it, found it alone"],
    [["--beside", "no-such.yml"], "no-such.yml"],
    [["--beside", "test/data/plans/leaning-too.yml", "--beside-after", "soon"], "--beside-after: expected"],
  ])("is told what is wrong with %j", async (words, mistake) => {
    const { code, err } = await say("explore", leaning, "--quiet", ...words);

    expect(code).toBe(64);
    expect(err).toContain(mistake);
  });
});
