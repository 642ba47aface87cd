/** One thread of the bench: measures the cells it is handed, one after another. */
import { parentPort } from "node:worker_threads";
import type { Cell } from "./cells.ts";
import { type Effort, measureCell } from "./measure.ts";
import { measureZoo, type ZooEffort } from "./zoo.ts";
import type { ZooCell } from "./zoo-cells.ts";

type Task =
  | { readonly cell: Cell; readonly effort: Effort }
  | { readonly zoo: ZooCell; readonly effort: ZooEffort };

parentPort?.on("message", (task: Task) => {
  parentPort?.postMessage(
    "cell" in task ? measureCell(task.cell, task.effort) : measureZoo(task.zoo, task.effort),
  );
});
