/** The candidate's share of traffic as it was, and as its plan had it. */
import { percent } from "../text/figures.ts";
import { type Chart, type ChartSeries, halves, largest } from "./chart.ts";
import type { PlannedCourse } from "./planned-course.ts";
import { type ReleaseTold, sideLabel } from "./told.ts";

/** What the plan had in mind lies over what came of it. */
export function shareChart(told: ReleaseTold, planned: PlannedCourse | undefined): Chart[] {
  const { times, values } = sharesOf(told);
  const most = largest(values);
  if (most === 0 && planned === undefined) return [];
  const steps = [...new Set(values)].filter((each) => each > 0);
  const seen: ChartSeries[] =
    times.length < 2 || told.needs === undefined
      ? []
      : [
          {
            role: "stable",
            label: sideLabel(told, "stable"),
            form: "block",
            times,
            values: values.map(() => 100),
          },
          { role: "candidate", label: sideLabel(told, "candidate"), form: "block", times, values },
        ];
  return [
    {
      name: "share",
      title: "Traffic share",
      unit: " %",
      from: 0,
      to: 100,
      ticks: halves(0, 100),
      summary: [
        most === 0
          ? "The candidate had no traffic."
          : `The candidate's share of traffic went through ${steps.map(percent).join(", ")}; stable had the rest.`,
        ...(planned === undefined
          ? []
          : [
              `Planned were ${planned.shares
                .slice(1)
                .map(({ trafficPercent }) => percent(trafficPercent))
                .join(", ")}.`,
            ]),
      ].join(" "),
      series: [
        ...seen,
        ...(planned === undefined
          ? []
          : [
              {
                role: "needed",
                label: "planned",
                form: "step",
                times: [...planned.shares.map(({ atSeconds }) => atSeconds), planned.seconds],
                values: [...planned.shares.map(({ trafficPercent }) => trafficPercent), 100],
              } as const,
            ]),
      ],
    },
  ];
}

/** The candidate's share: to the second where a stage began, else as each interval left it. */
function sharesOf({ intervals, shares }: ReleaseTold): { times: number[]; values: number[] } {
  const [first] = intervals;
  const points = new Map<number, number>(
    first === undefined ? [] : [[first.atSeconds, first.trafficPercent ?? 0]],
  );
  for (const { atSeconds, seconds, trafficPercent } of intervals)
    if (trafficPercent !== null) points.set(atSeconds + seconds, trafficPercent);
  for (const { fromSeconds, trafficPercent } of shares) points.set(fromSeconds, trafficPercent);
  const ordered = [...points].sort(([a], [b]) => a - b);
  return { times: ordered.map(([at]) => at), values: ordered.map(([, value]) => value) };
}
