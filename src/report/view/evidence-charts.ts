/** The evidence of each KPI as it was at each look, against what it takes; of ceilings, both sides against the ceiling. */

import { type Guardrail, isGuardrail } from "../../core/kpis/kinds/guardrail.ts";
import type { Side } from "../../core/kpis/kinds/kind.ts";
import { judgedKpis } from "../../core/plan/requirements.ts";
import type { IntervalSeen, LookEntry, SideSeen } from "../../core/release/journal.ts";
import { axisEnd, type Chart, type ChartSeries, halves, largest } from "./chart.ts";
import { type ReleaseTold, secondsInto, sideLabel, sides } from "./told.ts";

/** Evidence below this share of what it takes says that nothing is seen; it is drawn no lower. */
const floor = -100;
const ceilingOf = 150;

export const looksIn = ({ journal }: Pick<ReleaseTold, "journal">): LookEntry[] =>
  journal.flatMap((entry) => (entry.kind === "look" ? [entry] : []));

export function evidenceCharts(told: ReleaseTold): Chart[] {
  const looks = looksIn(told);
  const names = [...new Set(looks.flatMap(({ kpis }) => kpis.map(({ name }) => name)))];
  const ceilings = told.plan === undefined ? [] : judgedKpis(told.plan).filter(isGuardrail);
  const intervals = intervalsOf(looks);
  return names.flatMap((name) => {
    const ceiling = ceilings.find((each) => each.name === name);
    if (ceiling !== undefined) return ceilingChart(told, ceiling, intervals.get(name) ?? []);
    return evidenceChart(told, name, looks);
  });
}

/** By KPI, in order of time; of an interval that was read twice, as it was read last. */
function intervalsOf(looks: readonly LookEntry[]): Map<string, IntervalSeen[]> {
  const newest = new Map<string, IntervalSeen>();
  for (const { intervals } of looks) for (const each of intervals) newest.set(`${each.kpi} ${each.at}`, each);
  const ordered = [...newest.values()].sort((a, b) => a.at - b.at);
  return Map.groupBy(ordered, ({ kpi }) => kpi);
}

function evidenceChart(told: ReleaseTold, name: string, looks: readonly LookEntry[]): Chart[] {
  const seen = looks.flatMap(({ at, kpis }) => {
    const kpi = kpis.find((each) => each.name === name);
    return kpi === undefined ? [] : [{ at: secondsInto(told, at), kpi }];
  });
  if (seen.every(({ kpi }) => kpi.logE === undefined)) return [];
  const times = seen.map(({ at }) => at);
  const harm = seen.map(({ kpi }) => shareOf(kpi.logE, kpi.logThreshold));
  const safe = seen.map(({ kpi }) => shareOf(kpi.logSafe, kpi.logSafeThreshold));
  const span = [times[0] ?? 0, times.at(-1) ?? 0];
  const top = largest(harm);
  const threshold: ChartSeries = {
    role: "threshold",
    label: "what it takes",
    form: "line",
    times: span,
    values: [100, 100],
  };
  return [
    {
      name: `evidence-${name}`,
      title: `Evidence, ${name}`,
      unit: " %",
      from: floor,
      to: ceilingOf,
      ticks: [floor, 0, 100],
      summary: `${harmText(top)} ${largest(safe) >= 100 ? "It was shown to be safe in at least one stage." : `Of what it takes to show that it is safe, up to ${Math.round(largest(safe))} % was there.`}`,
      series: [
        { role: "evidence", label: "of harm", form: "line", times, values: harm },
        { role: "safety", label: "of safety, this stage", form: "line", times, values: safe },
        threshold,
      ],
    },
  ];
}

const harmText = (top: number): string =>
  top >= 100
    ? "The evidence of harm reached what it takes."
    : `The evidence of harm came to ${Math.round(top)} % of what it takes at most.`;

function shareOf(log: number | undefined, threshold: number | undefined): number | null {
  if (log === undefined || threshold === undefined || threshold <= 0) return null;
  return Math.min(ceilingOf, Math.max(floor, (100 * log) / threshold));
}

function ceilingChart(told: ReleaseTold, guardrail: Guardrail, intervals: readonly IntervalSeen[]): Chart[] {
  const { name, ceiling } = guardrail;
  const startSeconds = Date.parse(told.startedAt) / 1000;
  const times = intervals.map(({ at }) => at - startSeconds);
  const series = sides.map(
    (side): ChartSeries => ({
      role: side,
      label: sideLabel(told, side),
      form: "line",
      times,
      values: intervals.map((interval) => valueSeen(interval[side])),
    }),
  );
  const values = series.flatMap((each) => [...each.values]);
  if (values.every((value) => value === null)) return [];
  const above = (side: Side) =>
    intervals.filter((interval) => (valueSeen(interval[side]) ?? Number.NEGATIVE_INFINITY) > ceiling).length;
  const span = [times[0] ?? 0, times.at(-1) ?? 0];
  const end = axisEnd(Math.max(ceiling * 1.1, largest(values)));
  return [
    {
      name: `ceiling-${name}`,
      title: `${name}, against its ceiling`,
      unit: unitOf[guardrail.of],
      from: 0,
      to: end,
      ticks: halves(0, end),
      summary: `The ceiling is ${ceiling}. The candidate was above it in ${above("candidate")} of ${times.length} intervals, stable in ${above("stable")}.`,
      series: [
        ...series,
        { role: "threshold", label: "ceiling", form: "line", times: span, values: [ceiling, ceiling] },
      ],
    },
  ];
}

const unitOf: Readonly<Record<Guardrail["of"], string>> = {
  "latency-p99-ms": " ms",
  "error-rate-percent": " %",
  "cpu-percent": " %",
  "gpu-percent": " %",
  "memory-percent": " %",
};

const valueSeen = (seen: SideSeen | null): number | null =>
  seen !== null && "value" in seen ? seen.value : null;
