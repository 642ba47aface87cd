/**
 * What the error rate rests on: given an interval's bad events in all, the mean of the evidence after it is at most
 * the evidence before it, if the candidate is just within tolerance. By exact enumeration of all its outcomes, for any
 * noise that the past may have shown, any pace of stable's before it, and with hosts left out.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CountNoise } from "../src/evidence/count-past.ts";
import { logEvidence } from "../src/evidence/harm.ts";
import { logFactorial } from "../src/evidence/log-factorial.ts";
import { type Observation, observe, startStage, startVerdict, type VerdictState } from "../src/index.ts";
import { counts, errors, minuteAt, START, settingsOf } from "./releases.ts";

const settings = settingsOf([{ ...errors, hostSpread: 0.15 }]);
const THRESHOLD = 100;

const noises: fc.Arbitrary<CountNoise> = fc
  .record({
    meanBad: fc.double({ min: 0.02, max: 40, noNaN: true }),
    excess: fc.double({ min: 0, max: 6, noNaN: true }),
    lasting: fc.double({ min: 1, max: 12, noNaN: true }),
    clustered: fc.double({ min: 0, max: 1, noNaN: true }),
    heaviness: fc.double({ min: 1, max: 4, noNaN: true }),
    error: fc.double({ min: 0, max: 0.5, noNaN: true }),
    rate: fc.constantFrom(0, 1e-4, 0.01),
  })
  .map(({ meanBad, excess, lasting, clustered, heaviness, error, rate }) => ({
    source: "split",
    seconds: 60,
    intervals: 1440,
    phi: 1 + excess,
    meanBad,
    excess,
    longRun: excess * lasting,
    error,
    rate,
    cluster: excess * clustered,
    heaviness,
  }));
const pasts = fc.array(fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 30 })), { maxLength: 12 });

interface Case {
  readonly noise: CountNoise;
  readonly past: readonly (readonly [number, number])[];
  readonly bad: number;
  readonly candidateRequests: number;
  readonly settling: boolean;
  readonly ofHost: number;
}
const cases: fc.Arbitrary<Case> = fc.record({
  noise: noises,
  past: pasts,
  bad: fc.integer({ min: 1, max: 60 }),
  candidateRequests: fc.integer({ min: 60, max: 900 }),
  settling: fc.boolean(),
  ofHost: fc.double({ min: 0, max: 1, noNaN: true }),
});

function release({ noise, past, settling }: Case): VerdictState {
  const mark = { stage: 0, at: START, trafficShare: 0.3, candidateInstances: 8, stableInstances: 8 };
  const settledAt = settling ? minuteAt(past.length + 1) : START;
  const begun = startStage(startVerdict(settings, { noise: { errors: noise } }), settings, {
    ...mark,
    settledAt,
  });
  return observe(
    begun,
    settings,
    past.map(([xc, xb], minute) => counts(minute, [xc, 300, xb, 700])),
  );
}

function evidenceIn(state: VerdictState): { readonly plain: number; readonly boosted: number } {
  const kpi = state.kpis.errors;
  if (kpi?.kind !== "count" || kpi.harm === null) throw new Error("expected a count's evidence");
  const logE = logEvidence(kpi.harm, {
    stage: state.stages.length - 1,
    spending: state.spending,
    countedSeconds: kpi.countedSeconds,
  });
  return { plain: Math.exp(logE), boosted: Math.exp(logE + kpi.harm.logBoost) };
}

/** The mean over how the bad events may fall: each is the candidate's with the same chance. */
function meanAfter(one: Case, state: VerdictState): { readonly plain: number; readonly boosted: number } {
  const { bad, candidateRequests, past } = one;
  const stableRequests = 1000 - candidateRequests;
  const acceptable = 1 + Math.expm1(2.326 * 0.15 * Math.sqrt(1 / 8 + 1 / 8));
  const ratio = acceptable * (one.settling ? 3 : 1);
  const share = (candidateRequests * ratio) / (candidateRequests * ratio + stableRequests);
  let [plain, boosted] = [0, 0];
  for (let x = 0; x <= bad; x++) {
    const ways = logFactorial(bad) - logFactorial(x) - logFactorial(bad - x);
    const chance = Math.exp(ways + x * Math.log(share) + (bad - x) * Math.log1p(-share));
    const minute: Observation = counts(past.length, [x, candidateRequests, bad - x, stableRequests]);
    const after = evidenceIn(observe(state, settings, [minute]));
    plain += chance * after.plain;
    boosted += chance * Math.min(THRESHOLD, after.boosted);
  }
  return { plain, boosted };
}

test("an interval adds nothing to the evidence on average, whatever the past said", () => {
  fc.assert(
    fc.property(cases, (one) => {
      const state = release(one);
      const before = evidenceIn(state);
      fc.pre(before.boosted < THRESHOLD);
      const after = meanAfter(one, state);
      expect(after.plain).toBeLessThanOrEqual(before.plain * (1 + 1e-6));
      expect(after.boosted).toBeLessThanOrEqual(before.boosted * (1 + 1e-6));
    }),
    { numRuns: 300 },
  );
});
