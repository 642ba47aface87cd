/** Time that goes to whatever comes next: what a fleet does and what is sent to it, without waiting for either. */
import type { Pacing } from "../../src/aws/pacing.ts";

/** Milliseconds from the beginning. */
export interface Clock {
  now(): number;
  at(ms: number, what: () => void): void;
}

/** The earliest first, and of one moment the one that was asked for first. */
export class Agenda implements Clock {
  #nowMs = 0;
  #nth = 0;
  readonly #heap: { readonly ms: number; readonly nth: number; readonly what: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  at(ms: number, what: () => void): void {
    const heap = this.#heap;
    const entry = { ms, nth: this.#nth++, what };
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  /** Does what comes next; false where nothing does. */
  next(): boolean {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) return false;
    if (heap.length > 0) this.#sink(last);
    this.#nowMs = Math.max(this.#nowMs, first.ms);
    first.what();
    return true;
  }

  #sink(entry: { readonly ms: number; readonly nth: number; readonly what: () => void }): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child += 1;
      const least = heap[child];
      if (least === undefined || !isBefore(least, entry)) break;
      heap[place] = least;
      place = child;
    }
    heap[place] = entry;
  }
}

const isBefore = (a: { ms: number; nth: number }, b: { ms: number; nth: number }): boolean =>
  a.ms < b.ms || (a.ms === b.ms && a.nth < b.nth);

/** So many turns of promises at most are between what happens and whoever waits for it. */
const turns = 12;

/** Runs what waits by a clock of its own until it is done. */
export async function inVirtualTime<T>(agenda: Agenda, work: (pacing: Pacing) => Promise<T>): Promise<T> {
  const pacing: Pacing = {
    nowMs: () => agenda.now(),
    until: (ms) =>
      ms <= agenda.now() ? Promise.resolve() : new Promise((go) => agenda.at(ms, () => go(undefined))),
  };
  let isDone = false;
  const done = work(pacing).finally(() => {
    isDone = true;
  });
  for (;;) {
    for (let turn = 0; turn < turns; turn++) await undefined;
    if (isDone) return done;
    if (!agenda.next()) throw new Error("expected something to come, found that all wait for one another");
  }
}
