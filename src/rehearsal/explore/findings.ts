/**
 * What one explored run of a release came to. Beside broken invariants, `bad-candidate-promoted` and `nobody-told` are
 * wrong with it, and what proves nothing.
 */
import { type Experiment, type Finding, unproven, unreached, type Wrong } from "#twin/explorer";
import type { Outcome } from "../../core/release/closing.ts";
import type { InvariantFindings } from "../invariants/invariants.ts";
import { sweepOff } from "../release/hand-calls.ts";
import type { RunRecord } from "../release/run-record.ts";

/** Executions that are not the last word on a release: another one acted for it after them. */
const interim = new Set(["aborted", "timed-out", "closing-failed", "handed-over", "hung"]);
/** What a later execution ends as that did nothing for the release: a compensation that could not be opened refuses nothing of its. */
const idle = new Set(["ignored", "refused"]);

/** The first execution's end, or that of the last one that had to act after it. */
export function endOfRelease({
  executions,
  outcome,
  reason,
}: Pick<RunRecord, "executions" | "outcome" | "reason">): {
  outcome: string;
  reason: string;
} {
  if (outcome === "hung") return { outcome, reason };
  const acting = executions.filter((each, nth) => nth === 0 || !idle.has(each.outcome));
  const last = acting.findLast((each) => !interim.has(each.outcome)) ?? acting.at(-1);
  return last === undefined ? { outcome, reason } : { outcome: last.outcome, reason: last.reason };
}

/**
 * `reference` is the release without any fault, where its candidate is bad: one that is well, and goes back for want of
 * capacity, money or sight, may be promoted once a hand or a fault has changed that.
 */
export function findingOf(
  experiment: Experiment,
  record: RunRecord,
  reference?: Pick<Finding, "outcome" | "beside">,
): Finding {
  const end = endOfRelease(record);
  const beside = (record.beside ?? []).map((one) => ({
    model: one.milestone ?? one.model,
    ...endBeside(one),
  }));
  return {
    experiment,
    ...end,
    ...(beside.length > 0 && {
      beside: Object.fromEntries(beside.map(({ model, outcome }) => [model, outcome])),
    }),
    wrong: [
      ...wrongWith(record),
      ...misled(end.outcome, reference?.outcome),
      ...beside.flatMap(({ model, outcome, reason }) => [
        ...unfinished(model, outcome, reason),
        ...misled(outcome, reference?.beside?.[model], model),
      ]),
      ...unstaged(end.outcome, record, reference),
      ...unreached(experiment, record),
      ...untold(experiment, record),
    ],
    points: record.points ?? [],
    edges: record.edges,
    moments: record.moments ?? [],
  };
}

type Beside = NonNullable<RunRecord["beside"]>[number];

function endBeside({ executions }: Beside): { outcome: string; reason: string } {
  const last = executions.at(-1);
  return endOfRelease({
    executions,
    outcome: last?.outcome ?? "hung",
    reason: last?.reason ?? "it was never started",
  });
}

/**
 * A release beside the one that is explored has to end as well, however that is: what an end may leave behind, the invariants
 * hold it to like the first.
 */
const unfinished = (model: string, outcome: string, reason: string): Wrong[] =>
  outcome === "hung" ? [{ what: "hung", detail: `${model} ended ${outcome}: ${reason}` }] : [];

const goneBack: ReadonlySet<string> = new Set<Outcome>(["rolled-back", "refused", "superseded", "stopped"]);

/** Production follows a success in staging, and nothing else; where it would without any fault. */
function unstaged(
  outcome: string,
  { beside = [] }: RunRecord,
  reference?: Pick<Finding, "outcome" | "beside">,
): Wrong[] {
  const hasFollowed = beside.some(({ milestone }) => milestone === "production");
  // An execution that was stopped as it closed may have promoted the version before.
  if (hasFollowed && goneBack.has(outcome))
    return [{ what: "unstaged-production", detail: `production began although staging was ${outcome}` }];
  const follows = reference?.outcome === "promoted" && reference.beside?.production !== undefined;
  return follows && outcome === "promoted" && !hasFollowed
    ? [{ what: "production-forgotten", detail: "staging was passed, and production never began" }]
    : [];
}

function wrongWith(record: RunRecord): Wrong[] {
  const { violations } = record.findings.invariants as InvariantFindings;
  return [
    ...Object.values(violations).flatMap((some) =>
      some.map(({ invariant, what }) => ({ what: invariant, detail: what })),
    ),
    ...unproven(record),
  ];
}

/** A sweep that is switched off is told to somebody. */
function untold({ faults }: Experiment, { alarms }: RunRecord): Wrong[] {
  const off = faults.some(({ kind }) => kind === sweepOff);
  return !off || alarms.some(({ name }) => name === "SweepPausedAlarm")
    ? []
    : [{ what: "nobody-told", detail: "the sweep was switched off for hours, and no alarm rang" }];
}

function misled(outcome: string, reference: string | undefined, whose = "the release"): Wrong[] {
  if (reference === undefined || reference === "promoted" || outcome !== "promoted") return [];
  return [{ what: "bad-candidate-promoted", detail: `without the fault ${whose} is ${reference}` }];
}
