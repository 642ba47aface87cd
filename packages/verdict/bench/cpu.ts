/** What judging costs: the shipped reducer itself, not the fast path of the cells. */
import {
  judge,
  measureCountNoise,
  type Observation,
  startStage,
  startVerdict,
  type VerdictSettings,
} from "../src/index.ts";
import { ALPHA, type Cell, cellsOf, STAGES } from "./cells.ts";
import { Chance } from "./simulation/chance.ts";
import { historyOf, releaseOf } from "./simulation/minutes.ts";

export interface CpuResult {
  /** One look at ten KPIs. */
  readonly tenKpisMs: number;
  /** 43,200 minutes of one KPI, each judged as it comes. */
  readonly monthSeconds: number;
}

const MONTH_MINUTES = 43_200;
const WARM_UP_LOOKS = 1000;
const LOOKS = 3000;

/** Both after a thousand looks that warm up. */
export function measureCpu(): CpuResult {
  lookAt(10, WARM_UP_LOOKS);
  const month = lookAt(1, MONTH_MINUTES);
  return { tenKpisMs: lookAt(10, LOOKS) / LOOKS, monthSeconds: month / 1000 };
}

/** Milliseconds of CPU that as many looks took, the collector's included. */
function lookAt(kpis: number, looks: number): number {
  const cell = typicalCell();
  const chance = new Chance(7);
  const noise = measureCountNoise(historyOf(cell, chance), 60);
  const names = Array.from({ length: kpis }, (_, i) => `kpi-${i}`);
  const settings = settingsOf(names);
  const minutes = names.map(() => releaseOf(cell, chance, false));
  let state = startVerdict(settings, { noise: Object.fromEntries(names.map((name) => [name, noise])) });
  state = startStage(state, settings, { stage: 0, at: 0, trafficShare: cell.shares[0] ?? 0 });
  const all = Array.from({ length: looks }, (_, minute) =>
    names.map((kpi, i): Observation => {
      const seen = minutes[i]?.(minute);
      const candidate = { requests: seen?.candidateRequests ?? 0, bad: seen?.candidateBad ?? 0 };
      const stable = { requests: seen?.stableRequests ?? 0, bad: seen?.stableBad ?? 0 };
      return { kpi, at: minute * 60, seconds: 60, candidate, stable };
    }),
  );
  const before = process.cpuUsage();
  for (const [minute, observations] of all.entries())
    state = judge(state, settings, { at: minute * 60, stageEndsAt: Number.MAX_VALUE, observations }).state;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function settingsOf(names: readonly string[]): VerdictSettings {
  return {
    alpha: ALPHA,
    beta: 0.05,
    minimumRequests: 100,
    intervalSeconds: 60,
    stages: STAGES,
    kpis: names.map((name) => ({ shape: "count" as const, verb: "fails", name, weight: 1, tolerance: 0 })),
  };
}

function typicalCell(): Cell {
  const cell = cellsOf(["noise"]).find(({ cv2 }) => cv2 > 0);
  if (cell === undefined) throw new Error("expected a cell with noise");
  return cell;
}
