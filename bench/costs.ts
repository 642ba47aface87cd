/**
 * `npm run bench:costs -- [--seeds N] [PLAN…]`: what `slipway plan` prints of a release's cost against what healthy rehearsals of
 * it raise. Two bars: with the minutes for which each fleet stood in a run itself, the plan's arithmetic gives its bill; and by its own
 * minutes half of the runs cost at most the one figure, and nineteen of twenty at most the other. Goals: to the cent, where no run was raised beyond the plan; the median
 * within 3 %, and 93 to 97 % within the 95th percentile.
 */
import { parseArgs } from "node:util";
import { readEvent, readPlan, readWorld } from "../src/cli/inputs.ts";
import { releaseOutlook } from "../src/core/outlook/release-outlook.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import { factsOf } from "../src/rehearsal/facts/facts.ts";
import type { Raised } from "../src/rehearsal/invariants/check-context.ts";
import type { InvariantFindings } from "../src/rehearsal/invariants/invariants.ts";
import { openWorkerPool } from "../src/rehearsal/release/thread.ts";
import { table } from "../src/report/text/layout.ts";
import { usdByOwnMinutes } from "./own-minutes.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "200" } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, nth) => nth + 1);
const ours = ["short-and-whole", "large-and-fast", "looking-ahead", "step-by-step"];
const defaults = ["plans/chat-assistant.yml", ...ours.map((name) => `test/data/plans/${name}.yml`)];
const pool = openWorkerPool(new URL("../src/rehearsal/release/worker.ts", import.meta.url), 2);
const started = performance.now();

interface Run {
  readonly costUsd: number;
  readonly outcome: string;
  /** How long each fleet stood, as the world has it, item by item. */
  readonly raised: readonly Raised[];
}

async function promoted(plan: Plan): Promise<Run[]> {
  const { spec } = readWorld("healthy");
  const event = readEvent(undefined, plan, spec);
  const requestOf = (seed: number) => ({ plan, world: spec, seed, event });
  const all: Run[] = await pool.rehearse(
    seeds.map(requestOf),
    (record) => {
      const { outcome, costUsd } = factsOf(requestOf(record.seed), "healthy", record);
      const { raised } = record.findings.invariants as InvariantFindings;
      return { outcome, costUsd: costUsd ?? Number.NaN, raised };
    },
    () => {},
  );
  return all.filter(({ outcome }) => outcome === "promoted");
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

async function row(path: string): Promise<string[]> {
  const plan = readPlan(path);
  const outlook = releaseOutlook(plan, plan.defaultReleaseType);
  const runs = await promoted(plan);
  const bills = runs.map(({ costUsd }) => costUsd);
  const off = runs.flatMap((run) => {
    const usd = usdByOwnMinutes(plan, run.raised);
    return usd === undefined ? [] : [Math.abs(usd - run.costUsd)];
  });
  const within = bills.filter((usd) => usd <= (outlook.costP95Usd ?? 0)).length;
  return [
    path,
    `${runs.length} of ${seeds.length}`,
    `$${outlook.costUsd} / $${outlook.costP95Usd}`,
    `$${median(bills).toFixed(2)}`,
    `${(100 * (median(bills) / (outlook.costUsd ?? Number.NaN) - 1)).toFixed(1)} %`,
    `${((100 * within) / runs.length).toFixed(1)} %`,
    `$${Math.max(...off).toFixed(3)}`,
    String(runs.length - off.length),
  ];
}

const columns = [
  "plan",
  "promoted",
  "planned p50 / p95",
  "median",
  "beyond planned",
  "within p95",
  "arithmetic off by",
  "raised beyond",
];
const rows: string[][] = [];
for (const path of positionals.length > 0 ? positionals : defaults) rows.push(await row(path));
await pool.close();
const layout = columns.map((head, nth) => ({ head, ...(nth > 0 && { align: "right" as const }) }));
process.stdout.write(`${table(layout, rows, { width: 160 }).join("\n")}\n`);
process.stdout.write(
  `\n${seeds.length} seeds, ${((performance.now() - started) / 60_000).toFixed(1)} minutes\n`,
);
