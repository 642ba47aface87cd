/** What a release has raised in all, by its last look and its ledger; how near that is to what was billed is a rehearsal's to say. */
import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import type { JournalEntry } from "../../../src/core/release/journal.ts";
import { raisedUsd } from "../../../src/core/release/raised-usd.ts";
import { needs, plan } from "../example.ts";

const startMs = Date.UTC(2026, 10, 23, 9);
const at = (minutes: number) => new Date(startMs + 60_000 * minutes).toISOString();
const priced = { ...plan, prices: { "ml.g5.xlarge": 6 } };
const sized = {
  ...needs,
  stable: { ...needs.stable, instances: 4 },
  candidate: { ...needs.candidate, instances: 5 },
};
const move = (id: string, minute: number, state: Change["state"] = "applied"): Change => ({
  ...{ id, seq: minute, state, at: at(minute), before: "a", after: "b" },
  resource: { kind: "routing", name: "chat-assistant" },
});
const fleet = (variant: string, instances: number) => ({
  variant,
  desired: instances,
  provisioned: instances,
});
const look = (minute: number, spentUsd?: number): JournalEntry => ({
  ...{ kind: "look", at: at(minute), stage: 0, trafficPercent: 50, verdict: "pass", decision: "continue" },
  ...{ reason: "", logE: 0, logThreshold: 1, kpis: [], intervals: [] },
  ...(spentUsd !== undefined && { spentUsd }),
  fleets: { candidate: fleet("v7", 5), stable: fleet("v6", 4) },
});
type Ended = Parameters<typeof raisedUsd>[0];
const ended = (more: Partial<Ended>): Ended => ({
  ...{ plan: priced, needs: sized, changes: [move("join", 0)], journal: [], closedAt: at(60) },
  ...{ isPromoted: false, thereAt: at(10) },
  ...more,
});

describe("at $6 an instance-hour, ten cents a minute", () => {
  test("promoted: the candidate until stable leaves, then its fleet twice, and what drains", () => {
    const changes = [move("join", 0), move("final-1", 50)];
    const found = raisedUsd(ended({ changes, journal: [look(40, 20)], isPromoted: true }));

    expect(found).toBeCloseTo(20 + 0.1 * (10 * 5 + 9.25 * 10 + 0.75 * 9), 1);
  });

  test("gone back: the candidate until the endpoint moves, then stable's fleet anew beside it", () => {
    const changes = [move("join", 0), move("leave-1", 45)];

    expect(raisedUsd(ended({ changes, journal: [look(40, 20)] }))).toBeCloseTo(
      20 + 0.1 * (5 * 5 + 15 * 9),
      6,
    );
  });

  test("as large as it was seen last, not as it was planned", () => {
    const changes = [move("join", 0), move("final-1", 50)];
    const grown = look(45, 22);
    if ("fleets" in grown)
      Object.assign(grown, { fleets: { candidate: fleet("v7", 9), stable: fleet("v6", 4) } });
    const alone: JournalEntry = { kind: "fleets", at: at(60), fleets: { candidate: fleet("v7", 2) } };

    expect(
      raisedUsd(ended({ changes, journal: [look(40, 20), grown, alone], isPromoted: true })),
    ).toBeCloseTo(22 + 0.1 * (5 * 9 + 9.25 * 18 + 0.75 * 13), 1);
  });

  test("that nobody looked at with its KPIs: stable's fleet twice until its instances were there", () => {
    const changes = [move("join", 0), move("leave-1", 30)];

    expect(raisedUsd(ended({ changes, closedAt: at(40) }))).toBeCloseTo(0.1 * (10 * 4 + 30 * 5 + 10 * 9), 6);
  });

  test("nothing where it never joined, but for what instance types before it took", () => {
    expect(raisedUsd(ended({ changes: [] }))).toBe(0);
    expect(raisedUsd(ended({ changes: [move("join", 0, "intended")] }))).toBe(0);
    expect(raisedUsd(ended({ changes: [], needs: { ...sized, triedUsd: 3.5 } }))).toBe(3.5);
  });

  test("not known where nobody has seen an instance of it", () => {
    const stableAlone: JournalEntry = { kind: "fleets", at: at(17), fleets: { stable: fleet("v6", 4) } };

    expect(raisedUsd(ended({ thereAt: undefined, journal: [stableAlone] }))).toBeUndefined();
    expect(raisedUsd(ended({ thereAt: undefined, journal: [look(12)] }))).toBeGreaterThan(0);
  });
});
