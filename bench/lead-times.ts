/**
 * `npm run bench:lead-times -- [--seeds N] [--world NAME|FILE]… [PLAN…]`: how often a milestone that starts ahead of its date by its lead time is
 * in time for it, as its closing says. Three releases one after another, each started ahead by what the launches of those before it
 * took, the first before anything is known of them; then a pool that comes every day by the schedules that stand, whose
 * lead times follow what its launches took. Goal: as often as the
 * plan's `leadTimeQuantile` where instances take what is believed, and by the third date where they take longer.
 */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { readPlan, readWorld } from "../src/cli/inputs.ts";
import { leadTimeOf } from "../src/core/calendar/lead-time.ts";
import { Launch } from "../src/core/learning/launch.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import type { RehearsalRequest } from "../src/rehearsal/release/request.ts";
import type { RunRecord } from "../src/rehearsal/release/run-record.ts";
import { openWorkerPool } from "../src/rehearsal/release/thread.ts";
import { table } from "../src/report/text/layout.ts";
import { minutesLate } from "./dates.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "200" },
    world: {
      type: "string",
      multiple: true,
      default: ["healthy", "traffic-spike", "slow-provisioning", "test/data/worlds/held-up.yml"],
    },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, nth) => nth + 1);
const plans = (positionals.length > 0 ? positionals : ["plans/chat-assistant.yml"]).map(readPlan);
const pool = openWorkerPool(new URL("../src/rehearsal/release/worker.ts", import.meta.url), 2);
/** When the schedule fires, and the rehearsal of a single release begins. */
const scheduledTime = "2026-01-05T09:00:00Z";

type Dates = readonly (readonly (number | undefined)[])[];

/** `all`: of each seed, by how much each date was missed. */
function row(what: string, world: string, all: Dates): string[] {
  const shares = Array.from({ length: 3 }, (_, nth) => {
    const there = all.flatMap((one) => one[nth] ?? []);
    if (there.length === 0) return "";
    const late = there.filter((minutes) => minutes > 0);
    const latest = late.length === 0 ? "" : `, ≤ ${Math.max(...late)} min`;
    const inTime = (100 * (there.length - late.length)) / there.length;
    return `${inTime.toFixed(1)} % of ${there.length}${latest}`;
  });
  return [what, basename(world, ".yml"), ...shares];
}

/** Of each seed, three releases of production, which know of each other what their launches took. */
async function releases(plan: Plan, world: string): Promise<Dates> {
  let known: readonly {
    readonly late: readonly (number | undefined)[];
    readonly launches: readonly Launch[];
  }[] = seeds.map(() => ({ late: [], launches: [] }));
  for (const nth of [0, 1, 2]) {
    const requests = known.map(({ launches }, i) =>
      release(plan, { world, seed: 1000 * nth + (seeds[i] ?? 0), launches }),
    );
    const runs: { late: number[]; launch: Launch | undefined }[] = await pool.rehearse(
      requests,
      (record: RunRecord) => ({ late: minutesLate(record), launch: launchIn(record) }),
      () => {},
    );
    known = known.map(({ late, launches }, i) => ({
      // One that was not promoted is no date.
      late: [...late, runs[i]?.late[0]],
      launches: [...launches, runs[i]?.launch ?? []].flat(),
    }));
  }
  return known.map(({ late }) => late);
}

interface Release {
  readonly world: string;
  readonly seed: number;
  readonly launches: readonly Launch[];
}

function release(plan: Plan, { world, seed, launches }: Release): RehearsalRequest {
  const { minutes: leadMinutes } = leadTimeOf(plan, "production", launches);
  const milestone = { model: plan.model, kind: "production", scheduledTime, leadMinutes, version: 7 };
  const { spec } = readWorld(world);
  return { plan, world: spec, seed, event: { milestone }, startMs: Date.parse(scheduledTime) };
}

const Launched = z.looseObject({ capacity: z.looseObject({ launch: Launch.optional() }).optional() });
const launchIn = ({ document }: RunRecord): Launch | undefined => Launched.parse(document).capacity?.launch;

const columns = [
  { head: "milestone" },
  { head: "world" },
  { head: "in time: first", align: "right" },
  { head: "second", align: "right" },
  { head: "third", align: "right" },
] as const;
const rows: string[][] = [];
for (const plan of plans)
  for (const world of values.world) {
    rows.push(row(`${plan.model} production`, world, await releases(plan, world)));
    if (plan.milestones.training?.pool === undefined) continue;
    const days: number[][] = await pool.rehearse(
      seeds.map((seed) => daily(plan, world, seed)),
      minutesLate,
      () => {},
    );
    rows.push(row(`${plan.model} training`, world, days));
  }

/** The plan's pool every day at noon, over three days. The release that is started first is one that is ignored. */
function daily(plan: Plan, world: string, seed: number): RehearsalRequest {
  const { training } = plan.milestones;
  const when = { cron: "cron(0 12 * * ? *)", timeZone: "UTC", start: "ahead" } as const;
  const milestones = { ...plan.milestones, training: { ...training, when } };
  const event = { model: "none", milestone: "none" };
  return {
    plan: { ...plan, milestones },
    world: readWorld(world).spec,
    seed,
    event,
    scheduled: true,
    capDays: 2.6,
  };
}

process.stdout.write(`${table(columns, rows, { width: 110 }).join("\n")}\n`);
await pool.close();
