/** Fleets: instances of each side against its load, what was planned where none was raised, and training pools. */
import type { Side } from "../../core/kpis/kinds/kind.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { clock, duration } from "../text/figures.ts";
import { axisEnd, type Chart, type ChartSeries, halves, largest } from "./chart.ts";
import type { PlannedCourse } from "./planned-course.ts";
import { type IntervalTold, type ReleaseTold, type SideTold, sideLabel, timesOf } from "./told.ts";

type Known = number | null;

/** Of a release that raised nothing: what it would have raised. */
export function plannedFleet(planned: PlannedCourse | undefined): Chart[] {
  if (planned === undefined) return [];
  const end = axisEnd(planned.instances * 1.05);
  const [, first] = planned.shares;
  return [
    {
      name: "candidate-capacity",
      title: "Capacity of the candidate, instances",
      unit: "",
      from: 0,
      to: end,
      ticks: halves(0, end),
      summary: `Planned were ${planned.instances}; none was raised.`,
      series: [
        {
          role: "needed",
          label: "planned",
          form: "step",
          times: [0, first?.atSeconds ?? 0, planned.seconds],
          values: [0, planned.instances, planned.instances],
        },
      ],
    },
  ];
}

/** A training pool, for as long as it was held. */
export function poolChart({ rehearsed, plan, milestone, seconds }: ReleaseTold): Chart[] {
  const pool = rehearsed?.pool;
  if (pool === undefined) return [];
  const instances = plan?.milestones[milestone as keyof Plan["milestones"]]?.pool?.instances ?? 1;
  const end = axisEnd(instances * 1.05);
  const { fromSeconds, untilSeconds } = pool;
  return [
    {
      name: "pool",
      title: "Training pool, instances",
      unit: "",
      from: 0,
      to: end,
      ticks: halves(0, end),
      summary: `It was held from ${clock(fromSeconds)} to ${clock(untilSeconds)}, and there for ${duration(pool.thereSeconds)} of that.`,
      series: [
        {
          role: "candidate",
          label: "held",
          form: "step",
          times: [0, fromSeconds, untilSeconds, Math.max(seconds, untilSeconds)],
          values: [0, instances, 0, 0],
        },
      ],
    },
  ];
}

/** An instance group that was given more nodes, for as long as it was to have them. */
export function nodesChart({ rehearsed, seconds }: ReleaseTold): Chart[] {
  const nodes = rehearsed?.nodes;
  if (nodes === undefined) return [];
  const { group, before, raised, fromSeconds, untilSeconds } = nodes;
  const untilOr = untilSeconds ?? seconds;
  const end = axisEnd(raised * 1.05);
  const back = untilSeconds === null ? "It is not as before" : `It is as before since ${clock(untilSeconds)}`;
  return [
    {
      name: "nodes",
      title: `Instance group ${group}, nodes`,
      unit: "",
      from: 0,
      to: end,
      ticks: halves(0, end),
      summary: `It was to have ${raised} instead of ${before} from ${clock(fromSeconds)}. ${back}.`,
      series: [
        {
          role: "candidate",
          label: "asked for",
          form: "step",
          times: [0, fromSeconds, untilOr, Math.max(seconds, untilOr)],
          values: [
            before,
            raised,
            untilSeconds === null ? raised : before,
            untilSeconds === null ? raised : before,
          ],
        },
      ],
    },
  ];
}

/** Instances of one side against its load, in instances' worth at the plan's utilisation. */
export function capacityChart(told: ReleaseTold, side: Side): Chart[] {
  const { intervals, plan, needs } = told;
  const seen = (of: (side: SideTold) => Known) =>
    intervals.map(({ sides: both }) => (both[side] === undefined ? null : of(both[side])));
  const provisioned = seen((one) => one.provisioned);
  if (largest(provisioned) === 0) return [];
  const times = timesOf(told);
  const warm = seen((one) => one.warm);
  const each = needs?.[side].requestsPerSecondPerInstance;
  const worth =
    each === undefined || plan === undefined
      ? []
      : loadIn(intervals, side, (each * plan.requirements.utilisationPercent) / 100);
  const needed = worth.map((load) => (load === null ? null : Math.ceil(load - 1e-9)));
  const series: ChartSeries[] = [
    ...(worth.length === 0
      ? []
      : [
          { role: "load", label: "load, in instances", form: "area", times, values: worth } as const,
          { role: "needed", label: "needed", form: "step", times, values: needed } as const,
        ]),
    { role: "threshold", label: "provisioned", form: "step", times, values: provisioned },
    { role: side, label: "warm", form: "step", times, values: warm },
  ];
  const end = axisEnd(largest(series.flatMap(({ values }) => [...values])) * 1.05);
  const short = needed.filter((need, nth) => need !== null && need > (warm[nth] ?? Number.POSITIVE_INFINITY));
  return [
    {
      name: `${side}-capacity`,
      title: `Capacity of ${sideLabel(told, side)}, instances`,
      unit: "",
      from: 0,
      to: end,
      ticks: halves(0, end),
      summary: `Up to ${largest(provisioned)} instances, ${largest(warm)} of them warm; the load took up to ${largest(needed)}. ${
        short.length === 0
          ? "There were never fewer warm than the load needed."
          : `In ${short.length} of ${times.length} intervals fewer were warm than the load needed at the planned utilisation.`
      }`,
      series,
    },
  ];
}

const loadIn = (intervals: readonly IntervalTold[], side: Side, perInstance: number): Known[] =>
  intervals.map(({ seconds, sides: both }) => {
    const requests = both[side]?.requests ?? null;
    return requests === null ? null : requests / seconds / perInstance;
  });
