/**
 * `npm run bench:seeds -- [--seeds N] [--from N] [--only TEXT] [--fleets] [PLAN]`: in how many seeds a release is rolled
 * back, through `rehearse`'s own path, for candidates and worlds of which is known what should become of them; with
 * `--fleets`, on fleets of other sizes whose instances differ.
 */
import { parseArgs } from "node:util";
import { WorldSpec } from "#twin/world";
import { readEvent, readPlan, readWorld } from "../../src/cli/inputs.ts";
import type { RehearsalRequest } from "../../src/rehearsal/release/request.ts";
import { openWorkerPool } from "../../src/rehearsal/release/thread.ts";
import { type Case, cases, type StageTimes } from "./cases.ts";
import { printFleets } from "./fleets.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    fleets: { type: "boolean", default: false },
  },
});
const plan = readPlan(positionals[0]);
const seeds = Array.from({ length: Number(values.seeds) }, (_, nth) => Number(values.from) + nth);
const crew = openWorkerPool(new URL("../../src/rehearsal/release/worker.ts", import.meta.url), 2);

/** Rolled back for one instance, which says little of the model: counted apart. */
const ofHost = "rolled-back for one host";

interface Ended {
  readonly outcome: string;
  readonly stages: readonly StageTimes[];
}

async function rehearsed(requests: readonly RehearsalRequest[]): Promise<Ended[]> {
  return crew.rehearse(
    requests,
    ({ outcome, reason, stages }) => ({
      outcome: outcome === "rolled-back" && reason.includes("(host)") ? ofHost : outcome,
      stages: stages.map(({ fromSeconds, untilSeconds }) => ({
        fromMinute: fromSeconds / 60,
        untilMinute: untilSeconds / 60,
      })),
    }),
    () => {},
  );
}

const requestOf = (seed: number, world: WorldSpec, own = plan): RehearsalRequest => ({
  plan: own,
  world,
  seed,
  event: readEvent(undefined, own, world),
});
const partRolledBack = (ended: readonly Ended[]): number =>
  ended.filter(({ outcome }) => outcome === "rolled-back" || outcome === ofHost).length / ended.length;
const healthy = readWorld("healthy").spec;
let usual: Ended[] | undefined;

/** The worlds of a case, one for each seed. */
async function worldsOf({ world }: Case): Promise<WorldSpec[]> {
  if (typeof world === "string") return seeds.map(() => readWorld(world).spec);
  if (typeof world !== "function") return seeds.map(() => WorldSpec.parse(world));
  usual ??= await rehearsed(seeds.map((seed) => requestOf(seed, healthy)));
  return usual.map(({ stages }) => WorldSpec.parse(world(stages)));
}

let missed = 0;
const started = performance.now();
if (values.fleets)
  await printFleets(plan, async (own, world) =>
    partRolledBack(await rehearsed(seeds.map((seed) => requestOf(seed, world, own)))),
  );
for (const each of values.fleets ? [] : cases.filter(({ name }) => name.includes(values.only))) {
  const worlds = await worldsOf(each);
  const ended = await rehearsed(worlds.map((world, nth) => requestOf(seeds[nth] ?? 0, world)));
  const outcomes = Object.entries(Object.groupBy(ended, ({ outcome }) => outcome));
  const share = partRolledBack(ended);
  const { asked } = each;
  const holds = "least" in asked ? share >= asked.least : share <= asked.most;
  if (!holds) missed += 1;
  const bound = "least" in asked ? `at least ${asked.least}` : `at most ${asked.most}`;
  const counts = outcomes.map(([outcome, some]) => `${some?.length} ${outcome}`).join(", ");
  console.log(`${holds ? "✔" : "✖"} ${each.name}: ${share.toFixed(3)} rolled back, ${bound} (${counts})`);
}
await crew.close();
const minutes = (performance.now() - started) / 60_000;
console.log(`seeds ${seeds[0]} to ${seeds.at(-1)}, ${missed} missed, ${minutes.toFixed(1)} minutes`);
process.exitCode = missed === 0 ? 0 : 1;
