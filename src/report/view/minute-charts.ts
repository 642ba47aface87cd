/** Traffic, capacity, errors and latency of both sides, interval by interval. */
import type { Side } from "../../core/kpis/kinds/kind.ts";
import { percent } from "../text/figures.ts";
import { axisEnd, type Chart, type ChartSeries, halves, largest } from "./chart.ts";
import { type IntervalTold, type ReleaseTold, type SideTold, sides } from "./told.ts";

type Known = number | null;

export function minuteCharts(told: ReleaseTold): Chart[] {
  if (told.intervals.length < 2) return [];
  return [
    shareChart(told),
    ...sides.flatMap((side) => capacityChart(told, side)),
    ...bothSides(told, {
      name: "errors",
      title: "Failed requests",
      unit: " %",
      of: ({ errors, requests }) => (errors === null || !requests ? null : (100 * errors) / requests),
      least: 1,
    }),
    ...bothSides(told, {
      name: "latency",
      title: "Latency, mean",
      unit: " ms",
      of: ({ latencyMs }) => latencyMs,
      least: 1,
    }),
  ];
}

const timesOf = ({ intervals }: ReleaseTold): number[] => intervals.map(({ atSeconds }) => atSeconds);

/** What a side's series is called: `stable v6`. */
export function sideLabel({ needs }: Pick<ReleaseTold, "needs">, side: Side): string {
  const variant = needs?.[side].variant;
  return variant === undefined ? side : `${side} ${variant}`;
}

function shareChart(told: ReleaseTold): Chart {
  const times = timesOf(told);
  const shares = told.intervals.map(({ trafficPercent }) => trafficPercent);
  const most = largest(shares);
  const steps = [...new Set(shares.filter((each): each is number => each !== null))];
  return {
    name: "share",
    title: "Traffic share",
    unit: " %",
    from: 0,
    to: 100,
    ticks: halves(0, 100),
    summary:
      most === 0
        ? "The candidate had no traffic."
        : `The candidate's share of traffic went through ${steps.map(percent).join(", ")}; stable had the rest.`,
    series: [
      {
        role: "stable",
        label: sideLabel(told, "stable"),
        form: "area",
        times,
        values: shares.map(() => 100),
      },
      { role: "candidate", label: sideLabel(told, "candidate"), form: "area", times, values: shares },
    ],
  };
}

/** Instances of one side against its load, in instances' worth at the plan's utilisation. */
function capacityChart(told: ReleaseTold, side: Side): Chart[] {
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
  const top = largest(series.flatMap(({ values }) => [...values]));
  const short = needed.filter((need, nth) => need !== null && need > (warm[nth] ?? Number.POSITIVE_INFINITY));
  return [
    {
      name: `${side}-capacity`,
      title: `Capacity of ${sideLabel(told, side)}, instances`,
      unit: "",
      from: 0,
      to: axisEnd(top),
      ticks: halves(0, axisEnd(top)),
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

interface Figure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly of: (side: SideTold) => Known;
  /** What the axis reaches at least. */
  readonly least: number;
}

function bothSides(told: ReleaseTold, { name, title, unit, of, least }: Figure): Chart[] {
  const times = timesOf(told);
  const series = sides.flatMap((side): ChartSeries[] => {
    const values = told.intervals.map(({ sides: both }) => {
      const one = both[side];
      return one === undefined || !one.requests ? null : of(one);
    });
    if (values.every((value) => value === null)) return [];
    return [{ role: side, label: sideLabel(told, side), form: "line", times, values }];
  });
  if (series.length === 0) return [];
  const top = largest(series.flatMap(({ values }) => [...values]));
  const end = axisEnd(Math.max(least, top));
  const said = series.map(
    ({ label, values }) => `${label} up to ${Number(largest(values).toPrecision(3))}${unit}`,
  );
  return [
    { name, title, unit, from: 0, to: end, ticks: halves(0, end), summary: `${said.join("; ")}.`, series },
  ];
}
