/** A release as it is shown: every figure is worked out here, once, and pages and terminals only draw. */
import { printable } from "../../core/input/bad-input.ts";
import { nobodyAnswered } from "../../core/release/bake.ts";
import { duration } from "../text/figures.ts";
import type { Chart } from "./chart.ts";
import { type Comparison, comparisons } from "./comparison.ts";
import { evidenceCharts } from "./evidence-charts.ts";
import { type Highlight, highlights } from "./highlights.ts";
import { type LedgerRow, ledgerRows } from "./ledger-rows.ts";
import { marksOf, type TimelineMark } from "./marks.ts";
import { minuteCharts } from "./minute-charts.ts";
import { type StageRow, stageRows } from "./stage-rows.ts";
import type { ReleaseTold } from "./told.ts";

export interface ReleaseView {
  readonly outcome: ReleaseTold["outcome"];
  /** `chat-assistant v7 to production` */
  readonly subject: string;
  /** How it ended, in a sentence. */
  readonly sentence: string;
  /** Why, in sentences. */
  readonly reason: string;
  /** What may be done about it; empty where nothing is to be said. */
  readonly hint: string;
  /** When it was, and in which world. */
  readonly origin: string;
  readonly startedAt: string;
  readonly highlights: readonly Highlight[];
  /** What the time axis reaches to. */
  readonly seconds: number;
  readonly charts: readonly Chart[];
  readonly marks: readonly TimelineMark[];
  readonly stages: readonly StageRow[];
  readonly comparisons: readonly Comparison[];
  readonly ledger: readonly LedgerRow[];
  /** Of a rehearsal: invariants that were broken, and whatever makes it worth less than it looks; undefined of a real release. */
  readonly promises: Promises | undefined;
}

export interface Promises {
  readonly held: number;
  readonly broken: readonly string[];
  readonly doubts: readonly string[];
}

export function releaseView(told: ReleaseTold): ReleaseView {
  const stages = stageRows(told);
  return {
    outcome: told.outcome,
    subject: subjectOf(told),
    sentence: sentenceOf(told),
    reason: reasonOf(told),
    hint: hintOf(told),
    origin: originOf(told),
    startedAt: told.startedAt,
    highlights: highlights(told),
    seconds: told.seconds,
    charts: [...minuteCharts(told), ...evidenceCharts(told)],
    marks: marksOf(told),
    stages,
    comparisons: comparisons(told, stages),
    ledger: ledgerRows(told),
    promises: promisesOf(told),
  };
}

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
  refused: "was refused, and nothing was changed",
  failed: "failed",
  "under-way": "is under way",
};

function sentenceOf(told: ReleaseTold): string {
  const { model, version, milestone, outcome, seconds } = told;
  const what = version === null ? model : `${model} v${version}`;
  const where = milestone === "" ? "" : ` to ${milestone}`;
  const share = Math.max(0, ...told.intervals.map(({ trafficPercent }) => trafficPercent ?? 0));
  const most =
    outcome === "rolled-back" && share > 0 ? `, from ${Number(share.toPrecision(3))} % of traffic` : "";
  const after = outcome === "under-way" ? "since" : "after";
  return `${what} ${verbs[outcome]}${outcome === "promoted" ? where : ""}${most} ${after} ${duration(seconds)}.`;
}

/** A reason as sentences of their own. */
const reasonOf = ({ reason }: ReleaseTold): string =>
  reason === "" ? "" : printable(`${reason}.`).replace(/\.\.$/, ".");

/** How somebody is made to answer in a rehearsal. */
const howToAnswer = "Rehearse it with --answer proceed or --answer roll-back, and somebody does.";

const hintOf = ({ reason, rehearsed }: ReleaseTold): string =>
  rehearsed !== undefined && reason.startsWith(nobodyAnswered) ? howToAnswer : "";

const momentOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
const decapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function originOf({ seconds, startedAt, rehearsed, outcome }: ReleaseTold): string {
  const begun = `from ${momentOf(startedAt)}`;
  if (rehearsed === undefined)
    return outcome === "under-way" ? `Under way ${begun}.` : `${duration(seconds)} ${begun}.`;
  const { seed, world } = rehearsed;
  return `${duration(seconds)} of virtual time ${begun}, seed ${seed}, in the world ${world.name}: ${printable(decapitalised(world.description))}`;
}

function promisesOf({ rehearsed }: ReleaseTold): Promises | undefined {
  if (rehearsed === undefined) return undefined;
  const { invariants, violations, notModelled, undelivered, dropped } = rehearsed;
  return {
    held: Object.values(invariants).filter((count) => count === 0).length,
    broken: violations.map(({ invariant, what }) => `${invariant}: ${what}`),
    doubts: [
      ...notModelled.map((each) => `not modelled by the twin: ${each}`),
      ...undelivered.map((each) => `not started: ${each}`),
      ...dropped.map((each) => `given up after all retries: ${each}`),
    ],
  };
}
