/** What one engine made of a case, in the form in which two engines are compared. */

import { actorText } from "#twin/world";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";

export interface Ran {
  readonly executions: readonly {
    readonly name: string;
    /** `promoted`, `rolled-back` and the like, and why. */
    readonly outcome: string;
    readonly reason: string;
    readonly states: readonly string[];
    readonly historyEvents: number;
  }[];
  /** What changed in the account, oldest first, without times. */
  readonly changes: readonly string[];
  readonly changedAtSeconds: readonly number[];
  readonly after: RunRecord["after"];
  readonly awsCalls: Readonly<Record<string, number>>;
  readonly refusals: readonly string[];
}

/** Changes as `kind subject: from → to (who)`. */
export function changesOf(changes: RunRecord["changes"]): Pick<Ran, "changes" | "changedAtSeconds"> {
  return {
    changes: changes.map(
      ({ kind, subject, from, to, by }) =>
        `${kind} ${subject}: ${JSON.stringify(from)} → ${JSON.stringify(to)} (${actorText(by)})`,
    ),
    changedAtSeconds: changes.map(({ atSeconds }) => atSeconds),
  };
}

/** Every difference between two runs of a case, as one line each. */
export function differences(first: Ran, second: Ran): string[] {
  const executions = Array.from({
    length: Math.max(first.executions.length, second.executions.length),
  }).flatMap((_, i) => {
    const [one, other] = [first.executions[i], second.executions[i]];
    const name = one?.name ?? other?.name ?? "";
    return [
      ...unequal(`${name}: outcome`, one?.outcome, other?.outcome),
      ...unequal(`${name}: reason`, withoutOdds(one?.reason), withoutOdds(other?.reason)),
      ...inOrder(`${name}: states`, one?.states ?? [], other?.states ?? []),
      ...unequal(`${name}: events of its history`, one?.historyEvents, other?.historyEvents),
    ];
  });
  const operations = new Set([...Object.keys(first.awsCalls), ...Object.keys(second.awsCalls)]);
  return [
    ...executions,
    ...inOrder("changes of the account", first.changes, second.changes),
    ...unequal("the account afterwards", first.after, second.after),
    ...[...operations]
      .filter((each) => !oncePerSandbox.has(each))
      .flatMap((operation) =>
        unequal(`calls of ${operation}`, first.awsCalls[operation] ?? 0, second.awsCalls[operation] ?? 0),
      ),
    ...second.refusals.map((refusal) => `second engine: ${refusal}`),
  ];
}

/** What a sandbox keeps for its life: the second engine's live from one case to the next. */
const oncePerSandbox: ReadonlySet<string> = new Set(["kms.GetPublicKey"]);

/**
 * How small a chance is told depends on noise that is measured up to the first whole minute of a stage: looks that lie
 * seconds apart may see another one.
 */
const withoutOdds = (reason: string | undefined): string | undefined =>
  reason?.replaceAll(/below 1 in [\d,]+/g, "below 1 in …");

function unequal(what: string, one: unknown, other: unknown): string[] {
  const [first, second] = [JSON.stringify(one), JSON.stringify(other)];
  return first === second ? [] : [`${what}: first engine ${first}, second ${second}`];
}

/** The first place at which two lists part. */
function inOrder(what: string, one: readonly string[], other: readonly string[]): string[] {
  const at = one.findIndex((each, i) => each !== other[i]);
  if (at === -1 && one.length === other.length) return [];
  const from = at === -1 ? one.length : at;
  const around = (list: readonly string[]) => JSON.stringify(list.slice(Math.max(0, from - 2), from + 3));
  return [
    `${what}: ${one.length} and ${other.length}, apart from the ${from + 1}th on: first engine ${around(one)}, second ${around(other)}`,
  ];
}
