/**
 * Explores a release: runs it once to learn its points, then again with each fault at each of them, then with faults
 * in what comes after a stop. Every run is followed by a calm in which the sweep comes, and every invariant is checked.
 */

import type { Fault } from "../engine/faults.ts";
import { formatPoint } from "../engine/points.ts";
import type { RehearsalRequest } from "../engine/request.ts";
import type { RunRecord } from "../engine/run-record.ts";
import { type Experiment, pairs, type Stopped, sampled, secondFaults, singles } from "./experiments.ts";
import { type Finding, findingOf } from "./findings.ts";
import { pointsOf, pointsTried } from "./points-tried.ts";

/**
 * How long the account is watched after the last execution has ended: a sweep comes every ten minutes, and puts the
 * second attempt at a compensation off by ten minutes more.
 */
export const settleSeconds = 25 * 60;

export type ExplorationRequest = Omit<RehearsalRequest, "faults" | "listPoints" | "settleSeconds">;

export interface ExplorationOptions {
  readonly request: ExplorationRequest;
  /** How many runs; all of them by default. */
  readonly sample?: number;
  /** How many pairs of faults beside. */
  readonly pairs?: number;
  /** What samples are drawn by. */
  readonly seed: number;
  /** Rehearses requests, side by side where it can. */
  readonly rehearse: <T>(
    requests: readonly RehearsalRequest[],
    reduce: (record: RunRecord, nth: number) => T,
    told: () => void,
  ) => Promise<T[]>;
  readonly onProgress?: (progress: ExplorationProgress) => void;
}

export interface ExplorationProgress {
  readonly phase: "learning" | "single faults" | "faults after a stop" | "pairs of faults";
  readonly done: number;
  readonly of: number;
}

export interface Exploration {
  /** The release without faults. */
  readonly reference: Finding;
  readonly findings: readonly Finding[];
}

/** Of a sample, what is spent on faults after a stop. */
const secondShare = 0.25;

export async function explore(options: ExplorationOptions): Promise<Exploration> {
  const { sample = Number.POSITIVE_INFINITY, seed } = options;
  const [reference] = await run(options, "learning", [{ faults: [] }]);
  if (reference === undefined) throw new Error("the release without faults was not run");
  const points = pointsTried(pointsOf(reference.points));
  const all = singles(points);
  const some = (experiments: readonly Experiment[], count: number) => sampled(experiments, { count, seed });

  const forSecond = Number.isFinite(sample) ? Math.floor(sample * secondShare) : sample;
  const first = some(all, Number.isFinite(sample) ? sample - forSecond : sample);
  const single = await run(options, "single faults", first, reference);
  const second = some(secondFaults(single.flatMap(stoppedOf), seed), forSecond);
  const after = await run(options, "faults after a stop", second, reference);
  // A small sample may hold no stop, and nothing to try after one.
  const more = some(all, sample - second.length).filter((experiment) => !first.includes(experiment));
  const rest = await run(options, "single faults", more, reference);
  const two = pairs(points, { count: options.pairs ?? 0, seed });
  const paired = await run(options, "pairs of faults", two, reference);
  return { reference, findings: [...single, ...rest, ...after, ...paired] };
}

/** Runs one experiment again, after the release without faults. */
export async function replay(options: ExplorationOptions, faults: readonly Fault[]): Promise<Exploration> {
  const [reference] = await run(options, "learning", [{ faults: [] }]);
  if (reference === undefined) throw new Error("the release without faults was not run");
  return { reference, findings: await run(options, "single faults", [{ faults }], reference) };
}

/** Runs experiments; a finding keeps its points only where more experiments follow from them. */
async function run(
  options: ExplorationOptions,
  phase: ExplorationProgress["phase"],
  experiments: readonly Experiment[],
  reference?: Finding,
): Promise<Finding[]> {
  const { request, onProgress = () => {} } = options;
  let done = 0;
  const tell = () => onProgress({ phase, done, of: experiments.length });
  tell();
  return options.rehearse(
    experiments.map((experiment) => requestOf(request, experiment)),
    (record, nth) => findingOf(experiments[nth] ?? { faults: [] }, record, reference),
    () => {
      done += 1;
      tell();
    },
  );
}

/** The run of an experiment; its points are listed where more experiments may follow from them. */
export function requestOf(request: ExplorationRequest, { faults }: Experiment): RehearsalRequest {
  const follows = faults.length === 0 || (faults.length === 1 && faults[0]?.kind === "stop");
  return { ...request, faults, settleSeconds, listPoints: follows };
}

/** The points reached after the stop of a run, where it was one. */
function stoppedOf({ experiment, points }: Finding): Stopped[] {
  const [fault] = experiment.faults;
  if (fault?.kind !== "stop") return [];
  const at = points.indexOf(formatPoint(fault.point));
  return at === -1 ? [] : [{ experiment, after: pointsOf(points.slice(at + 1)) }];
}
