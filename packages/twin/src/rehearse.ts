/** Rehearses and explores an application in the current thread. */
import type { Application } from "./engine/application.ts";
import { assemble } from "./engine/assembly.ts";
import type { Fault } from "./engine/faults.ts";
import { playHere } from "./engine/rehearsal.ts";
import { type RunRecord, recordOf } from "./engine/run-record.ts";
import type { OnProgress, RunRequest } from "./engine/run-request.ts";
import type { Experiment } from "./explorer/experiments.ts";
import { type Exploration, explore as exploreWith, replay as replayWith } from "./explorer/exploration.ts";
import type { ExplorationOptions } from "./explorer/explorer.ts";
import { type Finding, unproven, unreached } from "./explorer/finding.ts";
import { brokenIn } from "./invariant.ts";
import { WorldSpec } from "./world/spec.ts";

/** What a run is asked for; without a seed it is 1, without a world one in which nothing is wrong. */
export type Asked = Omit<RunRequest, "seed" | "world"> & {
  readonly seed?: number;
  readonly world?: WorldSpec;
};

const requestOf = ({ seed = 1, world, ...asked }: Asked): RunRequest => ({
  ...asked,
  seed,
  world: world ?? WorldSpec.parse({ description: "nothing is wrong" }),
});

/**
 * Takes over the thread's clock and randomness while it runs; one at a time. Rejects only on a defect of the rehearsal
 * itself, an unknown fault or a machine that cannot be run: however an execution ends is an outcome.
 */
export const rehearse = (
  application: Application,
  asked: Asked,
  onProgress?: OnProgress,
): Promise<RunRecord> => playHere(assemble(application, requestOf(asked), onProgress), recordOf);

/** What an exploration may be told beside its runs. */
export type ExplorationSettings = Pick<
  ExplorationOptions,
  "sample" | "pairs" | "triples" | "only" | "onProgress" | "journal" | "signal" | "laid"
>;

/**
 * Runs an application once without faults, then again with each fault at each point. A finding has something wrong where
 * an invariant is broken, or where the run proves nothing: it hung, called what the twin does not model, or did not come
 * to its fault.
 */
export const explore = (application: Application, asked: Asked & ExplorationSettings): Promise<Exploration> =>
  exploreWith(optionsOf(application, asked));

/** Runs it without faults, and once more with some; a fault's text is read by `parseFault`. */
export const replay = (
  application: Application,
  asked: Asked & ExplorationSettings,
  faults: readonly Fault[],
): Promise<Exploration> => replayWith(optionsOf(application, asked), faults);

/** For explorers of one's own, such as one that runs in several threads. */
export function optionsOf(application: Application, asked: Asked & ExplorationSettings): ExplorationOptions {
  const { sample, pairs, triples, only, onProgress, journal, signal, laid, ...run } = asked;
  const settings = { sample, pairs, triples, only, onProgress, journal, signal, laid };
  const request = requestOf(run);
  return {
    ...present(settings),
    seed: request.seed,
    requestOf: (explored) => ({ ...request, ...explored }),
    findingOf,
    rehearse: async (requests, reduce, told) => {
      const results: ReturnType<typeof reduce>[] = [];
      for (const [nth, each] of requests.entries()) {
        if (signal?.aborted === true) break;
        results.push(reduce(await playHere(assemble(application, each), recordOf), nth));
        told();
      }
      return results;
    },
  };
}

/** What a run came to, and what is wrong with it. */
export function findingOf(experiment: Experiment, record: RunRecord): Finding {
  const { outcome, reason, edges, points = [], moments = [] } = record;
  const wrong = [...brokenIn(record), ...unproven(record), ...unreached(experiment, record)];
  return { experiment, outcome, reason, edges, points, moments, wrong };
}

/** Without what is undefined. */
function present<T extends object>(settings: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
