/** Whether a rehearsal's invariants held, and whatever makes it worth less than it looks. */
import type { RehearsalFacts, ViolationFacts } from "../../core/facts/rehearsal-facts.ts";
import { clock } from "../text/figures.ts";

export interface Promises {
  /** How many invariants there are. */
  readonly of: number;
  readonly broken: readonly { readonly name: string; readonly times: number }[];
  /** Each with its moment and its place. */
  readonly violations: readonly string[];
  /** What went on behind the outcome's back. */
  readonly doubts: readonly string[];
}

export function promisesOf({
  invariants,
  violations,
  notModelled,
  undelivered,
  dropped,
}: Pick<RehearsalFacts, "invariants" | "violations" | "notModelled" | "undelivered" | "dropped">): Promises {
  const counts = Object.entries(invariants);
  return {
    of: counts.length,
    broken: counts.filter(([, times]) => times > 0).map(([name, times]) => ({ name, times })),
    violations: violations.map(told),
    doubts: [
      ...notModelled.map((each) => `not modelled by the twin: ${each}`),
      ...undelivered.map((each) => `not started: ${each}`),
      ...dropped.map((each) => `given up after all retries: ${each}`),
    ],
  };
}

function told({ invariant, atSeconds, what, state }: ViolationFacts): string {
  const where = state === null ? "" : ` in ${state}`;
  return `${clock(atSeconds)}${where}, ${invariant}: ${what}`;
}
