/** What is drawn over a release's intervals: traffic, fleets, and how both sides fared. */
import { axisEnd, type Chart, type ChartSeries, halves, largest } from "./chart.ts";
import { capacityChart, nodesChart, plannedFleet, poolChart } from "./fleet-charts.ts";
import { plannedCourse } from "./planned-course.ts";
import { shareChart } from "./share-chart.ts";
import { type ReleaseTold, type SideTold, sideLabel, sides, timesOf } from "./told.ts";

export function minuteCharts(told: ReleaseTold): Chart[] {
  const planned = plannedCourse(told);
  const charts = [...poolChart(told), ...nodesChart(told), ...shareChart(told, planned)];
  // Where nothing was released, what the endpoint did is nobody's story.
  if (told.needs === undefined || told.intervals.length < 2) return [...charts, ...plannedFleet(planned)];
  return [
    ...charts,
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

interface Figure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly of: (side: SideTold) => number | null;
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
