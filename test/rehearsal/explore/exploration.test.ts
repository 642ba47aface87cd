/** An exploration by its parts: a release without faults to learn from, and runs that are as many as asked for. */
import { describe, expect, it } from "vitest";
import { formatFault } from "#twin/engine";
import { type ExplorationProgress, type Finding, nameOf } from "#twin/explorer";
import { WorldSpec } from "#twin/world";
import {
  type ExplorationOptions,
  explore,
  recoverySeconds,
  settleSeconds,
} from "../../../src/rehearsal/explore/exploration.ts";
import type { RehearsalRequest } from "../../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../../src/rehearsal/release/run-record.ts";
import { plan } from "./rehearsing.ts";

const release = [
  "entry:OpenRelease@1",
  "invocation:OpenRelease@1",
  "call:OpenRelease/dynamodb.GetItem#1@1",
  "entry:Promoted@1",
];
const wayBack = ["invocation:ReapLeases@1", "entry:RollBack@1", "call:RollBack/dynamodb.GetItem#1@1"];

/** Stands in for the crew: a release of four points, after whose stop three more come. */
function crew() {
  const requests: RehearsalRequest[] = [];
  const rehearse: ExplorationOptions["rehearse"] = async (asked, reduce, told) =>
    asked.map((request, nth) => {
      requests.push(request);
      told();
      const stops = request.faults?.some(({ kind }) => kind === "stop") ?? false;
      const reached = stops ? [...release.slice(0, 1), ...wayBack] : release;
      const outcome = stops ? "aborted" : "promoted";
      const faults = (request.faults ?? []).map(formatFault);
      const executions = [{ name: "rehearsal", outcome, reason: "" }];
      const findings = { invariants: { violations: {} } };
      const edges: string[] = [];
      const points = request.listPoints === true ? { points: reached } : {};
      return reduce(
        { outcome, executions, findings, refusals: [], faults, edges, ...points } as unknown as RunRecord,
        nth,
      );
    });
  return { requests, rehearse };
}

async function explored(more: Partial<ExplorationOptions> = {}) {
  const { requests, rehearse } = crew();
  const told: ExplorationProgress[] = [];
  const world = WorldSpec.parse({ description: "test" });
  const request = { plan, world, event: {}, seed: 1 };
  const result = await explore({ request, seed: 1, rehearse, onProgress: (one) => told.push(one), ...more });
  return { ...result, requests, told, names: result.findings.map(({ experiment }) => nameOf(experiment)) };
}

describe("an exploration", () => {
  it("learns from a release without faults, then tries every fault, then those after a stop", async () => {
    const { names, reference, requests } = await explored();

    expect(reference.outcome).toBe("promoted");
    expect(requests[0]).toMatchObject({ faults: [], listPoints: true, settleSeconds });
    // Two entries, an invocation with three kinds, a call that changes nothing with six and five that last; after the stop three places.
    expect(names.filter((name) => !name.includes(" and "))).toHaveLength(2 + 3 + 6 + 5);
    expect(names.filter((name) => name.includes(" and "))).toHaveLength(3 + 1 + 2);
    expect(names).toContain("throttled=call:OpenRelease/dynamodb.GetItem#1@1");
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([1, 2, 3, 6, 9, 11])("of a sample of %i is that many different runs", async (sample) => {
    const { names } = await explored({ sample });

    expect(new Set(names).size).toBe(sample);
  });

  it("takes all there is where a sample is larger", async () => {
    expect((await explored({ sample: 1000 })).names).toHaveLength((await explored()).names.length);
  });

  it("tries pairs beside", async () => {
    const { names } = await explored({ sample: 4, pairs: 5 });

    expect(names).toHaveLength(9);
  });

  it("tries triples beside, learnt from runs that are among the faults that last", async () => {
    const { names } = await explored({ triples: 8 });

    const all = (await explored()).names;
    const more = names.slice(all.length);
    expect(names.slice(0, all.length)).toEqual(all);
    // Two of the five faults that last are the ground, and one entry is left after each.
    expect(more).toHaveLength(2);
    expect(more.every((name) => / and stop=entry:Promoted@1$/.test(name))).toBe(true);
  });

  it("does not run again what its journal knows, and keeps there what it runs", async () => {
    const kept = new Map<string, Finding>();
    const journal = {
      found: (name: string) => kept.get(name),
      keep: (name: string, one: Finding) => void kept.set(name, one),
    };

    const first = await explored({ journal, sample: 6 });
    const second = await explored({ journal, sample: 11, pairs: 2 });
    const whole = await explored({ sample: 11, pairs: 2 });

    expect(first.requests).toHaveLength(7);
    expect(second.requests.length).toBeLessThan(16);
    expect(second.names).toEqual(whole.names);
    expect(second.findings).toEqual(whole.findings);
    expect((await explored({ journal, sample: 11, pairs: 2 })).requests).toEqual([]);
  });

  it("tells of each run as it is done", async () => {
    const { told } = await explored({ sample: 4 });

    expect(told[0]).toEqual({ phase: "learning", done: 0, of: 1, runs: 0, ofRuns: 5 });
    expect(told.at(-1)).toMatchObject({ runs: 5, ofRuns: 5 });
    expect(told.filter(({ done }) => done > 0)).toHaveLength(5);
    expect(told.every(({ done, of }) => done <= of)).toBe(true);
  });

  it("that is called off tells what it has run", async () => {
    const off = new AbortController();
    const onProgress = ({ phase, done }: ExplorationProgress) => {
      if (phase === "faults after a stop" && done === 1) off.abort();
    };

    const { names } = await explored({ onProgress, signal: off.signal, pairs: 5 });

    expect(names.filter((name) => name.includes(" and "))).toHaveLength(3 + 1 + 2);
    expect(names).toHaveLength(11 + 6);
  });

  it("of faults that last tries those alone", async () => {
    const { names, requests } = await explored({ only: new Set(["lasting"]), pairs: 2, triples: 2 });

    expect(names).toEqual(
      ["denied", "denied-to-it", "invalid-there", "throttled-hour", "down-hour"].map(
        (kind) => `${kind}=call:OpenRelease/dynamodb.GetItem#1@1`,
      ),
    );
    expect(requests.at(-1)).toMatchObject({ recoverySeconds, settleSeconds });
  });
});
