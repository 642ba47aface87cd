/**
 * Makes a region of its parts and moves its time along. Time only moves when somebody asks it to; what happens by then
 * is a function of the seed, the account, the world's specification and the calls made, never of how often one asked.
 */
import type { AccountSeed } from "./account-seed.ts";
import { runAlarms } from "./alarms.ts";
import { createBill } from "./bill.ts";
import type { WorldEvent } from "./events.ts";
import { seriesOf } from "./metrics.ts";
import { createPast } from "./past.ts";
import { streams } from "./random.ts";
import type { Probes, World } from "./region.ts";
import { unitHoursOf } from "./scalables/scalable-state.ts";
import { runScaling } from "./scaling.ts";
import { seedState } from "./seed.ts";
import { settled } from "./settled.ts";
import type { WorldSpec } from "./spec.ts";
import { tick, tickMs } from "./ticks.ts";
import { minuteEnd, timeline } from "./timeline.ts";
import { createTimers, type Timers } from "./timers.ts";
import { rate } from "./traffic.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly spec: WorldSpec;
  readonly account: AccountSeed;
}

export function createWorld(options: WorldOptions): World {
  const { seed, startMs, account } = options;
  const spec = settled(options.spec, account);
  const firstTickMs = Math.floor(startMs / 60_000) * 60_000;
  const draws = streams(seed);
  const bill = createBill(startMs);
  const seeded = seedState({ startMs, spec, account }, draws, bill);
  const timers = createTimers();
  const events: WorldEvent[] = [];
  const launches = new Map<string, number>();
  const probes = new Map<string, Probes>();
  const clock = { nowMs: firstTickMs };

  const world: World = {
    seed,
    startMs,
    spec,
    account,
    state: seeded.state,
    events,
    get nowMs() {
      return clock.nowMs;
    },
    advanceTo: (atMs) => advance({ world, clock, timers }, atMs),
    nextChangeMs: () => timers.nextMs(clock.nowMs),
    timeline: () => timeline(world),
    instanceHours: (untilMs = clock.nowMs) => bill.hours(untilMs),
    unitHours: (untilMs = clock.nowMs) => unitHoursOf(seeded.state.scalables, { startMs, untilMs }),
    quotas: seeded.quotas,
    quota: (use, instanceType) =>
      seeded.quotas.find((each) => each.use === use && each.instanceType === instanceType)?.instances ?? 0,
    minuteEnds: [],
    firstTickMs,
    seededInstanceIds: seeded.instanceIds,
    streams: draws,
    rate: rate(spec.traffic, { startMs, peakRequestsPerSecond: account.peakRequestsPerSecond }),
    bill,
    after: (delayMs, run) => timers.add(clock.nowMs + delayMs, run),
    mark: (...moments) => {
      for (const atMs of moments) timers.add(atMs);
    },
    record: (happening) => events.push({ atMs: clock.nowMs, ...happening }),
    throughput: (instanceType) =>
      (account.types[instanceType] ?? account.types[account.endpoint.instanceType])?.requestsPerSecond ?? 0,
    launched: (owner) => count(launches, owner),
    probes: (key) => probesOf(probes, key),
    takeProbes: (key) => take(probes, key),
    past: createPast(() => world),
  };
  for (const endpoint of world.state.endpoints.values())
    for (const variant of endpoint.variants) seriesOf(world, endpoint.name, variant);
  world.advanceTo(startMs);
  return world;
}

interface Running {
  readonly world: World;
  readonly clock: { nowMs: number };
  readonly timers: Timers;
}

/**
 * In order of time: a tick covers the ten seconds that end at its moment, then what is due at that moment happens,
 * and at whole minutes auto scaling looks.
 */
function advance({ world, clock, timers }: Running, atMs: number): void {
  for (
    let tickEndMs = (Math.floor(clock.nowMs / tickMs) + 1) * tickMs;
    tickEndMs <= atMs;
    tickEndMs += tickMs
  ) {
    timers.runUntil(tickEndMs - 1, clock);
    clock.nowMs = tickEndMs;
    tick(world, tickEndMs - tickMs);
    timers.runUntil(tickEndMs, clock);
    if (tickEndMs % 60_000 !== 0) continue;
    world.minuteEnds.push(minuteEnd(world));
    runAlarms(world);
    runScaling(world);
  }
  timers.runUntil(atMs, clock);
  clock.nowMs = Math.max(clock.nowMs, atMs);
}

function count(counts: Map<string, number>, key: string): number {
  const nth = (counts.get(key) ?? 0) + 1;
  counts.set(key, nth);
  return nth;
}

function probesOf(probes: Map<string, Probes>, key: string): Probes {
  let found = probes.get(key);
  if (found === undefined) {
    found = { requests: 0, answered: 0, errors5xx: 0, errors4xx: 0, latencyMs: 0, latencySumMs: 0, load: 0 };
    probes.set(key, found);
  }
  return found;
}

function take(probes: Map<string, Probes>, key: string): Probes | undefined {
  const found = probes.get(key);
  probes.delete(key);
  return found;
}
