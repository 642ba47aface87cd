/** A clock by which requests are sent at their moments: a load test is worth what its times are. */

export interface Pacing {
  /** Epoch milliseconds, with fractions where the clock has them. */
  nowMs(): number;
  /** Resolves at a moment, or at once where that is past. */
  until(atMs: number): Promise<void>;
}

const timer = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A timer comes up to a millisecond late and more: so much of a wait is gone through turn by turn of the event loop. */
const closeMs = 2;

/** Of the machine's own clock, to a fraction of a millisecond. */
export const exactPacing: Pacing = {
  nowMs: () => performance.timeOrigin + performance.now(),
  async until(atMs) {
    for (;;) {
      const left = atMs - exactPacing.nowMs();
      if (left <= 0) return;
      await (left > closeMs ? timer(left - closeMs) : turn());
    }
  },
};

/** In virtual time, which only timers move, by whole milliseconds. */
export const virtualPacing: Pacing = {
  nowMs: () => Date.now(),
  async until(atMs) {
    const left = Math.round(atMs - Date.now());
    if (left > 0) await timer(left);
  },
};
