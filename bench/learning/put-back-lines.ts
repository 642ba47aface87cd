/** What becomes of minima that are lowered by what was learnt, as a table: how many breach, are put back, and are put back needlessly. */
import { Worker } from "node:worker_threads";
import type { Plan } from "../../src/core/plan/plan.ts";
import { table, wrap } from "../../src/report/text/layout.ts";
import type { PutBackScene, Step } from "./put-back.ts";
import { upperBound } from "./upper-bound.ts";

const right = { serves: 1, load: 1, days: 0.1 };
const scenes: readonly PutBackScene[] = [
  { ...right, name: "right" },
  ...[15, 30, 45].map((less) => ({
    ...right,
    serves: 1 - less / 100,
    name: `an instance serves ${less} % less`,
  })),
  ...[1.3, 1.6, 2].map((load) => ({ ...right, load, name: `the load grows to ${load} times` })),
];
/** Chosen: so many seeds of a scene in which what was learnt is wrong, for each of the one in which it is right. */
const wrongShare = 0.2;
/** Chosen: a ceiling takes three minutes of five, a look comes every five, and a minute shows two later. */
const goalMinutes = 15;

interface Job {
  readonly scene: PutBackScene;
  readonly seeds: readonly number[];
}

function jobsOf(seeds: number): Job[] {
  return scenes.flatMap((scene, nth) => {
    const count = nth === 0 ? seeds : Math.ceil(wrongShare * seeds);
    const all = Array.from({ length: count }, (_, each) => each + 1);
    return Array.from({ length: Math.ceil(count / 10) }, (_, part) => ({
      scene,
      seeds: all.slice(10 * part, 10 * part + 10),
    }));
  });
}

const inThread = (plan: Plan, job: Job) =>
  new Promise<Step[]>((done, failed) => {
    const worker = new Worker(new URL("put-back-worker.ts", import.meta.url), {
      workerData: { plan, ...job },
    });
    worker.once("message", done);
    worker.once("error", failed);
  });

const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(2)} %`;
const mark = (isMet: boolean): string => (isMet ? "✔" : "✖ missed");

export async function putBackLines(plan: Plan, seeds: number): Promise<string[]> {
  const found = new Map<PutBackScene, Step[]>(scenes.map((scene) => [scene, []]));
  const left = jobsOf(seeds);
  await Promise.all(
    [0, 1].map(async () => {
      for (let job = left.shift(); job !== undefined; job = left.shift())
        found.get(job.scene)?.push(...(await inThread(plan, job)));
    }),
  );
  return [
    ...wrap(
      `Minima that are up to twice what the right numbers give, lowered by the rule that ships and watched for a week each, ${seeds} fleets of the first scene and ${Math.ceil(wrongShare * seeds)} of each other. A step breaches where within its week, watched or not, more than one request in a hundred is late in some five minutes, or more fail than the plan allows, and the fleet of before would have had room. Minutes are from the first that breaches to the put-back; late are requests until its instances serve.`,
      120,
    ),
    ...table(
      [
        { head: "what was learnt, and what is so" },
        { head: "steps", align: "right" },
        { head: "breach", align: "right" },
        { head: "put back ahead", align: "right" },
        { head: "after", align: "right" },
        { head: "never", align: "right" },
        { head: "minutes", align: "right" },
        { head: "p90", align: "right" },
        { head: "late", align: "right" },
        { head: "anyway", align: "right" },
        { head: "needless", align: "right" },
      ],
      [...found].map(([{ name }, steps]) => rowOf(name, steps)),
      { width: 120 },
    ),
    ...goalsOf(plan, found),
  ];
}

function rowOf(name: string, steps: readonly Step[]): string[] {
  const { caused, ahead, after, never, sound, needless } = sorted(steps);
  const minutes = after.map((step) => step.minutes ?? 0);
  const late = after.map(({ lost = 0, requests = 1 }) => lost / requests);
  const some = (text: string) => (after.length === 0 ? "" : text);
  return [
    name,
    `${steps.length}`,
    ...[caused, ahead, after, never].map(({ length }) => `${length}`),
    some(`${quantile(minutes, 0.5)}`),
    some(`${quantile(minutes, 0.9)}`),
    some(percent(quantile(late, 0.5), 1)),
    `${steps.filter(({ breach }) => breach === "anyway").length}`,
    `${needless.length} of ${sound.length}`,
  ];
}

/** By what became of them; those that breach with the fleet of before as well are none of these. */
function sorted(steps: readonly Step[]) {
  const caused = steps.filter(({ breach }) => breach === "caused");
  const sound = steps.filter(({ breach }) => breach === "none");
  return {
    caused,
    ahead: caused.filter(({ minutes }) => minutes === 0),
    after: caused.filter(({ minutes = 0 }) => minutes > 0),
    never: caused.filter(({ by }) => by === undefined),
    sound,
    needless: sound.filter(({ by }) => by !== undefined),
  };
}

/** The smallest that no less than that share is at most. */
function quantile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((one, other) => one - other);
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN;
}

function goalsOf({ rollout }: Plan, found: ReadonlyMap<PutBackScene, readonly Step[]>): string[] {
  const [steps = [], ...wrong] = [...found.values()];
  const { caused, sound, needless } = sorted(steps);
  const all = sorted([...steps, ...wrong.flat()]);
  const bound = (count: number, of: number) => `at most ${percent(upperBound(count, of), 1)} (95 %)`;
  const seen = all.caused.length - all.never.length;
  const { alpha } = rollout.evidence;
  const isSafe = caused.length <= 0.01 * steps.length && upperBound(caused.length, steps.length) <= 0.025;
  const minutes = quantile(
    all.after.map((step) => step.minutes ?? 0),
    0.5,
  );
  const falsely = sorted(wrong.flat());
  const by = [
    ...Map.groupBy(
      [...needless, ...falsely.needless].flatMap((step) => step.by ?? []),
      (kpi) => kpi,
    ),
  ];
  return [
    `  what was learnt is right: ${caused.length} of ${steps.length} steps breach, ${percent(caused.length, steps.length)}, ${bound(caused.length, steps.length)}; goal at most 1 %, bound 2.5 %: ${mark(isSafe)}`,
    `  right or wrong: of ${all.caused.length} steps that breach ${seen} were seen by the verdict and put back, ${all.ahead.length} of them before they did; goal all: ${mark(all.never.length === 0)}${unseenText(all.never)}`,
    `  right or wrong: half are put back within ${minutes} minutes; goal ${goalMinutes}: ${mark(minutes <= goalMinutes)}`,
    `  what was learnt is right: ${needless.length} of ${sound.length} sound steps were put back needlessly, ${bound(needless.length, sound.length)}; goal at most the plan's error rate, ${percent(alpha, 1)}: ${mark(needless.length <= alpha * sound.length)}`,
    `  it is wrong: ${falsely.needless.length} of ${falsely.sound.length} steps that breach nothing were put back${by.length === 0 ? "" : `; needless by ${by.map(([kpi, times]) => `${kpi} (${times.length})`).join(", ")}`}`,
  ];
}

function unseenText(never: readonly Step[]): string {
  if (never.length === 0) return "";
  const minutes = never.map(({ breaching }) => breaching);
  const worst = Math.max(...never.map((step) => step.worst));
  return `; those that were kept breach for ${quantile(minutes, 0.5)} minutes of their week (median), ${Math.max(...minutes)} at most, in which at most ${percent(worst, 1)} are late in five minutes`;
}
