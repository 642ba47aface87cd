/**
 * The verdict on a release, minute by minute: pure functions over small data. Rooms along the data's path:
 * observations → evidence per KPI → combination → conclusion.
 */
import { combine, type Lone } from "./combination/combination.ts";
import { type Look, type Verdict, verdictOf } from "./conclusion/verdict.ts";
import type { Observation } from "./observations/observation.ts";
import { observe } from "./reducer.ts";
import type { VerdictSettings } from "./settings.ts";
import { roundNats, type VerdictState } from "./state.ts";

export type { KpiVerdict, Look, Verdict, VerdictName } from "./conclusion/verdict.ts";
export { verdictOf } from "./conclusion/verdict.ts";
export { type CountHistory, type CountNoise, measureCountNoise } from "./evidence/count-noise.ts";
export { informationPerMinute } from "./evidence/information.ts";
export { type LatencyHistory, type LatencyNoise, measureLatencyNoise } from "./evidence/latency-noise.ts";
export { spendingOf } from "./evidence/spending.ts";
export { measureHostLogSd } from "./evidence/tolerance.ts";
export { remembered, VerdictMemory, verdictSchema } from "./memory.ts";
export type {
  CountSample,
  MeanSample,
  Observation,
  Sample,
  ValueSample,
} from "./observations/observation.ts";
export {
  type Expectation,
  type ExpectedStage,
  type ExpectedTraffic,
  expectationsOf,
} from "./planning/expectation.ts";
export { type ExpectedMinutes, expectedMinutes, type Minutes } from "./planning/expected-minutes.ts";
export { limitMinutes, stagedLimitMinutes } from "./planning/limit.ts";
export { type Measured, observe, startStage, startVerdict } from "./reducer.ts";
export {
  type CountKpi,
  checkSettings,
  type GuardrailKpi,
  type JudgedKpi,
  type KpiSettings,
  type LatencyMeanKpi,
  SAFETY_TOLERANCE,
  type VerdictSettings,
} from "./settings.ts";
export type { StageMark, VerdictState } from "./state.ts";

/** The host that had all the evidence before has it since then. */
function withLoneHost(state: VerdictState, now: Lone | undefined, at: number): VerdictState {
  if (now === undefined) return state;
  const { lone } = state;
  const { host } = now;
  const logE = roundNats(now.logE);
  if (lone?.host !== host) return { ...state, lone: { host, since: at, grownAt: at, logE } };
  return { ...state, lone: logE > lone.logE ? { ...lone, grownAt: at, logE } : lone };
}

/** One look: (state, new observations) → (state, verdict). */
export function judge(
  state: VerdictState,
  settings: VerdictSettings,
  news: Look & { readonly observations: readonly Observation[] },
): { readonly state: VerdictState; readonly verdict: Verdict } {
  const seen = observe(state, settings, news.observations);
  const next = withLoneHost(seen, combine(seen, settings).lone[0], news.at);
  return { state: next, verdict: verdictOf(next, settings, news) };
}
