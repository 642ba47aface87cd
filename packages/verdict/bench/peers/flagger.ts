/** Flagger's canary analysis: failed checks add up over the rollout, and enough of them roll back at the next tick. After fluxcd/flagger (Apache-2.0). */

export type FlaggerPhase = "Progressing" | "Promoting" | "Finalising" | "Succeeded" | "Failed";

export interface Canary {
  readonly phase: FlaggerPhase;
  readonly canaryWeight: number;
  readonly failedChecks: number;
}

export interface Analysis {
  /** Failed checks that roll back. */
  readonly threshold: number;
  readonly stepWeight: number;
  readonly maxWeight: number;
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A value within its range; null (no values, a failed query, an unknown metric) is a failed check. */
export function checkPasses(value: number | null, { min, max }: Range): boolean {
  if (value === null || Number.isNaN(value)) return false;
  return !((min !== undefined && value < min) || (max !== undefined && value > max));
}

/** One tick; a check is taken only while traffic is still shifting. */
export function tick(canary: Canary, analysis: Analysis, check: () => boolean): Canary {
  switch (canary.phase) {
    case "Promoting":
      return { ...canary, phase: "Finalising", canaryWeight: 0 };
    case "Finalising":
      return { ...canary, phase: "Succeeded" };
    case "Progressing":
      return progressed(canary, analysis, check);
    default:
      return canary;
  }
}

function progressed(canary: Canary, analysis: Analysis, check: () => boolean): Canary {
  if (canary.failedChecks >= analysis.threshold) return { ...canary, phase: "Failed", canaryWeight: 0 };
  // The first tick only sends the first traffic.
  if (canary.canaryWeight > 0 && !check()) return { ...canary, failedChecks: canary.failedChecks + 1 };
  if (canary.canaryWeight >= analysis.maxWeight) return { ...canary, phase: "Promoting" };
  const canaryWeight = Math.min(canary.canaryWeight + analysis.stepWeight, analysis.maxWeight);
  return { ...canary, canaryWeight };
}
