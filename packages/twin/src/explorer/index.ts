/** The explorer: runs with other faults each, and what they came to. */

export {
  type Experiment,
  endingKinds,
  lasting,
  nameOf,
  pairs,
  sampled,
  secondFaults,
  singles,
} from "./experiments.ts";
export { type Exploration, explore, replay } from "./exploration.ts";
export {
  type ExplorationOptions,
  type ExplorationProgress,
  type Explored,
  type Journal,
  NothingRun,
} from "./explorer.ts";
export { type Finding, unproven, unreached, type Wrong } from "./finding.ts";
export { pointsOf, pointsTried, spread } from "./points-tried.ts";
export { grounds, triples } from "./triples.ts";
export { openWorkerPool, unlessAborted, type WorkerPool, type WorkerPoolSignals } from "./worker-pool.ts";
