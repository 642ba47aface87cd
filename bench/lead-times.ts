/**
 * `npm run bench:lead-times -- [--seeds N] [PLAN…]`: how often a milestone that starts ahead of its date by its lead time is
 * in time for it, as its closing says. A release by itself, before anything is known of the account's launches; then a pool
 * that comes every day by the schedules that stand, whose lead times follow what its launches took. Goal: as often as the
 * plan's `leadTimeQuantile` where instances take what is believed, and by the third date where they take longer.
 */
import { parseArgs } from "node:util";
import { readPlan, readWorld } from "../src/cli/inputs.ts";
import { leadTimeOf } from "../src/core/calendar/lead-time.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import type { RehearsalRequest } from "../src/rehearsal/release/request.ts";
import type { RunRecord } from "../src/rehearsal/release/run-record.ts";
import { openWorkerPool } from "../src/rehearsal/release/thread.ts";
import { table } from "../src/report/text/layout.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "200" } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, nth) => nth + 1);
const plans = (positionals.length > 0 ? positionals : ["plans/chat-assistant.yml"]).map(readPlan);
const pool = openWorkerPool(new URL("../src/rehearsal/release/worker.ts", import.meta.url), 2);
const worlds = ["healthy", "traffic-spike", "slow-provisioning"];
/** When the schedule fires, and the rehearsal of a single release begins. */
const scheduledTime = "2026-01-05T09:00:00Z";

/** By how many minutes each that was promoted, or became available, was late; 0 in time. */
const lateness = ({ executions }: RunRecord): number[] =>
  executions.flatMap(({ outcome, reason }) => {
    if (outcome !== "promoted" && !/warm pool is available/.test(reason)) return [];
    return Number(/; (\d+) min after it was due/.exec(reason)?.[1] ?? 0);
  });

async function row(
  what: string,
  requestOf: (world: string, seed: number) => RehearsalRequest,
  { world, dates }: { world: string; dates: number },
): Promise<string[]> {
  const all: number[][] = await pool.rehearse(
    seeds.map((seed) => requestOf(world, seed)),
    lateness,
    () => {},
  );
  const shares = Array.from({ length: 3 }, (_, nth) => {
    const there = all.flatMap((one) => one[nth] ?? []);
    if (nth >= dates || there.length === 0) return "";
    const late = there.filter((minutes) => minutes > 0);
    const latest = late.length === 0 ? "" : `, ≤ ${Math.max(...late)} min`;
    const inTime = (100 * (there.length - late.length)) / there.length;
    return `${inTime.toFixed(1)} % of ${there.length}${latest}`;
  });
  return [what, world, ...shares];
}

const columns = [
  { head: "milestone" },
  { head: "world" },
  { head: "in time: first", align: "right" },
  { head: "second", align: "right" },
  { head: "third", align: "right" },
] as const;
const rows: string[][] = [];
for (const plan of plans)
  for (const world of worlds) {
    const { minutes: leadMinutes } = leadTimeOf(plan, "production", []);
    const milestone = { model: plan.model, kind: "production", scheduledTime, leadMinutes, version: 7 };
    const release = (name: string, seed: number): RehearsalRequest => ({
      plan,
      world: readWorld(name).spec,
      seed,
      event: { milestone },
      startMs: Date.parse(scheduledTime),
    });
    rows.push(await row(`${plan.model} production`, release, { world, dates: 1 }));
    const { training } = plan.milestones;
    if (training?.pool === undefined) continue;
    rows.push(
      await row(`${plan.model} training`, (name, seed) => daily(plan, name, seed), { world, dates: 3 }),
    );
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
