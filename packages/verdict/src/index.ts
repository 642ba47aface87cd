/**
 * The verdict on a release, minute by minute: pure functions over small data. Rooms along the data's path:
 * observations → evidence per KPI → combination → conclusion. What a KPI's numbers are, a count, a mean or a value, is its
 * shape; `shapes/` has one file for each. A table of minutes is read and judged whole in `minutes/`.
 */
export type { Look, Verdict, VerdictName } from "./conclusion/verdict.ts";
export { verdictOf } from "./conclusion/verdict.ts";
export { incidentMinutes, measureCountNoise } from "./evidence/count-noise.ts";
export type { CountNoise, CountPast } from "./evidence/count-past.ts";
export type { GuardrailKpi } from "./evidence/guardrail.ts";
export { informationPerMinute } from "./evidence/information.ts";
export { type LatencyNoise, type LatencyPast, measureLatencyNoise } from "./evidence/latency-noise.ts";
export { type BadRequests, type ShareEvidence, shareEvidence } from "./evidence/share-test.ts";
export { spendingOf } from "./evidence/spending.ts";
export { measureHostLogSd } from "./evidence/tolerance.ts";
export {
  type DayValue,
  type HistoryNoise,
  harmSince,
  historyNoise,
  LEAST_HISTORY_DAYS,
  shiftSeen,
} from "./history/since.ts";
export { judge } from "./judge.ts";
export type { JudgedKpi } from "./judged-kpi.ts";
export type { Pace, StageMark } from "./kept.ts";
export { recalled, remembered, type VerdictMemory, verdictSchema } from "./memory.ts";
export { type Judgement, judgeCsv } from "./minutes/judge-csv.ts";
export { BadMinutes, type Mistake, mistakeText } from "./minutes/mistakes.ts";
export { checkedSettings, type MinutesKpi, type MinutesSettings } from "./minutes/settings.ts";
export { type Counted, countOnce, intervalIndex, nothingCountedBefore } from "./observations/counted.ts";
export { type Observation, requestsOf } from "./observations/observation.ts";
export type { CountSample, MeanSample, ValueSample } from "./observations/samples.ts";
export { measurePast } from "./past.ts";
export { type Expectation, expectationsOf } from "./planning/expectation.ts";
export { type ExpectedMinutes, expectedMinutes, type Minutes } from "./planning/expected-minutes.ts";
export type { ExpectedStage, ExpectedTraffic } from "./planning/expected-test.ts";
export { limitMinutes, stagedLimitMinutes } from "./planning/limit.ts";
export { type Measured, observe, startStage, startVerdict } from "./reducer.ts";
export { checkSettings, type JudgedSettings, type VerdictSettings } from "./settings.ts";
export type { CountKpi } from "./shapes/count.ts";
export type { MeanKpi } from "./shapes/mean.ts";
export type { KpiSettings, Sample } from "./shapes/registry.ts";
export type { KpiVerdict, StablePast } from "./shapes/shape.ts";
export type { VerdictState } from "./state.ts";
