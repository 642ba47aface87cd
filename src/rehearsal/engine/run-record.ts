/**
 * What a rehearsal leaves on paper: plain JSON, the same bytes for the same request on any machine. Nothing of
 * real time and nothing of the machine gets in.
 */
import type { InstanceHours } from "../world/bill.ts";
import type { HistoryEntry } from "../world/state.ts";
import type { Minute } from "../world/timeline.ts";
import type { StateEntry } from "./engine.ts";
import type { ExecutionRecord } from "./executions.ts";
import type { Snapshot } from "./snapshot.ts";

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
  readonly stages: readonly StageFacts[];
  readonly timeline: readonly Minute[];
  readonly instanceHours: readonly InstanceHours[];
  /** What changed in the account, oldest first. */
  readonly changes: readonly (Omit<HistoryEntry, "atMs"> & { readonly atSeconds: number })[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The state document of the first execution as its last state was entered. */
  readonly document: unknown;
  /** Calls that the twin does not model: with any of these the run proves nothing. */
  readonly refusals: readonly string[];
  /** Faults that happened, as `kind=point`. */
  readonly faults: readonly string[];
  /** Points reached, in order, when the request asked for them. */
  readonly points?: readonly string[];
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

/** One rollout stage, as the state documents tell of it. */
export interface StageFacts {
  readonly index: number;
  readonly trafficPercent: number | undefined;
  readonly fromSeconds: number;
  /** When the execution had left the stage. */
  readonly untilSeconds: number;
  readonly entries: Readonly<Record<string, number>>;
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

/** RolledBack → rolled-back */
const kebab = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

export const seconds = (atMs: number, startMs: number): number => Math.round(atMs - startMs) / 1000;

/** The stages of one execution, from what it entered with a stage in its document. */
export function stagesOf(entries: readonly StateEntry[], execution: string, startMs: number): StageFacts[] {
  const own = entries.filter((entry) => entry.execution === execution);
  const stages = new Map<
    number,
    { -readonly [K in keyof StageFacts]: StageFacts[K] } & { entries: Record<string, number> }
  >();
  for (const [i, { state, stage, document, atMs }] of own.entries()) {
    if (stage === undefined) continue;
    const fromSeconds = seconds(atMs, startMs);
    const facts = stages.get(stage) ?? {
      ...{
        index: stage,
        trafficPercent: trafficOf(document),
        fromSeconds,
        untilSeconds: fromSeconds,
        entries: {},
      },
    };
    facts.entries[state] = (facts.entries[state] ?? 0) + 1;
    facts.untilSeconds = seconds(own[i + 1]?.atMs ?? atMs, startMs);
    stages.set(stage, facts);
  }
  return [...stages.values()];
}

/** The share that the document's stage names. */
export function trafficOf(document: unknown): number | undefined {
  const stage = (document as { stage?: { trafficPercent?: unknown } } | null)?.stage;
  return typeof stage?.trafficPercent === "number" ? stage.trafficPercent : undefined;
}
