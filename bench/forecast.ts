/**
 * `npm run bench:forecast`: how good the forecast of the next day is, by its quantiles. On six weeks of the World Cup of 1998,
 * day by day from the 21st on, beside the day before with the quantiles of its own errors; then on made series: weekly seasons,
 * growth, level shifts, holidays. Pinball loss over .05/.25/.5/.75/.95, and how often what came was within 50 % and 90 %.
 */
import { readFileSync } from "node:fs";
import { streams } from "#twin/world";
import { forecastDay, type LoadDay } from "../src/core/forecast/forecast.ts";
import { table } from "../src/report/text/layout.ts";

const shares = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
type Forecaster = (before: readonly (readonly number[])[]) => readonly (readonly number[])[];

const ours: Forecaster = (before) => {
  const forecast = forecastDay(before as readonly LoadDay[]);
  return shares.map((share) => forecast.quantile(share));
};

/** The day before, and the quantiles of what it was wrong by over six days. */
const dayBefore: Forecaster = (before) => {
  const errors: number[] = [];
  for (let nth = Math.max(1, before.length - 6); nth < before.length; nth++)
    for (const [slot, load] of (before[nth] ?? []).entries())
      errors.push(load - (before[nth - 1]?.[slot] ?? 0));
  errors.sort((one, other) => one - other);
  const at = (share: number) => errors[Math.max(0, Math.ceil(share * errors.length) - 1)] ?? 0;
  return shares.map((share) => (before.at(-1) ?? []).map((load) => Math.max(0, load + at(share))));
};

interface Scored {
  readonly loss: number;
  readonly within50: number;
  readonly within90: number;
}

function scoreOf(day: readonly number[], quantiles: readonly (readonly number[])[]): Scored {
  let [loss, within50, within90] = [0, 0, 0];
  for (const [slot, load] of day.entries()) {
    const at = (nth: number) => quantiles[nth]?.[slot] ?? 0;
    for (const [nth, share] of shares.entries())
      loss += (load >= at(nth) ? share * (load - at(nth)) : (1 - share) * (at(nth) - load)) / shares.length;
    if (load >= at(1) && load <= at(3)) within50 += 1;
    if (load >= at(0) && load <= at(4)) within90 += 1;
  }
  const slots = day.length;
  return { loss: loss / slots, within50: within50 / slots, within90: within90 / slots };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** A share in percent, with its standard error over days: slots of one day are no observations of their own. */
function coverage(values: readonly number[]): string {
  const middle = mean(values);
  const error = Math.sqrt(
    mean(values.map((value) => (value - middle) ** 2)) / Math.max(1, values.length - 1),
  );
  return `${(100 * middle).toFixed(0)} ± ${(100 * error).toFixed(0)}`;
}

type Series = readonly (readonly number[])[];

function scored(
  series: Series,
  by: Forecaster,
  days: readonly number[],
  history = Number.POSITIVE_INFINITY,
): Scored[] {
  return days.map((day) => scoreOf(series[day] ?? [], by(series.slice(Math.max(0, day - history), day))));
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, nth) => from + nth);

function rowOf(what: string, own: readonly Scored[], naive: readonly Scored[]): string[] {
  const loss = (all: readonly Scored[]) => mean(all.map((each) => each.loss));
  return [
    what,
    String(own.length),
    loss(own).toPrecision(4),
    (loss(own) / loss(naive)).toFixed(3),
    coverage(own.map(({ within50 }) => within50)),
    coverage(own.map(({ within90 }) => within90)),
  ];
}

/** Six weeks by ten minutes: a curve of the day, a week, a trend, noise that lasts, and what a kind adds. */
function madeOf(kind: "weekly" | "growth" | "shift" | "holiday", seed: number): number[][] {
  const random = streams(seed)(kind, 0);
  const [uniform, normal] = [() => random.uniform(), () => random.normal()];
  const [slots, peakAt, swing] = [144, 60 + 40 * uniform(), 0.5 + uniform()];
  const weekend = 0.4 + 0.5 * uniform();
  const shiftAt = 20 + Math.floor(15 * uniform());
  const holidays = new Set(span(0, 3).map(() => 15 + Math.floor(25 * uniform())));
  let wander = 0;
  let noise = 0;
  return span(0, 42).map((day) => {
    wander = 0.8 * wander + 0.08 * normal();
    const level =
      Math.exp(wander + (kind === "growth" ? 0.015 * day : 0)) *
      (day % 7 >= 5 ? weekend : 1) *
      (kind === "shift" && day >= shiftAt ? 1.8 : 1) *
      (kind === "holiday" && holidays.has(day) ? 0.4 : 1);
    return span(0, slots).map((slot) => {
      noise = 0.95 * noise + 0.04 * normal();
      const curve = Math.exp(swing * Math.cos((2 * Math.PI * (slot - peakAt)) / slots));
      return 1000 * level * curve * Math.exp(noise);
    });
  });
}

function worldCup(): number[][] {
  const text = readFileSync(new URL("data/worldcup98-ten-minutes.csv", import.meta.url), "utf8");
  const loads = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[1]));
  return span(0, Math.floor(loads.length / 144)).map((day) => loads.slice(144 * day, 144 * day + 144));
}

const cup = worldCup();
const all = span(21, cup.length);
const firstWeek = span(30, 37);
const pick = (days: readonly number[]) => [scored(cup, ours, days), scored(cup, dayBefore, days)] as const;
const kinds = ["weekly", "growth", "shift", "holiday"] as const;
const made = kinds.map((kind) => ({ kind, series: span(0, 3).map((nth) => madeOf(kind, 101 + nth)) }));
const onMade = (of: readonly Series[], days: readonly number[], history?: number) =>
  ([ours, dayBefore] as const).map((by) => of.flatMap((series) => scored(series, by, days, history)));
const everything = made.flatMap(({ series }) => series);
const rows = [
  rowOf("World Cup, from day 21", ...pick(all)),
  rowOf("its first week", ...pick(firstWeek)),
  rowOf("without that", ...pick(all.filter((day) => !firstWeek.includes(day)))),
  ...made.map(({ kind, series }) => {
    const [own = [], naive = []] = onMade(series, span(21, 42));
    return rowOf(`made: ${kind}`, own, naive);
  }),
  rowOf("made, all", ...(onMade(everything, span(21, 42)) as [Scored[], Scored[]])),
  rowOf("made, one week known", ...(onMade(everything, span(21, 42), 7) as [Scored[], Scored[]])),
  rowOf("made, one day known", ...(onMade(everything, span(21, 42), 1) as [Scored[], Scored[]])),
];
const columns = ["series", "days", "pinball", "of the day before's", "within 50 %", "within 90 %"].map(
  (head, nth) => ({
    head,
    align: nth === 0 ? ("left" as const) : ("right" as const),
  }),
);
process.stdout.write(`${table(columns, rows, { width: 120 }).join("\n")}\n`);
const startMs = performance.now();
for (let nth = 0; nth < 100; nth++) forecastDay(cup).quantile(0.95);
const each = (performance.now() - startMs) / 100;
process.stdout.write(`${each.toFixed(1)} ms a forecast of ${cup.length} days by ten minutes\n`);
process.stdout.write(
  "goals: World Cup ≤ 0.750, coverage within 5 points; made series within 3; under 5 ms\n",
);
