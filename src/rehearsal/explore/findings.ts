/** What one explored run came to: how its release ended, what was wrong with it, and what it cost a healthy release. */
import { formatFault } from "../engine/faults.ts";
import { isHand, type Moment } from "../engine/hands.ts";
import type { RunRecord } from "../engine/run-record.ts";
import type { InvariantFindings } from "../invariants/invariants.ts";
import { type Experiment, endingKinds } from "./experiments.ts";

export interface Wrong {
  /** An invariant's name, or `bad-candidate-promoted`, `hung`, `not-modelled`, `not-reached`, `nobody-told`. */
  readonly what: string;
  /** One sentence. */
  readonly detail: string;
}

export interface Finding {
  readonly experiment: Experiment;
  /** How the release ended, all its executions taken together. */
  readonly outcome: string;
  readonly reason: string;
  readonly wrong: readonly Wrong[];
  /** Points reached, in order. */
  readonly points: readonly string[];
  /** The state machine's edges that were walked, by their names. */
  readonly edges: readonly string[];
  /** What somebody else could have done at them, where that was asked for. */
  readonly moments: readonly Moment[];
}

/** Executions that are not the last word on a release: another one acted for it after them. */
const unfinished = new Set(["aborted", "timed-out", "closing-failed", "handed-over", "hung"]);
/** What a later execution ends as that did nothing for the release: a compensation that could not be opened refuses nothing of its. */
const idle = new Set(["ignored", "refused"]);

/** The first execution's end, or that of the last one that had to act after it. */
export function endOfRelease({ executions, outcome, reason }: RunRecord): {
  outcome: string;
  reason: string;
} {
  if (outcome === "hung") return { outcome, reason };
  const acting = executions.filter((each, nth) => nth === 0 || !idle.has(each.outcome));
  const last = acting.findLast((each) => !unfinished.has(each.outcome)) ?? acting.at(-1);
  return last === undefined ? { outcome, reason } : { outcome: last.outcome, reason: last.reason };
}

/**
 * `reference` is the release without any fault, where its candidate is bad: one that is well, and goes back for want of
 * capacity, money or sight, may be promoted once a hand or a fault has changed that.
 */
export function findingOf(
  experiment: Experiment,
  record: RunRecord,
  reference?: Pick<Finding, "outcome">,
): Finding {
  const end = endOfRelease(record);
  return {
    experiment,
    ...end,
    wrong: [
      ...wrongWith(record),
      ...misled(end.outcome, reference),
      ...unreached(experiment, record),
      ...untold(experiment, record),
    ],
    points: record.points ?? [],
    edges: record.edges,
    moments: record.moments ?? [],
  };
}

function wrongWith(record: RunRecord): Wrong[] {
  const { violations } = record.findings.invariants as InvariantFindings;
  return [
    ...Object.values(violations).flatMap((some) =>
      some.map(({ invariant, what }) => ({ what: invariant, detail: what })),
    ),
    ...record.refusals.map((detail) => ({ what: "not-modelled", detail })),
    ...(record.handsRefused ?? []).map((detail) => ({ what: "not-reached", detail })),
    ...(record.outcome === "hung" ? [{ what: "hung", detail: record.reason }] : []),
  ];
}

/**
 * A fault that never happened proves nothing. Of several a later one may be kept away by the first, unless that is a
 * stop, or somebody who waits for one; a hand may lead the release elsewhere before the fault that lasts can begin.
 */
function unreached({ faults }: Experiment, record: RunRecord): Wrong[] {
  const [first, ...others] = faults;
  const all = first !== undefined && (endingKinds.has(first.kind) || isHand(first.kind));
  const astray = record.faults.length > 0 && others.some(({ kind }) => isHand(kind));
  const due = all ? faults : astray ? [] : faults.slice(0, 1);
  const missing = due.map(formatFault).filter((fault) => !record.faults.includes(fault));
  return missing.map((fault) => ({ what: "not-reached", detail: `the run did not come to ${fault}` }));
}

/** A sweep that is switched off is told to somebody. */
function untold({ faults }: Experiment, { alarms }: RunRecord): Wrong[] {
  const off = faults.some(({ kind }) => kind === "somebody-switches-the-sweep-off");
  return !off || alarms.some(({ name }) => name === "SweepPausedAlarm")
    ? []
    : [{ what: "nobody-told", detail: "the sweep was switched off for hours, and no alarm rang" }];
}

function misled(outcome: string, reference: Pick<Finding, "outcome"> | undefined): Wrong[] {
  if (reference === undefined || reference.outcome === "promoted" || outcome !== "promoted") return [];
  return [
    { what: "bad-candidate-promoted", detail: `without the fault the release is ${reference.outcome}` },
  ];
}
