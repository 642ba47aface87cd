/** An event of an execution in the shape that GetExecutionHistory gives it: its details under the name of its type. */
import type { Json } from "../vocabulary/json.ts";

export interface ExecutionEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** `TaskStateEntered`, `ExecutionFailed` and the like. */
  readonly type: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** The state's name, for entries and exits. */
  readonly name?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /** The function's ARN and the Task's own time-out, for a Lambda that is scheduled. */
  readonly resource?: string | undefined;
  readonly timeoutInSeconds?: number | undefined;
  /** How many items a Map has, and which of them this is about. */
  readonly length?: number;
  readonly index?: number;
}

/** Data is never cut short here, as in recorded answers of AWS. */
const details = { truncated: false };

/** Without data, inputs and outputs are left out (includeExecutionData). `roleArn` is the machine's. */
export function historyEvent(
  event: ExecutionEvent,
  { withData, roleArn }: { withData: boolean; roleArn: string },
): Json {
  const { id, previousEventId, type, atMs } = event;
  const key = detailsKey(type);
  const role = type === "ExecutionStarted" ? { roleArn } : {};
  const told = key === undefined ? {} : { [key]: { ...detailsOf(event, withData), ...role } };
  return { id, previousEventId, type, timestamp: atMs / 1000, ...told };
}

function detailsOf(event: ExecutionEvent, withData: boolean) {
  const { name, input, output, error, cause, resource, timeoutInSeconds, length, index } = event;
  return {
    name,
    length,
    index,
    resource,
    timeoutInSeconds,
    error,
    cause,
    ...(withData && input !== undefined && { input: JSON.stringify(input), inputDetails: details }),
    ...(withData && output !== undefined && { output: JSON.stringify(output), outputDetails: details }),
  };
}

/** Members of HistoryEvent (service model, botocore 1.43); types that carry no details have none. */
function detailsKey(type: string): string | undefined {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  if (type === "LambdaFunctionStarted" || /State(Aborted|Succeeded|Failed)$/.test(type)) return undefined;
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
