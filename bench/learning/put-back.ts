/**
 * Fleets whose minimum is lowered by what was learnt of them, a step after the other, by the rule that ships: each is watched for a week
 * as it ships, by minutes that the twin's service model makes of it, and put back where these are found to be worse. What was learnt is
 * right, or an instance serves less by now, or the load grows as the first step is taken.
 */
import { streams } from "#twin/world";
import type { Sample } from "#verdict";
import { earlierOf, evidenceBefore, type Judged, judgedSince } from "../../src/core/kpis/since-change.ts";
import { weightAt } from "../../src/core/learning/forgetting.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { knownOf } from "../../src/core/proposing/proposal.ts";
import { sizeAtRest } from "../../src/core/proposing/size-at-rest.ts";
import { nextMinimum } from "../../src/core/release/adjusting.ts";
import { drawn, pastOf, promotedWith, seenAs, startMs } from "./releases.ts";
import { type Fleet, modelWith, noiseOf, observed, type Served, servedIn } from "./served.ts";

export interface PutBackScene {
  readonly name: string;
  /** What an instance serves over what was learnt, and the load from the first step on over that of before. */
  readonly serves: number;
  readonly load: number;
  /** By how much days differ. */
  readonly days: number;
}

export interface Step {
  readonly from: number;
  readonly to: number;
  /** Whether its week, watched or not, breaches the requirements where the fleet of before does not; or both do; or it does not. */
  readonly breach: "caused" | "anyway" | "none";
  /** Minutes of that week, watched or not, with which five begin that breach and would not with the fleet of before. */
  readonly breaching: number;
  /** The largest share of requests that is late in these. */
  readonly worst: number;
  /** KPIs by which it was put back. */
  readonly by?: readonly string[];
  /** From the first minute that breaches to the put-back; 0 where that came first. */
  readonly minutes?: number;
  /** Requests from there until there are as many instances as before, and those of them that were late or failed. */
  readonly requests?: number;
  readonly lost?: number;
}

const [day, week] = [1440, 7 * 1440];
const firstMinute = startMs / 60_000;
/** Chosen: known weeks, releases with a test under load, and steps of a fleet at most. */
const known = { weeks: 8, releases: 6, steps: 4 };
/** Chosen: every second fleet is small. */
const scales = [1, 1 / 20];

export function stepsOf(sample: Plan, scene: PutBackScene, seed: number): Step[] {
  const draw = streams(seed);
  const { truth, right, wrongly: plan } = drawn(sample, seed, scales[seed % scales.length]);
  const numbers = draw("service", 0);
  const serves = truth.throughput * Math.exp(spreads.version * numbers.normal());
  const alone = {
    latencyMs: plan.requirements.latencyMsP99 * (0.15 + 0.2 * numbers.uniform()),
    latencyCv: 0.3 + 0.3 * numbers.uniform(),
  };
  const begins = firstMinute + known.weeks * week + Math.floor(day * numbers.uniform());
  const rate = rateOf(seed, { highest: truth.load, begins, scene });
  const past = Array.from({ length: known.releases }, (_, nth) => {
    const about = (what: string, value: number, spread: number) =>
      value * Math.exp(spread * draw(what, nth).normal());
    const [version, loading] = [
      about("version", truth.throughput, spreads.version),
      about("loading", truth.loadSeconds, spreads.loading),
    ];
    return pastOf(plan, { week: known.weeks - known.releases + nth - 1, serves: version, loading });
  });
  // A test goes only so far: what it has not shown is no reserve here.
  const { throughput } = knownOf(plan, { past, days: [], nowMs: begins * 60_000 });
  const learnt = modelWith(plan, { serves: Math.min(serves, throughput.posterior.p50), ...alone });
  const model = { ...learnt, throughput: scene.serves * learnt.throughput };
  const steps: Step[] = [];
  // Up to twice what the right numbers give.
  let min = Math.ceil(promotedWith(right) * (1 + numbers.uniform()));
  for (let at = begins; steps.length < known.steps; at += week) {
    const to = lowered(plan, { past, days: daysOf(rate, at), nowMs: at * 60_000 }, min);
    if (to === undefined) break;
    const step = watched({ plan, seed, model, rate, at, from: min, to, loadSeconds: truth.loadSeconds });
    steps.push(step);
    if (step.by !== undefined) break;
    min = to;
  }
  return steps;
}

const spreads = { version: 0.03, loading: 0.2 };

/** Requests per second by the minute: least at three at night and most at three in the afternoon, and a little more or less each five minutes. */
function rateOf(
  seed: number,
  { highest, begins, scene }: { highest: number; begins: number; scene: PutBackScene },
) {
  const [ofDay, ofFive] = [drawnOnce(seed, "day", scene.days), drawnOnce(seed, "five minutes", 0.03)];
  return (minute: number): number => {
    const wave = (0.5 - 0.5 * Math.cos((2 * Math.PI * ((minute % day) - 180)) / day)) ** 1.5;
    const now = highest * ofDay(Math.floor(minute / day)) * ofFive(Math.floor(minute / 5));
    return now * (0.3 + 0.7 * wave) * (minute < begins ? 1 : scene.load);
  };
}

/** Log-normal factors by number. */
function drawnOnce(seed: number, stream: string, spread: number): (nth: number) => number {
  const draw = streams(seed);
  const known = new Map<number, number>();
  return (nth) => {
    const factor = known.get(nth) ?? Math.exp(spread * draw(stream, nth).normal());
    known.set(nth, factor);
    return factor;
  };
}

/** The highest load of each day that is over, as it is known of steps of five minutes. */
function daysOf(rate: (minute: number) => number, at: number) {
  const days = Math.floor((at - firstMinute) / day);
  return Array.from({ length: days }, (_, nth) => {
    const begins = firstMinute + nth * day;
    const highest = Math.max(...Array.from({ length: day / 5 }, (__, five) => rate(begins + 5 * five)));
    const seen = seenAs(highest, 0.01, nth);
    return { ...seen, weight: weightAt(Date.parse(seen.at), at * 60_000) };
  });
}

const adjusted = { minInstances: 1, maxInstances: 10_000, watchDays: 7 };

function lowered(plan: Plan, evidence: Parameters<typeof sizeAtRest>[1], min: number): number | undefined {
  const wish = sizeAtRest(plan, evidence, min);
  if ("quiet" in wish || wish.instances >= min) return undefined;
  const next = nextMinimum({ wish, min, max: adjusted.maxInstances, adjusted, adjusting: {} });
  return "to" in next ? next.to : undefined;
}

interface Watch extends Omit<Fleet, "instances"> {
  readonly rate: (minute: number) => number;
  /** The step is taken then. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly loadSeconds: number;
}

function watched(watch: Watch): Step {
  const { at, from, to, rate } = watch;
  const [before, now] = [
    { ...watch, instances: from },
    { ...watch, instances: to },
  ];
  const past = servedIn(before, rate, [at - week, at]);
  const less = servedIn(now, rate, [at, at + week]);
  const fives = fivesOf(watch.plan, less);
  const isBreach = fives.some((five) => five.isBreach);
  const anyway = isBreach ? fivesOf(watch.plan, servedIn(before, rate, [at, at + week])) : [];
  const caused = fives.map((five, nth) => five.isBreach && anyway[nth]?.isBreach === false);
  const first = caused.indexOf(true);
  const all = {
    from,
    to,
    breach: first >= 0 ? "caused" : isBreach ? "anyway" : "none",
    breaching: caused.filter((is) => is).length,
    worst: Math.max(0, ...fives.filter((_, nth) => caused[nth]).map(({ lateShare }) => lateShare)),
  } as const;
  const found = lookedAt({
    watch,
    past: { fleet: before, served: past },
    since: { fleet: now, served: less },
  });
  if (found === undefined) return all;
  const { by, minute } = found;
  if (first < 0 || minute <= first) return { ...all, by, minutes: 0, requests: 0, lost: 0 };
  const back = minute + launchMinutes(watch);
  const meanwhile = less.slice(first, back);
  const sum = (of: (one: Served) => number) => meanwhile.reduce((total, one) => total + of(one), 0);
  const [requests, lost] = [sum((one) => one.requests), sum(({ late, failed }) => late + failed)];
  return { ...all, by, minutes: minute - first, requests, lost };
}

interface Five {
  readonly lateShare: number;
  readonly isBreach: boolean;
}

/** From each minute on five: they breach where more than one request in a hundred is late, or more fail than the plan allows. */
function fivesOf({ requirements }: Plan, served: readonly Served[]): Five[] {
  return served.map((_, nth) => {
    const five = served.slice(nth, nth + 5);
    const sum = (of: (one: Served) => number) => five.reduce((total, one) => total + of(one), 0);
    const lateShare =
      sum(({ late }) => late) /
      Math.max(
        1,
        sum(({ answered }) => answered),
      );
    const failedShare =
      sum(({ failed }) => failed) /
      Math.max(
        1,
        sum(({ requests }) => requests),
      );
    return { lateShare, isBreach: lateShare > 0.01 || failedShare > requirements.errorRatePercent / 100 };
  });
}

/** As the bench of launches has it: so long for the slowest of those that were given up, and then the model's loading. */
function launchMinutes({ seed, from, to, loadSeconds }: Watch): number {
  const { normal } = streams(seed)("launch", from);
  const slowest = Math.max(...Array.from({ length: from - to }, () => 346 * Math.exp(0.2 * normal())));
  return Math.ceil((slowest + loadSeconds) / 60);
}

/** The schedule's; and a minute shows 75 s after its end (the twin's default), at whole minutes two after it. */
const lookMinutes = 5;
const shownMinutes = 2;

interface Side {
  readonly fleet: Fleet;
  readonly served: readonly Served[];
}

/** At which of the watch's minutes it is put back, and by which KPIs; undefined where it is kept. */
function lookedAt({ watch, past, since }: { watch: Watch; past: Side; since: Side }) {
  const { plan, at, from, to } = watch;
  const sinceSeconds = at * 60;
  const change = { sinceSeconds, days: adjusted.watchDays, from, to };
  const known = new Map<string, Sample>();
  for (const { kpi, at: when, stable } of observed(past.fleet, past.served))
    if (stable !== null) known.set(`${kpi} ${when}`, stable);
  const before = (kpi: string, when: number) =>
    earlierOf(when, change).flatMap((lag) => known.get(`${kpi} ${when - lag}`) ?? [])[0];
  const seen = Map.groupBy(observed(since.fleet, since.served), ({ at: when }) => when / 60 - at);
  let [found, until]: [Judged, number] = [
    { evidence: evidenceBefore(plan, noiseOf(past.fleet, past.served.slice(-day))), minutes: 0, worse: [] },
    0,
  ];
  for (let minute = lookMinutes; minute <= week; minute += lookMinutes) {
    const newest = minute - shownMinutes;
    const news = Array.from({ length: newest - until }, (_, nth) => seen.get(until + nth) ?? []).flat();
    found = judgedSince(plan, change, {
      soFar: { ...found, untilSeconds: sinceSeconds + until * 60 },
      seen: news,
      before,
    });
    until = newest;
    if (found.worse.length > 0) return { minute, by: found.worse };
  }
  return undefined;
}
