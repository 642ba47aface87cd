/**
 * More than a thousand requests a second, sent by several at once to a fleet that answers by the law of the twin's worlds, with a
 * network in between: what keeps to the requirements in the long run is enough, and what serves 40 % less is not.
 */
import { expect, test } from "vitest";
import { Agenda, inVirtualTime } from "../../bench/load/virtual-time.ts";
import { sendPart } from "../../src/aws/load-part.ts";
import { sendSlice } from "../../src/aws/load-slice.ts";
import { byChance, type Chance, chanceOf } from "../../src/core/load/arrivals.ts";
import { ratesOf } from "../../src/core/load/course.ts";
import { afterRound, begun, type LoadProof, nextSlice } from "../../src/core/load/load-test.ts";
import {
  type LoadPart,
  partsOf,
  type RoundCounted,
  roundOf,
  sendersFor,
} from "../../src/core/load/senders.ts";
import { patienceOf } from "../../src/core/load/step.ts";
import { wayMsOf } from "../../src/core/load/way.ts";
import type { Probe } from "../../src/core/release/serving-platform.ts";
import { brieflyTested, fraud } from "../core/example.ts";
import { partOf } from "../part.ts";
import { answering, lateShare } from "./law.ts";

/** A page waits for each answer; of 34 instances the peak takes all. */
const limitMs = 100;
const plan = {
  ...fraud,
  requirements: {
    ...fraud.requirements,
    ...{ latencyMsP99: limitMs, peakRequestsPerSecond: 1_200, utilisationPercent: 60 },
  },
};
const question = {
  plan,
  loadTest: { ...brieflyTested, maxMinutes: 12, maxRequests: 330_000, maxUsd: 1_000 },
  fleet: {
    ...{ instanceType: plan.endpoint.instanceType, instances: 34, finalInstances: 34 },
    ...{ requestsPerSecondPerInstance: 60, designRequestsPerSecond: 1_200 },
  },
};
const fleetOf = (throughput: number) => ({ instances: 34, throughput, aloneMs: 15.9 });

/** There and back, as the twin's engine has it. */
const wayBy = (chance: Chance): number => 8 + 12 * chance() + 12 * chance();

/** Each sender times the way before it sends, unless told otherwise. */
function tested(seed: number, throughput: number, isWayTimed = true): Promise<LoadProof> {
  const agenda = new Agenda();
  const answer = answering(fleetOf(throughput), chanceOf(`fleet ${seed}`));
  const network = chanceOf(`network ${seed}`);
  const send = () =>
    new Promise<Probe>((told) => {
      const takes = answer(agenda.now());
      const milliseconds = (takes ?? 0) + wayBy(network);
      const found: Probe =
        takes === undefined
          ? { answered: false, milliseconds, error: "ModelError" }
          : { answered: true, milliseconds };
      agenda.at(agenda.now() + milliseconds, () => told(found));
    });
  const ways = () => Array.from({ length: 60 }, () => wayBy(network));
  const wayMs = () => (isWayTimed ? wayMsOf(ways(), limitMs) : 0);
  const limits = { lateMs: limitMs, lostMs: patienceOf(plan) };
  return inVirtualTime(agenda, async (pacing) => {
    const sending = () => ({ seed: `${seed}`, arriving: byChance, send, wayMs: wayMs(), pacing });
    const together = async (parts: readonly LoadPart[]) => {
      const counted = await Promise.all(parts.map((part) => sendPart({ ...sending(), part, limits })));
      return seenOf(roundOf(parts, counted));
    };
    let proof = begun(question, new Date(0).toISOString());
    while (proof.answeredAt === undefined) {
      const slice = nextSlice(question, proof, agenda.now());
      let seen: Seen = {};
      if (slice !== undefined && sendersFor(slice) > 1)
        seen = await together(partsOf(question, proof, { slice, nowMs: agenda.now() }));
      else if (slice !== undefined)
        seen = { slice: await sendSlice({ ...sending(), question, proof, slice }) };
      proof = afterRound(question, { proof, ...seen }, agenda.now());
      await pacing.until(agenda.now() + 2_500);
    }
    return afterRound(question, { proof }, agenda.now());
  });
}

type Seen = Pick<Parameters<typeof afterRound>[1], "slice" | "spoilt">;

function seenOf(round: RoundCounted): Seen {
  if ("refused" in round) throw new Error(round.refused);
  return "slice" in round ? { slice: round.slice } : { spoilt: round };
}

const rates = ratesOf(question);
const seeds = Array.from({ length: 12 }, (_, nth) => nth + 1);

test("by its law the one fleet keeps to the requirements at what is asked for, and the other does not", () => {
  expect(rates.peak).toBeGreaterThan(1_000);
  expect(lateShare(fleetOf(60), rates.peak, limitMs)).toBeLessThan(0.009);
  expect(lateShare(fleetOf(36), rates.peak, limitMs)).toBeGreaterThan(0.5);
});

test.each(partOf(seeds))("a fleet that is enough is found to be, seed %i", async (seed) => {
  const { status, reason } = await tested(seed, 60);

  expect(reason).toMatch(/^enough under load; /);
  expect(status).toBe("enough");
});

test.each(partOf(seeds))("a fleet that serves two fifths less is found not to be, seed %i", async (seed) => {
  const { status } = await tested(seed, 36);

  expect(status).toBe("not-enough");
});

test("with the way in its latencies it would be refused", async () => {
  const { status, reason } = await tested(1, 60, false);

  expect(status).toBe("not-enough");
  expect(reason).toContain("later than 100 ms");
});
