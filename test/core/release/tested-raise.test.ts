/** A candidate that is not enough under load, raised to what that takes: by what was measured, twice at most, where the plan says so. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { finalOf } from "../../../src/core/capacity/candidate-fleet.ts";
import { type LoadQuestion, ratesOf, type SeenStep } from "../../../src/core/load/course.ts";
import { begun, type LoadProof } from "../../../src/core/load/load-test.ts";
import { tallyOf } from "../../../src/core/load/tally.ts";
import type { Needs } from "../../../src/core/release/release.ts";
import {
  notRaised,
  raiseAfter,
  raiseUnderWay,
  raising,
  type TestedRaise,
  underWay,
} from "../../../src/core/release/tested-raise.ts";
import { brieflyTested, needs, plan } from "../example.ts";

const since = "2026-01-05T08:20:00.000Z";

const questionOf = (
  { candidate, designRequestsPerSecond }: Needs,
  onNotEnough: "refuse" | "raise" = "raise",
  spike?: { times: number; minutes: number },
): LoadQuestion => ({
  plan,
  loadTest: { ...brieflyTested, onNotEnough, spike },
  fleet: { ...candidate, finalInstances: finalOf(candidate), designRequestsPerSecond },
});

/** Seconds at a rate of which so many in a thousand are late. */
const seen = (name: SeenStep["name"], requestsPerSecond: number, late: number): SeenStep => ({
  name,
  requestsPerSecond,
  tally: tallyOf(
    Array.from({ length: Math.round(120 * requestsPerSecond) }, (_, i) => ({
      at: i / requestsPerSecond,
      milliseconds: (i * late) % 1000 < late ? 4_000 : 300,
      isFailed: false,
    })),
    { seconds: 120, lateMs: 1_500, lostMs: 15_000 },
  ),
});

/** Kept to up to a rate, and a little above it not. */
const refused = (question: LoadQuestion, kept: number, more: Partial<LoadProof> = {}): LoadProof => ({
  ...begun(question, since),
  status: "not-enough",
  reason: "not enough under load",
  steps: [seen("ramp", kept, 1), seen("ramp", kept * 1.1, 300)],
  ...more,
});

const raiseIn = (raise: ReturnType<typeof raiseAfter>): TestedRaise => {
  if (raise === undefined || "lack" in raise) throw new Error(`expected a raise, found ${raise?.lack}`);
  return raise;
};

describe("a candidate that is not enough", () => {
  it("is raised to as many as keep to the requirements, and what is measured is what the release goes by", () => {
    const question = questionOf(needs);
    const { needs: raised, from, to } = raiseIn(raiseAfter(question, refused(question, 32), needs));

    // Eight keep to 32 requests a second, a little less to be sure: 1.03 times 60 takes 16 or 17.
    expect(from).toBe(8);
    expect(to).toBeGreaterThanOrEqual(16);
    expect(to).toBeLessThanOrEqual(18);
    expect(raised.candidate.instances).toBe(to);
    expect(raised.candidate.requestsPerSecondPerInstance).toBeLessThan(4 / 0.7);
    expect(raised.candidate.requestsPerSecondPerInstance).toBeGreaterThan(3.5 / 0.7);
    expect({ ...raised, candidate: needs.candidate }).toEqual(needs);
  });

  it("is left as it is where the plan says nothing, or is enough", () => {
    const question = questionOf(needs, "refuse");
    expect(raiseAfter(question, refused(question, 32), needs)).toBeUndefined();
    const raising = questionOf(needs);
    for (const status of ["enough", "open", "stopped", "testing"] as const)
      expect(raiseAfter(raising, refused(raising, 32, { status }), needs)).toBeUndefined();
  });

  it("is raised twice at most, and in place not at all", () => {
    const question = questionOf(needs);
    const raises = [
      { from: 8, to: 12, since },
      { from: 12, to: 14, since },
    ];
    expect(raiseAfter(question, refused(question, 32, { raises: raises.slice(1) }), needs)).toHaveProperty(
      "to",
    );
    expect(raiseAfter(question, refused(question, 32, { raises }), needs)).toEqual({
      lack: "it was raised 2 times already",
    });
    const inPlace = { stableInstances: 8, grownInstances: 8, closesAt: since };
    expect(raiseAfter(question, refused(question, 32), { ...needs, inPlace })).toHaveProperty("lack");
  });

  it("is not raised where nothing was answered", () => {
    const question = questionOf(needs);
    const silent = seen("peak", ratesOf(question).peak, 1_000);
    const tally = { ...silent.tally, answered: 0, latencies: [] };
    const proof = refused(question, 32, { steps: [{ ...silent, tally }] });

    expect(raiseAfter(question, proof, needs)).toHaveProperty("lack");
  });

  it("for a spike alone keeps its throughput, and has as many as the spike takes", () => {
    const question = questionOf(needs, "raise", { times: 2, minutes: 1 });
    const steps = [seen("peak", ratesOf(question).peak, 1), seen("full", ratesOf(question).full, 1)];
    const proof = refused(question, 1, { steps: [...steps, seen("spike", 120, 300)] });
    const { needs: raised, to } = raiseIn(raiseAfter(question, proof, needs));

    expect(raised.candidate.requestsPerSecondPerInstance).toBe(12);
    expect(to).toBeGreaterThan(11);
    expect(to).toBeLessThan(18);
  });
});

test("whatever was seen, it has more than before in all, and no share's fleet shrinks or overtakes it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
      fc.double({ min: 5, max: 54, noNaN: true }),
      (sizes, kept) => {
        const [instances = 1, ...rest] = sizes.toSorted((a, b) => a - b);
        const shares = [instances, ...rest].map((size, i) => ({ percent: 10 * (i + 1), instances: size }));
        const own = { ...needs, candidate: { ...needs.candidate, instances, shares } };
        const question = questionOf(own);
        const part = instances / finalOf(own.candidate);
        const { needs: raised, to } = raiseIn(raiseAfter(question, refused(question, kept * part), own));

        expect(to).toBeGreaterThan(finalOf(own.candidate));
        expect(finalOf(raised.candidate)).toBe(to);
        for (const [i, share] of (raised.candidate.shares ?? []).entries())
          expect(share.instances).toBeGreaterThanOrEqual(shares[i]?.instances ?? 0);
        expect(raised.candidate.instances).toBeGreaterThanOrEqual(instances);
      },
    ),
    { numRuns: 60 },
  );
});

test("a raise is under way from the answer that asks for it until the next test begins, each under a name of its own", () => {
  const question = questionOf(needs);
  const raise = raiseIn(raiseAfter(question, refused(question, 32), needs));
  const asked = raising(refused(question, 32), raise);

  expect(asked).toMatchObject({
    status: "raise",
    reason: `not enough under load; it is raised to ${raise.to} instances, and tested again`,
    raises: [{ from: 8, to: raise.to, since }],
    needs: raise.needs,
  });
  expect(raiseUnderWay(asked)).toBe("raise-tested-1");
  expect(underWay(asked)).toBeUndefined();
  const again = { ...begun(questionOf(raise.needs), since, asked.raises), reason: "" };
  expect(raiseUnderWay(again)).toBeUndefined();
  expect(underWay(again)).toBe(again);
  expect(raiseUnderWay({ ...asked, raises: [...asked.raises, ...asked.raises] })).toBe("raise-tested-2");
  expect(raiseUnderWay(undefined)).toBeUndefined();
  expect(notRaised(refused(question, 32), "of its quota").reason).toMatch(
    /; it is not raised, since of its quota$/,
  );
});
