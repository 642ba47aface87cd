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
import { currentFrame, type Invocation, type TimerHandle, type TimerUse } from "./frames.ts";
import { runThawed } from "./sandboxes.ts";
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
  /**
   * Resolves when the time has come: what awaits it goes on in its own frame, so none is bound. No freeze holds up a
   * request that has left its sandbox.
   */
  readonly wait: (delayMs: number, use?: TimerUse) => Promise<void>;
  readonly clearTimeout: (timer: TimerHandle | undefined) => void;
}

type Callback = (...args: unknown[]) => void;
let installed = false;

/** A clock that stands at `startMs` (epoch milliseconds) until the driver moves it. */
export function createVirtualClock(startMs: number): VirtualClock {
  const clock = createClock(startMs);
  const timers = new Timers(clock);
  const faked = {
    setTimeout: (callback: Callback, delay?: unknown, ...args: unknown[]) =>
      timers.set(() => callback(...args), delay, "once"),
    setInterval: (callback: Callback, delay?: unknown, ...args: unknown[]) =>
      timers.set(() => callback(...args), delay, "repeatedly"),
    clearTimeout: (timer: unknown) => timers.clear(timer),
    clearInterval: (timer: unknown) => timers.clear(timer),
  };
  return {
    startMs,
    nowMs: () => clock.now,
    nextTimerMs: () => timers.nextMs(),
    moveTo: (atMs) => {
      if (atMs > clock.now) clock.tick(atMs - clock.now);
    },
    fireNext: () => {
      clock.next();
    },
    get activity() {
      return timers.activity;
    },
    install: () => installGlobally({ ...faked, Date: dateOn(() => clock.now) }, () => clock.now - startMs),
    setTimeout: (callback, delayMs) => faked.setTimeout(callback, delayMs),
    wait: (delayMs, use = "code") =>
      new Promise((resolve) => void timers.setBound(resolve, delayMs, { how: "once", use })),
    clearTimeout: faked.clearTimeout,
  };
}

interface TimerKind {
  readonly how: "once" | "repeatedly";
  readonly use: TimerUse;
}

/** The timers that are set, when each is due, and whose they are. */
class Timers {
  activity = 0;
  readonly #clock: ReturnType<typeof createClock>;
  readonly #pending = new Map<object, { dueMs: number; readonly owner: Invocation | undefined }>();
  constructor(clock: ReturnType<typeof createClock>) {
    this.#clock = clock;
  }

  nextMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMs } of this.#pending.values()) if (next === undefined || dueMs < next) next = dueMs;
    return next;
  }

  /** The callback runs in the frame of whoever sets the timer, as with Node's own. */
  set(callback: () => void, delay: unknown, how: "once" | "repeatedly"): object {
    return this.setBound(AsyncLocalStorage.bind(callback), delay, { how, use: "code" });
  }

  /** For a callback that knows its frame, or needs none. */
  setBound(bound: () => void, delay: unknown, { how, use }: TimerKind): object {
    const owner = currentFrame()?.invocation;
    const delayMs = Math.min(Math.max(1, Math.trunc(Number(delay)) || 1), longestDelayMs);
    const fire = () => {
      const entry = this.#pending.get(timer);
      if (how === "once") this.#forget(timer);
      else if (entry !== undefined) entry.dueMs += delayMs;
      this.activity += 1;
      if (use === "request") bound();
      else runThawed(owner, bound);
    };
    const set = how === "once" ? this.#clock.setTimeout : this.#clock.setInterval;
    const timer = set(fire, delayMs) as unknown as object;
    this.activity += 1;
    if (owner?.dead === true) this.#clock.clearTimeout(timer as never);
    else {
      this.#pending.set(timer, { dueMs: this.#clock.now + delayMs, owner });
      owner?.timers.set(timer, use);
    }
    return timer;
  }

  clear(timer: unknown): void {
    if (typeof timer !== "object" || timer === null) return;
    this.#forget(timer);
    this.#clock.clearTimeout(timer as never);
  }

  #forget(timer: object): void {
    this.activity += 1;
    this.#pending.get(timer)?.owner?.timers.delete(timer);
    this.#pending.delete(timer);
  }
}

/** Date with another now; what it makes are plain Dates, which costs a tenth of what a class of its own would. */
function dateOn(nowMs: () => number): unknown {
  const RealDate = Date;
  function VirtualDate(...given: []): Date | string {
    if (new.target === undefined) return new RealDate(nowMs()).toString();
    const moment = given.length === 0 ? ([nowMs()] as const) : given;
    if (new.target !== VirtualDate) return Reflect.construct(RealDate, moment, new.target);
    return new RealDate(...(moment as []));
  }
  return Object.assign(VirtualDate, {
    prototype: RealDate.prototype,
    now: nowMs,
    parse: RealDate.parse,
    UTC: RealDate.UTC,
  });
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
