/**
 * A release that somebody outside asks for, a pipeline above all, started once. Executions have names that follow from what
 * is asked, and OpenRelease claims a release for one of them: whoever was killed, or had no answer, asks again and finds what
 * was started.
 */
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type * as z from "zod";
import { badState } from "../core/errors.ts";
import type { MilestoneKind } from "../core/plan/plan.ts";
import type { ReleaseRegistry } from "../core/plan/registry.ts";
import { answeredTo } from "../core/release/approving.ts";
import { attemptMeant, type Try } from "../core/release/attempt.ts";
import { executionName, releaseIdOf } from "../core/release/names.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { askedBy, type Question } from "../core/release/standing.ts";
import type { Claimed } from "../core/request/claimed.ts";
import type { ManualRun } from "../core/request/inputs.ts";
import type { EpochMs } from "../core/units.ts";
import { isAbandoned } from "./abandoned.ts";
import { approvalsOf } from "./approvals.ts";
import type { Aws } from "./clients.ts";
import { executionArnOf, executionState, startMachine } from "./executions.ts";
import { attemptsAt, readRelease } from "./releases.ts";
import { lookAt } from "./standing.ts";

/** What is asked for. */
export interface Emission {
  readonly model: string;
  readonly version: number;
  readonly milestone: MilestoneKind;
  readonly asks: Try;
  readonly note?: string | undefined;
  readonly claimed: Claimed;
  /** Where it is no person or pipeline that asks. */
  readonly registry?: ReleaseRegistry["kind"] | undefined;
}

/** The id that the first attempt at it has. */
export const releaseAsked = ({ model, version, milestone }: Emission): string =>
  releaseIdOf({ model, label: `v${version}`, milestone, attempt: 1 });

export type Emitted =
  /** An execution runs for it, which was started now or before; it has opened no release yet, as far as that is seen. */
  | { readonly how: "started" | "attached"; readonly execution: string }
  /** There is such a release, under way or over. */
  | { readonly how: "found"; readonly record: ReleaseRecord };

/** Most executions of one try that can have ended without a release, each of which it could have opened. */
const mostStarts = 50;

/**
 * Finds what was started for it, or starts it; `mayStart` is asked before that. Where this rejects, asking again is safe,
 * whatever has come of it.
 */
export async function emit(
  aws: Aws,
  emission: Emission,
  { nowMs, mayStart }: { nowMs: () => EpochMs; mayStart: () => void },
): Promise<Emitted> {
  const input = inputOf(emission);
  for (let nth = 1; nth <= mostStarts; nth += 1) {
    // Looked at anew each time: an execution that is over by now may have opened a release meanwhile.
    const record = await attemptFor(aws, emission, nowMs());
    if (record !== undefined) return { how: "found", record };
    const name = nameOf(aws, emission, nth);
    const execution = executionArnOf(aws, name);
    const before = await executionState(aws, execution);
    if (before === "running") return { how: "attached", execution };
    if (before === "over") continue;
    mayStart();
    if (await startedAs(aws, name, input)) return { how: "started", execution };
    if ((await executionState(aws, execution)) !== "over") return { how: "attached", execution };
  }
  throw badState(`${mostStarts} executions were started for ${releaseAsked(emission)}, and none opened it`);
}

/**
 * Once for each try. A name is good for one execution in 90 days (StartExecution, API reference), and one that ended without
 * a release, over a version that was not approved yet for example, is no reason never to try again.
 */
function nameOf({ environment: { stack } }: Aws, emission: Emission, nth: number): string {
  const { again, key = "" } = emission.asks;
  const releaseId = releaseAsked(emission);
  return again
    ? executionName("emit", { stack, releaseId, nth: `again-${nth}`, of: [key] })
    : executionName("emit", { stack, releaseId, nth: String(nth) });
}

/** What the state machine is started with. */
function inputOf({
  model,
  version,
  milestone,
  asks,
  note,
  claimed,
  registry,
}: Emission): z.input<typeof ManualRun> {
  const { again, key } = asks;
  return {
    model,
    version,
    milestone,
    again,
    ...(key !== undefined && { attemptKey: key }),
    ...(note !== undefined && { note }),
    ...(registry !== undefined && { registry }),
    ...(Object.keys(claimed).length > 0 && { claimed }),
  };
}

/** False where the name was used before. An answer that was lost is looked for. */
async function startedAs(aws: Aws, name: string, input: unknown): Promise<boolean> {
  try {
    return await startMachine(aws, name, input);
  } catch (error) {
    const state = await executionState(aws, executionArnOf(aws, name)).catch(() => "never-started");
    if (state === "never-started") throw error;
    return state === "running";
  }
}

/** The attempt that is meant; one that died before it took its lock is none. */
async function attemptFor(aws: Aws, emission: Emission, nowMs: EpochMs): Promise<ReleaseRecord | undefined> {
  const meant = attemptMeant(await attemptsAt(aws, releaseAsked(emission)), emission.asks);
  if (meant?.status !== "open") return meant;
  return (await isAbandoned(aws, meant.release, nowMs)) ? undefined : meant;
}

/** What became of an execution that opened no release. */
export interface ExecutionEnd {
  readonly outcome: "ignored" | "bad-input" | "stopped" | "failed";
  /** In sentences; of a function that failed, as Lambda told it. */
  readonly reason: string;
}

/** Of a release, or of what is to become one. */
export type EmissionSight =
  /** Its execution runs, and has opened no release yet. */
  | { readonly is: "opening" }
  | { readonly is: "not-opened"; readonly end: ExecutionEnd }
  | {
      readonly is: "under-way";
      readonly record: ReleaseRecord;
      /** What it waits for before it begins; absent where it has that. */
      readonly waitsFor?: string;
      /** What a person is asked, and nobody has answered. */
      readonly question?: Question;
    }
  | { readonly is: "over"; readonly record: ReleaseRecord };

/** Looks at it, and changes nothing: at the release of this id, or at whatever the execution has opened by now. */
export async function sightOf(
  aws: Aws,
  emission: Emission,
  {
    releaseId,
    execution,
    nowMs,
  }: { releaseId?: string | undefined; execution?: string | undefined; nowMs: EpochMs },
): Promise<EmissionSight> {
  const known = () =>
    releaseId === undefined ? attemptFor(aws, emission, nowMs) : readRelease(aws, releaseId);
  const record = await known();
  if (record !== undefined) return sightOfRelease(aws, record, nowMs);
  const end = execution === undefined ? gone : await endOf(aws, execution);
  if (end === undefined) return { is: "opening" };
  // It may have opened one between the two looks.
  const late = await known();
  return late === undefined ? { is: "not-opened", end } : sightOfRelease(aws, late, nowMs);
}

const gone: ExecutionEnd = { outcome: "failed", reason: "there is no such release any more" };

async function sightOfRelease(aws: Aws, record: ReleaseRecord, nowMs: EpochMs): Promise<EmissionSight> {
  if (record.status !== "open") return { is: "over", record };
  const { standing, subject, question } = await lookAt(aws, record.release.id, { question: true });
  if (standing.is === "closed")
    return sightOfRelease(aws, { ...record, ...(await readRelease(aws, record.release.id)) }, nowMs);
  if (standing.is === "waiting" && !standing.running && (await isAbandoned(aws, record.release, nowMs)))
    return { is: "not-opened", end: died };
  const isAsked = question !== undefined && (await isOpen(aws, record.release.id, question));
  return {
    is: "under-way",
    record,
    ...(standing.is === "waiting" && { waitsFor: subject }),
    ...(isAsked && { question }),
  };
}

/** Whether it takes more answers than were given. */
async function isOpen(aws: Aws, releaseId: string, question: Question): Promise<boolean> {
  const { answer } = answeredTo(askedBy(question), await approvalsOf(aws, releaseId), question.rule);
  return answer === undefined;
}

const died: ExecutionEnd = {
  outcome: "stopped",
  reason: "its execution ended before it began, and nothing was changed",
};

/** How an execution ended that opened no release; undefined while it runs, or is not known yet. */
async function endOf({ states }: Aws, executionArn: string): Promise<ExecutionEnd | undefined> {
  try {
    const {
      status,
      output,
      error,
      cause = "",
    } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "RUNNING") return undefined;
    if (status === "SUCCEEDED") return { outcome: "ignored", reason: reasonIn(output) };
    if (status === "ABORTED") return { outcome: "stopped", reason: `its execution was stopped: ${cause}` };
    if (error === "BadInput") return { outcome: "bad-input", reason: cause };
    return { outcome: "failed", reason: `its execution ended as ${status}: ${error ?? ""} ${cause}` };
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionDoesNotExist") return undefined;
    throw error;
  }
}

function reasonIn(output: string | undefined): string {
  const said: unknown = JSON.parse(output ?? "null");
  const { reason } = (said ?? {}) as { reason?: unknown };
  return typeof reason === "string" ? reason : "";
}
