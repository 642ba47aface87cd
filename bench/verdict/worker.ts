/** One thread of the bench: measures the cells it is handed, one after another. */
import { parentPort } from "node:worker_threads";
import type { Cell } from "./cells.ts";
import { type Effort, measureCell } from "./measure.ts";

parentPort?.on("message", ({ cell, effort }: { cell: Cell; effort: Effort }) => {
  parentPort?.postMessage(measureCell(cell, effort));
});
