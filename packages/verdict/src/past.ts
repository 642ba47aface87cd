/** What stable's past says of each KPI's noise: what a verdict starts with. */
import type { Measured } from "./reducer.ts";
import type { VerdictSettings } from "./settings.ts";
import { type Noise, shapeOf } from "./shapes/registry.ts";
import type { StablePast } from "./shapes/shape.ts";

/** By KPI name; one without a past, and one that has a ceiling, is left to the assumptions. */
export function measurePast(
  { kpis }: Pick<VerdictSettings, "kpis">,
  pasts: Readonly<Record<string, StablePast>>,
): Measured {
  const noise: Record<string, Noise> = {};
  const hostLogSd: Record<string, number> = {};
  for (const kpi of kpis) {
    const past = pasts[kpi.name];
    if (past === undefined || past.intervals.length === 0) continue;
    const found = shapeOf(kpi).measure(past);
    if (found.noise !== undefined) noise[kpi.name] = found.noise;
    if (found.hostLogSd !== undefined) hostLogSd[kpi.name] = found.hostLogSd;
  }
  return { noise, hostLogSd };
}
