/** Rehearsals of the sample plan with faults, rivals and the sweep, as an exploration runs them, in this thread. */
import { readFileSync } from "node:fs";
import { type Fault, type LaterEvent, type Observer, parseFault } from "#twin/engine";
import type { WorldSpec } from "#twin/world";
import { parsePlan } from "../../../src/core/plan/file.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { recoverySeconds, settleSeconds } from "../../../src/rehearsal/explore/exploration.ts";
import type { InvariantFindings } from "../../../src/rehearsal/invariants/invariants.ts";
import { handKinds } from "../../../src/rehearsal/release/hand-calls.ts";
import { rehearseHere } from "../../../src/rehearsal/release/rehearsal.ts";
import type { Beside, RehearsalParts, ReleaseScene } from "../../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../../src/rehearsal/release/run-record.ts";
import { releaseParts } from "../../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../../src/rehearsal/worlds/load.ts";

const file = new URL("../../../plans/chat-assistant.yml", import.meta.url);
export const plan = planOf(readFileSync(file, "utf8"));

function planOf(text: string): Plan {
  const parsed = parsePlan(text, "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.plan;
}

/** A fault as the command line names it, `kind=point`. */
export function fault(text: string): Fault {
  const parsed = parseFault(text, handKinds);
  if (parsed === undefined) throw new Error(`expected a fault, found ${text}`);
  return parsed;
}

export interface Rehearsing {
  readonly world?: string | WorldSpec;
  readonly plan?: Plan;
  readonly event?: unknown;
  readonly also?: readonly LaterEvent[];
  /** Releases of other plans in the same stack. */
  readonly beside?: readonly Beside[];
  readonly seed?: number;
  readonly faults?: readonly string[];
  /** When the execution is stopped from outside, seconds after its start. */
  readonly stopAfterSeconds?: readonly number[];
  readonly listPoints?: boolean;
  /** Whether the plans' schedules start milestones; then how many days it goes on at most. */
  readonly scheduled?: { readonly days: number };
  /** Absent: as any rehearsal begins. */
  readonly startMs?: number;
  /** After how many looks a waiting release goes on in a new execution. */
  readonly turnsPerExecution?: number;
  readonly parts?: Partial<RehearsalParts>;
  /** How long the run goes on after the last execution has ended; absent: as long as an exploration's does. */
  readonly settleSeconds?: number;
  /** Watches, or lays hands on the world behind everybody's back. */
  readonly observers?: readonly ((scene: ReleaseScene) => Observer)[];
}

/** The record, and every violation as `invariant: what`. */
export async function rehearsing(how: Rehearsing): Promise<{ record: RunRecord; violations: string[] }> {
  const { world = "healthy", event = { model: "chat-assistant", version: 7 }, seed = 1 } = how;
  const request = {
    plan: how.plan ?? plan,
    event,
    seed,
    recoverySeconds,
    also: how.also ?? [],
    beside: how.beside ?? [],
    settleSeconds: how.settleSeconds ?? settleSeconds,
    world: typeof world === "string" ? loadWorld(world) : world,
    faults: (how.faults ?? []).map(fault),
    listPoints: how.listPoints ?? false,
    ...(how.scheduled && { scheduled: true, capDays: how.scheduled.days }),
    ...(how.startMs !== undefined && { startMs: how.startMs }),
    ...(how.turnsPerExecution === undefined ? {} : { turnsPerExecution: how.turnsPerExecution }),
    ...(how.stopAfterSeconds === undefined ? {} : { stopAfterSeconds: how.stopAfterSeconds }),
  };
  const parts = { ...releaseParts, ...how.parts };
  const observe = [...(parts.observe ?? []), ...(how.observers ?? [])];
  const record = await rehearseHere(request, { ...parts, observe });
  const { violations } = record.findings.invariants as InvariantFindings;
  const all = Object.values(violations).flat();
  return { record, violations: all.map(({ invariant, what }) => `${invariant}: ${what}`) };
}

/** Executions as `name outcome`, in the order in which they started. */
export const outcomesOf = ({ executions }: RunRecord): string[] =>
  executions.map(({ name, outcome }) => `${name} ${outcome}`);

/** Points of the release without faults, by the world, or its name. */
const reached = new Map<string | WorldSpec, Promise<readonly string[]>>();

/** A fault of a kind at the first call, invocation or entry whose place begins so, as `kind=point`. */
export async function faultAt(
  kind: string,
  place: string,
  world: string | WorldSpec = "bad-errors",
): Promise<string> {
  const points =
    reached.get(world) ?? rehearsing({ world, listPoints: true }).then(({ record }) => record.points ?? []);
  reached.set(world, points);
  const found = (await points).find((point) => point.slice(point.indexOf(":") + 1).startsWith(place));
  if (found === undefined) throw new Error(`expected a point at ${place}, found none`);
  return `${kind}=${found}`;
}
