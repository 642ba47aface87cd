/**
 * How a task fails in the eyes of Step Functions: an error name that Retry and Catch match, and a Cause that is
 * a JSON string. The names and shapes are those of "Error handling in Step Functions workflows" and of Lambda's
 * Node.js runtime.
 */

/** The interpreter matches `name` and hands `message` on as the Cause. */
export class TaskFailure extends Error {
  override readonly name: string;
  /** The interpreter asks for these two; false where AWS lets neither Retry nor Catch match. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(name: string, cause: string, options: { terminal?: boolean } = {}) {
    super(cause);
    this.name = name;
    this.isRetryable = options.terminal !== true;
    this.isCatchable = options.terminal !== true;
  }
}

/**
 * A handler threw. The trace carries no frames of this machine, so that a record is the same everywhere.
 * Source: aws-lambda-nodejs-runtime-interface-client, `toRapidResponse`.
 */
export function thrown(error: unknown): TaskFailure {
  if (!(error instanceof Error))
    return new TaskFailure(
      typeof error,
      JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] }),
    );
  const cause = {
    errorType: error.name,
    errorMessage: error.message,
    trace: [`${error.name}: ${error.message}`],
  };
  return new TaskFailure(error.name, JSON.stringify(cause));
}

/** The function's own time-out ended it: "timeouts are reported as Sandbox.Timedout in the error output". */
export function sandboxTimedOut(requestId: string, timeoutSeconds: number): TaskFailure {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return new TaskFailure("Sandbox.Timedout", JSON.stringify({ errorType: "Sandbox.Timedout", errorMessage }));
}

/** The process died: out of memory, a crash, process.exit. */
export function runtimeExited(requestId: string): TaskFailure {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
  return new TaskFailure(
    "Runtime.ExitError",
    JSON.stringify({ errorType: "Runtime.ExitError", errorMessage }),
  );
}

/** Lambda refused the machine's role. The name is what users report; no page of Step Functions states it. */
export function invocationRefused(message: string): TaskFailure {
  const cause = `${message} (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException)`;
  return new TaskFailure("Lambda.AWSLambdaException", cause);
}

/** Lambda refuses synchronous responses over 6 MB (6,291,556 bytes). */
export function responseTooLarge(): TaskFailure {
  const errorType = "Function.ResponseSizeTooLarge";
  const errorMessage = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";
  return new TaskFailure(errorType, JSON.stringify({ errorType, errorMessage }));
}

/** 262,144 bytes are the limit of any state's input or output; States.ALL cannot match this error. */
export function dataLimitExceeded(state: string): TaskFailure {
  const cause = `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new TaskFailure("States.DataLimitExceeded", cause, { terminal: true });
}

/** What a task of an execution that is over gets: no Retry and no Catch of it may match. */
export const over = (): TaskFailure => new TaskFailure("Over", "the execution is over", { terminal: true });
