/**
 * Explores a release: runs it once to learn its points, then again with each fault at each of them, then with faults
 * in what comes after a stop, then with faults that last, then with somebody else's hands on the account. Every run is
 * followed by a calm in which the sweep comes, after a fault that lasts by one in which it can put things right, and
 * every invariant is checked.
 */

import type { Fault } from "../engine/faults.ts";
import { formatPoint } from "../engine/points.ts";
import type { RehearsalRequest } from "../engine/request.ts";
import type { RunRecord } from "../engine/run-record.ts";
import {
  type Experiment,
  lasting,
  nameOf,
  pairs,
  type Stopped,
  sampled,
  secondFaults,
  singles,
} from "./experiments.ts";
import { type Finding, findingOf } from "./findings.ts";
import { laid } from "./hands.ts";
import { pointsOf, pointsTried } from "./points-tried.ts";
import { grounds, groundsOf, triples } from "./triples.ts";

/**
 * How long the account is watched after the last execution has ended: a sweep comes every ten minutes, and puts the
 * second attempt at a compensation off by ten minutes more.
 */
export const settleSeconds = 25 * 60;

/**
 * The same after a fault that lasts has ended: what cannot be put back is tried again after an hour at most, when the
 * sweep comes by next.
 */
export const recoverySeconds = 75 * 60;

export type ExplorationRequest = Omit<
  RehearsalRequest,
  "faults" | "listPoints" | "listMoments" | "settleSeconds" | "recoverySeconds"
>;

export interface ExplorationOptions {
  readonly request: ExplorationRequest;
  /** How many runs; all of them by default. */
  readonly sample?: number;
  /** How many pairs of faults beside. */
  readonly pairs?: number;
  /** How many runs with a fault that lasts and a stop after it, beside. */
  readonly triples?: number;
  /** Only faults that last. */
  readonly onlyLasting?: boolean;
  /** Only somebody else's hands. */
  readonly onlyHands?: boolean;
  /** What samples are drawn by. */
  readonly seed: number;
  /** Rehearses requests, side by side where it can. */
  readonly rehearse: <T>(
    requests: readonly RehearsalRequest[],
    reduce: (record: RunRecord, nth: number) => T,
    told: () => void,
  ) => Promise<T[]>;
  readonly onProgress?: (progress: ExplorationProgress) => void;
  /** Runs that are known already, and a place for those that are done. */
  readonly journal?: Journal;
  /** Ends the exploration with what has been run so far. */
  readonly signal?: AbortSignal;
}

/** What runs came to, by the experiment's name; `""` is the release without faults. */
export interface Journal {
  found(name: string): Finding | undefined;
  keep(name: string, finding: Finding): void;
}

export interface ExplorationProgress {
  readonly phase:
    | "learning"
    | "single faults"
    | "faults after a stop"
    | "faults that last"
    | "hands"
    | "pairs of faults"
    | "grounds of triples"
    | "triples";
  /** Runs of this phase. */
  readonly done: number;
  readonly of: number;
  /** Runs of all phases so far, and in all, where that is known beforehand. */
  readonly runs: number;
  readonly ofRuns: number | undefined;
}

export interface Exploration {
  /** The release without faults. */
  readonly reference: Finding;
  readonly findings: readonly Finding[];
}

/** Of a sample, what is spent on faults after a stop, on faults that last, and on hands. */
const share = { second: 0.25, lasting: 0.25, hands: 0.2 };

export async function explore(options: ExplorationOptions): Promise<Exploration> {
  const { sample = Number.POSITIVE_INFINITY, seed, onlyLasting = false, onlyHands = false } = options;
  const explorer = explorerOf(options);
  const reference = await explorer.learn();
  const reached = pointsOf(reference.points);
  const points = pointsTried(reached);
  const some = (experiments: readonly Experiment[], count: number) => sampled(experiments, { count, seed });
  const part = (of: number) => (Number.isFinite(sample) ? Math.floor(sample * of) : sample);
  const others = some(laid(reference.moments), onlyHands ? sample : part(share.hands));
  if (onlyHands) return { reference, findings: await explorer.run("hands", others, reference) };
  const long = some(lasting(reached), onlyLasting ? sample : part(share.lasting));
  if (onlyLasting) return { reference, findings: await explorer.run("faults that last", long, reference) };

  const all = singles(points);
  const rest = sample - long.length - others.length;
  const first = some(all, Number.isFinite(sample) ? rest - part(share.second) : sample);
  const single = await explorer.run("single faults", first, reference);
  const second = some(secondFaults(single.flatMap(stoppedOf), seed), part(share.second));
  const after = await explorer.run("faults after a stop", second, reference);
  // A small sample may hold no stop, and nothing to try after one.
  const spare = some(all, rest - second.length).filter((experiment) => !first.includes(experiment));
  const more = await explorer.run("single faults", spare, reference);
  const lasted = await explorer.run("faults that last", long, reference);
  const touched = await explorer.run("hands", others, reference);
  const two = pairs(reached, { count: options.pairs ?? 0, seed });
  const paired = await explorer.run("pairs of faults", two, reference);
  const drawn = { count: options.triples ?? 0, seed };
  const one = laid(reference.moments).filter(({ faults }) => faults.length === 1);
  const ground = await explorer.run("grounds of triples", grounds(lasting(reached), one, drawn), reference);
  const three = await explorer.run("triples", triples(ground, drawn), reference);
  return {
    reference,
    findings: unlike([...single, ...more, ...after, ...lasted, ...touched, ...paired, ...ground, ...three]),
  };
}

/** No two runs have the same faults: the grounds of triples may have been run among the faults that last. */
function unlike(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [nameOf(finding.experiment), finding])).values()];
}

/** Runs one experiment again, after the release without faults. */
export async function replay(options: ExplorationOptions, faults: readonly Fault[]): Promise<Exploration> {
  const explorer = explorerOf(options);
  const reference = await explorer.learn();
  return { reference, findings: await explorer.run("single faults", [{ faults }], reference) };
}

/** The exploration was called off before the release without faults had ended. */
export class NothingRun extends Error {
  override readonly name = "NothingRun";
}

interface Explorer {
  /** The release without faults. Rejects with NothingRun when even that was not run. */
  learn(): Promise<Finding>;
  /** Runs experiments; a finding keeps its points only where more experiments follow from them. */
  run(
    phase: ExplorationProgress["phase"],
    experiments: readonly Experiment[],
    reference?: Finding,
  ): Promise<Finding[]>;
}

function explorerOf(options: ExplorationOptions): Explorer {
  const { request, onProgress = () => {}, signal, rehearse, journal, sample, pairs: two = 0 } = options;
  // The release without faults is one of them.
  const three = groundsOf(options.triples ?? 0) + (options.triples ?? 0);
  const beside = options.onlyLasting === true || options.onlyHands === true ? 0 : two + three;
  const ofRuns = sample === undefined ? undefined : 1 + sample + beside;
  let before = 0;
  const run: Explorer["run"] = async (phase, experiments, reference) => {
    if (signal?.aborted === true) return [];
    let done = 0;
    const tell = () => onProgress({ phase, done, of: experiments.length, runs: before + done, ofRuns });
    tell();
    const listed = phase === "grounds of triples";
    const known = experiments.map((experiment) => knownOf(journal, experiment, listed));
    const left = experiments.filter((_, nth) => known[nth] === undefined);
    done = experiments.length - left.length;
    const fresh = await rehearse(
      left.map((experiment) => requestOf(request, experiment, listed)),
      (record, nth) => {
        const experiment = left[nth] ?? { faults: [] };
        const finding = findingOf(experiment, record, reference);
        const kept = listed ? entriesOf(finding) : finding;
        journal?.keep(nameOf(experiment), kept);
        return kept;
      },
      () => {
        done += 1;
        tell();
      },
    );
    before += experiments.length;
    const rest = [...fresh];
    return known.map((finding) => finding ?? rest.shift()).filter((each) => each !== undefined);
  };
  return {
    run,
    learn: async () => {
      const [reference] = await run("learning", [{ faults: [] }]);
      if (reference === undefined) throw new NothingRun();
      return reference;
    },
  };
}

/** The run of an experiment; its points are listed where more experiments may follow from them. */
export function requestOf(
  request: ExplorationRequest,
  { faults }: Experiment,
  listed = false,
): RehearsalRequest {
  const follows = listed || faults.length === 0 || (faults.length === 1 && faults[0]?.kind === "stop");
  return {
    ...request,
    faults,
    settleSeconds,
    recoverySeconds,
    listPoints: follows,
    listMoments: faults.length === 0,
  };
}

/** With no points but its faults' own, and the entries into states: these are all that triples follow from. */
function entriesOf(finding: Finding): Finding {
  const own = new Set(finding.experiment.faults.map(({ point }) => formatPoint(point)));
  return {
    ...finding,
    points: finding.points.filter((point) => point.startsWith("entry:") || own.has(point)),
  };
}

/** What the journal knows of an experiment, with its points where they are asked for. */
function knownOf(journal: Journal | undefined, experiment: Experiment, listed: boolean): Finding | undefined {
  const finding = journal?.found(nameOf(experiment));
  return listed && finding?.points.length === 0 ? undefined : finding;
}

/** The points reached after the stop of a run, where it was one. */
function stoppedOf({ experiment, points }: Finding): Stopped[] {
  const [fault] = experiment.faults;
  if (fault?.kind !== "stop") return [];
  const at = points.indexOf(formatPoint(fault.point));
  return at === -1 ? [] : [{ experiment, after: pointsOf(points.slice(at + 1)) }];
}
