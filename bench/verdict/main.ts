/**
 * `npm run bench:verdict`: the shipped verdict and its peers on the same simulated minutes, as a table, as JSON and
 * as a picture. `--quick` takes seconds and writes nothing; its few releases show the way, not the last digit.
 */
import { writeFileSync } from "node:fs";
import { boundsOf } from "./bounds.ts";
import { cellsOf } from "./cells.ts";
import { measureCpu } from "./cpu.ts";
import { forecastOf } from "./forecast.ts";
import type { Effort } from "./measure.ts";
import { pictureOf } from "./output/picture.ts";
import { recordOf } from "./output/record.ts";
import { boundsTable, tableOf } from "./output/table.ts";
import { measureCells } from "./pool.ts";

const THREADS = 2;
const FULL: Effort = {
  healthy: 20_000,
  healthyOfPeers: 5000,
  healthyOfKayenta: 1000,
  faulty: 4000,
  histories: 1000,
};
const QUICK: Effort = {
  healthy: 1000,
  healthyOfPeers: 500,
  healthyOfKayenta: 100,
  faulty: 200,
  histories: 20,
};
/** Of the cells, quick takes one in so many. */
const QUICK_EACH = 5;

const quick = process.argv.includes("--quick");
const effort = quick ? QUICK : FULL;
const all = cellsOf(["count", "staged", "noise", "shock", "missing"]);
const cells = quick ? all.filter((_, i) => i % QUICK_EACH === 0) : all;

const cpu = measureCpu();
const results = await measureCells(cells, effort, {
  threads: THREADS,
  onMeasured: (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${cells.length} cells`);
  },
});
const bounds = boundsOf(results, cpu);

console.log(`${tableOf(results)}\n`);
console.log(
  "Each engine: false rollbacks / minutes from the onset / bad requests served; efficiency = limit / minutes.",
);
console.log(`${effort.healthy} healthy and ${effort.faulty} faulty releases a cell.\n`);
console.log(boundsTable(bounds));
const forecast = forecastOf(results);
console.log(
  `\nA plan's forecast, ${forecast.cells} count cells of 2×, 3× and 10×: minutes taken over minutes forecast ${forecast.mean.toFixed(2)} on average, ${forecast.least.toFixed(2)} to ${forecast.most.toFixed(2)}.`,
);
if (!quick) {
  writeFileSync(
    new URL("results.json", import.meta.url),
    recordOf({ results, bounds, forecast, cpu, effort }),
  );
  writeFileSync(new URL("results.svg", import.meta.url), pictureOf(results));
}
