/** What every KPI has that is judged by evidence against stable, whatever its shape. */

export interface JudgedKpi {
  readonly name: string;
  /** Share of alpha, relative to the other KPIs' weights. */
  readonly weight: number;
  /** A ratio candidate/stable up to 1 + tolerance is acceptable. */
  readonly tolerance: number;
  /** Safety is shown against a ratio of 1 + safetyTolerance or worse; default its shape's, never below tolerance. */
  readonly safetyTolerance?: number;
  /** Standard deviation of ln(bad rate) that instances are taken to differ by where it could not be measured; default HOST_SPREAD. */
  readonly hostSpread?: number;
}

/** @param usual of the KPI's shape */
export function safetyToleranceOf(kpi: JudgedKpi, usual: number): number {
  return Math.max(kpi.safetyTolerance ?? usual, kpi.tolerance);
}
