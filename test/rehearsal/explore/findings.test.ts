/** What a run is said to have come to: its release's end, what is wrong with it, and which are misses. */
import { describe, expect, it } from "vitest";
import { formatFault } from "#twin/engine";
import { explorationFacts } from "../../../src/rehearsal/explore/facts.ts";
import { endOfRelease, findingOf } from "../../../src/rehearsal/explore/findings.ts";
import type { RunRecord } from "../../../src/rehearsal/release/run-record.ts";
import { fault } from "./rehearsing.ts";

const throttled = { faults: [fault("throttled=call:OpenRelease/dynamodb.GetItem#1@1")] };
const stopped = { faults: [fault("stop=entry:Bake[0]@1")] };

const happened = [...throttled.faults, ...stopped.faults].map(formatFault);

/** A record whose executions ended so, the first one first. */
function record(outcomes: readonly string[], rest: Partial<RunRecord> = {}): RunRecord {
  const executions = outcomes.map((outcome, nth) => ({ name: `${nth}`, outcome, reason: `why ${nth}` }));
  return {
    outcome: outcomes[0],
    reason: "why 0",
    executions,
    refusals: [],
    faults: happened,
    edges: [],
    findings: { invariants: { violations: {}, figures: {} } },
    ...rest,
  } as unknown as RunRecord;
}

describe("the end of a release", () => {
  it.each([
    [["promoted"], "promoted", "why 0"],
    [["aborted", "rolled-back"], "rolled-back", "why 1"],
    [["aborted", "aborted", "promoted"], "promoted", "why 2"],
    [["rolled-back", "ignored"], "rolled-back", "why 0"],
    [["aborted", "closing-failed"], "closing-failed", "why 1"],
    [["aborted"], "aborted", "why 0"],
    [["ignored", "ignored"], "ignored", "why 0"],
    [["closing-failed", "refused", "rolled-back"], "rolled-back", "why 2"],
    [["closing-failed", "refused"], "closing-failed", "why 0"],
  ])("of executions that ended as %j is %s", (outcomes, outcome, reason) => {
    expect(endOfRelease(record(outcomes))).toEqual({ outcome, reason });
  });

  it("that never came is none", () => {
    const hung = record(["promoted"], { outcome: "hung", reason: "not over after 24 days" });

    expect(endOfRelease(hung)).toEqual({ outcome: "hung", reason: "not over after 24 days" });
  });
});

describe("a run is wrong", () => {
  const wrong = (of: RunRecord, reference = "promoted") =>
    findingOf(throttled, of, { outcome: reference }).wrong.map(({ what }) => what);

  it("where its fault never happened, but for the second of a pair that the first may keep away", () => {
    const both = { faults: [...throttled.faults, ...stopped.faults] };
    const after = { faults: [...stopped.faults, ...throttled.faults] };
    const [one, other] = happened;
    const missing = (experiment: Parameters<typeof findingOf>[0], faults: readonly string[]) =>
      findingOf(experiment, record(["promoted"], { faults })).wrong.map(({ detail }) => detail);

    expect(missing(throttled, [])).toEqual([`the run did not come to ${one}`]);
    expect(missing(both, [one ?? ""])).toEqual([]);
    expect(missing(after, [other ?? ""])).toEqual([`the run did not come to ${one}`]);
  });

  it("where a release beside it never came to its end", () => {
    const ended = (outcomes: readonly string[]) =>
      wrong(record(["promoted"], { beside: [{ model: "other", executions: record(outcomes).executions }] }));

    expect(ended(["aborted", "rolled-back"])).toEqual([]);
    expect(ended(["aborted"])).toEqual([]);
    expect(ended(["rolled-back", "closing-failed"])).toEqual([]);
    expect(ended(["hung"])).toEqual(["hung"]);
    expect(ended([])).toEqual(["hung"]);
  });

  it("where a bad candidate beside it was promoted, which without the fault is not", () => {
    const promoted = { beside: [{ model: "other", executions: record(["promoted"]).executions }] };
    const found = (other?: string) =>
      findingOf(throttled, record(["rolled-back"], promoted), {
        outcome: "rolled-back",
        ...(other !== undefined && { beside: { other } }),
      });

    expect(found("rolled-back").wrong).toEqual([
      { what: "bad-candidate-promoted", detail: "without the fault other is rolled-back" },
    ]);
    expect(found("rolled-back").beside).toEqual({ other: "promoted" });
    expect(found("promoted").wrong).toEqual([]);
    expect(found().wrong).toEqual([]);
  });

  it("where an invariant was broken", () => {
    const violations = {
      "no-orphans": [{ invariant: "no-orphans", atMs: 0, what: "model v7 is left behind" }],
    };

    expect(
      findingOf(throttled, record(["promoted"], { findings: { invariants: { violations } } })).wrong,
    ).toEqual([{ what: "no-orphans", detail: "model v7 is left behind" }]);
  });

  it("where it never ended, and where the twin was asked what it does not model", () => {
    expect(wrong(record(["promoted"], { outcome: "hung" }))).toEqual(["hung"]);
    expect(wrong(record(["promoted"], { refusals: ["S3.GetObject is not modelled"] }))).toEqual([
      "not-modelled",
    ]);
  });

  it("where a fault made a bad candidate promoted", () => {
    expect(wrong(record(["aborted", "promoted"]), "rolled-back")).toEqual(["bad-candidate-promoted"]);
    expect(wrong(record(["rolled-back"]), "rolled-back")).toEqual([]);
    expect(wrong(record(["promoted"]), "promoted")).toEqual([]);
  });
});

describe("the facts", () => {
  const reference = findingOf({ faults: [] }, record(["promoted"]));
  const explored = (findings: Parameters<typeof explorationFacts>[0]["exploration"]["findings"]) =>
    explorationFacts({
      model: "chat",
      world: "healthy",
      endpoint: "chat-prod",
      seed: 1,
      interrupted: false,
      runsPerSecond: 2,
      exploration: { reference, findings },
      replayOf: (faults) => `again ${faults.join(" ")}`,
    });

  it("count runs by fault and by outcome, single faults in the order of their kinds", () => {
    const facts = explored([
      findingOf({ faults: [...stopped.faults, ...throttled.faults] }, record(["aborted", "rolled-back"])),
      findingOf(stopped, record(["aborted", "rolled-back"])),
      findingOf(throttled, record(["promoted"])),
    ]);

    expect(facts.runs).toBe(3);
    expect(facts.outcomes).toEqual({ "rolled-back": 2, promoted: 1 });
    expect(Object.entries(facts.byFault)).toEqual([
      ["throttled", { runs: 1, outcomes: { promoted: 1 }, violations: 0 }],
      ["stop", { runs: 1, outcomes: { "rolled-back": 1 }, violations: 0 }],
      ["stop, then throttled", { runs: 1, outcomes: { "rolled-back": 1 }, violations: 0 }],
    ]);
  });

  it("count in how many runs each edge of the machine was walked", () => {
    const edges = ["CheckKpis: Retry", "Judged: Choice promote → PromoteModel"];
    const facts = explored([findingOf(throttled, record(["promoted"], { edges }))]);

    const walked = facts.edges.filter(({ runs }) => runs > 0);
    expect(walked).toEqual([
      { kind: "Retry", name: "CheckKpis: Retry", runs: 1 },
      { kind: "Choice", name: "Judged: Choice promote → PromoteModel", runs: 1 },
    ]);
    expect(facts.edges.length).toBeGreaterThan(60);
  });

  it("list a success that one recoverable fault took away as a miss, but not one that was stopped", () => {
    const facts = explored([
      findingOf(throttled, record(["rolled-back"])),
      findingOf(stopped, record(["aborted", "rolled-back"])),
    ]);

    expect(facts.misses).toEqual([
      {
        faults: ["throttled=call:OpenRelease/dynamodb.GetItem#1@1"],
        outcome: "rolled-back",
        reason: "why 0",
        replay: "again throttled=call:OpenRelease/dynamodb.GetItem#1@1",
      },
    ]);
  });

  it("give each violation its run's outcome and the way to run it again", () => {
    const facts = explored([findingOf(stopped, record(["aborted"], { outcome: "hung" }))]);

    expect(facts.violations).toMatchObject([
      { what: "hung", outcome: "hung", replay: "again stop=entry:Bake[0]@1" },
    ]);
  });
});
