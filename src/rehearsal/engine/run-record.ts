/**
 * What a rehearsal leaves on paper: plain JSON, the same bytes for the same request on any machine. Nothing of
 * real time and nothing of the machine gets in.
 */
import type { AlarmFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Asked } from "../permissions/gate.ts";
import type { Executions } from "../twin/step-functions.ts";
import type { InstanceHours } from "../world/bill.ts";
import type { Happening } from "../world/events.ts";
import type { Minute } from "../world/minutes.ts";
import type { AslDefinition } from "./asl.ts";
import { type Assembly, firstExecution } from "./assembly.ts";
import type { DriveEnd } from "./driver.ts";
import { edgesOf } from "./edges.ts";
import type { ExecutionRecord } from "./executions.ts";
import { formatFault } from "./faults.ts";
import type { Moment } from "./hands.ts";
import { formatPoint } from "./points.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";
import { type StageFacts, seconds, stagesOf } from "./stage-facts.ts";

/** Times are seconds since the event was delivered. */
export interface RunRecord {
  /** How the first execution ended; `hung` when the run was not over at its cap. */
  readonly outcome: string;
  readonly reason: string;
  readonly seed: number;
  /** ISO 8601, the moment at which the event was delivered. */
  readonly startedAt: string;
  /** From the event to the end of the last execution. */
  readonly virtualSeconds: number;
  /** State entries and retries of all executions: what AWS bills. */
  readonly transitions: number;
  readonly lambdaInvocations: number;
  /** Calls that reached the twin, by `service.Operation`. */
  readonly awsCalls: Readonly<Record<string, number>>;
  readonly executions: readonly ExecutionSummary[];
  /** What became of the other stacks in the account, where the request has any. */
  readonly neighbours?: readonly {
    readonly stack: string;
    readonly executions: readonly ExecutionSummary[];
  }[];
  readonly stages: readonly StageFacts[];
  readonly timeline: readonly Minute[];
  readonly instanceHours: readonly InstanceHours[];
  /** What changed in the account, oldest first. */
  readonly changes: readonly (Happening & { readonly atSeconds: number })[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The state document of the first execution as its last state was entered. */
  readonly document: unknown;
  /** Calls that the twin does not model: with any of these the run proves nothing. */
  readonly refusals: readonly string[];
  /** Faults that happened, as `kind=point`. */
  readonly faults: readonly string[];
  /** The edges of the machine that were walked, by their names, in the definition's order. */
  readonly edges: readonly string[];
  /** Points reached, in order, when the request asked for them. */
  readonly points?: readonly string[];
  /** What somebody else could have done at each point, when the request asked for it. */
  readonly moments?: readonly Moment[];
  /** What AWS refused somebody else. */
  readonly handsRefused?: readonly string[];
  /** What was asked of the roles, each question once, when the request asked for it. */
  readonly permissions?: readonly Asked[];
  /** Of these, what no policy allowed. */
  readonly denied?: readonly Asked[];
  /** Events of the request, and firings of schedules, that StartExecution refused. */
  readonly undelivered: readonly string[];
  /** Functions that failed with all their retries. */
  readonly dropped: readonly string[];
  /** The deployment's alarms that would have rung. */
  readonly alarms: readonly AlarmFacts[];
  /** What the observers found. */
  readonly findings: Readonly<Record<string, unknown>>;
}

export interface ExecutionSummary {
  readonly name: string;
  readonly status: string;
  readonly outcome: string;
  readonly reason: string;
  readonly startSeconds: number;
  readonly stopSeconds: number | undefined;
  readonly historyEvents: number;
}

/** How an execution ended: a success tells by its output, a failure by its error name, `RolledBack` and the like. */
export function endOf(record: ExecutionRecord): { outcome: string; reason: string } {
  switch (record.status) {
    case "SUCCEEDED": {
      const output = JSON.parse(record.output ?? "null") as { outcome?: unknown; reason?: unknown } | null;
      return { outcome: String(output?.outcome ?? "succeeded"), reason: String(output?.reason ?? "") };
    }
    case "FAILED":
      return { outcome: kebab(record.error ?? "Failed"), reason: record.cause ?? "" };
    case "ABORTED":
      return { outcome: "aborted", reason: record.cause ?? "the execution was stopped" };
    case "TIMED_OUT":
      return { outcome: "timed-out", reason: "the state machine's time-out" };
    case "RUNNING":
      return { outcome: "hung", reason: "the execution is still running" };
  }
}

/** The first execution, and those in which its release went on, one after the other. */
function lineOf(records: readonly ExecutionRecord[]): ExecutionRecord[] {
  const line: ExecutionRecord[] = [];
  for (let name: unknown = firstExecution; name !== undefined; ) {
    const found = records.find((record) => record.name === name);
    if (found === undefined) break;
    line.push(found);
    const output = JSON.parse(found.output ?? "null") as { outcome?: unknown; to?: unknown } | null;
    name = output?.outcome === "handed-over" ? output.to : undefined;
  }
  return line;
}

/** RolledBack → rolled-back */
const kebab = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

export interface Ended {
  readonly end: DriveEnd;
  readonly before: Snapshot;
  readonly findings: Readonly<Record<string, unknown>>;
  readonly undelivered: readonly string[];
}

/** Writes the record of a run that is over; the world stands at its end. */
export function recordOf(
  { request, parts, startMs, world, account, engine, gate, hands, entries }: Assembly,
  ended: Ended,
): RunRecord {
  const { executions, injector } = engine;
  const records = executions.list().toReversed();
  const line = lineOf(records);
  const last = line.at(-1);
  const how = last === undefined ? { outcome: "hung", reason: "nothing was started" } : endOf(last);
  const acted = new Set(line.map(({ name }) => name));
  const lastMs = Math.max(startMs, ...records.map((record) => record.stopMs ?? engine.clock.nowMs()));
  return {
    ...(ended.end.ended === "hung" ? { outcome: "hung", reason: ended.end.reason } : how),
    seed: request.seed,
    startedAt: new Date(startMs).toISOString(),
    virtualSeconds: seconds(lastMs, startMs),
    transitions: executions.transitions,
    lambdaInvocations: engine.lambda.invocations,
    awsCalls: engine.awsCalls(),
    executions: summariesOf(executions, startMs),
    ...(request.neighbours && {
      neighbours: request.neighbours.map(({ deployment: { stack } }, nth) => {
        const theirs = engine.neighbours[nth]?.executions;
        return { stack, executions: theirs === undefined ? [] : summariesOf(theirs, startMs) };
      }),
    }),
    stages: stagesOf(entries, acted, startMs),
    timeline: world.timeline(),
    instanceHours: world.instanceHours(),
    changes: world.events.map(({ atMs, ...change }) => ({ atSeconds: seconds(atMs, startMs), ...change })),
    before: ended.before,
    after: snapshotOf(world, account.schedules()),
    document: entries.findLast((entry) => acted.has(entry.execution))?.document,
    refusals: engine.twin.refusals,
    faults: injector.applied.map(formatFault),
    edges: walkedIn(parts.definition, executions.walked),
    ...(request.listPoints === true && { points: injector.points.map(formatPoint) }),
    ...(request.listMoments === true && { moments: hands.offered }),
    ...(hands.refused.length > 0 && { handsRefused: hands.refused }),
    ...(request.listPermissions === true && {
      permissions: gate?.asked() ?? [],
      denied: gate?.denied() ?? [],
    }),
    undelivered: ended.undelivered,
    dropped: engine.functions.dropped,
    alarms:
      parts.alarmsOf?.({
        startMs,
        endMs: engine.clock.nowMs(),
        calls: engine.functions.calls,
        executions: records,
      }) ?? [],
    findings: ended.findings,
  };
}

function walkedIn(definition: AslDefinition, walked: ReadonlySet<string>): string[] {
  return edgesOf(definition).flatMap(({ name }) => (walked.has(name) ? [name] : []));
}

/** Oldest first. */
function summariesOf(executions: Executions, startMs: number): ExecutionSummary[] {
  return executions
    .list()
    .toReversed()
    .map((record) => ({
      name: record.name,
      status: record.status,
      ...endOf(record),
      startSeconds: seconds(record.startMs, startMs),
      stopSeconds: record.stopMs === undefined ? undefined : seconds(record.stopMs, startMs),
      historyEvents: executions.history(record.executionArn).length,
    }));
}
