/**
 * `npm run bench:load-harm -- [--seeds N]`: what a test under load does to users of what serves, where both fleets lean on something
 * that is not enough for users and test together: in how many minutes more of the users' requests are late than is required, and how
 * many of them are. By two laws: a queue that grows with each request, and one that grows by ten seconds, as the twin's worlds have it.
 * In virtual time, with what ships; CloudWatch's look at what serves, which comes minutes later, is not in it.
 */
import { parseArgs } from "node:util";
import { joinQueue, slowdown } from "#twin/world";
import { sendSlice } from "../src/aws/load-slice.ts";
import { readPlan } from "../src/cli/inputs.ts";
import { byChance, chanceOf } from "../src/core/load/arrivals.ts";
import { nothingBeside } from "../src/core/load/beside.ts";
import { afterRound, begun, nextSlice } from "../src/core/load/load-test.ts";
import { LoadTest } from "../src/core/plan/load-test.ts";
import type { Probe } from "../src/core/release/serving-platform.ts";
import { table } from "../src/report/text/layout.ts";
import { medianOf } from "./load/rows.ts";
import { Agenda, type Clock, inVirtualTime } from "./load/virtual-time.ts";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "20" } } });
const plan = readPlan(undefined);
const loadTest = LoadTest.parse({ sideEffectFree: true, payloads: { schema: { type: "boolean" } } });
const { latencyMsP99: limitMs, peakRequestsPerSecond } = plan.requirements;
const { instances, requestsPerSecondPerInstance: throughput, instanceType } = plan.endpoint;
const question = {
  plan,
  loadTest,
  fleet: {
    ...{ instanceType, instances, finalInstances: instances, requestsPerSecondPerInstance: throughput },
    designRequestsPerSecond: peakRequestsPerSecond,
  },
};
/** Requests alone on an instance, and their spread, as worlds have them. */
const [aloneMs, cv] = [0.3 * limitMs, 0.5];
const variance = Math.log1p(cv * cv);
/** What both lean on serves half as much again as the peak. */
const servedPerSecond = 1.5 * peakRequestsPerSecond;
const longestMs = 30_000;

/** How long whoever comes now waits for what both lean on, milliseconds. */
type Shared = (nowMs: number) => number;
const laws: Readonly<Record<string, () => Shared>> = {
  nothing: () => () => 0,
  "a queue": () => {
    let [waitMs, atMs] = [0, 0];
    return (nowMs) => {
      const before = Math.max(0, waitMs - (nowMs - atMs));
      [waitMs, atMs] = [Math.min(longestMs, before + 1000 / servedPerSecond), nowMs];
      return before;
    };
  },
  "by ten seconds": () => {
    let [waitMs, came, tick] = [0, 0, 0];
    return (nowMs) => {
      for (; tick < Math.floor(nowMs / 10_000); tick++) {
        const more = 10_000 * (came / (10 * servedPerSecond) - 1);
        [waitMs, came] = [Math.min(longestMs, Math.max(0, waitMs + more)), 0];
      }
      came += 1;
      return waitMs;
    };
  },
};

/** Users who come until they are told that it is over, and are late by minutes. */
function users(clock: Clock, wait: Shared, { perSecond, seed }: { perSecond: number; seed: string }) {
  const minutes = new Map<number, { came: number; late: number }>();
  const fleet = fleetOf(seed);
  let isOver = false;
  const come = () => {
    if (isOver) return;
    const nowMs = clock.now();
    const minute = Math.floor(nowMs / 60_000);
    const seen = minutes.get(minute) ?? { came: 0, late: 0 };
    minutes.set(minute, seen);
    seen.came += 1;
    if (wait(nowMs) + fleet.takes(nowMs) > limitMs) seen.late += 1;
    clock.at(nowMs - (1000 * Math.log(1 - fleet.chance())) / perSecond, come);
  };
  clock.at(0, come);
  return {
    minutes,
    fleet,
    end: () => {
      isOver = true;
    },
  };
}

/** A fleet of the plan's own size. */
function fleetOf(seed: string) {
  const chance = chanceOf(seed);
  const queue = { atMs: 0, backlog: 0, recent: [] };
  const service = { warm: instances, throughput, latencyMs: aloneMs, taken: 0 };
  const normal = () => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return {
    chance,
    takes: (nowMs: number): number => {
      const { load, waitMs } = joinQueue(queue, service, nowMs);
      return (
        waitMs + aloneMs * slowdown(load, service) * Math.exp(Math.sqrt(variance) * normal() - variance / 2)
      );
    },
  };
}

interface Harm {
  /** In which more than one in a hundred of the users' requests were late, and how many were. */
  readonly minutes: number;
  readonly late: number;
  readonly testMinutes: number;
  readonly status: string;
}

async function harmOf(law: string, seed: number, isTested: boolean): Promise<Harm> {
  const agenda = new Agenda();
  const wait = laws[law]?.() ?? (() => 0);
  const perSecond = peakRequestsPerSecond * (0.5 + 0.4 * chanceOf(`users ${seed}`)());
  const serving = users(agenda, wait, { perSecond, seed: `users of ${seed}` });
  const candidate = fleetOf(`candidate of ${seed}`);
  const sendTo = (takes: (nowMs: number) => number) => () =>
    new Promise<Probe>((told) => {
      const milliseconds = wait(agenda.now()) + takes(agenda.now());
      agenda.at(agenda.now() + milliseconds, () => told({ answered: true, milliseconds }));
    });
  const send = sendTo(candidate.takes);
  return inVirtualTime(agenda, async (pacing) => {
    let proof = begun(question, new Date(0).toISOString());
    while (isTested && proof.answeredAt === undefined) {
      const slice = nextSlice(question, proof, agenda.now());
      const beside = { send: sendTo(serving.fleet.takes), before: proof.beside ?? nothingBeside };
      const how = { seed: `harm ${seed}`, arriving: byChance, send, wayMs: 0, pacing, beside };
      proof = afterRound(
        question,
        { proof, slice: slice && (await sendSlice({ ...how, question, proof, slice })) },
        agenda.now(),
      );
      await pacing.until(agenda.now() + 2_500);
    }
    const testMinutes = agenda.now() / 60_000;
    await pacing.until(Math.max(agenda.now() + 180_000, 15 * 60_000));
    serving.end();
    const all = [...serving.minutes.values()];
    return {
      minutes: all.filter(({ came, late }) => late > 0.01 * came + 3 * Math.sqrt(0.01 * came)).length,
      late: all.reduce((sum, { late }) => sum + late, 0),
      testMinutes,
      // One that was not stopped gets its answer after its rest.
      status:
        proof.status === "testing" ? afterRound(question, { proof }, agenda.now()).status : proof.status,
    };
  });
}

const seeds = Array.from({ length: Number(values.seeds) }, (_, nth) => nth + 1);
const rows = [];
for (const law of Object.keys(laws)) {
  const [tested, alone]: [Harm[], Harm[]] = [[], []];
  for (const seed of seeds) {
    tested.push(await harmOf(law, seed, true));
    alone.push(await harmOf(law, seed, false));
  }
  const sum = (of: readonly Harm[], what: "minutes" | "late") =>
    of.reduce((all, each) => all + each[what], 0);
  const outcomes = [...Map.groupBy(tested, ({ status }) => status)].map(([is, of]) => `${of.length} ${is}`);
  rows.push([
    law,
    `${sum(tested, "minutes")}`,
    `${sum(alone, "minutes")}`,
    `${Math.max(...tested.map((each) => each.minutes))}`,
    `${sum(tested, "late") - sum(alone, "late")}`,
    medianOf(tested.map((each) => each.testMinutes)).toFixed(1),
    outcomes.join(", "),
  ]);
}
const heads = ["both lean on", "minutes", "without", "most", "more late", "test, min", "came to"];
process.stdout.write(
  `${table(
    heads.map((head, nth) => ({ head, ...(nth > 0 && nth < 6 && { align: "right" as const }) })),
    rows,
    { width: 120 },
  ).join(
    "\n",
  )}\n${seeds.length} seeds each. Minutes: in which more of the users' requests were late than is required, beyond chance (three deviations)\n`,
);
