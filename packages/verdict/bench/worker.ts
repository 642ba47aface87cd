/** One thread of the bench: measures the cells it is handed, one after another. */
import { parentPort } from "node:worker_threads";
import type { Cell } from "./cells.ts";
import { type InstancesEffort, measureInstances } from "./instances.ts";
import { type LatencyCell, type LatencyEffort, measureLatency } from "./latency.ts";
import { type Effort, measureCell } from "./measure.ts";
import { measureVersus, type VersusEffort } from "./versus.ts";
import { measureZoo, type ZooEffort } from "./zoo.ts";
import type { ZooCell } from "./zoo-cells.ts";

type Task =
  | { readonly cell: Cell; readonly effort: Effort }
  | { readonly instances: Cell; readonly effort: InstancesEffort }
  | { readonly latency: LatencyCell; readonly effort: LatencyEffort }
  | { readonly versus: Cell; readonly effort: VersusEffort }
  | { readonly zoo: ZooCell; readonly effort: ZooEffort };

function measured(task: Task) {
  if ("cell" in task) return measureCell(task.cell, task.effort);
  if ("instances" in task) return measureInstances(task.instances, task.effort);
  if ("latency" in task) return measureLatency(task.latency, task.effort);
  return "versus" in task ? measureVersus(task.versus, task.effort) : measureZoo(task.zoo, task.effort);
}

parentPort?.on("message", (task: Task) => parentPort?.postMessage(measured(task)));
