/**
 * over-once-answered: when a Lambda has answered, nothing of it is at work. What is left goes on whenever its sandbox
 * is used again, under a lock that may be another's by then.
 */
import { type Checker, violationsOf } from "./checker.ts";

export function overOnceAnswered(): Checker {
  const name = "over-once-answered";
  const { violations, report } = violationsOf(name);
  return {
    name,
    violations,
    onLeftOver({ invocation: { execution, state, stage, id }, atMs, what }) {
      report(what, { atMs, frame: { execution, state, stage, invocation: id } });
    },
  };
}
