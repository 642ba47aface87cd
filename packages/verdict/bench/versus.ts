/**
 * The shipped verdict beside tests of others that hold at any look, on the same minutes of the same releases: at the level
 * that each promises, and with each one's bound moved to where it rolls back as many healthy releases as the shipped one.
 */
import { type CountNoise, measureCountNoise } from "../src/index.ts";
import { ALPHA, type Cell, HORIZON_MINUTES, LOOKS, limitOf } from "./cells.ts";
import { type Rival, rivals } from "./engines/rivals.ts";
import { Shipped } from "./engines/shipped.ts";
import { Chance } from "./simulation/chance.ts";
import { historyOf, releaseOf } from "./simulation/minutes.ts";
import { seedOf } from "./simulation/seed.ts";

export interface VersusEffort {
  readonly healthy: number;
  readonly faulty: number;
}

export interface RivalResult {
  readonly name: string;
  /** At the level promised. */
  readonly falseRollbacks: number;
  readonly meanMinutes: number;
  /** With as many false rollbacks as the shipped verdict has. */
  readonly equalMinutes: number;
}

export interface VersusResult {
  readonly cell: Cell;
  readonly limitMinutes: number;
  readonly falseRollbacks: number;
  readonly meanMinutes: number;
  readonly rivals: readonly RivalResult[];
}

const PROMISED = -Math.log(ALPHA);

/** Cells of one share only, whose fault is there from the start. */
export function measureVersus(cell: Cell, { healthy, faulty }: VersusEffort): VersusResult {
  const chance = new Chance(seedOf(`versus ${cell.name}`));
  const noise = measureCountNoise(historyOf(cell, chance), 60);
  const run: Run = { cell, chance, contenders: [shippedIn(cell, noise), ...rivals()] };
  const peaks = peaksOf(run, healthy);
  const falsely = peaks.map((all) => all.filter((peak) => peak >= PROMISED).length);
  const equal = peaks.map((all) => boundFor(all, falsely[0] ?? 0));
  const promisedMinutes = minutesTo(
    run,
    faulty,
    peaks.map(() => PROMISED),
  );
  const equalMinutes = minutesTo(run, faulty, equal);
  const [own, ...others] = run.contenders.map(({ name }, i) => ({
    name,
    falseRollbacks: (falsely[i] ?? 0) / healthy,
    meanMinutes: promisedMinutes[i] ?? 0,
    equalMinutes: equalMinutes[i] ?? 0,
  }));
  if (own === undefined) throw new Error("expected the shipped verdict among the contenders");
  const { falseRollbacks, meanMinutes } = own;
  return { cell, limitMinutes: limitOf(cell), falseRollbacks, meanMinutes, rivals: others };
}

function shippedIn(cell: Cell, noise: CountNoise): Rival {
  const shipped = new Shipped();
  return {
    name: shipped.name,
    start: () => {
      shipped.start(cell, noise);
      shipped.stage(0);
    },
    minute: (seen) => {
      shipped.minute(seen);
      return shipped.logE;
    },
  };
}

interface Run {
  readonly cell: Cell;
  readonly chance: Chance;
  readonly contenders: readonly Rival[];
}

/** A release before all of them; it is over once `told` has heard enough of each. */
function follow(
  { cell, chance, contenders }: Run,
  { faulty, minutes }: { faulty: boolean; minutes: number },
  told: (evidence: number, contender: number, minute: number) => boolean,
): void {
  const minuteOf = releaseOf(cell, chance, faulty);
  for (const each of contenders) each.start(cell);
  for (let minute = 0; minute < minutes; minute++) {
    const seen = minuteOf(minute);
    const enough = contenders.map((each, i) => told(each.minute(seen), i, minute));
    if (!enough.includes(false)) return;
  }
}

/** The most evidence that each gathers against healthy releases. */
function peaksOf(run: Run, releases: number): number[][] {
  const peaks = run.contenders.map(() => Array.from({ length: releases }, () => Number.NEGATIVE_INFINITY));
  for (let release = 0; release < releases; release++)
    follow(run, { faulty: false, minutes: LOOKS }, (evidence, i) => {
      const own = peaks[i] as number[];
      own[release] = Math.max(own[release] ?? 0, evidence);
      return false;
    });
  return peaks;
}

/** How long each takes on average to gather as much against faulty ones. */
function minutesTo(run: Run, releases: number, bounds: readonly number[]): number[] {
  const spent = run.contenders.map(() => 0);
  for (let release = 0; release < releases; release++) {
    const found = new Set<number>();
    follow(run, { faulty: true, minutes: HORIZON_MINUTES }, (evidence, i) => {
      if (found.has(i)) return true;
      spent[i] = (spent[i] ?? 0) + 1;
      if (evidence >= (bounds[i] ?? PROMISED)) found.add(i);
      return found.has(i);
    });
  }
  return spent.map((minutes) => minutes / releases);
}

/** The bound that so many of the peaks reach. */
export function boundFor(peaks: readonly number[], reaching: number): number {
  const sorted = peaks.toSorted((a, b) => b - a);
  const [last, next] = [sorted[reaching - 1], sorted[reaching]];
  if (last === undefined) return (next ?? 0) + 1e-9;
  return next === undefined ? last : (last + next) / 2;
}

export interface Summary {
  readonly name: string;
  /** Of its false rollbacks over all cells. */
  readonly worst: number;
  /** Geometric means of its minutes over the shipped verdict's: above 1 the shipped one is faster. */
  readonly promised: number;
  readonly equal: number;
  /** Cells in which it is faster by more than a twentieth, at equal false rollbacks. */
  readonly faster: number;
}

export function summaryOf(results: readonly VersusResult[]): Summary[] {
  const names = results[0]?.rivals.map(({ name }) => name) ?? [];
  const mean = (ratios: readonly number[]) =>
    Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  return names.map((name, i) => {
    const own = results.flatMap(({ rivals: all, meanMinutes }) => {
      const one = all[i];
      return one === undefined ? [] : [{ ...one, shipped: meanMinutes }];
    });
    return {
      name,
      worst: Math.max(...own.map(({ falseRollbacks }) => falseRollbacks)),
      promised: mean(own.map(({ meanMinutes, shipped }) => meanMinutes / shipped)),
      equal: mean(own.map(({ equalMinutes, shipped }) => equalMinutes / shipped)),
      faster: own.filter(({ equalMinutes, shipped }) => equalMinutes < 0.95 * shipped).length,
    };
  });
}
