/**
 * `npm run bench:capacity -- [--quick] [--seeds N] [--strategy NAME] [PLAN]`: what sizes by a forecast are worth, on a load that
 * was: three weeks of the World Cup of 1998 by the minute, after three that are known, with a release a day. Side by side: Slipway's
 * planner, target tracking alone, a fixed size, a minimum by hand, and the clairvoyant optimum under the same rules; each over
 * its own knob, so that nobody's is chosen badly. Goals: no rival with fewer violating requests for fewer instance-hours; hours
 * of at most 1.15 times the clairvoyant's inside releases and 1.30 times between them, with at most a tenth of the violating
 * requests of target tracking alone; the tournament's first week apart.
 */
import { parseArgs } from "node:util";
import { readPlan } from "../src/cli/inputs.ts";
import { sizingOf } from "../src/core/capacity/candidate-fleet.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import { strategyNames } from "../src/core/plan/strategies.ts";
import { optimumOf } from "./capacity/clairvoyant.ts";
import { figuresOf, meanOf } from "./capacity/figures.ts";
import { byDay, byWindow, forecastsOf } from "./capacity/planners.ts";
import { type Contender, replay, type Scene } from "./capacity/replay.ts";
import { fixed, reactive, scheduled } from "./capacity/rivals.ts";
import { rulesOf, windowMinutes } from "./capacity/rules.ts";
import { printGoals, printTable, printText, type Row } from "./capacity/tables.ts";
import { dayMinutes, loadsOf, worldCup } from "./capacity/trace.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    seeds: { type: "string", default: "3" },
    strategy: { type: "string" },
  },
});
const begunMs = performance.now();
const seeds = Array.from({ length: values.quick ? 1 : Number(values.seeds) }, (_, nth) => nth + 1);

function planOf(path: string, name: string | undefined): Plan {
  const plan = readPlan(path);
  if (name === undefined) return plan;
  const strategy = strategyNames.find((one) => one === name);
  if (strategy === undefined) throw new Error(`--strategy: expected one of ${strategyNames.join(", ")}`);
  return { ...plan, rollout: { ...plan.rollout, strategy } };
}
const plan = planOf(positionals[0] ?? "plans/chat-assistant.yml", values.strategy);

const trace = worldCup();
const loads = loadsOf(trace);
/** From the 1st of June on; a quick run ends as the tournament begins, on the 10th. */
const [firstDay, tournament, lastDay] = [21, 30, 42];
const days = Array.from(
  { length: (values.quick ? tournament : lastDay) - firstDay },
  (_, nth) => firstDay + nth,
);
const firstWeek = { from: tournament * dayMinutes, to: (tournament + 7) * dayMinutes };
/** A release a day, in turn in the morning, at noon and in the evening, UTC. */
const releaseHours = [9, 13, 17];
const releases = days.map((day, nth) => day * dayMinutes + (releaseHours[nth % 3] ?? 0) * 60);
/** What the sample's takes, and some more for late instances. */
const releaseMinutes = 120;
const scenes = seeds.map(
  (seed): Scene => ({
    rules: rulesOf(plan, seed),
    windowMinutes,
    loads,
    from: firstDay * dayMinutes,
    to: firstDay * dayMinutes + days.length * dayMinutes,
    releases,
  }),
);

const figuresBy = (make: (scene: Scene) => Contender) =>
  meanOf(scenes.map((scene) => figuresOf(replay(scene, make(scene)), { scene, releaseMinutes, firstWeek })));
type Made<T> = (knob: T, scene: Scene) => Contender;
function over<T extends number>(
  knobs: readonly T[],
  name: string,
  say: (knob: T) => string,
  make: Made<T>,
): Row[] {
  return knobs.map((knob) => ({ name, knob: say(knob), figures: figuresBy((scene) => make(knob, scene)) }));
}

const { maxRaises } = sizingOf(plan);
const clairvoyant = (scene: Scene) => {
  const most = scene.rules.needs(Math.max(...loads.slice(scene.from, scene.to)));
  return optimumOf(scene, { most, maxRaises });
};
const quantiles = [0.5, 0.75, 0.9, 0.95, 0.99];
const known = { plan, loads, expectedPeak: forecastsOf(trace) };
const mostPerInstance = 60 * plan.endpoint.requestsPerSecondPerInstance;
const target = (mostPerInstance * plan.requirements.utilisationPercent) / 100;
const percent = (part: number) => `${+(100 * part).toFixed(1)} %`;
const times = (factor: number) => `${factor} ×`;
const ours = (rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, isOurs: true }));
const byDays = ours(over(quantiles, "planner, by day", percent, (share) => byDay({ ...known, share })));
const byWindows = ours(
  over(quantiles, "planner, by window", percent, (share) =>
    byWindow({ ...known, share }, { windowMinutes, releaseMinutes }),
  ),
);
const tracking = over(
  [0.3, 0.4, 0.5, 0.6, 0.7],
  "target tracking",
  (part) => `at ${percent(part)}`,
  (part) => reactive(mostPerInstance, part),
);
const rows: Row[] = [
  { name: "clairvoyant", knob: "", figures: figuresBy(clairvoyant), isBound: true },
  ...byDays,
  ...byWindows,
  ...tracking,
  ...over([1, 1.5, 2, 3], "fixed", times, (factor, { rules }) => fixed(rules, loads, factor)),
  ...over([0.5, 0.75, 1, 1.5, 2], "minimum by hand", times, (factor, { rules }) =>
    scheduled(rules, loads, { factor, target }),
  ),
];

printText(
  `Requests of the World Cup's site by the minute from 1 June 1998 on, ${days.length} days with a release each, to ${plan.endpoint.instanceType} that serve ${plan.endpoint.requestsPerSecondPerInstance} requests a second each, of which the plan fills ${plan.requirements.utilisationPercent} %. Means of ${seeds.length} draws of how long instances take.`,
);
printText(
  `Violating are the requests of a minute beyond what the ready instances of their side serve at the plan's utilisation. × is of the clairvoyant's hours, which has none violating and knows loads and provisioning times, but keeps to windows of ${windowMinutes} minutes, locks, the way back, and whole instances. A dot: no other has fewer of both. Inside is ${releaseMinutes} minutes from a release's date on, for everybody.`,
);
printText(
  "By day: what `slipway forecast` prints for a day, held all day and given to the plan as its peak. By window: the same forecast's peak of each window and of a raise's lead beyond it; no command prints that. Both as a minimum above which the endpoint tracks the plan's utilisation; releases as Slipway makes them. Target tracking: at such a part of what an instance serves at most; SageMaker's guide has one start at 50 %. Fixed: of the highest ten minutes of the week before, set on Mondays. By hand: for each hour of the week, of its highest ten minutes a week before, above that tracking as the planner's. These release by blue/green.",
);
printTable("Without the tournament's first week", rows, "without");
if (!values.quick) printTable("The tournament's first week", rows, "firstWeek");
const [planner, other] = [byDays, byWindows].map((some) => some.find(({ knob }) => knob === "95 %"));
const half = tracking.find(({ knob }) => knob === "at 50 %");
if (planner !== undefined && other !== undefined && half !== undefined) {
  printGoals(rows, { planner, reactive: half });
  printGoals(rows, { planner: other, reactive: half });
}
printText(`${((performance.now() - begunMs) / 1000).toFixed(0)} s, Node ${process.version}`);
