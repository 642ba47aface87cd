/** A plan to begin with: that of its kind, with the answers in it, bakes as long as the load asks for, and a budget. */
import { type Document, isMap, isScalar, parseDocument } from "yaml";
import { printable } from "../../core/input/bad-input.ts";
import { outlookOf } from "../../core/outlook.ts";
import { parsePlan } from "../../core/plan/file.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { loadWorld } from "../../rehearsal/worlds/load.ts";
import { wrap } from "../../report/text/layout.ts";
import { expectedLoadIn } from "../expected-load.ts";
import { aboutKind, kindText } from "./model-kinds.ts";

export interface Drafted {
  readonly kind: string;
  readonly model: string;
  readonly endpoint: string;
  readonly instanceType: string;
  readonly instances: number;
  readonly requestsPerSecondPerInstance: number;
  readonly peakRequestsPerSecond: number;
  /** US dollars; "unknown" where the plan is to spend on it all the same; absent where Slipway knows it. */
  readonly usdPerHour?: number | "unknown";
  readonly owner?: string;
  /** What was found out about the endpoint, a sentence each. */
  readonly found: readonly string[];
}

/** Of the comment at its head. */
const pageColumns = 98;
/** More than any release is estimated at: the draft is estimated with it, and has its own after that. */
const anyBudget = 1e12;
/** Chosen: a load that has outgrown the plan, and hours in which a release is held, cost as much again. */
const budgetRoom = 2;
/** Chosen: what is three times as bad is to be found by the end of a bake … */
const foundTimes = 3;
/** … as long as that takes no more than so many times what is usual for the kind, since the capacity stands there meanwhile. */
const longestTimes = 3;

/** The text of the plan. */
export function draftOf(answers: Drafted): string {
  const doc = parseDocument(kindText(answers.kind));
  fill(doc, answers);
  setPrice(doc, answers);
  doc.setIn(["budget", "usdPerRelease"], anyBudget);
  setBakes(doc);
  setBudget(doc);
  doc.commentBefore = headOf(answers);
  return String(doc.toString({ lineWidth: 0 }));
}

function fill(doc: Document, answers: Drafted): void {
  const { instanceType, requestsPerSecondPerInstance } = answers;
  const type = String(doc.get("defaultReleaseType"));
  const values: Readonly<Record<string, string | number>> = {
    model: answers.model,
    "endpoint.name": answers.endpoint,
    "endpoint.instanceType": instanceType,
    "endpoint.instances": answers.instances,
    "endpoint.requestsPerSecondPerInstance": requestsPerSecondPerInstance,
    "requirements.peakRequestsPerSecond": answers.peakRequestsPerSecond,
    [`releaseTypes.${type}.inference.instanceType`]: instanceType,
    [`releaseTypes.${type}.inference.requestsPerSecondPerInstance`]: requestsPerSecondPerInstance,
  };
  for (const [path, value] of Object.entries(values)) doc.setIn(path.split("."), value);
}

function setPrice(doc: Document, { instanceType, usdPerHour }: Drafted): void {
  if (usdPerHour === "unknown")
    add(doc, ["budget", "unpriced"], {
      value: doc.createNode([instanceType], { flow: true }),
      comment:
        "Nobody knows what this type costs: its hours count in no cost. Better give that under prices.",
    });
  else if (usdPerHour !== undefined)
    add(doc, ["prices"], {
      value: { [instanceType]: usdPerHour },
      comment: "US dollars for an instance-hour.",
    });
}

/** Adds a key with a comment above it; at the document's top an empty line is before it. */
function add(
  doc: Document,
  path: readonly string[],
  { value, comment }: { value: unknown; comment: string },
): void {
  const map = doc.getIn(path.slice(0, -1), true);
  const pair = doc.createPair(path.at(-1), value);
  if (isMap(map)) map.add(pair);
  remark(pair.key, comment);
  if (isScalar(pair.key)) pair.key.spaceBefore = path.length === 1;
}

function remark(key: unknown, comment: string): void {
  if (isScalar(key)) key.commentBefore = ` ${comment}`;
}

function setBakes(doc: Document): void {
  const plan = planOf(doc);
  const { sight, load } = outlookOf(plan, expectedLoadIn(loadWorld("healthy"), plan));
  for (const [i, { trafficPercent, bakeMinutes }] of plan.rollout.stages.entries()) {
    const needed = sight
      .filter((one) => one.trafficPercent === trafficPercent)
      .flatMap(({ findsMinutes }) => findsMinutes.filter(({ times }) => times === foundTimes))
      .map(({ minutes }) => minutes ?? Number.POSITIVE_INFINITY);
    const longest = bakeMinutes * longestTimes;
    const minutes = Math.ceil(Math.min(longest, Math.max(bakeMinutes, ...needed)) / 5) * 5;
    doc.setIn(["rollout", "stages", i, "bakeMinutes"], minutes);
  }
  setLeastRequests(doc, load.requestsPerSecond);
}

/** A stage passes with so many requests of the candidate's; where less comes to it, it would wait for them in vain. */
function setLeastRequests(doc: Document, requestsPerSecond: number): void {
  const { stages, minimumRequests } = planOf(doc).rollout;
  const fewest = Math.min(
    ...stages.map(
      ({ trafficPercent, bakeMinutes }) => (requestsPerSecond * trafficPercent * bakeMinutes * 60) / 100,
    ),
  );
  if (fewest / 2 >= minimumRequests) return;
  add(doc, ["rollout", "minimumRequests"], {
    value: Math.max(1, Math.floor(fewest / 2)),
    comment: "Little comes to a small share of this load: half of what is to be expected has to do.",
  });
}

function setBudget(doc: Document): void {
  const plan = planOf(doc);
  const { releases } = outlookOf(plan, expectedLoadIn(loadWorld("healthy"), plan));
  const dearest = Math.max(
    ...releases.flatMap(({ dearestKnownUsd, costP95Usd }) => [dearestKnownUsd, costP95Usd ?? 0]),
  );
  const usd = Math.max(1, Math.ceil(dearest * budgetRoom));
  doc.setIn(["budget", "usdPerRelease"], usd);
  const budget = doc.get("budget", true);
  const { key } =
    (isMap(budget) ? budget.items : []).find(
      (pair) => isScalar(pair.key) && pair.key.value === "usdPerRelease",
    ) ?? {};
  remark(key, `Twice what a release is estimated at, $${dearest.toFixed(2)}, on top of the steady fleet.`);
}

/** @throws where the draft is no plan: each kind's own is one, and every answer was looked at. */
function planOf(doc: Document): Plan {
  const parsed = parsePlan(doc.toString(), "the draft");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.plan;
}

function headOf({ kind, model, owner = "", found }: Drafted): string {
  return [
    `Release plan of ${model}: ${aboutKind(kind)}.`,
    ...(owner === "" ? [] : [`Owner: ${printable(owner)}.`]),
    ...found,
    "Begun by slipway init: every number in it is yours to change. plans/plan.schema.json lets editors complete and check it.",
  ]
    .flatMap((line) => wrap(line, pageColumns))
    .map((line) => ` ${line}`)
    .join("\n");
}
