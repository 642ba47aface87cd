/** Shares the cells out among threads; a cell's result depends on the cell alone, not on the thread or the order. */
import { Worker } from "node:worker_threads";
import type { Cell } from "./cells.ts";
import type { InstancesEffort, InstancesResult } from "./instances.ts";
import type { Journal } from "./journal.ts";
import type { LatencyCell, LatencyEffort, LatencyResult } from "./latency.ts";
import type { CellResult, Effort } from "./measure.ts";
import type { VersusEffort, VersusResult } from "./versus.ts";
import type { ZooEffort, ZooResult } from "./zoo.ts";
import type { ZooCell } from "./zoo-cells.ts";

interface Options {
  readonly threads: number;
  readonly journal: Journal;
  readonly onMeasured: (done: number) => void;
}

/** Measures cells of a kind, named as the worker knows it; results are in the order of the cells. */
const measuring =
  <C, E, Result>(kind: string) =>
  (cells: readonly C[], effort: E, options: Options): Promise<readonly Result[]> =>
    shared(
      cells.map((cell) => ({ [kind]: cell, effort })),
      options,
    );

export const measureCells = measuring<Cell, Effort, CellResult>("cell");
export const measureZooCells = measuring<ZooCell, ZooEffort, ZooResult>("zoo");
export const measureLatencies = measuring<LatencyCell, LatencyEffort, LatencyResult>("latency");
export const measureWithInstances = measuring<Cell, InstancesEffort, InstancesResult>("instances");
export const measureRivals = measuring<Cell, VersusEffort, VersusResult>("versus");

async function shared<Result>(
  tasks: readonly object[],
  { threads, journal, onMeasured }: Options,
): Promise<Result[]> {
  const results: Result[] = [];
  let [next, done] = [0, 0];
  const runThread = async () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    for (let nth = next++; nth < tasks.length; nth = next++) {
      const task = tasks[nth] ?? {};
      const known = journal.known(task) as Result | undefined;
      const result = known ?? (await answerOf<Result>(worker, task));
      if (known === undefined) journal.keep(task, result);
      results[nth] = result;
      done += 1;
      onMeasured(done);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: threads }, runThread));
  return results;
}

function answerOf<Result>(worker: Worker, task: object): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (result: Result) => {
      worker.off("error", reject);
      resolve(result);
    });
    worker.postMessage(task);
  });
}
