/** What is due and when: in order of time, and of arrival where times are equal. */
export interface TimerQueue {
  /** Without `run` it only marks a moment at which something changes by the clock alone. */
  add(atMs: number, run?: () => void): void;
  /** Runs everything due by `atMs`, moving the clock along. */
  runUntil(atMs: number, clock: { nowMs: number }): void;
  /** The first moment after `nowMs`. */
  nextMs(nowMs: number): number | undefined;
}

export function createTimerQueue(): TimerQueue {
  const due: { atMs: number; run: (() => void) | undefined }[] = [];
  return {
    add: (atMs, run) => {
      const after = due.findIndex((other) => other.atMs > atMs);
      due.splice(after === -1 ? due.length : after, 0, { atMs, run });
    },
    runUntil: (atMs, clock) => {
      for (let next = due[0]; next !== undefined && next.atMs <= atMs; next = due[0]) {
        due.shift();
        clock.nowMs = Math.max(clock.nowMs, next.atMs);
        next.run?.();
      }
    },
    nextMs: (nowMs) => due.find((timer) => timer.atMs > nowMs)?.atMs,
  };
}
