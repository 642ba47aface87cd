/** The course of a test under load: what is sent next, and what it comes to. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type LoadQuestion, type LoadStep, ratesOf } from "../../../src/core/load/course.ts";
import {
  afterRound,
  begun,
  isStepOver,
  type LoadProof,
  nextSlice,
} from "../../../src/core/load/load-test.ts";
import { fullLoadOf, patienceOf, requirementsOf } from "../../../src/core/load/step.ts";
import { emptyTally, type SentRequest, tallyOf } from "../../../src/core/load/tally.ts";
import { stepsTold } from "../../../src/core/load/told.ts";
import type { LoadTest } from "../../../src/core/plan/load-test.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { brieflyTested, plan } from "../example.ts";

const since = "2026-01-05T08:00:00.000Z";
const fleet = {
  instanceType: "ml.g5.xlarge",
  instances: 8,
  finalInstances: 8,
  requestsPerSecondPerInstance: 12,
  designRequestsPerSecond: 60,
};

function questionOf(
  more: Partial<LoadTest> = {},
  of: Partial<typeof fleet> = {},
  own: Plan = plan,
): LoadQuestion {
  const loadTest = { ...brieflyTested, maxMinutes: 30, maxRequests: 500_000, ...more };
  return { plan: own, loadTest, fleet: { ...fleet, ...of } };
}

interface Bad {
  /** In a thousand. */
  readonly late?: number;
  readonly lost?: number;
  readonly failed?: number;
}

/** An invocation that counted 52 s of a step, of whose requests so many in a thousand were bad, evenly. */
function sent({ step }: { step: LoadStep }, { late = 0, lost = 0, failed = 0 }: Bad = {}) {
  const requests = Math.round(step.requestsPerSecond * 52);
  const isNth = (i: number, perThousand: number) =>
    Math.floor(((i + 1) * perThousand) / 1000) > Math.floor((i * perThousand) / 1000);
  const counted = Array.from(
    { length: requests },
    (_, i): SentRequest => ({
      at: (i * 52) / requests,
      milliseconds: isNth(i, lost) ? 20_000 : isNth(i, late) ? 3_000 : 200,
      isFailed: isNth(i, failed),
    }),
  );
  const tally = tallyOf(counted, { seconds: 52, lateMs: 1_500, lostMs: 15_000 });
  return { step, sent: requests + 200, tally };
}

/** Goes on until it has come to something, a minute each. */
const course = (question: LoadQuestion, bad: (rate: number) => Bad) =>
  courseOf(question, (slice) => sent(slice, bad(slice.step.requestsPerSecond)));

function courseOf(question: LoadQuestion, sentOf: (slice: { step: LoadStep }) => ReturnType<typeof sent>) {
  let proof: LoadProof = begun(question, since);
  for (let minute = 0; minute < 90; minute++) {
    const slice = nextSlice(question, proof, minute * 60_000);
    const round = slice && sentOf(slice);
    proof = afterRound(question, { proof, slice: round }, (minute + 1) * 60_000);
    if (proof.status !== "testing") return proof;
  }
  throw new Error("expected an end within an hour and a half");
}

/** Within the requirements up to a rate, and far from them above it; all is served. */
const kneeAt =
  (knee: number) =>
  (rate: number): Bad =>
    rate <= knee ? { late: 2, failed: 5 } : { late: 300, failed: 5 };

/** An invocation of 52 s, 20 of which are a turn in which the fleet is three times as slow, and above a rate too slow. */
function inTurn({ step }: { step: LoadStep }, tooMuch: number) {
  const requests = Math.round(step.requestsPerSecond * 52);
  const counted = Array.from({ length: requests }, (_, i): SentRequest => {
    const at = (i * 52) / requests;
    const slow = step.requestsPerSecond > tooMuch ? 3_000 : 600;
    return { at, milliseconds: at >= 20 && at < 40 ? slow : 200, isFailed: false };
  });
  const tally = tallyOf(counted, { seconds: 52, lateMs: 1_500, lostMs: 15_000 });
  return { step, sent: requests + 200, tally };
}

describe("what serves, turned slower by a load", () => {
  const isAt = (rate: number) => (slice: { step: LoadStep }) => slice.step.requestsPerSecond > rate;
  /** Beside each invocation, by whether what serves is slower then. */
  const beside = (isSlower: (slice: { step: LoadStep }) => boolean) => {
    const rates: string[] = [];
    const proof = courseOf(questionOf(), (slice) => {
      rates.push(`${slice.step.name} ${Math.round(slice.step.requestsPerSecond)}`);
      const seen = { requests: 60, bad: 0, latencies: [], isHarmed: false, isSlower: isSlower(slice) };
      return { ...sent(slice), beside: slice.step.name === "settle" ? { ...seen, isSlower: false } : seen };
    });
    return { proof, rates };
  };

  it("is left alone for a while, and stops the test where the next load makes it slower again", () => {
    const { proof, rates } = beside(isAt(45));

    expect(rates.slice(-3)).toEqual(["ramp 53", "settle 18", "peak 62"]);
    expect(proof).toMatchObject({ status: "stopped", warned: { isSettled: false } });
    expect(proof.warned?.at).toHaveLength(2);
    expect(proof.reason).toContain("turned slower 2 times");
  });

  it("does not stop it where the next load does not: that was by chance, or its own users' doing", () => {
    let times = 0;
    const { proof } = beside((slice) => isAt(45)(slice) && times++ % 2 === 0 && times < 9);

    expect(times).toBeGreaterThan(5);
    expect(proof).toMatchObject({ status: "enough" });
    expect(proof.warned?.at.length ?? 0).toBeLessThan(2);
  });

  it("is held against what it was like when the candidate settled last", () => {
    let times = 0;
    const { proof } = beside((slice) => isAt(45)(slice) && times++ === 0);

    expect(proof.beside?.requests).toBe(60);
    expect(beside(() => false).proof.beside?.requests).toBe(120);
  });
});

describe("a fleet that is slow by turns", () => {
  const quiet = (slice: { step: LoadStep }) => sent(slice, {});

  it("is not enough for its peak by a minute of that without one", () => {
    const proof = courseOf(questionOf(), (slice) =>
      slice.step.name === "ramp" || slice.step.requestsPerSecond > 90 ? inTurn(slice, 90) : quiet(slice),
    );

    expect(stepsTold(questionOf(), proof.steps).find(({ name }) => name === "peak")?.answer).toBe("within");
    expect(proof).toMatchObject({ status: "open", reason: expect.stringContaining("it is slow by turns") });
    expect(proof.knee?.from).toBeLessThan(60);
  });

  it("is enough once the peak has met one, and kept to the requirements in it", () => {
    const proof = courseOf(questionOf(), (slice) => inTurn(slice, 90));

    expect(proof).toMatchObject({ status: "enough", reason: expect.stringContaining("it is slow by turns") });
    expect(proof.knee?.from).toBeGreaterThan(60);
  });

  it("is none where none was seen", () => {
    expect(course(questionOf(), kneeAt(80)).reason).not.toContain("turns");
  });
});

describe("what is asked", () => {
  it("are the requirements at the design load, and nine of ten at that over the utilisation, for as long as the plan holds it", () => {
    expect(requirementsOf(plan)).toEqual({
      allowed: { late: 0.01, failed: 0.05 },
      leastSeconds: 60,
      limitSeconds: 1.5,
    });
    expect(fullLoadOf(plan, 3)).toMatchObject({ allowed: { lost: 0.1 }, leastSeconds: 180 });
  });

  it("are a little more than the design load, and never more than the plan lets be sent", () => {
    expect(ratesOf(questionOf())).toMatchObject({ peak: 1.03 * 60, full: 60 / 0.7, cap: (1.1 / 0.7) * 60 });
    expect(ratesOf(questionOf({ maxLoadFactor: 1.2 })).cap).toBe(72);
    expect(ratesOf(questionOf({}, { instances: 2 })).peak).toBeCloseTo(15.45);
  });

  it.each([
    [20, 5_000],
    [1_500, 15_000],
    [9_000, 40_000],
  ])("an answer that should take %d ms is waited for %d ms", (latencyMsP99, ms) => {
    expect(patienceOf({ ...plan, requirements: { ...plan.requirements, latencyMsP99 } })).toBe(ms);
  });
});

test("whatever is seen, it ends within its limits, and never sends more than the cap", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      fc.integer({ min: 100, max: 200_000 }),
      fc.double({ min: 1.43, max: 4, noNaN: true }),
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }),
      fc.option(
        fc.record({ times: fc.double({ min: 1.01, max: 5, noNaN: true }), minutes: fc.constant(1) }),
        {
          nil: undefined,
        },
      ),
      (maxMinutes, maxRequests, maxLoadFactor, lates, spike) => {
        const question = questionOf({ maxMinutes, maxRequests, maxLoadFactor, spike });
        const rates = ratesOf(question);
        let proof = begun(question, since);
        let minute = 0;
        for (; proof.status === "testing" && proof.answeredAt === undefined; minute++) {
          const slice = nextSlice(question, proof, minute * 60_000);
          if (slice !== undefined) {
            const most = slice.step.name === "spike" ? (rates.spike ?? 0) : rates.cap;
            expect(slice.step.requestsPerSecond).toBeLessThanOrEqual(most);
            expect(slice.mostRequests).toBeGreaterThan(0);
          }
          const round = slice && sent(slice, { late: lates[minute % lates.length] ?? 0 });
          proof = afterRound(question, { proof, slice: round }, (minute + 1) * 60_000);
        }
        expect(minute).toBeLessThanOrEqual(maxMinutes);
      },
    ),
    { numRuns: 40 },
  );
});

describe("the next requests", () => {
  it("are none once a limit is reached, whatever is still to be asked", () => {
    const question = questionOf({ maxMinutes: 5, maxRequests: 1_000 });
    const proof = begun(question, since);

    expect(nextSlice(question, proof, 4 * 60_000)).toBeDefined();
    expect(nextSlice(question, proof, 5 * 60_000)).toBeUndefined();
    expect(nextSlice(question, { ...proof, sent: 1_000 }, 0)).toBeUndefined();
  });

  it("go on at a rate that is answered where more of it is asked for, and end as soon as one is answered", () => {
    const question = questionOf();
    const proof = begun(question, since);
    const settled = ["a", "b"].map(() => ({
      name: "settle" as const,
      requestsPerSecond: 18,
      tally: emptyTally,
    }));
    const slice = nextSlice(question, { ...proof, steps: settled }, 0);
    if (slice === undefined) throw new Error("expected something to send");
    const step = { ...slice.step, name: "knee" as const };
    const late = sent({ step }, { late: 300 }).tally;
    const before = { ...proof, steps: [...settled, { ...step, tally: late }] };

    expect(isStepOver({ ...proof, steps: settled }, { ...slice, step }, late)).toBe(true);
    expect(isStepOver(before, { ...slice, step }, { ...late, seconds: 5 })).toBe(false);
    expect(isStepOver(before, { ...slice, step }, { ...late, seconds: 30 })).toBe(true);
  });

  /** The names of the first steps, of windows in which an answer takes so many milliseconds. */
  function firstSteps(milliseconds: readonly number[]): string[] {
    const question = questionOf();
    let proof = begun(question, since);
    return milliseconds.map((ms, nth) => {
      const slice = nextSlice(question, proof, nth * 30_000);
      if (slice === undefined) throw new Error("expected something to send");
      const counted = Array.from({ length: 400 }, (_, i) => ({
        at: i / 25,
        milliseconds: ms * (1 + (i % 10) / 10),
        isFailed: false,
      }));
      const tally = tallyOf(counted, { seconds: 16, lateMs: 1_500, lostMs: 15_000 });
      const round = { step: slice.step, sent: 500, tally };
      proof = afterRound(question, { proof, slice: round }, (nth + 1) * 30_000);
      return slice.step.name;
    });
  }

  it("are few until two windows answer alike, or four were looked at", () => {
    expect(firstSteps([200, 200, 200])).toEqual(["settle", "settle", "ramp"]);
    expect(firstSteps([800, 400, 400, 400])).toEqual(["settle", "settle", "settle", "ramp"]);
    expect(firstSteps([1600, 800, 400, 200, 100])).toEqual(["settle", "settle", "settle", "settle", "ramp"]);
  });
});

test("at full load is told whether what is asked of it was kept to, and not what is asked at the peak", () => {
  const question = questionOf();
  const { status, steps } = course(question, kneeAt(70));

  const full = stepsTold(question, steps).find(({ name }) => name === "full");
  expect(status).toBe("enough");
  expect(full).toMatchObject({ answer: "within" });
  expect(full?.lateShare).toBeGreaterThan(0.2);
});

/** The steps, by their invocations, of a fleet that loses so many in a thousand of full load. */
function losingAtFull(lost: number) {
  const names: string[] = [];
  const question = questionOf();
  const { full } = ratesOf(question);
  const proof = courseOf(question, (slice) => {
    names.push(slice.step.name);
    const { requestsPerSecond: rate } = slice.step;
    return sent(slice, rate === full ? { lost } : kneeAt(88)(rate));
  });
  return { names, proof };
}

describe("a test under load", () => {
  it("holds full load for longer at once where that is likely to answer it, and a fleet that is too small is refused by it", () => {
    // Not so many are lost that it is answered by the first minutes, and soon after them.
    const { names, proof } = losingAtFull(115);

    expect(names.filter((name) => name === "full").length).toBeGreaterThan(2);
    expect(names.slice(names.indexOf("full"), names.lastIndexOf("full"))).not.toContain("knee");
    expect(proof.status).toBe("not-enough");
  });

  it("looks for the knee before full load that stays undecided is held for longer", () => {
    // As many are lost of full load as may be.
    const { names, proof } = losingAtFull(100);

    const last = names.lastIndexOf("knee");
    const holds = (from: number, to: number) =>
      names.slice(from, to).filter((name) => name === "full").length;
    expect(stepsTold(questionOf(), proof.steps).find(({ name }) => name === "full")?.answer).toBe("open");
    // Of 52 s each: as long as the plan holds it, and two and a half minutes more.
    expect([holds(0, last), holds(last, names.length)]).toEqual([2, 3]);
    expect(proof.knee?.to).toBeLessThan(95);
  });

  it("is enough once the peak and full load have shown it, says where its knee is, and rests before it says so", () => {
    const question = questionOf();
    const found = course(question, kneeAt(88));

    expect(found).toMatchObject({
      status: "enough",
      reason: expect.stringMatching(/^enough under load; at 61.8 /),
    });
    expect(found.reason).toMatch(
      /; at 85.7 requests\/s: .*; its knee is between [\d.]+ and [\d.]+ requests\/s, /,
    );
    expect(found.knee?.from).toBeLessThanOrEqual(88);
    expect(found.knee?.to).toBeGreaterThanOrEqual(88);
    const resting = afterRound(
      question,
      { proof: { ...found, status: "testing", answeredAt: undefined } },
      240_000,
    );
    expect(resting).toMatchObject({ status: "testing", waitSeconds: 240 });
    expect(nextSlice(question, resting, 240_000)).toBeUndefined();
    expect(afterRound(question, { proof: resting }, 99 * 60_000)).toMatchObject({
      status: "enough",
      reason: resting.reason,
    });
  });

  it("says of a knee above the most that is sent that it is at least that", () => {
    const { knee, reason } = course(questionOf(), kneeAt(1_000));

    expect(knee?.to).toBeUndefined();
    expect(knee?.from).toBeGreaterThan(85);
    expect(reason).toMatch(/; its knee is at [\d.]+ requests\/s or above, /);
  });

  it("does not say so for good before what serves was seen once more, and stops where that turned worse", () => {
    const question = questionOf();
    let proof: LoadProof = begun(question, since);
    for (let takenMs = 0; proof.answeredAt === undefined; takenMs += 60_000) {
      const slice = nextSlice(question, proof, takenMs);
      const round = slice && sent(slice, kneeAt(40)(slice.step.requestsPerSecond));
      proof = afterRound(question, { proof, slice: round }, takenMs);
    }
    expect(proof).toMatchObject({ status: "testing", waitSeconds: 150 });

    const calm = afterRound(question, { proof }, 600_000);
    expect(calm).toMatchObject({ status: "not-enough", reason: proof.reason });
    const turned = afterRound(question, { proof, harm: "stable turned" }, 600_000);
    expect(turned.status).toBe("stopped");
    expect(turned.reason).toMatch(/^not enough under load; .*; but what serves turned worse meanwhile/);
  });

  it("is not enough below the peak, and says how many instances the load takes", () => {
    const found = course(questionOf(), kneeAt(40));

    expect(found.status).toBe("not-enough");
    expect(found.reason).toMatch(
      /^not enough under load; at 44.* requests\/s: (29.5|30) % of [\d,]+ later than 1500 ms/,
    );
    expect(found.reason).toMatch(
      /, where 1 % may be late; .* the load takes 1[34] instances instead of 8; its knee is between /,
    );
    expect(found.knee?.from).toBeGreaterThan(30);
    expect(found.knee?.from).toBeLessThanOrEqual(40);
    // A cliff is no queue, which grows with the rate: it is told to a hundredth.
    expect(found.knee?.to).toBeGreaterThan(0.99 * 40);
  });

  it("is not enough where too many fail, or where the requirements are kept and full instances serve less than is said", () => {
    expect(course(questionOf(), () => ({ failed: 90 })).reason).toMatch(/where 5 % may be failed/);
    const full = course(questionOf(), (rate) => (rate > 62 ? { lost: 300 } : {}));
    expect(full).toMatchObject({
      status: "not-enough",
      reason: expect.stringMatching(/at 85.7 requests.*lost/),
    });
  });

  it("is not enough where the plan allows no failure and more than one in a thousand fails", () => {
    const none = { ...plan, requirements: { ...plan.requirements, errorRatePercent: 0 } };
    const failing = (perThousand: number) =>
      course(questionOf({}, {}, none), () => ({ failed: perThousand }));

    expect(failing(20).reason).toMatch(/where 0.1 % may be failed/);
    expect(failing(0).status).toBe("enough");
  });

  it("stays open where more would have to be sent than can be, and says at which rate it was enough", () => {
    const question = questionOf({ maxRequests: 10_000_000 }, { designRequestsPerSecond: 6000 });

    expect(course(question, () => ({}))).toMatchObject({
      status: "open",
      reason: expect.stringMatching(
        /^more than 5000 requests\/s cannot be sent, of 8570; at 5000 requests\/s: /,
      ),
    });
  });

  it.each([
    [{ maxMinutes: 3 }, "its 3 minutes"],
    [{ maxRequests: 5_000 }, "its 5000 requests"],
    [{ maxUsd: 0.3 }, "its $0.30"],
    [{}, "its $6.00"],
  ])("ends open at a limit of the plan: %j", (limit, said) => {
    const found = course(questionOf({ maxMinutes: 60, ...limit }), () => ({ late: 10 }));

    expect(found.status).toBe("open");
    expect(found.reason).toContain(`the test under load ended at ${said} before it could be said`);
  });

  it("is refused where neither was shown, by a plan that refuses that; one that has an answer keeps it", () => {
    const unproven = course(questionOf({ onOpen: "refuse" }), () => ({ late: 10 }));

    expect(unproven.status).toBe("unproven");
    expect(unproven.reason).toMatch(
      /^the test under load ended at its .*; loadTest\.onOpen refuses what is not shown to be enough$/,
    );
    expect(course(questionOf({ onOpen: "refuse" }), kneeAt(1_000)).status).toBe("enough");
    expect(course(questionOf({ onOpen: "refuse" }), kneeAt(40)).status).toBe("not-enough");
    const most = { maxRequests: 10_000_000, onOpen: "refuse" } as const;
    expect(course(questionOf(most, { designRequestsPerSecond: 6000 }), () => ({})).status).toBe("unproven");
  });

  it("stops by harm of what serves: without an answer it goes back, with one it keeps to that", () => {
    const question = questionOf();
    const midway = { ...begun(question, since), rounds: 1 };
    expect(afterRound(question, { proof: midway, harm: "errors of v6" }, 60_000)).toMatchObject({
      status: "stopped",
      reason: "errors of v6",
    });
    const enough: LoadProof = {
      ...course(question, kneeAt(1_000)),
      status: "testing",
      answeredAt: undefined,
    };
    const kept = afterRound(question, { proof: enough, harm: "errors of v6" }, 60_000);
    expect(kept).toMatchObject({ status: "testing", answeredAt: expect.any(String) });
    expect(afterRound(question, { proof: kept }, 400_000).status).toBe("enough");
  });
});

test("an invocation ends with its answers in time, however long they are waited for", () => {
  for (const latencyMsP99 of [20, 1_500, 40_000]) {
    const own = { ...plan, requirements: { ...plan.requirements, latencyMsP99 } };
    const question = questionOf({}, {}, own);
    const slice = nextSlice(question, begun(question, since), 0);

    expect((slice?.seconds ?? 0) + patienceOf(own) / 1000).toBeLessThanOrEqual(80 - 10);
    expect((slice?.seconds ?? 0) - (slice?.rampSeconds ?? 0)).toBeGreaterThanOrEqual(15);
  }
});

describe("a spike of the plan's", () => {
  const spike = { times: 1.25, minutes: 2 };
  const spiked = questionOf({ spike });
  const namesOf = (proof: LoadProof) => proof.steps.map(({ name }) => name);

  it("comes after the load that the fleet was sized for, before its knee is looked for, and with all that it is times", () => {
    const proof = course(spiked, kneeAt(88));

    expect(proof.status).toBe("enough");
    expect(proof.reason).toMatch(/; in a spike, at 75 requests\/s: .*; it answered as before within /);
    const names = namesOf(proof);
    expect(names.indexOf("spike")).toBeGreaterThan(names.indexOf("full"));
    expect(names.indexOf("knee")).toBeGreaterThan(names.indexOf("recovery"));
    expect(proof.recovery).toEqual({ minutes: 0.87, isRecovered: true });
  });

  it("may be more than the knee is looked for at, and is as much with a part of the fleet by its part", () => {
    expect(ratesOf(questionOf({ spike: { times: 4, minutes: 1 } }))).toMatchObject({
      spike: 240,
      cap: (1.1 / 0.7) * 60,
    });
    expect(ratesOf(questionOf({ spike: { times: 4, minutes: 1 } }, { instances: 2 })).spike).toBe(60);
  });

  it("that is too much is not enough, with how many instances it takes by what each keeps to the requirements with", () => {
    const proof = course(questionOf({ spike: { times: 2, minutes: 1 } }), kneeAt(88));

    expect(proof.status).toBe("not-enough");
    expect(proof.reason).toMatch(
      /^not enough under load; in a spike, at 120 requests\/s: 29.* % of [\d,]+ later/,
    );
    const { from = 0 } = proof.knee ?? {};
    expect(from).toBeGreaterThan(80);
    expect(proof.reason).toContain(
      `such a spike takes ${Math.ceil(120 / (from / 8))} instances instead of 8`,
    );
  });

  it("is not sent to a fleet that does not keep to the requirements at the peak", () => {
    expect(namesOf(course(spiked, kneeAt(40)))).not.toContain("spike");
  });

  describe("of a fleet of which no time shows that it fails as seldom as it may", () => {
    const often = (knee: number) => (rate: number) => ({ ...kneeAt(knee)(rate), failed: 48 });
    const twice = questionOf({ spike: { times: 2, minutes: 1 } });

    it("comes all the same, before its knee is looked for, and refuses what is too small for it", () => {
      const proof = course(twice, often(88));

      expect(proof.status).toBe("not-enough");
      expect(proof.reason).toMatch(/^not enough under load; in a spike, at 120 requests\/s: /);
      const names = namesOf(proof);
      expect(names).not.toContain("full");
      expect(names.indexOf("spike")).toBeLessThan(names.indexOf("knee"));
    });

    it("leaves the test open where it is held", () => {
      const proof = course(twice, often(1_000));

      expect(proof.status).toBe("open");
      expect(namesOf(proof)).toContain("spike");
    });
  });

  describe("of a fleet of which no time shows whether full instances serve nine of ten", () => {
    /** At full load as many are lost as may be, of which a spike above it loses none. */
    const atFull = (more: Bad) => (rate: number) => (rate > 80 && rate < 90 ? { lost: 100, ...more } : {});
    const twice = questionOf({ spike: { times: 2, minutes: 1 } });

    it("comes once that was held for long enough, and is answered", () => {
      const proof = course(twice, atFull({}));
      const names = namesOf(proof);

      expect(stepsTold(twice, proof.steps).find(({ name }) => name === "full")?.answer).toBe("open");
      expect(names.indexOf("spike")).toBeGreaterThan(names.indexOf("full"));
      expect(stepsTold(twice, proof.steps).find(({ name }) => name === "spike")?.answer).toBe("within");
      expect(proof).toMatchObject({ status: "open", recovery: { isRecovered: true } });
    });

    it("is not what the test is open for: one that is too much refuses", () => {
      const proof = course(twice, (rate) => (rate > 100 ? { late: 300 } : atFull({})(rate)));

      expect(proof.status).toBe("not-enough");
      expect(proof.reason).toMatch(/^not enough under load; in a spike, at 120 requests\/s: /);
    });
  });

  it("leaves the test open where it cannot be sent whole, or a limit comes first", () => {
    const more = questionOf(
      { spike: { times: 5, minutes: 1 }, maxRequests: 10_000_000 },
      { designRequestsPerSecond: 1200 },
    );
    expect(course(more, () => ({}))).toMatchObject({
      status: "open",
      reason: expect.stringMatching(/^more than 5000 requests\/s cannot be sent, of 6000 in a spike; /),
    });
    const brief = course(questionOf({ spike: { times: 1.25, minutes: 4 }, maxMinutes: 9 }), kneeAt(88));
    expect(brief).toMatchObject({ status: "open", reason: expect.stringContaining("its 9 minutes") });
  });

  it("that a fleet does not get over within a minute is not enough, and no more instances are asked for", () => {
    let isSpiked = false;
    const proof = course(spiked, (rate) => {
      if (rate === 75) isSpiked = true;
      return isSpiked && rate === ratesOf(spiked).peak ? { late: 300 } : {};
    });

    expect(proof).toMatchObject({ status: "not-enough", recovery: { isRecovered: false } });
    expect(proof.reason).toMatch(/; a minute after the spike, at 61.8 .*; what the spike did to it stays/);
  });
});
