/** An event of an execution in the shape that GetExecutionHistory gives it: its details under the name of its type. */
import type { Json } from "./service.ts";

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
}

/** Without data, inputs and outputs are left out (includeExecutionData). */
export function historyEvent(event: ExecutionEvent, withData: boolean): Json {
  const { id, previousEventId, type, atMs } = event;
  const key = detailsKey(type);
  const details = key === undefined ? {} : { [key]: detailsOf(event, withData) };
  return { id, previousEventId, type, timestamp: atMs / 1000, ...details };
}

function detailsOf({ name, input, output, error, cause }: ExecutionEvent, withData: boolean): Json {
  return {
    name,
    input: withData ? jsonText(input) : undefined,
    output: withData ? jsonText(output) : undefined,
    error,
    cause,
  };
}

/** Members of HistoryEvent (service model, botocore 1.43); types that carry no details have none. */
function detailsKey(type: string): string | undefined {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  if (type === "LambdaFunctionStarted" || type.endsWith("StateAborted")) return undefined;
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

function jsonText(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
