/** A spike on top of users' load as it goes: how soon it ends that is too much, and that one which is not goes through. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrivals, chanceOf } from "../../../src/core/load/arrivals.ts";
import {
  findingText,
  flowOfSpike,
  type LaterSpikeSent,
  rampSeconds,
  secondsOfSpike,
  watchingSpike,
} from "../../../src/core/load/later-spike.ts";
import { plan } from "../example.ts";

const lateMs = plan.requirements.latencyMsP99;
const sent: LaterSpikeSent = { minutes: 2, requestsPerSecond: 60 };

/** What becomes of a request, by when it is sent. */
type Fate = (atSeconds: number, chance: () => number) => "good" | "late" | "failed";

/** When it is stopped, seconds, if it is; each answer is known as it comes, and what is late as soon as it is. */
function going(fate: Fate, { seed = 1, of = sent }: { seed?: number; of?: LaterSpikeSent } = {}) {
  const watch = watchingSpike(plan, of);
  const chance = chanceOf(`fate ${seed}`);
  const known = [...arrivals(flowOfSpike(of), chanceOf(`at ${seed}`))].map((at) => {
    const is = fate(at, chance);
    const milliseconds = 200 + 100 * chance();
    return {
      knownAt: at + (is === "late" ? lateMs : milliseconds) / 1000,
      request: { at, isFailed: is === "failed", ...(is !== "late" && { milliseconds }) },
    };
  });
  known.sort((one, other) => one.knownAt - other.knownAt);
  let next = 0;
  const total = secondsOfSpike(of);
  for (let second = 1; second <= total + 3; second++) {
    for (; (known[next]?.knownAt ?? Number.POSITIVE_INFINITY) <= second; next++)
      if (known[next] !== undefined) watch.add(known[next]?.request ?? { at: 0, isFailed: false });
    const finding = watch.find(Math.min(second, total));
    if (finding.answer === "exceeds") return { stoppedAt: second, finding };
  }
  return { stoppedAt: undefined, finding: watch.find(total) };
}

const badBy =
  (share: number, kind: "late" | "failed" = "late"): Fate =>
  (_, chance) =>
    chance() < share ? kind : "good";

test("its load grows within half a minute, and stays for the plan's minutes", () => {
  expect(secondsOfSpike(sent)).toBe(rampSeconds + 120);
  const { rateAt, seconds } = flowOfSpike(sent);
  expect([0, 15, 30, 149].map(rateAt)).toEqual([0, 30, 60, 60]);
  expect(seconds).toBe(150);
});

describe("a fleet", () => {
  test("that keeps to the requirements goes through, and is said to", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 0.001, 0.004), (seed, share) => {
        const { stoppedAt, finding } = going(badBy(share), { seed });
        expect(stoppedAt).toBeUndefined();
        expect(finding).toMatchObject({ answer: "within" });
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  test("that is at the limit is hardly ever stopped", () => {
    const stopped = Array.from({ length: 60 }, (_, seed) => going(badBy(0.01), { seed }).stoppedAt).filter(
      (at) => at !== undefined,
    );
    // One in a hundred at most by the evidence's own error rate, with a little for chance.
    expect(stopped.length).toBeLessThanOrEqual(3);
  });

  test("from whose saturation on everything is late ends it within five seconds of the first that is, whatever was before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 145 }),
        fc.integer(),
        fc.constantFrom("late" as const, "failed" as const),
        (from, seed, kind) => {
          const { stoppedAt = Number.POSITIVE_INFINITY, finding } = going(
            (at) => (at < from ? "good" : kind),
            {
              seed,
            },
          );
          expect(stoppedAt - from).toBeLessThanOrEqual(5 + (kind === "late" ? lateMs / 1000 : 0));
          expect(finding.kind).toBe(kind);
        },
      ),
      { numRuns: 100, seed: 5 },
    );
  });

  test("that is a little beyond the requirements is found by all its seconds together", () => {
    const { finding } = going(badBy(0.03));
    expect(finding).toMatchObject({ answer: "exceeds", kind: "late", allowed: 0.01 });
    expect(finding.fromSeconds).toBeUndefined();
    expect(findingText(finding, plan)).toMatch(
      new RegExp(`^\\d+ of [\\d,]+ requests later than ${lateMs} ms, [\\d.]+ % where 1 % may be$`),
    );
  });

  test("that is sent too little to tell is unknown", () => {
    const { stoppedAt, finding } = going(badBy(0), { of: { minutes: 1, requestsPerSecond: 4 } });
    expect({ stoppedAt, answer: finding.answer }).toEqual({ stoppedAt: undefined, answer: "open" });
  });
});

test("what turned in five seconds is said with these", () => {
  const { finding } = going((at) => (at < 100 ? "good" : "failed"));
  expect(finding.fromSeconds).toBe(100);
  expect(findingText(finding, plan)).toMatch(/^\d+ of \d+ requests of 5 s failed, 100 % where 1\d % may be$/);
});
