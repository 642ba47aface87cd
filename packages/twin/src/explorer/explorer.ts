/** Runs the experiments of an exploration, phase by phase: what the journal knows already is not run again. */

import type { Moment } from "../engine/hands.ts";
import { formatPoint } from "../engine/points.ts";
import type { RunRecord } from "../engine/run-record.ts";
import type { RunRequest } from "../engine/run-request.ts";
import { type Experiment, nameOf } from "./experiments.ts";
import type { Finding } from "./finding.ts";
import { groundsOf } from "./triples.ts";

/** What an exploration asks of each of its runs. */
export type Explored = Pick<RunRequest, "faults" | "listPoints" | "listMoments">;

/** Faults that are over at once (alone, and after a stop), faults that last, and what somebody else does. */
export type ExperimentKind = "passing" | "lasting" | "hands";

export interface ExplorationOptions<Request = RunRequest, Ran = RunRecord> {
  /** The request of one run. */
  readonly requestOf: (explored: Explored) => Request;
  /** What a run came to; `reference` is the one without faults, which has none itself. */
  readonly findingOf: (experiment: Experiment, record: Ran, reference: Finding | undefined) => Finding;
  /** Where somebody's hands are laid, by what they could have done in the run without faults; absent: nowhere. */
  readonly laid?: (moments: readonly Moment[]) => Experiment[];
  /** How many runs; all of them by default. */
  readonly sample?: number;
  /** How many pairs of faults beside. */
  readonly pairs?: number;
  /** How many runs with a fault that lasts and a stop after it, beside. */
  readonly triples?: number;
  /** Only these kinds of experiment, and no pairs or triples; all of them by default. */
  readonly only?: ReadonlySet<ExperimentKind>;
  /** What samples are drawn by. */
  readonly seed: number;
  /** Rehearses requests, side by side where it can. */
  readonly rehearse: <T>(
    requests: readonly Request[],
    reduce: (record: Ran, nth: number) => T,
    told: () => void,
  ) => Promise<T[]>;
  readonly onProgress?: (progress: ExplorationProgress) => void;
  /** Runs that are known already, and a place for those that are done. */
  readonly journal?: Journal;
  /** Ends the exploration with what has been run so far. */
  readonly signal?: AbortSignal;
}

/** What runs came to, by the experiment's name; `""` is the run without faults. */
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

/** The exploration was called off before the run without faults had ended. */
export class NothingRun extends Error {
  override readonly name = "NothingRun";
}

export interface Explorer {
  /** The run without faults. Rejects with NothingRun when even that was not run. */
  learn(): Promise<Finding>;
  /** Runs experiments; a finding keeps its points only where more experiments follow from them. */
  run(
    phase: ExplorationProgress["phase"],
    experiments: readonly Experiment[],
    reference?: Finding,
  ): Promise<Finding[]>;
}

export function explorerOf<Request, Ran>(options: ExplorationOptions<Request, Ran>): Explorer {
  const { requestOf, findingOf, onProgress = () => {}, signal, rehearse, journal, sample } = options;
  const { pairs: two = 0 } = options;
  // The run without faults is one of them.
  const three = groundsOf(options.triples ?? 0) + (options.triples ?? 0);
  const beside = options.only === undefined ? two + three : 0;
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
      left.map((experiment) => requestOf(exploredIn(experiment, listed))),
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

/** What is asked of an experiment's run; its points are listed where more experiments may follow from them. */
function exploredIn({ faults }: Experiment, listed = false): Required<Explored> {
  const follows = listed || faults.length === 0 || (faults.length === 1 && faults[0]?.kind === "stop");
  return { faults, listPoints: follows, listMoments: faults.length === 0 };
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
