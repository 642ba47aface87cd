/** The plan against what happened: time, money, sizes, locks and the date, each as it was meant to be and as it was. */
import type { Plan } from "../../core/plan/plan.ts";
import { cost, count, counted, duration, usd } from "../text/figures.ts";
import { largest } from "./chart.ts";
import type { Comparison } from "./compared.ts";
import { learnt } from "./looked-back.ts";
import { outlookFor } from "./planned-course.ts";
import type { StageRow } from "./stage-rows.ts";
import type { ReleaseTold } from "./told.ts";

export function comparisons(told: ReleaseTold, stages: readonly StageRow[]): Comparison[] {
  const { plan, needs } = told;
  if (plan === undefined || needs === undefined) return dates(told);
  const outlook = outlookFor(told, plan);
  return [
    ...dates(told),
    ...lengths(told, outlook),
    ...money(told, plan, outlook),
    ...sizes(told, needs),
    ...bakes(stages),
    ...learnt(told.retrospective),
  ];
}

function dates({ dueAt, lateMinutes }: ReleaseTold): Comparison[] {
  if (dueAt === undefined) return [];
  const late = lateMinutes ?? 0;
  const happened =
    lateMinutes === undefined ? "not yet" : late === 0 ? "in time" : `${counted(late, "minute")} late`;
  return [{ what: "due", planned: dueAt, happened, isBeyond: late > 0 }];
}

type Outlook = ReturnType<typeof outlookFor>;

function lengths(told: ReleaseTold, { minutes }: Outlook): Comparison[] {
  const { rehearsed, plan } = told;
  const lockedMinutes = rehearsed?.lockedMinutes;
  const most = plan?.budget.maxLockedMinutes ?? 0;
  const isOver = told.outcome !== "under-way";
  return [
    {
      what: "from its start to its end",
      planned: duration(minutes * 60),
      happened: isOver ? duration(told.seconds) : `${duration(told.seconds)} so far`,
      isBeyond: false,
    },
    ...(lockedMinutes === undefined
      ? []
      : [
          {
            what: "locked, with the way back barred",
            planned: `at most ${counted(most, "minute")}`,
            happened: counted(lockedMinutes, "minute"),
            isBeyond: lockedMinutes > most,
          },
        ]),
  ];
}

function money({ costUsd, rehearsed }: ReleaseTold, plan: Plan, outlook: Outlook): Comparison[] {
  const { usdPerRelease } = plan.budget;
  if (costUsd === undefined) return [];
  return [
    {
      what: "raised on top of the steady fleet",
      planned: `${cost(outlook.costUsd)}, nineteen of twenty within ${cost(outlook.costP95Usd)}; the budget is ${usd(usdPerRelease)}`,
      happened: rehearsed === undefined ? `${cost(costUsd)} by its last look` : cost(costUsd),
      isBeyond: costUsd !== null && costUsd > usdPerRelease,
    },
  ];
}

function sizes(told: ReleaseTold, needs: NonNullable<ReleaseTold["needs"]>): Comparison[] {
  const most = (side: "candidate" | "stable") =>
    largest(told.intervals.map(({ sides }) => sides[side]?.provisioned ?? null));
  const raised = (needs.candidate.shares ?? []).map(({ instances }) => instances);
  const final = Math.max(needs.candidate.instances, ...raised);
  const joins =
    raised.length > 0 && final > needs.candidate.instances ? `, joins with ${needs.candidate.instances}` : "";
  return [
    {
      what: "the candidate's instances",
      planned: `${final} × ${needs.candidate.instanceType}${joins}`,
      happened: `up to ${most("candidate")}`,
      isBeyond: false,
    },
    {
      what: "stable's instances",
      planned: `${needs.stable.instances} × ${needs.stable.instanceType}`,
      happened: `up to ${most("stable")}`,
      isBeyond: false,
    },
    {
      what: "load, requests per second",
      planned: `ready for ${count(needs.designRequestsPerSecond)}, measured ${count(needs.measuredRequestsPerSecond)} before${forecastIn(needs)}`,
      happened: `up to ${count(largest(loads(told)))}`,
      isBeyond: false,
    },
  ];
}

const forecastIn = ({ expected }: NonNullable<ReleaseTold["needs"]>): string =>
  expected === undefined
    ? ""
    : `, forecast ${count(expected.requestsPerSecond)} on ${count(expected.percent)} % of such times`;

const loads = ({ intervals }: ReleaseTold): number[] =>
  intervals.map(
    ({ sides, seconds }) => ((sides.stable?.requests ?? 0) + (sides.candidate?.requests ?? 0)) / seconds,
  );

const bakes = (stages: readonly StageRow[]): Comparison[] =>
  stages.flatMap(({ trafficPercent, bakeMinutes, fromSeconds, untilSeconds }) =>
    bakeMinutes === undefined
      ? []
      : [
          {
            what: `at ${count(trafficPercent)} %`,
            planned: `bakes for ${counted(bakeMinutes, "minute")}`,
            happened: `in force for ${duration(untilSeconds - fromSeconds)}`,
            isBeyond: false,
          },
        ],
  );
