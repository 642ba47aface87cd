/**
 * Virtual time for one thread: setTimeout, setInterval and Date obey it, also where a library reaches for them
 * through node:timers or node:timers/promises, and so do AbortSignal.timeout and performance.now; setImmediate,
 * nextTick and microtasks stay real.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { syncBuiltinESMExports } from "node:module";
import timersModule from "node:timers";
import timersPromises from "node:timers/promises";
import { createClock } from "@sinonjs/fake-timers";
import { currentFrame, type Invocation, type TimerHandle } from "./frames.ts";
import { substitute } from "./substitution.ts";

/** Node fires a timer at once when its delay does not fit 31 bits: https://nodejs.org/api/timers.html */
const longestDelayMs = 2 ** 31 - 1;

export interface VirtualClock {
  readonly startMs: number;
  nowMs(): number;
  /** When the next timer is due, epoch milliseconds. */
  nextTimerMs(): number | undefined;
  /** Moves time forward to a moment before the next timer; fires nothing. */
  moveTo(atMs: number): void;
  /** Moves time to the next timer and fires that one only. */
  fireNext(): void;
  /** Grows whenever a timer is set, cleared or fired. */
  readonly activity: number;
  /** Takes over the thread's timers and Date; the returned function gives them back. */
  install(): () => void;
  readonly setTimeout: (callback: () => void, delayMs: number) => TimerHandle;
  readonly clearTimeout: (timer: TimerHandle | undefined) => void;
}

interface Pending {
  dueMs: number;
  readonly owner: Invocation | undefined;
}

type Callback = (...args: unknown[]) => void;
let installed = false;

/** A clock that stands at `startMs` (epoch milliseconds) until the driver moves it. */
export function createVirtualClock(startMs: number): VirtualClock {
  const clock = createClock(startMs);
  const pending = new Map<object, Pending>();
  let activity = 0;

  const forget = (timer: object) => {
    activity += 1;
    pending.get(timer)?.owner?.timers.delete(timer);
    pending.delete(timer);
  };

  function set(callback: Callback, delay: unknown, repeat: boolean, args: unknown[]): object {
    if (typeof callback !== "function") throw new TypeError(`expected a function, found ${typeof callback}`);
    const owner = currentFrame()?.invocation;
    const delayMs = Math.min(Math.max(1, Math.trunc(Number(delay)) || 1), longestDelayMs);
    const bound = AsyncLocalStorage.bind(() => callback(...args));
    const fire = () => {
      if (repeat) {
        activity += 1;
        const entry = pending.get(timer);
        if (entry !== undefined) entry.dueMs += delayMs;
      } else forget(timer);
      bound();
    };
    const timer = (repeat
      ? clock.setInterval(fire, delayMs)
      : clock.setTimeout(fire, delayMs)) as unknown as object;
    activity += 1;
    if (owner?.dead === true) clock.clearTimeout(timer as never);
    else {
      pending.set(timer, { dueMs: clock.now + delayMs, owner });
      owner?.timers.add(timer);
    }
    return timer;
  }

  function clear(timer: unknown): void {
    if (typeof timer !== "object" || timer === null) return;
    forget(timer);
    clock.clearTimeout(timer as never);
  }

  const faked = {
    setTimeout: (callback: Callback, delay?: unknown, ...args: unknown[]) =>
      set(callback, delay, false, args),
    setInterval: (callback: Callback, delay?: unknown, ...args: unknown[]) =>
      set(callback, delay, true, args),
    clearTimeout: clear,
    clearInterval: clear,
  };

  return {
    startMs,
    nowMs: () => clock.now,
    nextTimerMs: () => {
      let next: number | undefined;
      for (const { dueMs } of pending.values()) if (next === undefined || dueMs < next) next = dueMs;
      return next;
    },
    moveTo: (atMs) => {
      if (atMs > clock.now) clock.tick(atMs - clock.now);
    },
    fireNext: () => {
      clock.next();
    },
    get activity() {
      return activity;
    },
    install: () => installGlobally({ ...faked, Date: clock.Date }, () => clock.now - startMs),
    setTimeout: (callback, delayMs) => faked.setTimeout(callback, delayMs),
    clearTimeout: clear,
  };
}

type Faked = Record<"setTimeout" | "setInterval" | "clearTimeout" | "clearInterval" | "Date", unknown>;

function installGlobally(faked: Faked, elapsedMs: () => number): () => void {
  if (installed) throw new Error("a virtual clock is already installed in this thread");
  installed = true;
  const sleep = (delay?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(value), delay);
      options?.signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(options.signal?.reason);
      });
    });
  const { Date: date, ...timers } = faked;
  const undo = [
    substitute(globalThis, { ...timers, Date: date }),
    substitute(timersModule, timers),
    substitute(timersPromises, { setTimeout: sleep, setInterval: noIntervals }),
    substitute(timersPromises.scheduler, { wait: sleep }),
    substitute(AbortSignal, { timeout: abortAfter }),
    substitute(performance, { now: elapsedMs }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const step of undo.reverse()) step();
    syncBuiltinESMExports();
    installed = false;
  };
}

/** AbortSignal.timeout as the DOM standard has it; Node's own runs on a timer that cannot be reached. */
function abortAfter(delayMs: number): AbortSignal {
  const controller = new AbortController();
  const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
  setTimeout(() => controller.abort(reason), delayMs);
  return controller.signal;
}

function noIntervals(): never {
  throw new Error(
    "setInterval of node:timers/promises does not run on virtual time; use setTimeout in a loop",
  );
}
