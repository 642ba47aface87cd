/** One thread of the bench: measures the cells it is handed, one after another. */
import { parentPort } from "node:worker_threads";
import type { Cell } from "./cells.ts";
import { type Effort, measureCell } from "./measure.ts";
import { measureZoo, type ZooEffort } from "./zoo.ts";
import { type ZooCell, zooCells } from "./zoo-cells.ts";

type Task =
  | { readonly cell: Cell; readonly effort: Effort }
  | { readonly zoo: ZooCell["name"]; readonly effort: ZooEffort };

const zoo = new Map(zooCells().map((cell) => [cell.name, cell]));

parentPort?.on("message", (task: Task) => {
  if ("cell" in task) return parentPort?.postMessage(measureCell(task.cell, task.effort));
  const cell = zoo.get(task.zoo);
  if (cell !== undefined) parentPort?.postMessage(measureZoo(cell, task.effort));
});
