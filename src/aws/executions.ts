/** Step Functions: the release machine's executions, as the sweep and the command deal with them. */
import {
  DescribeExecutionCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  actsNoMore,
  type ExecutionState,
  isLeft as isLeftSo,
  leftLambdaAtWork,
  longestWorkLeftSeconds,
  type SightedExecution,
} from "../core/release/liveness.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";

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

/** How long a Lambda of an execution may still be at work, seconds; undefined while the execution runs. */
export async function workLeftSeconds(
  { states }: Aws,
  executionArn: string,
  nowMs: EpochMs,
): Promise<number | undefined> {
  try {
    const { status, stopDate } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "RUNNING") return undefined;
    const left = longestWorkLeftSeconds(stopDate?.getTime() ?? 0, nowMs);
    if (left === 0) return 0;
    const newest = { reverseOrder: true, maxResults: 2, includeExecutionData: false };
    const { events } = await states.send(new GetExecutionHistoryCommand({ executionArn, ...newest }));
    return leftLambdaAtWork((events ?? []).map(({ type = "" }) => type)) ? left : 0;
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionDoesNotExist") return 0;
    throw error;
  }
}

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
export async function isLeft(aws: Aws, { holder, successor }: Acting, nowMs: EpochMs): Promise<boolean> {
  const first = await sighted(aws, holder.execution, holder.since);
  const second =
    successor !== undefined && actsNoMore(first, nowMs)
      ? await sighted(aws, executionArnOf(aws, successor.name), successor.at)
      : undefined;
  return isLeftSo({ holder: first, successor: second }, nowMs);
}

async function sighted(aws: Aws, execution: string, since: string): Promise<SightedExecution> {
  return { state: await executionState(aws, execution), since };
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
