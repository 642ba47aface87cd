/**
 * A spike at low hours by virtual time: the same version, which took one before its first shift, takes it at night while its fleet
 * is whole, and does not where auto scaling has left a quarter of it. Few users wait for that, and nothing is taken back.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { WorldSpec } from "#twin/world";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { JournalEntry } from "../../src/core/release/journal.ts";
import { factsOf } from "../../src/rehearsal/facts/facts.ts";
import type { Kept } from "../../src/rehearsal/kept.ts";
import { followedOn } from "../../src/rehearsal/release/followed.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { partOf } from "../part.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const file = "test/data/plans/later-spike.yml";
const parsed = parsePlan(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"), file);
if (!parsed.ok) throw new Error(JSON.stringify(parsed));
const { plan } = parsed;

const quiet = WorldSpec.parse({ ...loadWorld("quiet-nights"), service: { latencyPercent: 20 } });
const whole = WorldSpec.parse({ ...quiet, scaling: { minPercent: 100 } });
const busy = WorldSpec.parse({ ...whole, traffic: {} });

interface Seen {
  readonly at: string;
  readonly outcome: string | undefined;
  readonly reason: string | undefined;
}

/** What was told of the spike. */
const toldIn = ({ journals }: Kept): Seen[] =>
  Object.values(journals)
    .flat()
    .filter(
      (entry): entry is JournalEntry & { kind: "news" } => entry.kind === "news" && entry.state === "spike",
    )
    .map(({ at, outcome, reason }) => ({ at, outcome, reason }));

interface Rehearsed {
  readonly record: RunRecord;
  readonly told: readonly Seen[];
  readonly violations: readonly string[];
  readonly usersLate: number | undefined;
}

async function rehearsed(world: WorldSpec, more: { plan?: Plan; seed?: number } = {}): Promise<Rehearsed> {
  const { plan: own = plan, seed = 1 } = more;
  const event = { model: own.model, version: 7 };
  const asked = { world, plan: own, event, seed, ...followedOn(own, {}) };
  const { record, violations } = await rehearsing(asked);
  const { usersLateInSpike } = factsOf(asked, "", record);
  return { record, violations, told: toldIn(record.findings.kept as Kept), usersLate: usersLateInSpike };
}

describe("a version that took the spike before its first shift", () => {
  it.each(partOf([1, 2]))(
    "takes it at night with all its instances, and hardly a user waits, seed %i",
    async (seed) => {
      const { record, violations, told, usersLate } = await rehearsed(whole, { seed });

      expect(violations).toEqual([]);
      expect(record.outcome).toBe("promoted");
      expect(told).toEqual([
        {
          at: expect.stringMatching(/^2026-01-06T03:0[1-4]/),
          outcome: "taken",
          reason: expect.stringMatching(
            /^2 × 30 requests\/s for 1 min to 8 instances, of which up to [5-8]\.\d+ were users': /,
          ),
        },
      ]);
      expect(usersLate).toBeLessThanOrEqual(2);
    },
  );

  it.each(partOf([1, 2]))(
    "does not with what auto scaling has left; few users wait, and it goes on to serve, seed %i",
    async (seed) => {
      const {
        record,
        violations,
        told,
        usersLate = Number.POSITIVE_INFINITY,
      } = await rehearsed(quiet, { seed });

      expect(violations).toEqual([]);
      expect(record.outcome).toBe("promoted");
      expect(record.executions).toHaveLength(1);
      expect(told).toEqual([
        {
          at: expect.stringMatching(/^2026-01-06T03:00/),
          outcome: "not-taken",
          reason: expect.stringMatching(/ to 2 instances, .* where 1\d? % may be$/),
        },
      ]);
      // Seven users a second, for the twenty seconds of two of the twin's ticks at most.
      expect(usersLate).toBeGreaterThan(0);
      expect(usersLate).toBeLessThanOrEqual(150);
    },
  );
});

test("where users are many at that hour it is not sent, and given up with why", async () => {
  const { violations, told, usersLate } = await rehearsed(busy);

  expect(violations).toEqual([]);
  expect(usersLate).toBeUndefined();
  expect(told).toEqual([
    {
      at: expect.stringMatching(/^2026-01-06T04:0/),
      outcome: "given-up",
      reason: expect.stringMatching(
        /^in the one low hour it could not be sent: .* more than half of the 30 /,
      ),
    },
  ]);
});
