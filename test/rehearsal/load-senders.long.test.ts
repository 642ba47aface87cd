/**
 * A release whose load takes several senders and whose requirement is a fraction of a second: a fleet of the exact size is promoted,
 * and one that serves 40 % less is found before traffic moves.
 */
import { describe, expect, it } from "vitest";
import { WorldSpec } from "#twin/world";
import type { LoadProof } from "../../src/core/load/load-test.ts";
import { mostPerSender } from "../../src/core/plan/load-test.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { lateShare } from "../aws/law.ts";
import { planIn } from "../core/example.ts";
import { partOf } from "../part.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const plan = planIn("test/data/plans/busy-ranker.yml");
const { latencyMsP99, peakRequestsPerSecond } = plan.requirements;
const event = { model: plan.model, version: 7 };
const aloneMs = 15.5;
const worldOf = (throughputFactor: number): WorldSpec =>
  WorldSpec.parse({
    description: "Requests take a known time alone on an instance.",
    service: { latencyMs: aloneMs },
    candidate: { throughputFactor },
  });
/** More than the peak is asked for by so much. */
const asked = 1.03 * peakRequestsPerSecond;
const lateOf = (throughputFactor: number) => {
  const { instances, requestsPerSecondPerInstance } = plan.endpoint;
  const throughput = throughputFactor * requestsPerSecondPerInstance;
  return lateShare({ instances, throughput, aloneMs }, asked, latencyMsP99);
};
const seeds = Array.from({ length: 10 }, (_, nth) => nth + 1);

/** Of a hundred thousand requests, milliseconds. */
const patience = 600_000;

describe("a load of several senders, held to a tenth of a second", () => {
  it("is one that the fleet answers in time, and one that serves 40 % less does not", () => {
    expect(asked).toBeGreaterThan(mostPerSender);
    expect(lateOf(1)).toBeLessThan(0.009);
    expect(lateOf(0.6)).toBeGreaterThan(0.5);
  });

  const cases = [1, 0.6].flatMap((serves) => seeds.map((seed) => ({ serves, seed })));

  it.each(partOf(cases))(
    "is enough for a fleet of the exact size, which is promoted, and found too much for 40 % less before traffic moves: $serves of it, seed $seed",
    async ({ serves, seed }) => {
      const { record, violations } = await rehearsing({ plan, world: worldOf(serves), event, seed });

      expect(violations).toEqual([]);
      if (serves === 1) return expectEnough(record);
      expect(record.outcome).toBe("rolled-back");
      expect(record.reason).toMatch(/^not enough under load; at [\d.]+ requests\/s: /);
      expect(record.timeline.every(({ trafficPercent }) => trafficPercent === 0)).toBe(true);
    },
    patience,
  );
});

function expectEnough({ outcome, reason, document }: RunRecord): void {
  expect(outcome, reason).toBe("promoted");
  // Where its peak takes two rounds its requests do not suffice for all of full load.
  const { loadTest } = document as { readonly loadTest: LoadProof };
  expect(["enough", "open"]).toContain(loadTest.status);
  expect(loadTest.knee?.to ?? asked).toBeGreaterThan(peakRequestsPerSecond);
}
