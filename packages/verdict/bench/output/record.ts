/** The results as JSON for those who want to draw their own conclusions: four digits, stable keys, a cell a line. */
import type { Bound } from "../bounds.ts";
import { ALPHA, HORIZON_MINUTES, LOOKS, STAGES } from "../cells.ts";
import type { CpuResult } from "../cpu.ts";
import type { Forecast } from "../forecast.ts";
import type { CellResult, Effort } from "../measure.ts";

export function recordOf(measured: {
  readonly results: readonly CellResult[];
  readonly bounds: readonly Bound[];
  readonly forecast: Forecast;
  readonly cpu: CpuResult;
  readonly effort: Effort;
}): string {
  const { results, bounds, forecast, cpu, effort } = measured;
  const settings = { alpha: ALPHA, looks: LOOKS, stages: STAGES, horizonMinutes: HORIZON_MINUTES, ...effort };
  const cells = results.map(({ cell, limitMinutes, engines }) => ({ ...cell, limitMinutes, engines }));
  const line = (value: unknown) => JSON.stringify(value, rounded);
  const lines = (values: readonly unknown[]) => `[\n${values.map(line).join(",\n")}\n]`;
  return `{"settings":${line(settings)},
"bounds":${lines(bounds)},
"forecast":${line(forecast)},
"cpu":${line(cpu)},
"cells":${lines(cells)}}
`;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
