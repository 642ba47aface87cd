/**
 * `npm run bench:strategies -- [--seeds N] [--from-seed N] [--strategy NAME]… [--overlap-only] [PLAN…]`: what the capacity strategies are worth, side by side, through
 * `rehearse`'s own path. First, over all worlds that ship: broken promises, and what becomes of the release. Then of healthy
 * releases: time, money, and how far the bill is from the estimate. Last, over short and long bakes: how long it is from the
 * first share to the last, against what overlapping raises and bakes allows: of each stage the longer of the two.
 * Goals: nothing broken; looking ahead within 5 % of what overlap allows.
 */
import { parseArgs } from "node:util";
import type { WorldSpec } from "#twin/world";
import { readEvent, readPlan, readWorld } from "../src/cli/inputs.ts";
import { candidateNeeds } from "../src/core/capacity/sizing.ts";
import type { RehearsalFacts } from "../src/core/facts/rehearsal-facts.ts";
import { plannedFleet } from "../src/core/feasibility/planned-fleet.ts";
import { releaseOutlook } from "../src/core/outlook/release-outlook.ts";
import { comparedStrategies } from "../src/core/outlook/strategies-outlook.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import type { StrategyName } from "../src/core/plan/strategies.ts";
import { factsOf } from "../src/rehearsal/facts/facts.ts";
import { openWorkerPool } from "../src/rehearsal/release/thread.ts";
import { worldNames } from "../src/rehearsal/worlds/load.ts";
import { table } from "../src/report/text/layout.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "20" },
    "from-seed": { type: "string", default: "1" },
    "overlap-only": { type: "boolean", default: false },
    strategy: { type: "string", multiple: true },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, nth) => Number(values["from-seed"]) + nth);
const defaults = [
  "plans/chat-assistant.yml",
  "test/data/plans/looking-ahead.yml",
  "test/data/plans/in-place.yml",
];
const plans = (positionals.length > 0 ? positionals : defaults).map(readPlan);
const pool = openWorkerPool(new URL("../src/rehearsal/release/worker.ts", import.meta.url), 2);
const started = performance.now();

/** Those that are asked for. What consents to its own shrinking has no room for the others. */
const comparedOf = (plan: Plan): StrategyName[] =>
  (plan.rollout.inPlace === undefined ? comparedStrategies(plan) : (["in-place"] as const)).filter(
    (name) => values.strategy?.includes(name) ?? true,
  );

/** A world as it is, and where a plan consents to a low load alone with a load a sixth below that. */
function met({ rollout: { inPlace }, requirements }: Plan, world: WorldSpec): WorldSpec {
  if (inPlace === undefined) return world;
  const percent = (100 * inPlace.mostRequestsPerSecond) / requirements.peakRequestsPerSecond;
  return { ...world, traffic: { ...world.traffic, peakPercent: Math.floor((5 * percent) / 6) } };
}

const under = (plan: Plan, strategy: StrategyName, rollout: Partial<Plan["rollout"]> = {}): Plan => ({
  ...plan,
  rollout: { ...plan.rollout, ...rollout, strategy },
});

async function rehearsed(plan: Plan, world: string): Promise<RehearsalFacts[]> {
  const spec = met(plan, readWorld(world).spec);
  const event = readEvent(undefined, plan, spec);
  const requestOf = (seed: number) => ({ plan, world: spec, seed, event });
  return pool.rehearse(
    seeds.map(requestOf),
    (record) => factsOf(requestOf(record.seed), world, record),
    () => {},
  );
}

const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
}
const print = (heads: readonly string[], rows: readonly (readonly string[])[]): void => {
  const columns = heads.map((head, nth) => ({ head, ...(nth > 1 && { align: "right" as const }) }));
  process.stdout.write(`\n${table(columns, rows, { width: 120 }).join("\n")}\n`);
};

/** Broken promises, and what becomes of releases. */
async function promises(): Promise<number> {
  const rows: string[][] = [];
  let broken = 0;
  for (const plan of plans)
    for (const strategy of comparedOf(plan)) {
      const runs: RehearsalFacts[] = [];
      for (const world of worldNames()) runs.push(...(await rehearsed(under(plan, strategy), world)));
      const violations = runs.reduce((sum, run) => sum + run.violations.length, 0);
      broken += violations;
      const ended = (outcome: string) => String(runs.filter((run) => run.outcome === outcome).length);
      rows.push([
        plan.model,
        strategy,
        String(runs.length),
        String(violations),
        ...["promoted", "rolled-back", "refused", "failed"].map(ended),
      ]);
    }
  print(["plan", "strategy", "runs", "violations", "promoted", "rolled back", "refused", "failed"], rows);
  return broken;
}

/** Of healthy releases: from begin to end, money, and the bill over the estimate. */
async function healthy(): Promise<void> {
  const rows: string[][] = [];
  for (const plan of plans)
    for (const strategy of comparedOf(plan)) {
      const own = under(plan, strategy);
      const runs = (await rehearsed(own, "healthy")).filter(({ outcome }) => outcome === "promoted");
      const { costUsd: planned } = releaseOutlook(own, own.defaultReleaseType);
      const bills = runs.map(({ costUsd }) => (costUsd ?? Number.NaN) / (planned ?? Number.NaN));
      rows.push([
        plan.model,
        strategy,
        `${runs.length} of ${seeds.length}`,
        `${median(runs.map(({ virtualSeconds }) => virtualSeconds / 60)).toFixed(0)} min`,
        `$${median(runs.map(({ costUsd }) => costUsd ?? Number.NaN)).toFixed(2)}`,
        `${median(bills).toFixed(3)} (${quantile(bills, 0.05).toFixed(2)} to ${quantile(bills, 0.95).toFixed(2)})`,
        `${Math.max(...runs.map(({ lockedMinutes }) => lockedMinutes)).toFixed(1)} min`,
      ]);
    }
  print(["plan", "strategy", "promoted", "takes", "costs", "bill over estimate", "locked at most"], rows);
}

/** By how early the candidate has its size; of these the last two overlap raises and bakes, or do not. */
const bySize = ["upfront", "sequential", "look-ahead"] as const;

/** Over short and long bakes, with as many raises as pay. */
async function overlap(): Promise<number> {
  const rows: string[][] = [];
  const parts: number[] = [];
  for (const plan of plans.filter(({ rollout }) => rollout.inPlace === undefined))
    for (const bakeMinutes of [5, 10, 30]) {
      const stages = plan.rollout.stages.map(({ trafficPercent }) => ({ trafficPercent, bakeMinutes }));
      const budget = { ...plan.budget, usdPerRelease: 1000, maxLockedMinutes: 120 };
      const took: number[] = [];
      let locked = 0;
      for (const strategy of bySize) {
        const own = { ...under(plan, strategy, { stages }), budget };
        const runs = (await rehearsed(own, "healthy")).filter(({ outcome }) => outcome === "promoted");
        took.push(median(runs.map(betweenShifts)));
        locked = median(runs.map(({ lockedMinutes }) => lockedMinutes));
      }
      const { raises, minutes } = allowedFor({ ...under(plan, "look-ahead", { stages }), budget }, locked);
      const [sequential = Number.NaN, ahead = Number.NaN] = took.slice(1);
      if (raises > 0) parts.push(ahead / minutes);
      rows.push([
        plan.model,
        `${bakeMinutes} min`,
        String(raises),
        ...[...took, minutes].map((each) => `${each.toFixed(1)} min`),
        raises === 0 ? "no raise pays" : (ahead / minutes).toFixed(3),
        (ahead / sequential).toFixed(3),
      ]);
    }
  print(["plan", "bakes", "raises", ...bySize, "overlap allows", "ahead over that", "over sequential"], rows);
  return Math.max(...parts);
}

/**
 * Of each stage but the last the longer of its bake and the raise for the next, with the last strategy's locks: a share's
 * weights take a minute, and its last metrics a minute and a quarter.
 */
function allowedFor(plan: Plan, lockedMinutes: number): { raises: number; minutes: number } {
  const { fleet } = plannedFleet(plan, candidateNeeds(plan, plan.defaultReleaseType));
  const { stages } = plan.rollout;
  const sizes = (fleet.shares ?? []).map(({ instances }) => instances);
  const isRaised = stages.map((_, share) => share > 0 && (sizes[share] ?? 0) > (sizes[share - 1] ?? 0));
  const raises = isRaised.filter(Boolean).length;
  const lock = lockedMinutes / Math.max(1, raises);
  const minutes = stages
    .slice(1)
    .reduce(
      (sum, _, nth) => sum + Math.max((stages[nth]?.bakeMinutes ?? 0) + 2.5, isRaised[nth + 1] ? lock : 0),
      0,
    );
  return { raises, minutes };
}

/** From the first share in force to the last, minutes. */
const betweenShifts = ({ stages }: RehearsalFacts): number =>
  ((stages.at(-1)?.fromSeconds ?? 0) - (stages[0]?.fromSeconds ?? 0)) / 60;

const broken = values["overlap-only"] ? undefined : await promises();
if (broken !== undefined) await healthy();
const worst = values.strategy === undefined ? await overlap() : undefined;
await pool.close();
const minutes = (performance.now() - started) / 60_000;
const kept =
  broken === undefined ? "promises not looked at" : `${broken === 0 ? "✔" : "✖"} ${broken} violations`;
// Where nothing was raised there is nothing to overlap, and nothing is shown.
const isWithin = worst !== undefined && Number.isFinite(worst) && worst <= 1.05;
const overlapped =
  worst === undefined
    ? "overlap not looked at"
    : `${isWithin ? "✔" : "✖"} looking ahead takes at most ${worst.toFixed(3)} of what overlap allows (1.05)`;
console.log(`\n${kept}; ${overlapped}; seeds ${seeds[0]} to ${seeds.at(-1)}, ${minutes.toFixed(1)} minutes`);
process.exitCode = (broken ?? 0) === 0 && (worst === undefined || isWithin) ? 0 : 1;
