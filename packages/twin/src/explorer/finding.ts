/** What one explored run came to: how it ended, and what was wrong with it. */
import { type Fault, formatFault } from "../engine/faults.ts";
import { isHand, type Moment } from "../engine/hands.ts";
import type { RunRecord } from "../engine/run-record.ts";
import { type Experiment, endingKinds } from "./experiments.ts";

export interface Wrong {
  /** An invariant's name, or `hung`, `not-modelled`, `not-reached`. */
  readonly what: string;
  /** One sentence. */
  readonly detail: string;
}

export interface Finding {
  readonly experiment: Experiment;
  /** How the run ended, all its executions taken together. */
  readonly outcome: string;
  readonly reason: string;
  /** How what ran beside it ended, by its name. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly wrong: readonly Wrong[];
  /** Points reached, in order. */
  readonly points: readonly string[];
  /** The state machine's edges that were walked, by their names. */
  readonly edges: readonly string[];
  /** What somebody else could have done at them, where that was asked for. */
  readonly moments: readonly Moment[];
}

/** What proves nothing, whatever is rehearsed: calls that are not modelled, hands that were not laid, an end that never came. */
export function unproven(
  record: Pick<RunRecord, "refusals" | "handsRefused" | "outcome" | "reason">,
): Wrong[] {
  return [
    ...record.refusals.map((detail) => ({ what: "not-modelled", detail })),
    ...(record.handsRefused ?? []).map((detail) => ({ what: "not-reached", detail })),
    ...(record.outcome === "hung" ? [{ what: "hung", detail: record.reason }] : []),
  ];
}

/**
 * A fault that never happened proves nothing. Of several a later one may be kept away by the first, unless that is a
 * stop, or somebody who waits for one; a hand may lead the run elsewhere before the fault that lasts can begin.
 */
export function unreached({ faults }: Experiment, record: Pick<RunRecord, "faults">): Wrong[] {
  const missing = dueIn(faults, record)
    .map(formatFault)
    .filter((fault) => !record.faults.includes(fault));
  return missing.map((fault) => ({ what: "not-reached", detail: `the run did not come to ${fault}` }));
}

function dueIn(faults: readonly Fault[], record: Pick<RunRecord, "faults">): readonly Fault[] {
  const [first, ...others] = faults;
  if (first !== undefined && (endingKinds.has(first.kind) || isHand(first.kind))) return faults;
  const ledElsewhere = record.faults.length > 0 && others.some(({ kind }) => isHand(kind));
  return ledElsewhere ? [] : faults.slice(0, 1);
}
