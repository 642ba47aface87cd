/**
 * Makes a region of its parts and moves its time along. Time only moves when somebody asks it to; what happens by then
 * is a function of the seed, the account, the world's specification and the calls made, never of how often one asked.
 */

import type { AccountSeed } from "./account-seed.ts";
import { runAlarms } from "./alarms.ts";
import { approveLater, rejectLater } from "./approvals.ts";
import { createBill } from "./bill.ts";
import type { WorldEvent } from "./events.ts";
import { startJobsLater } from "./jobs.ts";
import { asSeenAt, readMetric } from "./metric-reader.ts";
import { seriesOf } from "./metrics.ts";
import type { MinuteEnd } from "./minutes.ts";
import { createOrdinals } from "./ordinals.ts";
import { createPast } from "./past.ts";
import { createProbing } from "./probes.ts";
import { createQueues } from "./queues.ts";
import { createQuotas } from "./quotas.ts";
import { streams } from "./random.ts";
import type { World } from "./region.ts";
import { unitHoursOf } from "./scalables/scalable-state.ts";
import { runScaling } from "./scaling.ts";
import { seedState } from "./seed.ts";
import { settled } from "./settled.ts";
import type { WorldSpec } from "./spec.ts";
import { tick, tickMs } from "./ticks.ts";
import { minuteEnd, timeline } from "./timeline.ts";
import { createTimerQueue, type TimerQueue } from "./timers.ts";
import { rate } from "./traffic.ts";
import { expireLater } from "./training-plans.ts";

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
  const seeded = seedState({ seed, startMs, spec, account }, draws, bill);
  const arriving = rate(spec.traffic, { startMs, peakRequestsPerSecond: account.peakRequestsPerSecond });
  const throughput = (instanceType: string) =>
    (account.types[instanceType] ?? account.types[account.endpoint.instanceType])?.requestsPerSecond ?? 0;
  const { nextOrdinal } = createOrdinals();
  const { probes, takeProbes } = createProbing();
  const { queue } = createQueues();
  const timers = createTimerQueue();
  const events: WorldEvent[] = [];
  const listeners: ((event: WorldEvent) => void)[] = [];
  const minuteEnds: MinuteEnd[] = [];
  const clock = { nowMs: firstTickMs };
  const { quotaGrantedAfterMinutes: granted } = spec;
  const quotas = createQuotas(
    seeded.quotas,
    granted === undefined
      ? undefined
      : { fromMs: startMs + granted * 60_000, quotas: seeded.granted, nowMs: () => clock.nowMs },
  );

  const world: World = {
    seed,
    startMs,
    firstTickMs,
    spec,
    account,
    state: seeded.state,
    events,
    get nowMs() {
      return clock.nowMs;
    },
    advanceTo: (atMs) => advance({ world, clock, timers, minuteEnds }, atMs),
    nextChangeMs: () => timers.nextMs(clock.nowMs),
    after: (delayMs, run) => timers.add(clock.nowMs + delayMs, run),
    mark: (...moments) => {
      for (const atMs of moments) timers.add(atMs);
    },
    record: (happening) => {
      const event: WorldEvent = { atMs: clock.nowMs, ...happening };
      events.push(event);
      for (const listener of listeners) listener(event);
    },
    listen: (listener) => void listeners.push(listener),
    timeline: () => timeline(world, minuteEnds),
    readMetric: (name, range) =>
      readMetric(range.asOfMs === undefined ? world : asSeenAt(world, range.asOfMs), name, range),
    bill,
    instanceHours: (untilMs = clock.nowMs) => bill.hours(untilMs),
    unitHours: (untilMs = clock.nowMs) => unitHoursOf(seeded.state.scalables, { startMs, untilMs }),
    get quotas() {
      return quotas.quotas;
    },
    quota: quotas.quota,
    nextOrdinal,
    probes,
    takeProbes,
    queue,
    streams: draws,
    rate: arriving,
    throughput,
    past: createPast({
      seed,
      startMs,
      firstTickMs,
      spec,
      account,
      streams: draws,
      rate: arriving,
      throughput,
      seededInstanceIds: seeded.instanceIds,
    }),
  };
  for (const endpoint of world.state.endpoints.values())
    for (const variant of endpoint.variants) seriesOf(world, endpoint.name, variant);
  const { name: own, instanceType } = account.endpoint;
  for (const { variant } of spec.past.served) seriesOf(world, own, { name: variant, instanceType });
  world.advanceTo(startMs);
  approveLater(world);
  rejectLater(world);
  startJobsLater(world);
  expireLater(world);
  return world;
}

interface Running {
  readonly world: World;
  readonly clock: { nowMs: number };
  readonly timers: TimerQueue;
  readonly minuteEnds: MinuteEnd[];
}

/**
 * In order of time: a tick covers the ten seconds that end at its moment, then what is due at that moment happens,
 * and at whole minutes auto scaling looks.
 */
function advance({ world, clock, timers, minuteEnds }: Running, atMs: number): void {
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
    minuteEnds.push(minuteEnd(world));
    runAlarms(world);
    runScaling(world);
  }
  timers.runUntil(atMs, clock);
  clock.nowMs = Math.max(clock.nowMs, atMs);
}
