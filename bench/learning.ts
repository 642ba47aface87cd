/**
 * `npm run bench:learning -- [--seeds N] [--courses N] [--releases N] [--fleets N]`: what releases teach, by the shipped functions. How well the 95th percentile of a launch of
 * eight instances is foretold after a few of them; which hours of the day are named; what larger fleets serve; then plans that are wrong by up to a half in every number, and what their proposals
 * make of them; and fleets that are lowered by what was learnt, right or wrong, and what their watch puts back. Goals are printed beside, misses as plainly as hits.
 */
import { parseArgs } from "node:util";
import { readPlan } from "../src/cli/inputs.ts";
import { table } from "../src/report/text/layout.ts";
import { scalingFigures, scalingScenes } from "./learning/fleet-growth.ts";
import { hoursFigures, hoursScenes } from "./learning/hours.ts";
import { meanOf, medianOf, provisioningFigures } from "./learning/provisioning.ts";
import { putBackLines } from "./learning/put-back-lines.ts";
import { type Course, courseOf } from "./learning/releases.ts";
import { upperBound } from "./learning/upper-bound.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    courses: { type: "string", default: "50" },
    releases: { type: "string", default: "50" },
    fleets: { type: "string", default: "100" },
  },
});
const seeds = Number(values.seeds);
const began = performance.now();
const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const mark = (isMet: boolean): string => (isMet ? "✔" : "✖ missed");
const say = (...lines: readonly string[]) => process.stdout.write(`${lines.join("\n")}\n`);

const launches = [0, 1, 2, 3, 5, 10, 20].map((count) => provisioningFigures(seeds, count));
say(
  `The 95th percentile of launches of 8 instances, log-sd .1 to .25, over ${seeds} accounts whose median is ±50 % off what is believed`,
  ...table(
    [
      { head: "launches seen", align: "right" },
      { head: "median error", align: "right" },
      { head: "raw quantile's", align: "right" },
      { head: "covers", align: "right" },
    ],
    launches.map(({ launches: count, error, rawError, coverage, standardError }) => [
      `${count}`,
      percent(error),
      Number.isNaN(rawError) ? "" : percent(rawError),
      `${percent(coverage)} ± ${percent(standardError)}`,
    ]),
    { width: 100 },
  ),
);
const five = launches.find((one) => one.launches === 5);
if (five !== undefined)
  say(
    `  after 5: median error ${percent(five.error)}, goal at most 10 %: ${mark(five.error <= 0.1)}`,
    `  after 5: the raw quantile's is ${(five.rawError / five.error).toFixed(2)} times that, goal at least 1.3: ${mark(five.rawError >= 1.3 * five.error)}`,
    `  after 5: covers ${percent(five.coverage)} ± ${percent(five.standardError)}, goal 93 to 97 %: ${mark(five.coverage >= 0.93 && five.coverage <= 0.97)}`,
    "",
  );

say(
  `The hour of the day in which less comes, named over ${seeds} pools`,
  ...table(
    [
      { head: "raises", align: "right" },
      { head: "come" },
      { head: "in one hour", align: "right" },
      { head: "that one is named", align: "right" },
      { head: "wrongly named", align: "right" },
    ],
    hoursScenes.map((scene) => {
      const { named, wrong } = hoursFigures(scene, seeds);
      const isOne = scene.inOne !== scene.usual;
      return [
        `${scene.raises}`,
        percent(scene.usual, 0),
        isOne ? percent(scene.inOne, 0) : "as many",
        isOne ? percent(named) : "",
        `${percent(wrong)}${mark(wrong <= 0.05) === "✔" ? "" : " ✖ above 5 %"}`,
      ];
    }),
    { width: 100 },
  ),
  "",
);
say(
  `What so many times the largest fleet that was measured serves, over ${seeds} seeds: by the law, where that is said, and in proportion`,
  ...table(
    [
      { head: "instances hold up each other" },
      { head: "times", align: "right" },
      { head: "said", align: "right" },
      { head: "median error", align: "right" },
      { head: "in proportion", align: "right" },
      { head: "90 % covers", align: "right" },
      { head: "high/low", align: "right" },
    ],
    scalingScenes.flatMap((scene) =>
      [1, 1.5, 2].map((times) => {
        const { said, error, inProportion, covered, width } = scalingFigures(scene, times, seeds);
        const some = (value: number, text: string) => (Number.isNaN(value) || said === 0 ? "" : text);
        return [
          scene.of,
          `${times}`,
          percent(said, 0),
          some(error, percent(error)),
          percent(inProportion),
          some(covered, percent(covered, 0)),
          some(width, width.toFixed(2)),
        ];
      }),
    ),
    { width: 100 },
  ),
  "",
);
const plan = readPlan("plans/chat-assistant.yml");
if (Number(values.fleets) > 0) say(...(await putBackLines(plan, Number(values.fleets))), "");
if (Number(values.courses) === 0) process.exit(0);

const courses: Course[] = Array.from({ length: Number(values.courses) }, (_, nth) =>
  courseOf(plan, nth + 1, Number(values.releases)),
);
const shown = [0, 1, 2, 3, 5, 10, 20, 50].filter((nth) => nth <= Number(values.releases));
say(
  `Plans wrong by ±50 % in every number, ${courses.length} of them, a release a week: the steady fleet over the one that the right numbers give`,
  ...table(
    [
      { head: "releases", align: "right" },
      { head: "mean", align: "right" },
      { head: "median", align: "right" },
      { head: "within 5 %", align: "right" },
      { head: "smaller by more", align: "right" },
      { head: "larger by more", align: "right" },
    ],
    shown.map((nth) => {
      const all = courses.map(({ overOracle }) => overOracle[nth] ?? 1);
      const share = (of: (value: number) => boolean) => percent(all.filter(of).length / all.length, 0);
      return [
        `${nth}`,
        meanOf(all).toFixed(3),
        medianOf(all).toFixed(3),
        share((value) => Math.abs(value - 1) <= 0.05),
        share((value) => value < 0.95),
        share((value) => value > 1.05),
      ];
    }),
    { width: 100 },
  ),
);
const ten = courses.map(({ overOracle }) => overOracle[10] ?? 1);
const accepted = courses.reduce((sum, one) => sum + one.accepted, 0);
const breached = courses.reduce((sum, one) => sum + one.breached, 0);
say(
  `  after 10: steady cost ${percent(meanOf(ten) - 1)} beside the oracle's, goal within 5 %: ${mark(Math.abs(meanOf(ten) - 1) <= 0.05)}`,
  `  ${accepted} proposals were taken over, ${breached} of them breached in 28 days: ${percent(breached / accepted, 2)}, at most ${percent(upperBound(breached, accepted), 2)} (95 %); goal at most 1 %, bound 2.5 %: ${mark(breached / accepted <= 0.01 && upperBound(breached, accepted) <= 0.025)}`,
  `  ${courses.reduce((sum, one) => sum + one.refused, 0)} releases of ${courses.length * Number(values.releases)} were refused by their test under load after a proposal, before any traffic`,
  `  before their first proposal plans were too small on ${courses.reduce((sum, one) => sum + one.daysBefore, 0)} days`,
  `${((performance.now() - began) / 60_000).toFixed(1)} minutes`,
);
