/** Step Functions: the release machine's executions, as the sweep and the command deal with them. */
import {
  DescribeExecutionCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { longestWorkSeconds } from "../core/wait.ts";
import type { Aws } from "./clients.ts";

export type ExecutionState = "running" | "over" | "never-started";

/** The status of an execution; undefined for one that Step Functions does not know. */
export async function executionStatus(
  { states }: Aws,
  executionArn: string,
): Promise<ExecutionStatus | undefined> {
  try {
    return (await states.send(new DescribeExecutionCommand({ executionArn }))).status;
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionDoesNotExist") return undefined;
    throw error;
  }
}

/** What became of an execution; one that Step Functions does not know was never started, or ended long ago. */
export async function executionState(aws: Aws, executionArn: string): Promise<ExecutionState> {
  const status = await executionStatus(aws, executionArn);
  if (status === undefined) return "never-started";
  return status === "RUNNING" ? "running" : "over";
}

/** Whether an execution that is known acts no more. */
export async function isOver(aws: Aws, executionArn: string): Promise<boolean> {
  return (await executionState(aws, executionArn)) !== "running";
}

/**
 * "This API action is eventually consistent" (DescribeExecution, API reference), for how long it does not say: one that
 * was heard of less than so long ago and is not known runs.
 */
const unknownMs = 5 * 60_000;

/** Whether an execution that took a lock, or a place in its queue, at a moment, ISO 8601, acts no more. */
export async function isOverSince(
  aws: Aws,
  { execution, since }: { readonly execution: string; readonly since: string },
  nowMs: number,
): Promise<boolean> {
  const state = await executionState(aws, execution);
  return state === "over" || (state === "never-started" && nowMs - Date.parse(since) >= unknownMs);
}

/**
 * How long a Lambda of an execution may still be at work, seconds; undefined while the execution runs. Whatever ends
 * an execution leaves the Lambda that it waits for to itself; its history then ends with one that has not answered.
 */
export async function workLeftSeconds(
  { states }: Aws,
  executionArn: string,
  nowMs: number,
): Promise<number | undefined> {
  try {
    const { status, stopDate } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "RUNNING") return undefined;
    const left = Math.ceil(((stopDate?.getTime() ?? 0) - nowMs) / 1000) + longestWorkSeconds;
    if (left <= 0) return 0;
    const newest = { reverseOrder: true, maxResults: 2, includeExecutionData: false };
    const { events } = await states.send(new GetExecutionHistoryCommand({ executionArn, ...newest }));
    return events?.some(({ type }) => unanswered.has(type ?? "")) ? left : 0;
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionDoesNotExist") return 0;
    throw error;
  }
}

const unanswered: ReadonlySet<string> = new Set(["LambdaFunctionScheduled", "LambdaFunctionStarted"]);

/** The ARN that an execution of the release machine has by its name. */
export function executionArnOf({ environment }: Aws, name: string): string {
  return `${environment.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** Who acts for a release: the execution that took a lock, or a place in its queue, and the one it is to go on in. */
interface Acting {
  readonly holder: { readonly execution: string; readonly since: string };
  readonly successor?: { readonly name: string; readonly at: string } | undefined;
}

/** Whether nobody acts for a release that holds a lock, or waits for one. */
export async function isLeft(aws: Aws, { holder, successor }: Acting, nowMs: number): Promise<boolean> {
  if (!(await isOverSince(aws, holder, nowMs))) return false;
  if (successor === undefined) return true;
  return isOverSince(aws, { execution: executionArnOf(aws, successor.name), since: successor.at }, nowMs);
}

/** The execution that acts for a release. */
export async function actingExecution(aws: Aws, { holder, successor }: Acting): Promise<string> {
  if (successor === undefined || (await executionStatus(aws, holder.execution)) === "RUNNING")
    return holder.execution;
  return executionArnOf(aws, successor.name);
}

/** Starts the release machine; false where the name was used already, for an execution that was started before. */
export async function startMachine(
  { states, environment }: Aws,
  name: string,
  input: unknown,
): Promise<boolean> {
  const stateMachineArn = environment.stateMachineArn;
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.name === "ExecutionAlreadyExists")) throw error;
    return false;
  }
}

/** Stops an execution; no Catch of it runs, so what it left is the sweep's. */
export async function stopExecution({ states }: Aws, executionArn: string, cause: string): Promise<void> {
  await states.send(new StopExecutionCommand({ executionArn, error: "Stopped", cause }));
}
