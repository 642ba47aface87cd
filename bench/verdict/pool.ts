/** Shares the cells out among threads; a cell's result depends on the cell alone, not on the thread or the order. */
import { Worker } from "node:worker_threads";
import type { Cell } from "./cells.ts";
import type { CellResult, Effort } from "./measure.ts";

/** Results in the order of the cells. */
export async function measureCells(
  cells: readonly Cell[],
  effort: Effort,
  options: { readonly threads: number; readonly onMeasured: (done: number) => void },
): Promise<readonly CellResult[]> {
  const results = new Map<Cell, CellResult>();
  const waiting = [...cells];
  const runThread = async () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      results.set(cell, await measuredBy(worker, cell, effort));
      options.onMeasured(results.size);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: options.threads }, runThread));
  return cells.map((cell) => results.get(cell)).filter((result) => result !== undefined);
}

function measuredBy(worker: Worker, cell: Cell, effort: Effort): Promise<CellResult> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (result: CellResult) => {
      worker.off("error", reject);
      resolve(result);
    });
    worker.postMessage({ cell, effort });
  });
}
