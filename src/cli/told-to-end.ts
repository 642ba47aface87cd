/** SIGINT and SIGTERM as something that a command can look at between two calls, instead of its end. */
import { interruptedCode, terminatedCode } from "./exit-codes.ts";

export interface ToldToEnd {
  /** Aborted by the first of the two. */
  readonly signal: AbortSignal;
  /** As a shell has it for a command that the signal has ended; meaningless before that. */
  code(): number;
  /** Signals end the process again. */
  end(): void;
}

/**
 * From here on each of the two is taken once: a CI system sends SIGINT, then SIGTERM some seconds later, and what the first
 * has begun is brought to its end. The same one twice ends the process, as ever.
 */
export function toldToEnd(): ToldToEnd {
  const controller = new AbortController();
  let first = interruptedCode;
  const told = (code: number) => () => {
    if (!controller.signal.aborted) first = code;
    controller.abort();
  };
  const [interrupted, terminated] = [told(interruptedCode), told(terminatedCode)];
  process.once("SIGINT", interrupted).once("SIGTERM", terminated);
  return {
    signal: controller.signal,
    code: () => first,
    end: () => void process.off("SIGINT", interrupted).off("SIGTERM", terminated),
  };
}
