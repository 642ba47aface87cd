/** Tests the scenes of one law, a seed after the other, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { readPlan } from "../../src/cli/inputs.ts";
import { kneeIn, kneeOf, laws } from "./laws.ts";
import { rivalsOf } from "./rivals.ts";
import { type Row, rowOf } from "./rows.ts";
import { sceneOf, turnsOf } from "./scene.ts";
import { shipped } from "./shipped.ts";

const { name, from, to, planPath, isAlone } = workerData as {
  name: string;
  /** Of seeds. */
  from: number;
  to: number;
  planPath?: string;
  isAlone: boolean;
};
const law = laws.find((each) => each.name === name);
if (law === undefined) throw new Error(`expected the name of a law, found ${name}`);
const plan = readPlan(planPath);
/** By fewer it is known to no more than one percent, since late requests come together. */
const truth = kneeOf(law, 3_000_000);
const rows: Row[] = [];
for (let seed = from; seed <= to; seed++) {
  const scene = sceneOf(plan, law, truth, seed);
  const tested = await shipped(scene);
  // Of a fleet that is slow by turns, what is true while it was tested.
  const own = law.isByTurns === true ? kneeIn(law, tested.testedMs, turnsOf(scene)) : truth;
  rows.push(rowOf({ ...scene, truth: own }, tested, isAlone ? {} : rivalsOf(scene)));
}
parentPort?.postMessage({ truth, rows });
