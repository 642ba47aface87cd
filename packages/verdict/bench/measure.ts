/** One cell's releases, healthy and faulty, before every engine at once; what each of them made of them. */
import { type CountNoise, measureCountNoise } from "../src/index.ts";
import { type Cell, HORIZON_MINUTES, LOOKS, limitOf, onsetMinute, stageAt } from "./cells.ts";
import type { Engine } from "./engines/engine.ts";
import { Oracle } from "./engines/oracle.ts";
import { Alarm, Argo, Flagger, Kayenta } from "./engines/peers.ts";
import { Shipped } from "./engines/shipped.ts";
import { Chance } from "./simulation/chance.ts";
import { historyOf, type Minute, releaseOf } from "./simulation/minutes.ts";
import { seedOf } from "./simulation/seed.ts";

/** How many releases. Every engine sees the same faulty ones; peers see the first of the healthy ones. */
export interface Effort {
  readonly healthy: number;
  readonly healthyOfPeers: number;
  /** Kayenta's roots take their time. */
  readonly healthyOfKayenta: number;
  readonly faulty: number;
  /** Histories are measured once and serve several releases. */
  readonly histories: number;
}

export interface EngineResult {
  readonly engine: string;
  readonly healthy: number;
  readonly falseRollbacks: number;
  readonly faulty: number;
  /** Found within the horizon. */
  readonly found: number;
  /** Rolled back before the fault was there; in no mean. */
  readonly early: number;
  /** From the fault's onset. */
  readonly meanMinutes: number;
  readonly efficiency: number;
  /** Bad requests the candidate served from the onset until it was found. */
  readonly meanBadServed: number;
}

export interface CellResult {
  readonly cell: Cell;
  readonly limitMinutes: number;
  readonly engines: readonly EngineResult[];
}

interface Tally {
  readonly engine: Engine;
  readonly mostHealthy: number;
  healthy: number;
  falseRollbacks: number;
  faulty: number;
  found: number;
  early: number;
  minutes: number;
  badServed: number;
}

export function measureCell(cell: Cell, effort: Effort): CellResult {
  const chance = new Chance(seedOf(cell.name));
  const noises = Array.from({ length: effort.histories }, () =>
    measureCountNoise(historyOf(cell, chance), 60),
  );
  const noiseOf = (release: number): CountNoise =>
    noises[release % noises.length] ?? measureCountNoise([], 60);
  const tallies = enginesFor(effort);
  for (let release = 0; release < effort.healthy; release++) {
    const each = tallies.filter(({ mostHealthy }) => release < mostHealthy);
    runHealthy(cell, each, { noise: noiseOf(release), chance });
  }
  for (let release = 0; release < effort.faulty; release++)
    runFaulty(cell, tallies, { noise: noiseOf(release), chance });
  const limitMinutes = limitOf(cell);
  return { cell, limitMinutes, engines: tallies.map((tally) => resultOf(tally, limitMinutes)) };
}

function enginesFor(effort: Effort): Tally[] {
  const none = { healthy: 0, falseRollbacks: 0, faulty: 0, found: 0, early: 0, minutes: 0, badServed: 0 };
  const peers = [new Oracle(), new Flagger(), new Argo(), new Alarm(1), new Alarm(3)];
  return [
    { engine: new Shipped(), mostHealthy: effort.healthy, ...none },
    ...peers.map((engine) => ({ engine, mostHealthy: effort.healthyOfPeers, ...none })),
    { engine: new Kayenta(), mostHealthy: effort.healthyOfKayenta, ...none },
  ];
}

interface Run {
  readonly noise: CountNoise;
  readonly chance: Chance;
}

function runHealthy(cell: Cell, tallies: readonly Tally[], { noise, chance }: Run): void {
  const minuteOf = releaseOf(cell, chance, false);
  const open = opened(cell, tallies, noise);
  for (const tally of tallies) tally.healthy++;
  for (let minute = 0; minute < LOOKS && open.size > 0; minute++) {
    enterStage(cell, open, minute);
    for (const tally of rolledBack(open, minuteOf(minute))) tally.falseRollbacks++;
  }
}

function runFaulty(cell: Cell, tallies: readonly Tally[], { noise, chance }: Run): void {
  const minuteOf = releaseOf(cell, chance, true);
  const onset = onsetMinute(cell);
  const open = opened(cell, tallies, noise);
  for (const tally of tallies) tally.faulty++;
  let badServed = 0;
  for (let minute = 0; minute < onset + HORIZON_MINUTES && open.size > 0; minute++) {
    enterStage(cell, open, minute);
    const seen = minuteOf(minute);
    if (minute >= onset) badServed += seen.candidateBad;
    for (const tally of rolledBack(open, seen)) {
      if (minute < onset) tally.early++;
      else count(tally, { found: 1, minutes: minute + 1 - onset, badServed });
    }
  }
  for (const tally of open) count(tally, { found: 0, minutes: HORIZON_MINUTES, badServed });
}

function opened(cell: Cell, tallies: readonly Tally[], noise: CountNoise): Set<Tally> {
  for (const { engine } of tallies) engine.start(cell, noise);
  return new Set(tallies);
}

/** Those that roll back at this minute; they are open no more. */
function rolledBack(open: Set<Tally>, seen: Minute): Tally[] {
  const now: Tally[] = [];
  for (const tally of open) if (tally.engine.minute(seen)) now.push(tally);
  for (const tally of now) open.delete(tally);
  return now;
}

function count(tally: Tally, end: { found: number; minutes: number; badServed: number }): void {
  tally.found += end.found;
  tally.minutes += end.minutes;
  tally.badServed += end.badServed;
}

function enterStage(cell: Cell, open: ReadonlySet<Tally>, minute: number): void {
  const stage = stageAt(cell, minute);
  if (minute > 0 && stage === stageAt(cell, minute - 1)) return;
  for (const { engine } of open) engine.stage(stage);
}

function resultOf(tally: Tally, limitMinutes: number): EngineResult {
  const { engine, healthy, falseRollbacks, faulty, found, early } = tally;
  const meanMinutes = tally.minutes / (faulty - early);
  return {
    engine: engine.name,
    healthy,
    falseRollbacks: falseRollbacks / healthy,
    faulty,
    found: found / (faulty - early),
    early: early / faulty,
    meanMinutes,
    efficiency: limitMinutes / meanMinutes,
    meanBadServed: tally.badServed / (faulty - early),
  };
}
