/**
 * Mean latency, judged by the shipped reducer: requests of several shapes, on fleets whose minutes wander or do not, with
 * what stable's last day says of them, instance by instance.
 */
import {
  judge,
  type LatencyNoise,
  type LatencyPast,
  measureLatencyNoise,
  startStage,
  startVerdict,
  type VerdictSettings,
} from "../src/index.ts";
import { ALPHA } from "./cells.ts";
import { Chance } from "./simulation/chance.ts";
import { Fleet } from "./simulation/fleet.ts";
import { seedOf } from "./simulation/seed.ts";

interface Shape {
  readonly name: string;
  /** Of one request, 1 on average. */
  readonly draw: (chance: Chance) => number;
  /** Standard deviation of one request; where it is given, the sum of very many is drawn as the normal that it is close to. */
  readonly sd?: number;
}

const logNormal = (sigma: number): Shape["draw"] => {
  const shift = (sigma * sigma) / 2;
  return (chance) => Math.exp(sigma * chance.normal() - shift);
};
const pareto =
  (a: number): Shape["draw"] =>
  (chance) =>
    ((a - 1) / a) * chance.uniform() ** (-1 / a);
/** So many requests take so many times as long as the others. */
const mixed = (part: number, times: number): Shape["draw"] => {
  const usual = 1 / (1 - part + part * times);
  return (chance) => (chance.uniform() < part ? times : -Math.log(chance.uniform())) * usual;
};

const shapes: readonly Shape[] = [
  { name: "exponential, CV 1", draw: (chance) => -Math.log(chance.uniform()), sd: 1 },
  { name: "log-normal σ .5, CV .53", draw: logNormal(0.5), sd: Math.sqrt(Math.exp(0.25) - 1) },
  { name: "log-normal σ 1, CV 1.3", draw: logNormal(1) },
  { name: "log-normal σ 1.5, CV 2.9", draw: logNormal(1.5) },
  { name: "Pareto 2.5, no third moment", draw: pareto(2.5) },
  { name: "2 % time-outs of 60×", draw: mixed(0.02, 60) },
];

const noises = [
  { name: "none", cv2: 0, rho: 0 },
  { name: "10 %, ρ .6", cv2: 0.01, rho: 0.6 },
  { name: "10 %, ρ .95", cv2: 0.01, rho: 0.95 },
] as const;

const pasts = ["a day by instance", "a day, successive", "none"] as const;
type Past = (typeof pasts)[number];

export interface LatencyCell {
  readonly name: string;
  readonly shape: string;
  readonly requestsPerMinute: number;
  readonly noise: (typeof noises)[number];
  readonly past: Past;
}

/** At this traffic even the mean of a twentieth of it is known to half a percent. */
export const BUSIEST = 600_000;

export function latencyCells(): LatencyCell[] {
  return shapes.flatMap(({ name: shape, sd }) =>
    [60, 600, ...(sd === undefined ? [] : [BUSIEST])].flatMap((requestsPerMinute) =>
      noises.flatMap((noise) =>
        pasts.map((past) => ({
          name: `${shape}, ${requestsPerMinute}/min, minutes ${noise.name}, ${past}`,
          shape,
          requestsPerMinute,
          noise,
          past,
        })),
      ),
    ),
  );
}

export interface LatencyEffort {
  readonly healthy: number;
  readonly faulty: number;
  readonly histories: number;
}

export interface LatencyResult {
  readonly cell: LatencyCell;
  readonly falseRollbacks: number;
  readonly healthy: number;
  /** Of candidates 20 % slower, found within the release. */
  readonly found: number;
}

/** Half an hour each. */
const shares = [0.05, 0.25, 0.5];
const stageMinutes = 30;
const slower = 1.2;
const hosts = 8;
const dayMinutes = 1440;

const settings: VerdictSettings = {
  alpha: ALPHA,
  beta: ALPHA,
  minimumRequests: 0,
  intervalSeconds: 60,
  stages: shares.length,
  kpis: [{ shape: "mean", name: "latency", weight: 1, tolerance: 0 }],
};

export function measureLatency(
  cell: LatencyCell,
  { healthy, faulty, histories }: LatencyEffort,
): LatencyResult {
  const chance = new Chance(seedOf(cell.name));
  const shape = shapes.find(({ name }) => name === cell.shape);
  if (shape === undefined) throw new Error(`expected a shape, found ${cell.shape}`);
  const known = Array.from({ length: histories }, () => measureLatencyNoise(historyOf(cell, shape, chance)));
  const rolledBack = (factor: number, releases: number) => {
    let found = 0;
    for (let nth = 0; nth < releases; nth++) {
      const noise = known[nth % known.length];
      if (noise !== undefined && isRolledBack(cell, shape, { chance, noise, factor })) found += 1;
    }
    return found / releases;
  };
  return { cell, healthy, falseRollbacks: rolledBack(1, healthy), found: rolledBack(slower, faulty) };
}

const veryMany = 2000;

function sumOf(count: number, { draw, sd }: Shape, chance: Chance): number {
  if (sd !== undefined && count > veryMany) return count + Math.sqrt(count) * sd * chance.normal();
  let sum = 0;
  for (let i = 0; i < count; i++) sum += draw(chance);
  return sum;
}

/** The instances of a half wander together, as those of a fleet do. */
function historyOf({ requestsPerMinute, noise, past }: LatencyCell, shape: Shape, chance: Chance) {
  if (past === "none") return [];
  const halves = [new Fleet(chance, noise), new Fleet(chance, noise)] as const;
  return Array.from({ length: dayMinutes }, (_, minute): LatencyPast => {
    const factors = halves.map((half) => half.next());
    const ones = Array.from({ length: hosts }, (_, host) => {
      const count = chance.poisson(requestsPerMinute / hosts);
      return {
        count,
        mean: count === 0 ? 0 : ((factors[host % 2] ?? 1) * sumOf(count, shape, chance)) / count,
      };
    });
    const whole = together(ones);
    const of = (parity: number) => together(ones.filter((_, host) => host % 2 === parity));
    const at = minute * 60;
    if (past === "a day, successive") return { at, ...whole };
    return { at, ...whole, halves: [of(0), of(1)], ones: ones.filter((_, host) => host % 2 === 0) };
  });
}

function together(parts: readonly { readonly mean: number; readonly count: number }[]) {
  const count = parts.reduce((sum, each) => sum + each.count, 0);
  const total = parts.reduce((sum, each) => sum + each.mean * each.count, 0);
  return { count, mean: count === 0 ? 0 : total / count };
}

function isRolledBack(
  { requestsPerMinute, noise: minutes }: LatencyCell,
  shape: Shape,
  { chance, noise, factor }: { chance: Chance; noise: LatencyNoise; factor: number },
): boolean {
  const [candidate, stable] = [new Fleet(chance, minutes), new Fleet(chance, minutes)];
  let state = startVerdict(settings, { noise: { latency: noise } });
  for (const [stage, trafficShare] of shares.entries()) {
    const from = stage * stageMinutes;
    state = startStage(state, settings, { stage, at: from * 60, trafficShare });
    for (let minute = from; minute < from + stageMinutes; minute++) {
      const sample = (share: number, times: number) => {
        const count = chance.poisson(requestsPerMinute * share);
        return count === 0 ? null : { count, mean: (times * sumOf(count, shape, chance)) / count };
      };
      const at = minute * 60;
      const seen = {
        kpi: "latency",
        at,
        seconds: 60,
        candidate: sample(trafficShare, factor * candidate.next()),
        stable: sample(1 - trafficShare, stable.next()),
      };
      const look = { at: at + 120, stageEndsAt: (from + stageMinutes) * 60 };
      const judged = judge(state, settings, { ...look, observations: [seen] });
      if (judged.verdict.verdict === "fail") return true;
      state = judged.state;
    }
  }
  return false;
}
