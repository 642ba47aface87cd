/** What mean latency must show: few false rollbacks with a day of past, and candidates 20 % slower found in ninety minutes. */
import { type Bound, lowerLimit } from "./bounds.ts";
import { BUSIEST, type LatencyResult } from "./latency.ts";

const knows = ({ cell }: LatencyResult) => cell.past !== "none";
const calmAt = (requestsPerMinute: number) => (result: LatencyResult) =>
  knows(result) && result.cell.noise.cv2 === 0 && result.cell.requestsPerMinute === requestsPerMinute;
const calmAndBusy = calmAt(600);
/** Of these a mean says little: a tail that a candidate's minute has or has not. */
const heavy = ["log-normal σ 1.5, CV 2.9"];
const heaviest = ["2 % time-outs of 60×"];

export function latencyBounds(results: readonly LatencyResult[]): readonly Bound[] {
  const usual = ({ cell }: LatencyResult) => ![...heavy, ...heaviest].includes(cell.shape);
  return [
    falseRollbacks("with a day of past", results.filter(knows), 0.02),
    falseRollbacks(
      "with no past at all",
      results.filter((each) => !knows(each)),
    ),
    found(
      "at 600/min, no minute noise",
      results.filter((each) => calmAndBusy(each) && usual(each)),
      0.9,
    ),
    found(`at ${BUSIEST}/min, no minute noise`, results.filter(calmAt(BUSIEST)), 0.9),
    found(
      "at 600/min, no minute noise, log-normal σ 1.5",
      results.filter((each) => calmAndBusy(each) && heavy.includes(each.cell.shape)),
      0.6,
    ),
    found(
      "at 600/min, no minute noise, 2 % time-outs",
      results.filter((each) => calmAndBusy(each) && heaviest.includes(each.cell.shape)),
    ),
  ].flat();
}

function falseRollbacks(what: string, some: readonly LatencyResult[], most?: number): Bound[] {
  if (some.length === 0) return [];
  const misses =
    most === undefined
      ? []
      : some.filter(({ falseRollbacks: rate, healthy }) => lowerLimit(rate, healthy) > most);
  const rates = some.map(({ falseRollbacks: rate }) => rate);
  const pooled = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return [
    {
      what: `mean latency, false rollbacks ${what} (${some.length} cells)`,
      bound: most === undefined ? "printed" : `≤ ${most}`,
      found: `pooled ${pooled.toFixed(4)}, worst ${Math.max(...rates).toFixed(4)}`,
      holds: misses.length === 0 && (most === undefined || pooled <= most),
      misses: misses.map(({ cell, falseRollbacks: rate }) => `${cell.name}: ${rate.toFixed(4)}`),
    },
  ];
}

function found(what: string, some: readonly LatencyResult[], least?: number): Bound[] {
  if (some.length === 0) return [];
  const misses = least === undefined ? [] : some.filter((each) => each.found < least);
  return [
    {
      what: `mean latency, 20 % slower found in 90 minutes ${what} (${some.length} cells)`,
      bound: least === undefined ? "printed" : `≥ ${least}`,
      found: `worst ${Math.min(...some.map((each) => each.found)).toFixed(2)}`,
      holds: misses.length === 0,
      misses: misses.map((each) => `${each.cell.name}: ${each.found.toFixed(2)}`),
    },
  ];
}
