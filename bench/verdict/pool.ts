/** Shares the cells out among threads; a cell's result depends on the cell alone, not on the thread or the order. */
import { Worker } from "node:worker_threads";
import type { Cell } from "./cells.ts";
import type { LatencyCell, LatencyEffort, LatencyResult } from "./latency.ts";
import type { CellResult, Effort } from "./measure.ts";
import type { VersusEffort, VersusResult } from "./versus.ts";
import type { ZooEffort, ZooResult } from "./zoo.ts";
import type { ZooCell } from "./zoo-cells.ts";

interface Options {
  readonly threads: number;
  readonly onMeasured: (done: number) => void;
}

/** Results in the order of the cells. */
export function measureCells(
  cells: readonly Cell[],
  effort: Effort,
  options: Options,
): Promise<readonly CellResult[]> {
  return shared(
    cells.map((cell) => ({ cell, effort })),
    options,
  );
}

export function measureZooCells(
  cells: readonly ZooCell[],
  effort: ZooEffort,
  options: Options,
): Promise<readonly ZooResult[]> {
  return shared(
    cells.map((zoo) => ({ zoo, effort })),
    options,
  );
}

export function measureLatencies(
  cells: readonly LatencyCell[],
  effort: LatencyEffort,
  options: Options,
): Promise<readonly LatencyResult[]> {
  return shared(
    cells.map((latency) => ({ latency, effort })),
    options,
  );
}

export function measureRivals(
  cells: readonly Cell[],
  effort: VersusEffort,
  options: Options,
): Promise<readonly VersusResult[]> {
  return shared(
    cells.map((versus) => ({ versus, effort })),
    options,
  );
}

async function shared<Result>(tasks: readonly object[], { threads, onMeasured }: Options): Promise<Result[]> {
  const results: Result[] = [];
  let [next, done] = [0, 0];
  const runThread = async () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    for (let nth = next++; nth < tasks.length; nth = next++) {
      results[nth] = await answerOf<Result>(worker, tasks[nth]);
      done += 1;
      onMeasured(done);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: threads }, runThread));
  return results;
}

function answerOf<Result>(worker: Worker, task: object | undefined): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (result: Result) => {
      worker.off("error", reject);
      resolve(result);
    });
    worker.postMessage(task);
  });
}
