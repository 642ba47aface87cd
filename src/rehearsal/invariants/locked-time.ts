/** How long changes of ours, and auto scaling, have locked an endpoint while the candidate carried traffic. */

import type { CheckContext } from "./check-context.ts";
import { type Passage, planFor } from "./passages.ts";

export interface LockBegun {
  readonly passage: Passage;
  readonly atMs: number;
  readonly by: "us" | "auto-scaling";
}

export interface LockedTime {
  begin(endpoint: string, lock: LockBegun): void;
  /** The endpoint is at rest again. */
  end(endpoint: string, atMs: number): void;
  /** Minutes of a passage until now, as far as we locked it. */
  minutes(passage: Passage): number;
  /** Writes the figures down at the end of everything. */
  close(): void;
}

export function createLockedTime({ world, planOf, figures }: CheckContext): LockedTime {
  const running = new Map<string, LockBegun>();
  const total = new Map<Passage, number>();
  const minutes = (passage: Passage) => total.get(passage) ?? 0;

  function end(endpoint: string, atMs: number): void {
    const lock = running.get(endpoint);
    if (lock === undefined) return;
    running.delete(endpoint);
    const locked = (atMs - lock.atMs) / 60_000;
    if (lock.by === "us") total.set(lock.passage, minutes(lock.passage) + locked);
    else figures.scalingLockedMinutes += locked;
  }

  return {
    begin: (endpoint, lock) => void running.set(endpoint, lock),
    end,
    minutes,
    close() {
      for (const endpoint of [...running.keys()]) end(endpoint, world.nowMs);
      for (const [passage, each] of total) {
        const { maxLockedMinutes } = planFor(passage, { planOf }).budget;
        figures.lockedMinutes += each;
        figures.lockedMinutesOverrun += Math.max(0, each - maxLockedMinutes);
      }
      figures.lockedMinutes = rounded(figures.lockedMinutes);
      figures.lockedMinutesOverrun = rounded(figures.lockedMinutesOverrun);
      figures.scalingLockedMinutes = rounded(figures.scalingLockedMinutes);
    },
  };
}

/** To a thousandth of a minute. */
const rounded = (minutes: number): number => Math.round(minutes * 1000) / 1000;
