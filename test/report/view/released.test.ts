/** A release that the table tells of, beside the same one as the world saw it: both are shown alike. */
import { beforeAll, describe, expect, it, test } from "vitest";
import { readPlan } from "../../../src/cli/inputs.ts";
import type { RehearsalFacts } from "../../../src/core/facts/rehearsal-facts.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { Closing } from "../../../src/core/release/closing.ts";
import { factsOf } from "../../../src/rehearsal/facts/facts.ts";
import { rehearseHere } from "../../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../../src/rehearsal/worlds/load.ts";
import { toldByRehearsal } from "../../../src/report/view/rehearsed.ts";
import { releaseView } from "../../../src/report/view/release-view.ts";
import { toldByTable } from "../../../src/report/view/released.ts";
import type { ReleaseTold } from "../../../src/report/view/told.ts";
import { plan } from "../../core/example.ts";

const planOf = (path: string) => readPlan(`test/data/plans/${path}.yml`);

async function rehearsed(plan: Plan, world: string): Promise<RehearsalFacts> {
  const spec = loadWorld(world);
  const request = { plan, world: spec, seed: 3, event: { model: plan.model, version: 7 } };
  return factsOf(request, world, await rehearseHere(request, releaseParts));
}

/** What the table would keep of a rehearsed release. */
function keptOf(facts: RehearsalFacts, plan: Plan) {
  const closing: Closing = { outcome: facts.outcome, reason: facts.reason, releaseId: "r", drifted: [] };
  const last = facts.journal.at(-1)?.at ?? "";
  const release = {
    id: "r",
    subject: "endpoint/chat-assistant",
    execution: "e",
    model: facts.model,
    version: facts.version ?? 0,
    milestone: facts.milestone,
    attempt: 1,
    openedAt: facts.startedAt,
  };
  const planning = JSON.parse(JSON.stringify({ needs: facts.needs }));
  const record = {
    release,
    plan: JSON.parse(JSON.stringify(plan)),
    status: "closed",
    closing,
    closedAt: last,
    planning,
  } as const;
  return { record: { ...record, changes: facts.ledger }, journal: facts.journal, changes: [] };
}

describe.each([
  ["the sample", plan, "healthy"],
  ["the sample", plan, "late-fault"],
  ["another plan", planOf("looking-ahead"), "healthy"],
  ["another plan", planOf("short-and-whole"), "growing-fleet"],
])("a release of %s", (_, plan, world) => {
  let facts: RehearsalFacts;
  let seen: ReleaseTold;
  let kept: ReleaseTold;
  beforeAll(async () => {
    facts = await rehearsed(plan, world);
    seen = toldByRehearsal(facts, plan);
    kept = toldByTable(keptOf(facts, plan), 0);
  });

  it("ends alike, and as long after its start", () => {
    expect([kept.outcome, kept.reason, kept.model, kept.version]).toEqual([
      seen.outcome,
      seen.reason,
      seen.model,
      seen.version,
    ]);
    expect(Math.abs(kept.seconds - seen.seconds)).toBeLessThan(60);
    expect(kept.needs).toEqual(seen.needs);
    // What comes after the last look is not in it: the way back, or leaving stable behind.
    expect(kept.costUsd).toBeGreaterThan(0.5 * (seen.costUsd ?? 0));
    // A fleet that grew is reckoned as though it had been that large from its last raise's beginning on.
    expect(kept.costUsd).toBeLessThan(1.1 * (seen.costUsd ?? 0));
    expect(kept.ledger).toEqual(seen.ledger);
  });

  it("goes through the same shares, which end the same way, within a minute", () => {
    expect(kept.shares.map(({ index, trafficPercent, result }) => [index, trafficPercent, result])).toEqual(
      seen.shares.map(({ index, trafficPercent, result }) => [index, trafficPercent, result]),
    );
    for (const [nth, { fromSeconds, untilSeconds }] of kept.shares.entries()) {
      expect(Math.abs(fromSeconds - (seen.shares[nth]?.fromSeconds ?? 0))).toBeLessThan(60);
      // The last one of a promotion ends there, and for the world once the endpoint leaves stable behind.
      const isLast = nth === kept.shares.length - 1 && kept.outcome === "promoted";
      const until = seen.shares[nth]?.untilSeconds ?? 0;
      expect(untilSeconds - until).toBeLessThan(61);
      if (!isLast) expect(until - untilSeconds).toBeLessThan(61);
    }
  });

  it.each(["candidate", "stable"] as const)(
    "has the requests and the errors of the %s of every minute that was read",
    (side) => {
      const bySecond = new Map(seen.intervals.map((each) => [each.atSeconds, each]));
      const measured = kept.intervals.filter(({ sides }) => (sides[side]?.requests ?? null) !== null);

      expect(measured.length).toBeGreaterThan(4);
      for (const { atSeconds, sides } of measured) {
        const world = bySecond.get(atSeconds)?.sides[side];
        expect(sides[side]?.requests).toBe(world?.requests);
        expect(sides[side]?.errors).toBe(world?.errors);
      }
    },
  );

  it("is drawn in the same charts, with the same evidence", () => {
    const [one, other] = [releaseView(seen), releaseView(kept)];

    expect(other.charts.map(({ name }) => name)).toEqual(one.charts.map(({ name }) => name));
    expect(other.charts.filter(({ name }) => name.startsWith("evidence"))).toEqual(
      one.charts.filter(({ name }) => name.startsWith("evidence")),
    );
    expect(other.stages.map(({ kpis, sentence }) => [kpis, sentence])).toEqual(
      one.stages.map(({ kpis, sentence }) => [kpis, sentence]),
    );
    expect(other.rehearsed).toBeUndefined();
  });

  it("is under way until its record is closed, told as far as it has come", () => {
    const { record, journal } = keptOf(facts, plan);
    const { closing: _, closedAt: __, changes: ___, ...open } = record;
    const half = journal.slice(0, Math.floor(journal.length / 2));

    const told = toldByTable(
      { record: { ...open, status: "open" }, journal: half, changes: facts.ledger },
      0,
    );

    expect(told.outcome).toBe("under-way");
    expect(told.ledger).toEqual(facts.ledger);
    expect(told.seconds).toBe((Date.parse(half.at(-1)?.at ?? "") - Date.parse(facts.startedAt)) / 1000);
    expect(told.shares.at(-1)?.result).toBeUndefined();
    expect(told.reason).not.toBe("");
  });
});

test("of a record whose plan cannot be read there is what the journal says", () => {
  const at = "2026-11-23T09:00:30.000Z";
  const release = {
    id: "r",
    subject: "endpoint/chat",
    execution: "e",
    model: "chat",
    attempt: 1,
    openedAt: "2026-11-23T09:00:00.000Z",
  };
  const record = { release, plan: { of: "long ago" }, status: "open" as const };

  const told = toldByTable(
    { record, journal: [{ kind: "news", at, state: "opened" }], changes: [] },
    Date.parse("2026-11-23T09:05:00.000Z"),
  );

  expect(told).toMatchObject({ outcome: "under-way", version: null, seconds: 300 });
  expect(told.plan).toBeUndefined();
  expect(releaseView(told).marks).toMatchObject([{ kind: "milestone", atSeconds: 30, label: "opened" }]);
});
