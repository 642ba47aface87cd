/** Argo Rollouts' analysis: how measurements become a metric's phase, and metrics' phases a run's. After argoproj/argo-rollouts (Apache-2.0). */

export type Phase = "Pending" | "Running" | "Successful" | "Failed" | "Inconclusive" | "Error";

export interface MetricSettings {
  /** −1: no limit. */
  readonly failureLimit?: number;
  readonly inconclusiveLimit?: number;
  readonly consecutiveErrorLimit?: number;
  /** 0: no limit. */
  readonly consecutiveSuccessLimit?: number;
  readonly count?: number;
}

/** Counts of the measurements taken so far. */
export interface MetricResult {
  readonly lastPhase: Phase | null;
  readonly count?: number;
  readonly successful?: number;
  readonly failed?: number;
  readonly inconclusive?: number;
  readonly consecutiveError?: number;
  readonly consecutiveSuccess?: number;
}

const CONSECUTIVE_ERROR_LIMIT = 4;

/** Where the run is to end now, a metric that is not yet decided is Successful. */
export function metricPhase(metric: MetricSettings, result: MetricResult, terminating: boolean): Phase {
  const undecided = terminating ? "Successful" : "Running";
  if (result.lastPhase === null) return terminating ? "Successful" : "Pending";
  if (!completed(result.lastPhase)) return "Running";
  return overLimit(metric, result) ?? endPhase(metric, result) ?? undecided;
}

function overLimit(metric: MetricSettings, result: MetricResult): Phase | null {
  const { failureLimit = 0, inconclusiveLimit = 0 } = metric;
  if (failureLimit >= 0 && (result.failed ?? 0) > failureLimit) return "Failed";
  if ((result.inconclusive ?? 0) > inconclusiveLimit) return "Inconclusive";
  const errors = metric.consecutiveErrorLimit ?? CONSECUTIVE_ERROR_LIMIT;
  return (result.consecutiveError ?? 0) > errors ? "Error" : null;
}

function endPhase(metric: MetricSettings, result: MetricResult): Phase | null {
  const { failureLimit = 0, consecutiveSuccessLimit = 0, count } = metric;
  const wantsSuccesses = consecutiveSuccessLimit > 0;
  if (wantsSuccesses && (result.consecutiveSuccess ?? 0) >= consecutiveSuccessLimit) return "Successful";
  if (count === undefined || (result.count ?? 0) < count) return null;
  if (!wantsSuccesses) return "Successful";
  return failureLimit >= 0 ? "Inconclusive" : "Failed";
}

/** A condition's outcome: null where none is set, "error" where it cannot be evaluated. */
export type Condition = boolean | "error" | null;

export function measurementPhase(success: Condition, failure: Condition): Phase {
  if (success === "error" || failure === "error") return "Error";
  if (failure === true) return "Failed";
  if (success === true) return "Successful";
  if (success === null) return "Successful";
  return failure === null ? "Failed" : "Inconclusive";
}

const FROM_BEST: readonly Phase[] = ["Successful", "Inconclusive", "Error", "Failed"];

/** Running until every metric is decided, then the worst of them. */
export function runPhase(phases: readonly Phase[]): Phase {
  if (phases.length === 0 || !phases.every(completed)) return "Running";
  return phases.reduce((worst, each) => (FROM_BEST.indexOf(each) > FROM_BEST.indexOf(worst) ? each : worst));
}

function completed(phase: Phase): boolean {
  return FROM_BEST.includes(phase);
}
