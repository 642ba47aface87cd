/** What can be seen at which traffic, as docs/JUDGING.md has it: by the forecast of `slipway plan`, and by releases judged by the shipped reducer. */
import { measureCountNoise } from "#verdict";
import { minutesTo } from "../../packages/verdict/bench/reduced.ts";
import { Chance } from "../../packages/verdict/bench/simulation/chance.ts";
import { readPlan } from "../../src/cli/inputs.ts";
import { expectedOf, type Sight } from "../../src/core/kpis/sight.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { tableOf } from "./parts.ts";

export interface Asked {
  readonly requestsPerMinute: number;
  readonly shares: readonly number[];
  readonly bakeMinutes: number;
  readonly errorPercent?: number;
  /** On either side. */
  readonly instances?: number;
  readonly hostSpread?: number;
  readonly kpi?: Plan["kpis"][number];
}

const errors: Plan["kpis"][number] = { kind: "availability", name: "errors", tolerance: 0, count4xx: false };
const sample = readPlan("plans/chat-assistant.yml");

/** What each share of such a rollout shows, as `slipway plan` reckons it. */
export function sightOf(asked: Asked): readonly Sight[] {
  const { requestsPerMinute, bakeMinutes, shares, errorPercent = 0.5, instances = 8, kpi = errors } = asked;
  const requestsPerSecond = requestsPerMinute / 60;
  const { hostSpread = sample.rollout.evidence.hostSpread } = asked;
  const each = requestsPerSecond / instances;
  const serves = { requestsPerSecondPerInstance: each, instanceType: sample.endpoint.instanceType };
  const plan: Plan = {
    ...sample,
    endpoint: { ...sample.endpoint, ...serves, instances },
    requirements: {
      ...sample.requirements,
      peakRequestsPerSecond: requestsPerSecond,
      utilisationPercent: 100,
    },
    releaseTypes: { minor: { inference: serves } },
    rollout: {
      ...sample.rollout,
      stages: shares.map((share) => ({ trafficPercent: share, bakeMinutes })),
      evidence: { ...sample.rollout.evidence, hostSpread },
    },
    kpis: [kpi],
  };
  return expectedOf(plan, { requestsPerSecond, errorPercent: errorPercent }).sight;
}

const shares = [5, 25, 50];
const bakes = [10, 30, 60, 240];
const loads = [60, 600, 6000, 60_000];

export function judgingPage(): Record<string, string> {
  return { sight: sightTable(), rates: ratesTable(), fleets: fleetsTable(), chances: chancesTable() };
}

/** "1.8×"; of what is never found by then a dash. */
const times = (found: number | null | undefined): string =>
  found === null || found === undefined ? "–" : `${found < 10 ? found.toFixed(1) : Math.round(found)}×`;
const shown = (count: number): string => count.toLocaleString("en-US");

function sightTable(): string {
  const rows = loads.flatMap((requestsPerMinute) => {
    const found = bakes.map((bakeMinutes) => sightOf({ requestsPerMinute, shares, bakeMinutes }));
    return shares.map((share, nth) => [
      nth === 0 ? shown(requestsPerMinute) : "",
      `${share} %`,
      ...found.map((sight) => times(sight[nth]?.leastTimes)),
    ]);
  });
  return tableOf(["requests a minute", "share", ...bakes.map((bake) => `${bake} min`)], rows);
}

function ratesTable(): string {
  const percents = [0.1, 0.5, 2, 5];
  const asked = { shares: [5, 25, 50], bakeMinutes: 30 };
  const mean = { kind: "latency-mean", name: "latency", tolerance: 0 } as const;
  const rows = loads.map((requestsPerMinute) => {
    const ofRate = (errorPercent: number) => sightOf({ ...asked, requestsPerMinute, errorPercent });
    const latency = sightOf({ ...asked, requestsPerMinute, kpi: mean });
    const least = [...percents.map(ofRate), latency].map((sight) => times(sight.at(-1)?.leastTimes));
    return [shown(requestsPerMinute), ...least];
  });
  return tableOf(["requests a minute", ...percents.map((each) => `${each} % bad`), "mean latency"], rows);
}

function fleetsTable(): string {
  const spreads = [0, 0.05, 0.15, 0.3];
  const rows = [1, 2, 3, 4, 8, 16, 32].map((instances) => {
    const asked = { requestsPerMinute: 60_000, shares: [5, 25, 50], bakeMinutes: 60, instances };
    const found = spreads.map((hostSpread) => sightOf({ ...asked, hostSpread }).at(-1));
    return [`${instances} and ${instances}`, ...found.map((sight) => times(sight?.leastTimes))];
  });
  return tableOf(["instances", ...spreads.map((each) => `hostSpread ${each}`)], rows);
}

const releases = 300;

/** How many of so many releases are found within a bake, each from its first minute on so many times as bad. */
function chancesTable(): string {
  const ratios = [1, 1.5, 2, 3, 5];
  const rows = [600, 6000].flatMap((requestsPerMinute) =>
    shares.map((share) => [
      shown(requestsPerMinute),
      `${share} %`,
      ...ratios.map((ratio) => {
        const chance = chanceOf({ requestsPerMinute, share, ratio, bakeMinutes: 30 });
        return `${Math.round(100 * chance)} %`;
      }),
    ]),
  );
  const heads = ratios.map((each) => (each === 1 ? "as good" : `${each}× as bad`));
  return tableOf(["requests a minute", "share", ...heads], rows);
}

interface Simulated {
  readonly requestsPerMinute: number;
  readonly share: number;
  readonly ratio: number;
  readonly bakeMinutes: number;
}

const badRate = 0.005;

function chanceOf({ requestsPerMinute, share, ratio, bakeMinutes }: Simulated): number {
  const chance = new Chance(requestsPerMinute + share + 100 * ratio);
  const [own, rest] = [(requestsPerMinute * share) / 100, (requestsPerMinute * (100 - share)) / 100];
  const sampled = (requests: number, rate: number) => ({ requests, bad: chance.poisson(requests * rate) });
  const day = Array.from({ length: 1440 }, (_, minute) => {
    const [half, other] = [sampled(requestsPerMinute / 2, badRate), sampled(requestsPerMinute / 2, badRate)];
    return { at: 60 * minute, requests: requestsPerMinute, bad: half.bad + other.bad, half };
  });
  const noise = measureCountNoise(day, 60);
  const minuteOf = () => ({ candidate: sampled(own, badRate * ratio), stable: sampled(rest, badRate) });
  const found = Array.from({ length: releases }, () =>
    minutesTo({ noise, share: share / 100, minuteOf, horizonMinutes: bakeMinutes + 1 }),
  ).filter((minutes) => minutes <= bakeMinutes);
  return found.length / releases;
}
