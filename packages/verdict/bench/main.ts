/**
 * `npm run bench:verdict`: the shipped verdict and its peers on the same simulated minutes, as a table, as JSON and
 * as a picture. `--quick` takes seconds and writes nothing; its few releases show the way, not the last digit.
 */
import { writeFileSync } from "node:fs";
import { boundsOf } from "./bounds.ts";
import { cellsOf } from "./cells.ts";
import { measureCpu } from "./cpu.ts";
import { forecastOf } from "./forecast.ts";
import { type InstancesEffort, instancesBounds, ways } from "./instances.ts";
import { noJournal, openJournal } from "./journal.ts";
import { type LatencyEffort, latencyCells } from "./latency.ts";
import { latencyBounds } from "./latency-bounds.ts";
import type { Effort } from "./measure.ts";
import { pictureOf } from "./output/picture.ts";
import { recordOf } from "./output/record.ts";
import { boundsTable, rivalsTable, tableOf } from "./output/table.ts";
import {
  measureCells,
  measureLatencies,
  measureRivals,
  measureWithInstances,
  measureZooCells,
} from "./pool.ts";
import { measurePulses, pulsesBound } from "./pulses.ts";
import { summaryOf, type VersusEffort } from "./versus.ts";
import type { ZooEffort } from "./zoo.ts";
import { rateOf, zooBounds } from "./zoo-bounds.ts";
import { zooCells } from "./zoo-cells.ts";

const THREADS = 2;
const FULL: Effort = {
  healthy: 3000,
  healthyOfPeers: 1000,
  healthyOfKayenta: 200,
  faulty: 800,
  histories: 100,
};
const QUICK: Effort = {
  healthy: 1000,
  healthyOfPeers: 500,
  healthyOfKayenta: 100,
  faulty: 200,
  histories: 20,
};
const FULL_VERSUS: VersusEffort = { healthy: 2000, faulty: 400 };
const QUICK_VERSUS: VersusEffort = { healthy: 400, faulty: 100 };
const FULL_LATENCY: LatencyEffort = { healthy: 1000, faulty: 200, histories: 20 };
const QUICK_LATENCY: LatencyEffort = { healthy: 100, faulty: 50, histories: 5 };
const FULL_INSTANCES: InstancesEffort = { faulty: 400 };
const QUICK_INSTANCES: InstancesEffort = { faulty: 50 };
const FULL_PULSES = 200;
const QUICK_PULSES = 20;
const FULL_ZOO: ZooEffort = { releases: 1000, histories: 50 };
const QUICK_ZOO: ZooEffort = { releases: 200, histories: 10 };
/** Of the cells, quick takes one in so many. */
const QUICK_EACH = 5;

const quick = process.argv.includes("--quick");
const effort = quick ? QUICK : FULL;
const all = cellsOf(["count", "staged", "mid-stage", "noise", "shock", "missing"]);
const cells = quick ? all.filter((_, i) => i % QUICK_EACH === 0) : all;

const sharing = { threads: THREADS, journal: quick ? noJournal : openJournal() };
const cpu = measureCpu();
const results = await measureCells(cells, effort, {
  ...sharing,
  onMeasured: (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${cells.length} cells`);
  },
});
const menagerie = zooCells();
const zoo = await measureZooCells(
  quick ? menagerie.filter((_, i) => i % QUICK_EACH === 0) : menagerie,
  quick ? QUICK_ZOO : FULL_ZOO,
  {
    ...sharing,
    onMeasured: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} cells of the noise zoo`);
    },
  },
);
const versus = await measureRivals(
  cells.filter(({ group }) => group === "count"),
  quick ? QUICK_VERSUS : FULL_VERSUS,
  {
    ...sharing,
    onMeasured: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} cells beside tests of others`);
    },
  },
);
const instances = await measureWithInstances(
  cells.filter(({ group }) => group === "count"),
  quick ? QUICK_INSTANCES : FULL_INSTANCES,
  {
    ...sharing,
    onMeasured: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} cells with instances`);
    },
  },
);
const pulses = measurePulses(
  cells.filter(({ group }) => group === "count"),
  quick ? QUICK_PULSES : FULL_PULSES,
);
const latencies = await measureLatencies(
  latencyCells().filter((_, i) => !quick || i % QUICK_EACH === 0),
  quick ? QUICK_LATENCY : FULL_LATENCY,
  {
    ...sharing,
    onMeasured: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} cells of latency`);
    },
  },
);
const bounds = [
  ...boundsOf(results, cpu),
  ...zooBounds(zoo),
  ...instancesBounds(instances),
  pulsesBound(pulses),
  ...latencyBounds(latencies),
];

console.log(`${tableOf(results)}\n`);
console.log(
  "Each engine: false rollbacks / minutes from the onset / bad requests served; efficiency = limit / minutes.",
);
console.log(`${effort.healthy} healthy and ${effort.faulty} faulty releases a cell.\n`);
console.log(`${rivalsTable(versus)}\n`);
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
  writeFileSync(
    new URL("zoo.json", import.meta.url),
    `${JSON.stringify({ effort: FULL_ZOO, cells: Object.fromEntries(zoo.map((each) => [each.cell.name, rateOf(each)])) }, null, 1)}\n`,
  );
  writeFileSync(
    new URL("instances.json", import.meta.url),
    `${JSON.stringify({ effort: FULL_INSTANCES, ways: ways.map(({ name }) => name), cells: Object.fromEntries(instances.map(({ cell, limits, efficiencies }) => [cell.name, { limits, efficiencies }])) }, null, 1)}\n`,
  );
  writeFileSync(
    new URL("latency.json", import.meta.url),
    `${JSON.stringify({ effort: FULL_LATENCY, cells: Object.fromEntries(latencies.map(({ cell, falseRollbacks, found }) => [cell.name, { falseRollbacks, found }])) }, null, 1)}\n`,
  );
  writeFileSync(
    new URL("rivals.json", import.meta.url),
    `${JSON.stringify({ effort: FULL_VERSUS, summary: summaryOf(versus), cells: versus.map(({ cell, ...found }) => ({ cell: cell.name, ...found })) }, null, 1)}\n`,
  );
  writeFileSync(new URL("results.svg", import.meta.url), pictureOf(results));
}
