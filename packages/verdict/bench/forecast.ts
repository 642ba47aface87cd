/** How well a plan's forecast of minutes to detect agrees with what detection then took. */
import { expectedMinutes, type VerdictSettings } from "../src/index.ts";
import { shippedOf } from "./bounds.ts";
import { ALPHA, type Cell, HORIZON_MINUTES, STAGES } from "./cells.ts";
import type { CellResult } from "./measure.ts";

export interface Forecast {
  readonly cells: number;
  /** Minutes taken over minutes forecast. */
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** Over the count cells whose effect a plan forecasts. */
export function forecastOf(results: readonly CellResult[]): Forecast {
  const ratios = results
    .filter(({ cell }) => cell.group === "count")
    .map((result) => shippedOf(result).meanMinutes / forecastMinutes(result.cell))
    .filter((ratio) => !Number.isNaN(ratio));
  return {
    cells: ratios.length,
    mean: ratios.reduce((sum, each) => sum + each, 0) / ratios.length,
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  };
}

/** NaN for an effect that no plan forecasts. */
function forecastMinutes(cell: Cell): number {
  const kpi = { shape: "count", verb: "fails", name: "errors", weight: 1, tolerance: 0 } as const;
  const settings: VerdictSettings = {
    alpha: ALPHA,
    beta: 0.05,
    minimumRequests: 0,
    intervalSeconds: 60,
    stages: STAGES,
    kpis: [kpi],
  };
  const stage = { stage: 0, trafficShare: cell.shares[0] ?? 0, bakeMinutes: HORIZON_MINUTES };
  const traffic = { requestsPerMinute: cell.requestsPerMinute, badRate: cell.stableRate };
  const { regressions } = expectedMinutes(settings, kpi, { stage, traffic });
  return regressions.find(({ ratio }) => ratio === cell.ratio)?.engine ?? NaN;
}
