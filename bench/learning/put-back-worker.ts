/** Lowers the fleets of some seeds of a scene, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import type { Plan } from "../../src/core/plan/plan.ts";
import { type PutBackScene, stepsOf } from "./put-back.ts";

const { plan, scene, seeds } = workerData as {
  readonly plan: Plan;
  readonly scene: PutBackScene;
  readonly seeds: readonly number[];
};
parentPort?.postMessage(seeds.flatMap((seed) => stepsOf(plan, scene, seed)));
