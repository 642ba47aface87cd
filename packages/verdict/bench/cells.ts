/** What is simulated: each cell is one kind of release, healthy and faulty, under one kind of noise. */
import { informationPerMinute, stagedLimitMinutes } from "../src/index.ts";

export type Group = "count" | "staged" | "mid-stage" | "noise" | "shock" | "missing";

export interface Cell {
  readonly name: string;
  readonly group: Group;
  /** Of both sides. */
  readonly requestsPerMinute: number;
  /** Stable's bad events per request. */
  readonly stableRate: number;
  /** What the fault multiplies the candidate's bad rate by. */
  readonly ratio: number;
  /** The candidate's share of traffic, stage by stage; each lasts stageMinutes, the last one to the end. */
  readonly shares: readonly number[];
  readonly stageMinutes: number;
  /** 0-based: the stage in which the fault appears. */
  readonly faultStage: number;
  /** How long after that stage's start. */
  readonly faultAfterMinutes: number;
  /** Squared coefficient of variation of each fleet's minutes, and their lag-1 autocorrelation on the log scale. */
  readonly cv2: number;
  readonly rho: number;
  /** Minutes of stable that are read back before the release. */
  readonly historyMinutes: number;
  /** Both fleets fail twenty times as often for ten minutes. */
  readonly shock: boolean;
  /** Part of the minutes of which no data come. */
  readonly missing: number;
}

export const ALPHA = 0.01;
/** The looks at a healthy release, one a minute. */
export const LOOKS = 120;
/** A faulty release is watched this long; what is not found by then counts as found at its end. */
export const HORIZON_MINUTES = 300;
export const SHOCK = { fromMinute: 20, minutes: 10, factor: 20 } as const;
/** The stages that the shipped settings spend alpha over, also where a cell stays in the first. */
export const STAGES = 4;

/** Below this many requests of the candidate a minute, and above this bad rate, counts are hardly Poisson. */
const LEAST_REQUESTS = 5;
const WORST_RATE = 0.2;

const DAY = 1440;
const PLAIN = {
  stageMinutes: HORIZON_MINUTES,
  faultStage: 0,
  faultAfterMinutes: 0,
  cv2: 0,
  rho: 0,
  historyMinutes: DAY,
  shock: false,
  missing: 0,
};

type Service = Pick<Cell, "requestsPerMinute" | "stableRate" | "ratio"> & { readonly share: number };

/** Six services of fixed share for all but the counting cells. */
const SIX: readonly Service[] = [
  { requestsPerMinute: 600, share: 0.1, stableRate: 0.005, ratio: 5 },
  { requestsPerMinute: 6000, share: 0.01, stableRate: 0.005, ratio: 3 },
  { requestsPerMinute: 6000, share: 0.1, stableRate: 0.005, ratio: 2 },
  { requestsPerMinute: 600, share: 0.5, stableRate: 0.01, ratio: 2 },
  { requestsPerMinute: 60, share: 0.1, stableRate: 0.01, ratio: 20 },
  { requestsPerMinute: 6000, share: 0.25, stableRate: 0.01, ratio: 1.5 },
];

const NOISES: readonly { readonly cv2: number; readonly rho: number }[] = [
  { cv2: 0, rho: 0 },
  ...[0.05, 0.2, 0.5].flatMap((cv2) => [0, 0.6, 0.85].map((rho) => ({ cv2, rho }))),
];

export function cellsOf(groups: readonly Group[]): readonly Cell[] {
  const all = [
    ...[...countCells(), ...stagedCells(), ...midStageCells()],
    ...[...noiseCells(), ...shockCells(), ...missingCells()],
  ];
  return all.filter(({ group }) => groups.includes(group));
}

/** Traffic, share, base rate and effect, wherever the limit is between one and thirty minutes. */
function countCells(): Cell[] {
  const services = [60, 600, 6000].flatMap((requestsPerMinute) =>
    [0.01, 0.1, 0.5].flatMap((share) =>
      [0.005, 0.01].flatMap((stableRate) =>
        [1.5, 2, 3, 5, 10, 20].map((ratio): Service => ({ requestsPerMinute, share, stableRate, ratio })),
      ),
    ),
  );
  return services
    .filter(({ requestsPerMinute, share }) => requestsPerMinute * share >= LEAST_REQUESTS)
    .filter(({ stableRate, ratio }) => stableRate * ratio <= WORST_RATE)
    .map((service) => cellOf("count", service, {}))
    .filter((cell) => limitOf(cell) >= 1 && limitOf(cell) <= 30);
}

/** One to fifty percent in four stages of twenty minutes; the fault there from the start, or from a later stage on. */
function stagedCells(): Cell[] {
  const services = [
    { requestsPerMinute: 600, stableRate: 0.01, ratio: 3 },
    { requestsPerMinute: 6000, stableRate: 0.005, ratio: 2 },
  ];
  return services.flatMap((service) =>
    [0, 1, 2, 3].map((faultStage) => {
      const shares = [0.01, 0.05, 0.25, 0.5];
      const { requestsPerMinute, stableRate, ratio } = service;
      const from = faultStage === 0 ? "the start" : `stage ${faultStage + 1}`;
      const name = `${requestsPerMinute}/min, 1→5→25→50 %, ${percent(stableRate)}→${percent(stableRate * ratio)} from ${from}`;
      return { ...PLAIN, ...service, name, group: "staged" as const, shares, stageMinutes: 20, faultStage };
    }),
  );
}

/** Long stages in which the fault comes when all has been well for a while. */
function midStageCells(): Cell[] {
  const services: Service[] = [
    { requestsPerMinute: 600, share: 0.25, stableRate: 0.01, ratio: 3 },
    { requestsPerMinute: 600, share: 0.5, stableRate: 0.01, ratio: 2 },
    { requestsPerMinute: 6000, share: 0.05, stableRate: 0.005, ratio: 2 },
    { requestsPerMinute: 6000, share: 0.25, stableRate: 0.005, ratio: 1.5 },
  ];
  return services.flatMap((service) =>
    [15, 60, 120].map((faultAfterMinutes) => {
      const cell = cellOf("mid-stage", service, { faultAfterMinutes, stageMinutes: 2 * HORIZON_MINUTES });
      return { ...cell, name: `${cell.name} after ${faultAfterMinutes} min` };
    }),
  );
}

function noiseCells(): Cell[] {
  return [DAY, 60].flatMap((historyMinutes) =>
    SIX.flatMap((service) => NOISES.map((noise) => cellOf("noise", service, { ...noise, historyMinutes }))),
  );
}

function shockCells(): Cell[] {
  const noises = NOISES.filter(({ cv2, rho }) => cv2 === 0 || rho > 0);
  return SIX.flatMap((service) => noises.map((noise) => cellOf("shock", service, { ...noise, shock: true })));
}

function missingCells(): Cell[] {
  return SIX.map((service) => cellOf("missing", service, { missing: 0.2 }));
}

function cellOf(group: Group, service: Service, rest: Partial<Cell>): Cell {
  const { requestsPerMinute, share, stableRate, ratio } = service;
  const cell = { ...PLAIN, ...rest, group, requestsPerMinute, stableRate, ratio, shares: [share] };
  const effect = `${percent(stableRate)}→${percent(stableRate * ratio)}`;
  const noise = group === "noise" || group === "shock" ? `, cv² ${cell.cv2} ρ ${cell.rho}` : "";
  const history = group === "noise" ? `, ${cell.historyMinutes / 60} h` : "";
  return { ...cell, name: `${requestsPerMinute}/min, ${percent(share)}, ${effect}${noise}${history}` };
}

/** 0-based stage of a minute. */
export function stageAt(cell: Cell, minute: number): number {
  return Math.min(cell.shares.length - 1, Math.floor(minute / cell.stageMinutes));
}

export function onsetMinute(cell: Cell): number {
  return cell.faultStage * cell.stageMinutes + cell.faultAfterMinutes;
}

/** Minutes from the fault's onset below which no test can go on average. */
export function limitOf(cell: Cell): number {
  const { requestsPerMinute, stableRate, ratio } = cell;
  const perMinute = Array.from({ length: HORIZON_MINUTES }, (_, i) =>
    informationPerMinute({
      requestsPerMinute,
      share: cell.shares[stageAt(cell, onsetMinute(cell) + i)] ?? 0,
      stableRate,
      candidateRate: stableRate * ratio,
    }),
  );
  return stagedLimitMinutes(perMinute, ALPHA);
}

function percent(part: number): string {
  return `${Number((part * 100).toFixed(2))} %`;
}
