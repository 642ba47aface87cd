/** Step Functions: the release machine's executions, as the sweep and the command deal with them. */
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { Aws } from "./clients.ts";

export type ExecutionState = "running" | "over" | "never-started";

/** What became of an execution; one that Step Functions does not know was never started, or ended long ago. */
export async function executionState({ states }: Aws, executionArn: string): Promise<ExecutionState> {
  try {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
    return status === "RUNNING" ? "running" : "over";
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionDoesNotExist") return "never-started";
    throw error;
  }
}

/** Whether an execution acts no more. */
export async function isOver(aws: Aws, executionArn: string): Promise<boolean> {
  return (await executionState(aws, executionArn)) !== "running";
}

/** The ARN that an execution of the release machine has by its name. */
export function executionArnOf({ environment }: Aws, name: string): string {
  return `${environment.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** Starts the release machine; a name that was used already is an execution that was started already. */
export async function startMachine(
  { states, environment }: Aws,
  name: string,
  input: unknown,
): Promise<void> {
  const stateMachineArn = environment.stateMachineArn;
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  } catch (error) {
    if (!(error instanceof Error && error.name === "ExecutionAlreadyExists")) throw error;
  }
}

/** Stops an execution; no Catch of it runs, so what it left is the sweep's. */
export async function stopExecution({ states }: Aws, executionArn: string, cause: string): Promise<void> {
  await states.send(new StopExecutionCommand({ executionArn, error: "Stopped", cause }));
}
