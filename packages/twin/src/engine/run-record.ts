/**
 * What a run leaves on paper: plain JSON, the same bytes for the same request on any machine. Nothing of real time and
 * nothing of the machine gets in.
 */
import type { Executions } from "../services/step-functions.ts";
import type { InstanceHours } from "../world/bill.ts";
import type { Happening } from "../world/events.ts";
import type { Minute } from "../world/minutes.ts";
import type { UnitHours } from "../world/scalables/scalable-state.ts";
import type { Application, End } from "./application.ts";
import type { AslDefinition } from "./asl.ts";
import { type Assembly, firstExecution } from "./assembly.ts";
import type { DriveEnd } from "./driver.ts";
import { edgesOf } from "./edges.ts";
import type { ExecutionRecord } from "./executions.ts";
import { formatFault } from "./faults.ts";
import type { Moment } from "./hands.ts";
import { formatPoint } from "./points.ts";
import { seconds } from "./seconds.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";

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
  /** What became of the other stacks in the account, where there are any. */
  readonly neighbours?: readonly {
    readonly stack: string;
    readonly executions: readonly ExecutionSummary[];
  }[];
  readonly timeline: readonly Minute[];
  readonly instanceHours: readonly InstanceHours[];
  /** The same of what the model leans on. */
  readonly unitHours: readonly UnitHours[];
  /** What changed in the account, oldest first. */
  readonly changes: readonly (Happening & { readonly atSeconds: number })[];
  readonly before: Snapshot;
  readonly after: Snapshot;
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
  /** Events of the request, and firings of schedules, that StartExecution refused. */
  readonly undelivered: readonly string[];
  /** Functions that failed with all their retries. */
  readonly dropped: readonly string[];
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

/** How an execution ended: by its status, a failure by its error's name. */
function plainEnd({ status, error, cause }: ExecutionRecord): End {
  return status === "FAILED"
    ? { outcome: error ?? "Failed", reason: cause ?? "" }
    : { outcome: status, reason: cause ?? "" };
}

export interface Ended {
  readonly end: DriveEnd;
  readonly before: Snapshot;
  readonly findings: Readonly<Record<string, unknown>>;
  readonly undelivered: readonly string[];
}

/** Writes the record of a run that is over; the world stands at its end. */
export function recordOf(assembly: Assembly, { end, before, findings, undelivered }: Ended): RunRecord {
  const { application, request, startMs, world, account, engine, hands } = assembly;
  const { executions, injector } = engine;
  const { endOf = plainEnd } = application;
  const records = executions.list().toReversed();
  const first = records.find(({ name }) => name === firstExecution);
  const lastMs = Math.max(startMs, ...records.map((record) => record.stopMs ?? engine.clock.nowMs()));
  return {
    ...howItEnded(end, first, endOf),
    seed: request.seed,
    startedAt: new Date(startMs).toISOString(),
    virtualSeconds: seconds(lastMs, startMs),
    transitions: executions.transitions,
    lambdaInvocations: engine.lambda.invocations,
    awsCalls: engine.awsCalls(),
    executions: summariesOf(executions, startMs, endOf),
    ...(application.neighbours && {
      neighbours: application.neighbours.map(({ name: stack }, nth) => {
        const theirs = engine.neighbours[nth]?.executions;
        return { stack, executions: theirs === undefined ? [] : summariesOf(theirs, startMs, endOf) };
      }),
    }),
    timeline: world.timeline(),
    instanceHours: world.instanceHours(),
    unitHours: world.unitHours(),
    changes: world.events.map(({ atMs, ...change }) => ({ atSeconds: seconds(atMs, startMs), ...change })),
    before,
    after: snapshotOf(world, account.schedules()),
    refusals: engine.twin.refusals,
    faults: injector.applied.map(formatFault),
    edges: walkedIn(application.definition, executions.walked),
    ...(request.listPoints === true && { points: injector.points.map(formatPoint) }),
    ...(request.listMoments === true && { moments: hands.offered }),
    ...(hands.refused.length > 0 && { handsRefused: hands.refused }),
    undelivered,
    dropped: engine.functions.dropped,
    findings,
  };
}

/** The end of the execution that counts, unless the run was not over at its cap. */
export function howItEnded(
  end: DriveEnd,
  counts: ExecutionRecord | undefined,
  endOf: NonNullable<Application["endOf"]>,
): End {
  if (end.ended === "hung") return { outcome: "hung", reason: end.reason };
  return counts === undefined ? { outcome: "hung", reason: "nothing was started" } : endOf(counts);
}

function walkedIn(definition: AslDefinition, walked: ReadonlySet<string>): string[] {
  return edgesOf(definition).flatMap(({ name }) => (walked.has(name) ? [name] : []));
}

/** Oldest first. */
function summariesOf(
  executions: Executions,
  startMs: number,
  endOf: NonNullable<Application["endOf"]>,
): ExecutionSummary[] {
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
