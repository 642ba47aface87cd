/** A release before the shipped reducer itself, eight instances on either side, a look a minute. */
import {
  type CountNoise,
  judge,
  type Observation,
  startStage,
  startVerdict,
  type VerdictSettings,
} from "../src/index.ts";
import { ALPHA, HORIZON_MINUTES, STAGES } from "./cells.ts";

export const eight = { candidateInstances: 8, stableInstances: 8 };

export interface Reduced {
  readonly noise: CountNoise;
  /** The candidate's, 0 to 1. */
  readonly share: number;
  /** Absent: what a plan has by default. */
  readonly hostSpread?: number;
  /** How long it is watched; as long as the bench watches where it is absent. */
  readonly horizonMinutes?: number;
  /** What a minute shows. */
  readonly minuteOf: (minute: number) => Pick<Observation, "candidate" | "stable" | "hosts">;
}

/** Minutes until it is rolled back, at most the horizon. */
export function minutesTo({ noise, share, hostSpread, minuteOf, ...watched }: Reduced): number {
  const { horizonMinutes = HORIZON_MINUTES } = watched;
  const spread = hostSpread === undefined ? {} : { hostSpread };
  const settings: VerdictSettings = {
    alpha: ALPHA,
    beta: ALPHA,
    minimumRequests: 0,
    intervalSeconds: 60,
    stages: STAGES,
    kpis: [{ shape: "count", verb: "fails", name: "errors", weight: 1, tolerance: 0, ...spread }],
  };
  const mark = { stage: 0, at: 0, trafficShare: share, ...eight };
  let state = startStage(startVerdict(settings, { noise: { errors: noise } }), settings, mark);
  for (let minute = 0; minute < horizonMinutes; minute++) {
    const observation = { kpi: "errors", at: minute * 60, seconds: 60, ...minuteOf(minute) };
    const look = { at: minute * 60 + 60, stageEndsAt: Number.MAX_SAFE_INTEGER };
    const judged = judge(state, settings, { ...look, observations: [observation] });
    if (judged.verdict.verdict === "fail") return minute + 1;
    state = judged.state;
  }
  return horizonMinutes;
}
