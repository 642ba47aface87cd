/**
 * Virtual time for processes that only talk over HTTP: it stands still while anything is at work, and moves to the
 * next wait's end, or to the next thing that happens by itself, when nothing is.
 */

/** Something that happens by itself. */
export interface Due {
  nextMs(): number | undefined;
  run(atMs: number): void | Promise<void>;
}

interface Wait {
  readonly untilMs: number;
  readonly end: () => void;
}

export interface TimekeeperOptions {
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly dues: readonly Due[];
  /** Whether all that is at work waits for time to move. */
  readonly quiet: () => boolean;
  readonly done: () => boolean;
}

export class Timekeeper {
  nowMs: number;
  readonly #options: TimekeeperOptions;
  readonly #waits = new Set<Wait>();
  readonly #over = Promise.withResolvers<void>();
  #looking = false;
  #ended = false;

  constructor(options: TimekeeperOptions) {
    this.#options = options;
    this.nowMs = options.startMs;
  }

  /** Resolves that much later; `wake` ends the wait at once. */
  wait(ms: number): { readonly over: Promise<void>; readonly wake: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wait: Wait = { untilMs: this.nowMs + ms, end: resolve };
    const wake = () => {
      if (this.#waits.delete(wait)) resolve();
    };
    this.#waits.add(wait);
    this.look();
    return { over: promise, wake };
  }

  /** To be called whenever something may have come to rest. */
  look(): void {
    if (this.#looking || this.#ended) return;
    this.#looking = true;
    setImmediate(async () => {
      try {
        this.#looking = false;
        if (this.#options.quiet()) await this.#step();
      } catch (error) {
        this.fail(error);
      }
    });
  }

  fail(error: unknown): void {
    this.#ended = true;
    this.#over.reject(error);
  }

  /** Resolves when `done` says so; rejects when nothing can happen any more, or on `fail`. */
  run(): Promise<void> {
    this.look();
    return this.#over.promise;
  }

  async #step(): Promise<void> {
    const { dues, done } = this.#options;
    if (done()) {
      this.#ended = true;
      this.#over.resolve();
      return;
    }
    const next = this.#nextWait();
    const dueMs = Math.min(...dues.map((due) => due.nextMs() ?? never));
    if (next === undefined && dueMs === never) throw new Error("nothing is left to wait for");
    if (next !== undefined && next.untilMs <= dueMs) {
      this.nowMs = next.untilMs;
      this.#waits.delete(next);
      next.end();
    } else {
      this.nowMs = dueMs;
      for (const due of dues) if ((due.nextMs() ?? never) <= dueMs) await due.run(dueMs);
    }
    this.look();
  }

  /** The first of those that end together: a Set keeps the order in which they began. */
  #nextWait(): Wait | undefined {
    let next: Wait | undefined;
    for (const wait of this.#waits) if (wait.untilMs < (next?.untilMs ?? never)) next = wait;
    return next;
  }
}

const never = Number.POSITIVE_INFINITY;
