/**
 * `npm run bench:capacity -- [--quick] [--seeds N] [PLAN]`: what sizes by a forecast are worth, on a load that was: three weeks of
 * the World Cup of 1998 by the minute, after three that are known, with a release a day. Side by side: Slipway's planner, target
 * tracking alone, a fixed size, a minimum by hand, and the clairvoyant optimum under the same rules; each over its own knob, so
 * that nobody's is chosen badly. Goals: no rival with fewer violating requests for fewer instance-hours; hours of at most 1.15
 * times the clairvoyant's inside releases and 1.30 times between them, with at most a tenth of the violating requests of target
 * tracking alone; the tournament's first week apart.
 */
import { parseArgs } from "node:util";
import { readPlan } from "../src/cli/inputs.ts";
import { sizingOf } from "../src/core/capacity/candidate-fleet.ts";
import { releaseSoonShare, soonShare } from "../src/core/outlook/size-soon.ts";
import type { StrategyName } from "../src/core/plan/strategies.ts";
import { optimumOf } from "./capacity/clairvoyant.ts";
import { figuresOf, meanOf } from "./capacity/figures.ts";
import { byDay, dayForecasts, knownOf, scaled } from "./capacity/planners.ts";
import { type Contender, replay, type Scene } from "./capacity/replay.ts";
import { fixed, reactive, scheduled } from "./capacity/rivals.ts";
import { rulesOf, windowMinutes } from "./capacity/rules.ts";
import { besideClairvoyant, sizedByLoads } from "./capacity/steps.ts";
import { printGoals, printTable, printText, type Row } from "./capacity/tables.ts";
import { dayMinutes, worldCup } from "./capacity/trace.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, seeds: { type: "string", default: "6" } },
});
const begunMs = performance.now();
const seeds = Array.from({ length: values.quick ? 1 : Number(values.seeds) }, (_, nth) => nth + 1);
const plan = readPlan(positionals[0] ?? "plans/site-search.yml");
const known = knownOf(plan, worldCup());
const { loads } = known;

/** From the 1st of June on; a quick run ends as the tournament begins, on the 10th. */
const [firstDay, tournament, lastDay] = [21, 30, 42];
const days = Array.from(
  { length: (values.quick ? tournament : lastDay) - firstDay },
  (_, nth) => firstDay + nth,
);
const firstWeek = { from: tournament * dayMinutes, to: (tournament + 7) * dayMinutes };
/** A release a day, in turn in the morning, at noon and in the evening, UTC; of each further draw an hour later. */
const releaseHours = [9, 13, 17];
const releasesOf = (seed: number): number[] =>
  days.map((day, nth) => day * dayMinutes + ((releaseHours[nth % 3] ?? 0) + seed - 1) * 60);
/** What the plan's takes, and some more for late instances. */
const releaseMinutes = 120;
const scenes = seeds.map(
  (seed): Scene => ({
    rules: rulesOf(plan, seed),
    windowMinutes,
    loads,
    from: firstDay * dayMinutes,
    to: firstDay * dayMinutes + days.length * dayMinutes,
    releases: releasesOf(seed),
  }),
);

const figuresBy = (make: (scene: Scene) => Contender) =>
  meanOf(scenes.map((scene) => figuresOf(replay(scene, make(scene)), { scene, releaseMinutes, firstWeek })));
type Made = (knob: number, scene: Scene) => Contender;
const over = (name: string, knobs: readonly number[], say: (knob: number) => string, make: Made): Row[] =>
  knobs.map((knob) => ({ name, knob: say(knob), figures: figuresBy((scene) => make(knob, scene)) }));
const percent = (part: number) => `${+(100 * part).toFixed(1)} %`;
const times = (factor: number) => `${factor} ×`;

const { maxRaises } = sizingOf(plan);
const clairvoyant = (scene: Scene, raises = maxRaises) => {
  const most = scene.rules.needs(Math.max(...loads.slice(scene.from, scene.to)));
  return optimumOf(scene, { most, maxRaises: raises });
};
const bound: Row = {
  name: "clairvoyant",
  knob: "",
  figures: figuresBy((scene) => clairvoyant(scene)),
  isBound: true,
};

const forecasts = dayForecasts(known);
interface Releasing {
  readonly strategy: StrategyName;
  /** Absent: as the plan has it. */
  readonly maxLockedMinutes?: number;
}
const scaledBy = (
  { strategy, maxLockedMinutes = plan.budget.maxLockedMinutes }: Releasing,
  share: number,
  releaseShare: number,
): Contender => {
  const budget = { ...plan.budget, maxLockedMinutes };
  const own = { ...plan, budget, rollout: { ...plan.rollout, strategy } };
  return scaled({ ...known, plan: own }, forecasts, { mode: "predictive", share, releaseShare });
};
const { strategy } = plan.rollout;
const byDays = over("by day", [0.5, 0.75, 0.9, 0.95, 0.99], percent, (share) =>
  byDay(known, forecasts, share),
);
const predictives = over("scaling: predictive", [0.5, 0.75, 0.9, 0.95, soonShare, 0.99], percent, (share) =>
  scaledBy({ strategy }, share, releaseSoonShare),
);

const reactively: Row = {
  name: "scaling: reactive",
  knob: "",
  figures: figuresBy(() =>
    scaled(known, forecasts, { mode: "reactive", share: soonShare, releaseShare: releaseSoonShare }),
  ),
};

const mostPerInstance = 60 * plan.endpoint.requestsPerSecondPerInstance;
const target = (mostPerInstance * plan.requirements.utilisationPercent) / 100;
const tracking = over("target tracking", [0.3, 0.4, 0.5, 0.6, 0.7], percent, (part) =>
  reactive(mostPerInstance, part),
);
/** As the twin has it: out again as soon as the endpoint is free, by minutes from before that, too. */
const early = over("tracking cooled early", [0.4, 0.5, 0.6], percent, (part) =>
  reactive(mostPerInstance, part, true),
);
const rivals: Row[] = [
  ...tracking,
  ...early,
  ...over("fixed", [1, 1.5, 2, 3], times, (factor, { rules }) => fixed(rules, loads, factor)),
  ...over("minimum by hand", [0.5, 0.75, 1, 1.5, 2], times, (factor, { rules }) =>
    scheduled(rules, loads, { factor, target }),
  ),
];
const releaseShares = [0.5, releaseSoonShare, 0.9, 0.95];
/** Room for one raise, of ten minutes at p95. */
const fewLocked = 15;
const released = (
  [
    ["upfront", { strategy: "upfront" }],
    [`upfront, ${fewLocked} minutes locked`, { strategy: "upfront", maxLockedMinutes: fewLocked }],
    ["look-ahead", { strategy: "look-ahead" }],
    [`look-ahead, ${fewLocked} minutes locked`, { strategy: "look-ahead", maxLockedMinutes: fewLocked }],
  ] as const
).flatMap(([name, each]) =>
  over(`released ${name}`, releaseShares, percent, (releaseShare) => scaledBy(each, soonShare, releaseShare)),
);

/** In place of the clairvoyant's release, one thing after the other as it ships; by the strategy that is whole from the start. */
const step = (name: string, make: (scene: Scene) => Contender): Row => ({
  name,
  knob: "",
  figures: figuresBy(make),
});
const shipped = (as: StrategyName) => scaledBy({ strategy: as }, soonShare, releaseSoonShare);
const candidateOf = (as: StrategyName) => (minute: number) => shipped(as).release?.(minute);
const steps: Row[] = [
  step("whole from the start", (scene) => clairvoyant(scene, 0)),
  step("candidate for the load at all traffic", (scene) =>
    besideClairvoyant(scene, clairvoyant(scene, 0), sizedByLoads(scene, "at all traffic")),
  ),
  step("and for the load of late", (scene) =>
    besideClairvoyant(scene, clairvoyant(scene, 0), sizedByLoads(scene, "and of late")),
  ),
  step("candidate for all loads of the release", (scene) =>
    besideClairvoyant(scene, clairvoyant(scene, 0), sizedByLoads(scene, "of the release")),
  ),
  step("candidate as planned", (scene) =>
    besideClairvoyant(scene, clairvoyant(scene, 0), candidateOf("upfront")),
  ),
  step("stable as planned, too", () => shipped("upfront")),
  step("look-ahead: candidate as planned", (scene) =>
    besideClairvoyant(scene, clairvoyant(scene), candidateOf("look-ahead")),
  ),
  step("look-ahead: stable as planned, too", () => shipped("look-ahead")),
];

printText(
  `Requests of the World Cup's site by the minute from 1 June 1998 on, ${days.length} days with a release each, to ${plan.endpoint.instanceType} that serve ${plan.endpoint.requestsPerSecondPerInstance} requests a second each, of which the plan fills ${plan.requirements.utilisationPercent} %. Means over ${seeds.length} draws of how long instances take, each with its releases an hour later than the one before.`,
);
printText(
  `Violating are the requests of a minute beyond what the ready instances of their side serve at the plan's utilisation. × is of the clairvoyant's hours: it has none violating, knows loads and provisioning times, and keeps to windows of ${windowMinutes} minutes, locks, the way back, zone spare and whole instances. A dot: no other has fewer of both. Inside is ${releaseMinutes} minutes from a release's date on, for everybody.`,
);
printText(
  `Scaling: what \`scaling\` in a plan does by the function that ships, looked at every 5 minutes, with its defaults and no limit: the minimum above which the endpoint's own target tracking holds the plan's utilisation. Predictive for such a share of times (${percent(soonShare)} ships). Its releases are as Slipway makes them with \`requirements.load: forecast\`, on ${percent(releaseSoonShare)} of times, and with the ${plan.budget.maxLockedMinutes} minutes of locks that the plan allows (each raise beside traffic takes 10). By day: a size and a peak for the whole day, as \`slipway forecast\` prints them, on such a share of days; nothing sets these.`,
);
printText(
  "Target tracking: at such a part of what an instance serves at most; SageMaker's guide has one start at 50 %. Cooled early: its cooldowns begin as a change is decided, not as it is through; AWS's words allow for both. Fixed: times what the highest ten minutes of the week before took, set on Mondays. By hand: for each hour of the week, times what its highest ten minutes took a week before, above that tracking as the planner's. These release by blue/green, the endpoint locked meanwhile.",
);
const rows = [bound, ...byDays, ...predictives, reactively, ...rivals];
printTable("Without the tournament's first week", rows, "without");
if (!values.quick) printTable("The tournament's first week", rows, "firstWeek");
printTable(
  `Scaling: predictive at ${percent(soonShare)}, by strategy and by the share of times on which a release's peak holds; without that week`,
  [bound, ...released],
  "without",
);
printTable(
  "Where its hours inside releases come from: the clairvoyant, and one thing after the other as it ships; without that week",
  [bound, ...steps],
  "without",
);
const reactives = [...tracking, ...early].filter(({ knob }) => knob === percent(0.5));
const judged = [
  predictives.find(({ knob }) => knob === percent(soonShare)),
  ...released.filter(({ name, knob }) => /upfront/.test(name) && knob === percent(releaseSoonShare)),
];
for (const planner of judged)
  if (planner !== undefined) printGoals([bound, ...rivals], { planner, reactives });
printText(`${((performance.now() - begunMs) / 1000).toFixed(0)} s, Node ${process.version}`);
