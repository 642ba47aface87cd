/** A plan's milestones as a table of its page: when each is due, what it takes, and when it starts so as to be in time. */
import type { MilestoneOutlook } from "../core/calendar/milestone-outlook.ts";
import { groupName } from "../core/capacity/instance-group.ts";
import { graceOf } from "../core/plan/when.ts";
import { margin, type Page } from "./summary/page.ts";
import { cost, duration } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

export function milestoneTable(milestones: readonly MilestoneOutlook[], { width, paint }: Page): string[] {
  const columns = [
    { head: "milestone" },
    { head: "when" },
    { head: "capacity" },
    { head: "cost", align: "right" },
  ] as const;
  const rows = milestones.map((milestone) => [
    milestone.kind,
    whenText(milestone.when),
    raisedText(milestone),
    milestone.costUsd === undefined ? "" : cost(milestone.costUsd),
  ]);
  return [
    ...table(columns, rows, { width: width - margin.length, head: paint.dim }).map((line) => margin + line),
    ...milestones
      .flatMap((milestone) => [
        ...leadTexts(milestone),
        ...completionTexts(milestone),
        ...graceTexts(milestone),
        ...criteriaTexts(milestone),
      ])
      .flatMap((text) => wrap(text, width - margin.length))
      .map((line) => paint.dim(margin + line)),
  ];
}

function raisedText({ pool, cluster, staging, patch, criteria }: MilestoneOutlook): string {
  if (patch !== undefined) return `${patch.instances} ${patch.instanceType}, where it is behind`;
  if (pool !== undefined)
    return `${pool.instances} ${pool.instanceType} for ${duration(pool.holdMinutes * 60)}`;
  if (cluster !== undefined)
    return `${cluster.instances} more ${cluster.instanceType} in ${groupName(cluster)} for ${duration(cluster.holdMinutes * 60)}`;
  if (criteria !== undefined) return "none";
  return staging === undefined
    ? "as above"
    : `${staging.instances} ${staging.instanceType} on ${staging.endpoint}`;
}

const workTitles = {
  trainingJob: "a training job named",
  processingJob: "a processing job named",
  pipeline: "an execution of the pipeline",
} as const;

function completionTexts({ kind, completedBy = {}, late }: MilestoneOutlook): string[] {
  const [[of, name] = []] = Object.entries(completedBy) as [keyof typeof workTitles, string][];
  if (of === undefined || name === undefined) return [];
  const given = `The capacity of ${kind} is given back as soon as ${workTitles[of]} ${name} has succeeded`;
  if (late === undefined) return [`${given}.`];
  const longer = `; where that is late it is held for ${duration(late.extendMinutes * 60)} more (${cost(late.costUsd)} then)`;
  return [`${given}${longer}${late.laterDates === "move" ? ", and later dates are moved by as much" : ""}.`];
}

function whenText(when: MilestoneOutlook["when"]): string {
  if ("event" in when)
    return when.event === "model-approved" ? "a version is approved" : "a version has passed staging";
  return "at" in when ? `${when.at} ${when.timeZone}` : `${when.cron} ${when.timeZone}`;
}

function criteriaTexts({ criteria = [] }: MilestoneOutlook): string[] {
  if (criteria.length === 0) return [];
  const all = criteria.map(({ metric, of, atLeast, atMost, worseThanServingBy }) => {
    const bound = atLeast === undefined ? `${atMost} at most` : `${atLeast} at least`;
    const where = of === "model-quality" ? "" : ` of ${of}`;
    const beside =
      worseThanServingBy === undefined ? "" : ` and at most ${worseThanServingBy} worse than what serves`;
    return `${metric}${where} ${bound}${beside}`;
  });
  return [`A version is released where it measures up: ${all.join("; ")}. What is not known is no pass.`];
}

function leadTexts({ kind, start, lead = [] }: MilestoneOutlook): string[] {
  if (start === undefined || lead.length === 0) return [];
  const parts = lead.map(({ what, minutes }) => `${what} ${duration(Math.round(minutes) * 60)}`);
  const ahead = duration(start.leadMinutes * 60);
  return [`${kind} starts ${ahead} ahead, ${start.expression} ${start.timeZone}: ${parts.join(", ")}.`];
}

function graceTexts({ kind, when, pool }: MilestoneOutlook): string[] {
  if (pool !== undefined || "event" in when) return [];
  const grace = graceOf(when);
  if (kind === "patch") return [patchText(duration(grace * 60))];
  return grace === 0
    ? [`${kind} is refused where no newer version is approved by its date.`]
    : [`${kind} waits for a newer version that is approved, until ${duration(grace * 60)} after its date.`];
}

const patchText = (grace: string): string =>
  `Of patch nothing is raised where what serves keeps to the limits of gates as of the date. Where it is behind, the newest approved version that keeps to them is released as a patch, and waited for until ${grace} after the date.`;
