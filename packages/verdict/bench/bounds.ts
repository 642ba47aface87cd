/** What the verdict must show, cell by cell and over all cells: each bound with what was found and whether it holds. */
import { ALPHA, type Group } from "./cells.ts";
import type { CpuResult } from "./cpu.ts";
import type { CellResult, EngineResult } from "./measure.ts";

export interface Bound {
  readonly what: string;
  readonly bound: string;
  readonly found: string;
  readonly holds: boolean;
  /** Names of the cells that miss it. */
  readonly misses: readonly string[];
}

/** Below this limit, minutes are compared with the limit and two more; above, by their ratio to it. */
const SHORT_LIMIT_MINUTES = 4;
const SHORT_SLACK_MINUTES = 2;
const LEAST_MEAN_EFFICIENCY = 0.75;
const LEAST_EFFICIENCY = 0.52;
const MOST_TIMES_LIMIT = 2.2;
const MOST_TIMES_LIMIT_MID_STAGE = 4;
const HOURLY_FALSE_ROLLBACKS = 0.035;
/** A peer that rolls back more healthy releases than this sets no bound on bad requests served. */
const TRUSTED_FALSE_ROLLBACKS = 0.05;
const SHOCKED_CV2 = 0.2;
const KPIS_MS = 1;
const MONTH_SECONDS = 1;

export function boundsOf(results: readonly CellResult[], cpu: CpuResult): readonly Bound[] {
  const of = (...groups: Group[]) => results.filter(({ cell }) => groups.includes(cell.group));
  const count = of("count");
  const hours = (minutes: number) => of("noise").filter(({ cell }) => cell.historyMinutes === minutes);
  const mild = of("shock").filter(({ cell }) => cell.cv2 <= SHOCKED_CV2);
  const long = count.filter(({ limitMinutes }) => limitMinutes >= SHORT_LIMIT_MINUTES);
  const short = count.filter((result) => !long.includes(result));
  const late = of("staged").filter(({ cell }) => cell.faultStage > 0);
  return [
    falseRollbacks("false rollbacks, counts", count, ALPHA),
    falseRollbacks("false rollbacks, staged shares", of("staged"), ALPHA),
    falseRollbacks("false rollbacks, mid-stage", of("mid-stage"), ALPHA),
    falseRollbacks("false rollbacks, missing minutes", of("missing"), ALPHA),
    falseRollbacks("false rollbacks, noise, a day of history", hours(1440), ALPHA),
    falseRollbacks("false rollbacks, noise, an hour of history", hours(60), HOURLY_FALSE_ROLLBACKS),
    falseRollbacks("false rollbacks, shock to both fleets, cv² up to .2", mild, ALPHA),
    meanEfficiency(long),
    eachCell("efficiency, each count cell with a limit of 4 minutes or more", long, {
      bound: `≥ ${LEAST_EFFICIENCY}`,
      figure: ({ efficiency }) => efficiency,
      holds: (figure) => figure >= LEAST_EFFICIENCY,
      worst: Math.min,
    }),
    eachCell("minutes over the limit, count cells with a shorter limit", short, {
      bound: `≤ ${SHORT_SLACK_MINUTES}`,
      figure: ({ meanMinutes }, { limitMinutes }) => meanMinutes - limitMinutes,
      holds: (figure) => figure <= SHORT_SLACK_MINUTES,
      worst: Math.max,
    }),
    lateFaults("late faults, minutes over the limit from the onset", late, MOST_TIMES_LIMIT),
    lateFaults(
      "faults in mid-stage, minutes over the limit from the onset",
      of("mid-stage"),
      MOST_TIMES_LIMIT_MID_STAGE,
    ),
    badServed(count),
    cost("one look at ten KPIs, ms of CPU", cpu.tenKpisMs, KPIS_MS),
    cost("a month of minutes replayed, s", cpu.monthSeconds, MONTH_SECONDS),
  ];
}

export function shippedOf(result: CellResult): EngineResult {
  const found = result.engines.find(({ engine }) => engine === "slipway");
  if (found === undefined) throw new Error(`expected slipway among the engines of ${result.cell.name}`);
  return found;
}

/** Peers of few false rollbacks in this cell that let fewer bad requests through. */
export function betterPeers(result: CellResult): readonly EngineResult[] {
  const shipped = shippedOf(result);
  return result.engines.filter(
    ({ engine, falseRollbacks, meanBadServed }) =>
      engine !== "slipway" &&
      engine !== "oracle" &&
      falseRollbacks < TRUSTED_FALSE_ROLLBACKS &&
      meanBadServed < shipped.meanBadServed,
  );
}

/** A rate is missed where even its lower 99.9 % limit lies above the bound. */
const Z = 3.29;

/** Wilson (1927). */
export function lowerLimit(rate: number, of: number): number {
  const middle = rate + (Z * Z) / (2 * of);
  const half = Z * Math.sqrt((rate * (1 - rate)) / of + (Z * Z) / (4 * of * of));
  return Math.max(0, (middle - half) / (1 + (Z * Z) / of));
}

function falseRollbacks(what: string, results: readonly CellResult[], most: number): Bound {
  return eachCell(what, results, {
    bound: `≤ ${most}`,
    figure: (shipped) => shipped.falseRollbacks,
    holds: (figure, { healthy }) => lowerLimit(figure, healthy) <= most,
    worst: Math.max,
    digits: 4,
  });
}

function lateFaults(what: string, results: readonly CellResult[], most: number): Bound {
  return eachCell(what, results, {
    bound: `≤ ${most}× (limit + ${SHORT_SLACK_MINUTES} min where under ${SHORT_LIMIT_MINUTES})`,
    figure: ({ meanMinutes }, { limitMinutes }) =>
      limitMinutes < SHORT_LIMIT_MINUTES && meanMinutes <= limitMinutes + SHORT_SLACK_MINUTES
        ? 0
        : meanMinutes / limitMinutes,
    holds: (figure) => figure <= most,
    worst: Math.max,
  });
}

function meanEfficiency(results: readonly CellResult[]): Bound {
  const mean = results.reduce((sum, each) => sum + shippedOf(each).efficiency, 0) / results.length;
  return {
    what: `efficiency, mean of ${results.length} count cells with a limit of 4 minutes or more`,
    bound: `≥ ${LEAST_MEAN_EFFICIENCY}`,
    found: mean.toFixed(3),
    holds: mean >= LEAST_MEAN_EFFICIENCY,
    misses: [],
  };
}

function badServed(results: readonly CellResult[]): Bound {
  const misses = results.filter((result) => betterPeers(result).length > 0).map(({ cell }) => cell.name);
  return {
    what: "bad requests served, no more than any peer with under 5 % false rollbacks, count cells",
    bound: `all ${results.length}`,
    found: `${results.length - misses.length}`,
    holds: misses.length === 0,
    misses,
  };
}

function eachCell(
  what: string,
  results: readonly CellResult[],
  rule: {
    readonly bound: string;
    readonly figure: (shipped: EngineResult, result: CellResult) => number;
    readonly holds: (figure: number, shipped: EngineResult) => boolean;
    readonly worst: (...figures: number[]) => number;
    readonly digits?: number;
  },
): Bound {
  const figures = results.map((result) => ({ result, figure: rule.figure(shippedOf(result), result) }));
  const misses = figures
    .filter(({ result, figure }) => !rule.holds(figure, shippedOf(result)))
    .map(({ result }) => result.cell.name);
  const worst = rule.worst(...figures.map(({ figure }) => figure));
  const found = results.length === 0 ? "not measured" : `worst ${worst.toFixed(rule.digits ?? 2)}`;
  const holds = results.length > 0 && misses.length === 0;
  return { what: `${what} (${results.length} cells)`, bound: rule.bound, found, holds, misses };
}

function cost(what: string, found: number, most: number): Bound {
  return { what, bound: `< ${most}`, found: found.toFixed(3), holds: found < most, misses: [] };
}
