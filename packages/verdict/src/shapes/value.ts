/** Values that have a ceiling, such as a percentile or a utilisation: thresholds, with no error guarantee. */
import {
  type GuardrailKpi,
  type GuardrailStanding,
  patienceSeconds,
  type Reading,
  standingOf,
  withReading,
} from "../evidence/guardrail.ts";
import type { StageMark } from "../kept.ts";
import { intervalIndex } from "../observations/counted.ts";
import { type ValueSample, valueIn } from "../observations/samples.ts";
import { expect } from "../refusal.ts";
import { number } from "../wording.ts";
import { type About, defineShape } from "./shape.ts";

export interface GuardrailState {
  readonly kind: "guardrail";
  readonly readings: readonly Reading[];
}

export const value = defineShape<GuardrailKpi, GuardrailState>({
  shape: "value",
  state: "guardrail",
  check: ({ name, breaching, outOf }) =>
    expect(breaching >= 1 && breaching <= outOf, `${name}.breaching`, `1 to ${outOf}`, breaching),
  start: () => ({ kind: "guardrail", readings: [] }),
  begin: (state) => state,
  add: (state, kpi, { at, seconds, ...sides }) => {
    const [candidate, stable] = [read(sides.candidate), read(sides.stable)];
    if (candidate === null && stable === null) return state;
    const reading = { index: intervalIndex(at, seconds), seconds, candidate, stable };
    return { ...state, readings: withReading(state.readings, kpi, reading) };
  },
  evidence: null,
  measure: null,
  tests: null,
  verdict: (state, kpi, { mark, intervalSeconds }) => {
    const standing = standingOf(state.readings, kpi, intervalSeconds);
    return {
      standing: standing === "clear" && !sawData(state, mark, intervalSeconds) ? "no-data" : standing,
    };
  },
  sentence: (_, kpi, { about, intervalSeconds }) =>
    isBreach(about) ? `${kpi.name}: ${broken[about](kpi, intervalSeconds)}` : kpi.name,
});

const read = (sample: object | null): ValueSample | null => (sample === null ? null : valueIn(sample));

/** Was the candidate seen in this stage? */
function sawData(
  { readings }: GuardrailState,
  mark: StageMark | undefined,
  intervalSeconds: number,
): boolean {
  if (mark === undefined) return false;
  const first = Math.ceil(mark.at / intervalSeconds);
  return readings.some(({ index, candidate }) => index >= first && candidate !== null);
}

type Breach = Exclude<GuardrailStanding, "clear">;

/** How a ceiling is broken, by what stable does meanwhile. */
const broken: Readonly<Record<Breach, (kpi: GuardrailKpi, intervalSeconds: number) => string>> = {
  breached: ({ ceiling, breaching, outOf }, intervalSeconds) => {
    const minutes = (intervals: number) => number((intervals * intervalSeconds) / 60);
    return `candidate was above ${number(ceiling)} in ${minutes(breaching)} of ${minutes(outOf)} minutes while stable was not`;
  },
  "breached-unseen": ({ ceiling }) =>
    `candidate was above ${number(ceiling)} for ${patienceSeconds / 60} minutes in which stable was not seen, or carried too little to say`,
  "shared-breach": ({ ceiling }) => `both are above ${number(ceiling)}`,
  "unseen-breach": ({ ceiling }) =>
    `candidate is above ${number(ceiling)}, and stable is not seen, or carries too little to say`,
};

const isBreach = (about: About): about is Breach => about in broken;
