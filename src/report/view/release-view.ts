/** A release as it is shown: every figure is worked out here, once, and pages and terminals only draw. */
import type { BesideFacts, RehearsalFacts } from "../../core/facts/rehearsal-facts.ts";
import { printable } from "../../core/input/bad-input.ts";
import { nobodyAnswered } from "../../core/release/bake.ts";
import { newsIn } from "../../core/release/shares.ts";
import { claimedText } from "../claimed.ts";
import { counted, duration } from "../text/figures.ts";
import { adjustedNotes } from "./adjusted-notes.ts";
import type { Chart } from "./chart.ts";
import type { Comparison } from "./compared.ts";
import { comparisons } from "./comparison.ts";
import { evidenceCharts } from "./evidence-charts.ts";
import { type GateRow, gateRows } from "./gate-rows.ts";
import { type Highlight, highlights } from "./highlights.ts";
import { type LedgerRow, ledgerRows } from "./ledger-rows.ts";
import { type LoadShown, loadShown } from "./load-rows.ts";
import { marksOf, type TimelineMark } from "./marks.ts";
import { minuteCharts } from "./minute-charts.ts";
import { plannedCourse } from "./planned-course.ts";
import { type Promises, promisesOf } from "./promises.ts";
import { type StageRow, stageRows } from "./stage-rows.ts";
import { type ReleaseTold, secondsInto } from "./told.ts";
import { type Totals, totalsOf } from "./totals.ts";

export interface ReleaseView {
  readonly outcome: ReleaseTold["outcome"];
  /** `chat-assistant v7 to production` */
  readonly subject: string;
  /** How it ended, in a sentence. */
  readonly sentence: string;
  /** Why, in sentences. */
  readonly reason: string;
  /** When it was, and in which world. */
  readonly origin: string;
  readonly startedAt: string;
  readonly highlights: readonly Highlight[];
  /** What the time axis reaches to. */
  readonly seconds: number;
  readonly charts: readonly Chart[];
  readonly marks: readonly TimelineMark[];
  /** Of a candidate that was tested under load. */
  readonly loadTest?: LoadShown | undefined;
  /** Of a plan that asks for some. */
  readonly gates: readonly GateRow[];
  readonly stages: readonly StageRow[];
  readonly comparisons: readonly Comparison[];
  readonly ledger: readonly LedgerRow[];
  /** Both sides together, interval by interval. */
  readonly totals: Totals;
  /** What else became of it: releases beside it or after it, and what may be done. */
  readonly notes: readonly string[];
  /** Of a rehearsal alone. */
  readonly rehearsed?: Rehearsed;
}

/** What only a rehearsal can say. */
export interface Rehearsed
  extends Pick<RehearsalFacts, "pool" | "nodes" | "awsCalls" | "transitions" | "lambdaInvocations"> {
  readonly outlay: Outlay;
  /** Whether the invariants held, and whatever makes the rehearsal worth less than it looks. */
  readonly promises: Promises;
}

export type Outlay = Pick<
  RehearsalFacts,
  | "candidateFailedRequests"
  | "candidateRequests"
  | "instanceHours"
  | "figures"
  | "budget"
  | "costUsd"
  | "expenses"
  | "leasedUsd"
  | "totalCostUsd"
  | "unpricedInstanceTypes"
  | "alongside"
  | "lockedMinutes"
>;

export function releaseView(told: ReleaseTold): ReleaseView {
  const stages = stageRows(told);
  return {
    outcome: told.outcome,
    subject: subjectOf(told),
    sentence: sentenceOf(told),
    reason: reasonOf(told),
    origin: originOf(told),
    startedAt: told.startedAt,
    highlights: highlights(told),
    seconds: axisOf(told),
    charts: [...minuteCharts(told), ...evidenceCharts(told)],
    marks: marksOf(told),
    loadTest: loadShown(told),
    gates: gateRows(told),
    stages,
    comparisons: comparisons(told, stages),
    ledger: ledgerRows(told),
    totals: totalsOf(told),
    notes: notesOf(told),
    ...(told.rehearsed !== undefined && { rehearsed: rehearsedIn(told.rehearsed) }),
  };
}

/** Of a release that ended as it began, what was planned is all there is to be seen. */
const axisOf = (told: ReleaseTold): number =>
  told.intervals.length < 2 ? Math.max(told.seconds, plannedCourse(told)?.seconds ?? 0) : told.seconds;

function subjectOf({
  model,
  version,
  milestone,
}: Pick<ReleaseTold, "model" | "version" | "milestone">): string {
  if (milestone === "") return `${model}: no release was opened`;
  return `${version === null ? model : `${model} v${version}`} to ${milestone}`;
}

const verbs: Readonly<Record<ReleaseTold["outcome"], string>> = {
  promoted: "was promoted",
  done: "had its capacity",
  ignored: "started nothing",
  "rolled-back": "was rolled back",
  superseded: "was superseded",
  stopped: "was stopped",
  refused: "was refused",
  failed: "failed",
  "under-way": "has been under way",
};

function sentenceOf(told: ReleaseTold): string {
  const { model, version, milestone, outcome, seconds } = told;
  const what = version === null ? model : `${model} v${version}`;
  const where = milestone === "" ? "" : ` to ${milestone}`;
  const share = Math.max(0, ...told.intervals.map(({ trafficPercent }) => trafficPercent ?? 0));
  const most =
    outcome === "rolled-back" && share > 0 ? `, from ${Number(share.toPrecision(3))} % of traffic` : "";
  const after = outcome === "under-way" ? "for" : "after";
  return `${what} ${verbs[outcome]}${outcome === "promoted" ? where : ""}${most} ${after} ${duration(seconds)}${outcome === "refused" ? ", and nothing was changed" : ""}.`;
}

/** A reason as sentences of their own. */
const reasonOf = ({ reason }: ReleaseTold): string =>
  reason === "" ? "" : printable(`${reason}.`).replace(/\.\.$/, ".");

/** How somebody is made to answer in a rehearsal. */
const howToAnswer = "Rehearse it with --answer proceed or --answer roll-back, and somebody does.";

const notesOf = (told: ReleaseTold): string[] => [
  ...claimedNotes(told),
  ...laterNotes(told, { state: "quality", words: qualities }),
  ...laterNotes(told, { state: "spike", words: spikes }),
  ...laterNotes(told, { state: "reservation", words: reservations }),
  ...lateNotes(told),
  ...adjustedNotes(told),
  ...(told.rehearsed !== undefined && told.reason.startsWith(nobodyAnswered) ? [howToAnswer] : []),
  ...(told.rehearsed?.beside ?? []).map(besideIt),
];

function claimedNotes({ claimed = {} }: ReleaseTold): string[] {
  const text = claimedText(claimed);
  return text === undefined ? [] : [printable(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`)];
}

/** By outcome: what its quality, days later, has come to. */
const qualities: Readonly<Record<string, string>> = {
  kept: "Its quality was kept",
  harm: "Its quality turned out worse",
  unknown: "Its quality is unknown",
  superseded: "Its quality was not watched to the end",
};

/** By outcome: what a spike at low hours, once it served, has come to. */
const spikes: Readonly<Record<string, string>> = {
  taken: "It took a spike at low hours",
  "not-taken": "It did not take a spike at low hours",
  unknown: "Whether it takes a spike at low hours is not known",
  "given-up": "The spike at low hours was given up",
  superseded: "The spike at low hours came to nothing",
  withdrawn: "The spike at low hours came to nothing",
};

/** By outcome: what the capacity that it was promoted on has come to. */
const reservations: Readonly<Record<string, string>> = {
  ending: "Its reserved capacity ends",
  ended: "Its reserved capacity has ended",
};

/** It may have been told twice. */
function laterNotes(
  told: ReleaseTold,
  { state: of, words }: { readonly state: string; readonly words: Readonly<Record<string, string>> },
): string[] {
  const last = newsIn(told.journal).findLast(({ state }) => state === of);
  if (last === undefined) return [];
  const { at, outcome = "", reason = "" } = last;
  const found = `${words[outcome] ?? outcome}, as was known ${duration(secondsInto(told, at))} after it began`;
  return [printable(`${found}: ${reason}.`)];
}

function lateNotes({ rehearsed }: ReleaseTold): string[] {
  const late = rehearsed?.usersLateInSpike;
  return late === undefined
    ? []
    : [`${counted(late, "request")} of users came late, or not at all, in that spike.`];
}

/** A release beside it ends as the last of its executions did. */
function besideIt({ model, milestone, executions }: BesideFacts): string {
  const {
    outcome = "never started",
    reason = "",
    startSeconds = 0,
    stopSeconds = null,
  } = executions.at(-1) ?? {};
  const from = executions[0]?.startSeconds ?? startSeconds;
  const time = stopSeconds === null ? "" : ` after ${duration(stopSeconds - from)}`;
  const which = milestone === undefined ? `Beside it, ${model}` : `Then ${milestone}`;
  return printable(`${which}: ${outcome}${time}. ${reason}`).replace(/\.?$/, ".");
}

const rehearsedIn = (facts: RehearsalFacts): Rehearsed => ({
  ...facts,
  outlay: facts,
  promises: promisesOf(facts),
});

const momentOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
const decapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function originOf({ seconds, startedAt, rehearsed, outcome }: ReleaseTold): string {
  const begun = `from ${momentOf(startedAt)}`;
  if (rehearsed === undefined)
    return outcome === "under-way" ? `Under way ${begun}.` : `${duration(seconds)} ${begun}.`;
  const { seed, world } = rehearsed;
  return `${duration(seconds)} of virtual time ${begun}, seed ${seed}, in the world ${world.name}: ${printable(decapitalised(world.description))}`;
}
