/**
 * `npm run bench:lead-times -- [--seeds N] [PLAN…]`: how often a milestone that starts ahead of its date by its lead time is
 * in time for it, through `rehearse`'s own path: how its closing says so, and by how much. Goal: as often as the plan's
 * `leadTimeQuantile`, where the world's instances take what is believed; what a slower one comes to is printed too.
 */
import { parseArgs } from "node:util";
import { readPlan, readWorld } from "../src/cli/inputs.ts";
import { leadTimeOf } from "../src/core/calendar/lead-time.ts";
import type { MilestoneKind, Plan } from "../src/core/plan/plan.ts";
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
/** When the schedule fires, and the rehearsal begins. */
const scheduledTime = "2026-01-05T09:00:00Z";

interface Ended {
  readonly outcome: string;
  /** After its date. */
  readonly lateMinutes: number;
}

function requestOf(plan: Plan, kind: MilestoneKind, world: string, seed: number): RehearsalRequest {
  const { minutes: leadMinutes } = leadTimeOf(plan, kind);
  const version = kind === "production" ? { version: 7 } : {};
  const event = { milestone: { model: plan.model, kind, scheduledTime, leadMinutes, ...version } };
  return { plan, world: readWorld(world).spec, seed, event, startMs: Date.parse(scheduledTime) };
}

function endOf({ executions: [first] }: RunRecord): Ended {
  const [, late] = /; (\d+) min after it was due/.exec(first?.reason ?? "") ?? [];
  return { outcome: first?.outcome ?? "none", lateMinutes: Number(late ?? 0) };
}

async function row(plan: Plan, kind: MilestoneKind, world: string): Promise<string[]> {
  const ended: Ended[] = await pool.rehearse(
    seeds.map((seed) => requestOf(plan, kind, world, seed)),
    endOf,
    () => {},
  );
  const through = ended.filter(({ outcome }) => outcome === "promoted" || outcome === "done");
  const late = through.map(({ lateMinutes }) => lateMinutes).filter((minutes) => minutes > 0);
  const share =
    through.length === 0 ? "–" : `${((100 * (through.length - late.length)) / through.length).toFixed(1)} %`;
  const { minutes } = leadTimeOf(plan, kind);
  const most = late.length === 0 ? "" : `${Math.max(...late)} min`;
  return [plan.model, kind, world, `${minutes} min`, `${through.length} of ${ended.length}`, share, most];
}

const columns = [
  { head: "plan" },
  { head: "milestone" },
  { head: "world" },
  { head: "lead", align: "right" },
  { head: "through", align: "right" },
  { head: "in time", align: "right" },
  { head: "latest", align: "right" },
] as const;
const rows: string[][] = [];
for (const plan of plans)
  for (const kind of ["training", "production"] as const)
    for (const world of ["healthy", "traffic-spike", "slow-provisioning"])
      if (plan.milestones[kind] !== undefined) rows.push(await row(plan, kind, world));
process.stdout.write(`${table(columns, rows, { width: 100 }).join("\n")}\n`);
await pool.close();
