/**
 * Moves virtual time: to the next timer or the next due change of the world, whichever is first, and only when
 * no work is in flight; what waits on a timer is not in flight, it is waiting for time to move.
 */
import type { VirtualClock } from "./clock.ts";
import type { Invocation } from "./frames.ts";

/** Captured before any clock is installed: the real one. */
const realImmediate = setImmediate;
/** Lets all microtasks, ticks and one round of the event loop run. */
export const turn = (): Promise<void> => new Promise((resolve) => realImmediate(resolve));

/** Work that must end before time may move. */
export class InFlight {
  /** Wire calls that the twin is answering. */
  serving = 0;
  /** Grows with every start and end. */
  activity = 0;
  readonly invocations = new Set<Invocation>();

  /** Counts `work` as in flight until it settles. */
  async serve<T>(work: () => Promise<T>): Promise<T> {
    this.serving += 1;
    this.activity += 1;
    try {
      return await work();
    } finally {
      this.serving -= 1;
      this.activity += 1;
    }
  }

  /** For work that is being served and now waits for time to move: not in flight until `wait` settles. */
  async waiting<T>(wait: Promise<T>): Promise<T> {
    this.serving -= 1;
    try {
      return await wait;
    } finally {
      this.serving += 1;
    }
  }

  /** An invocation awaits neither the wire nor a timer of its own. */
  computing(): boolean {
    for (const invocation of this.invocations)
      if (invocation.timers.size === 0 && !invocation.dead) return this.serving === 0;
    return false;
  }
}

/** A source of moments outside the timers, such as the world's next change or a scheduler's next run. */
export interface Due {
  /** The next moment, epoch milliseconds; undefined when nothing is to come. */
  nextMs(): number | undefined;
  /** Called when time stands at that moment; afterwards `nextMs` must be later, or undefined. */
  run(atMs: number): void | Promise<void>;
}

export interface DriveOptions {
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  readonly dues: readonly Due[];
  /** The moment at which a run that has not ended counts as hung, epoch milliseconds. */
  readonly capMs: number;
  readonly done: () => boolean;
}

export type DriveEnd = { readonly ended: "done" } | { readonly ended: "hung"; readonly reason: string };

/** Turns of the event loop without any activity after which nothing is taken to be under way. */
const quietTurns = 3;
/** The same for an invocation that awaits neither wire nor timer: it computes, or waits for what never comes. */
const quietTurnsWhileComputing = 60;
/** A wire call that is still unanswered after so many turns without activity is a defect of the twin. */
const longestServiceTurns = 200_000;

/** Runs until `done`, or until the cap, or until nothing is left that could ever happen. */
export async function drive(options: DriveOptions): Promise<DriveEnd> {
  const { clock, dues, capMs } = options;
  for (;;) {
    await settle(options);
    if (options.done()) return { ended: "done" };
    const timerMs = clock.nextTimerMs() ?? never;
    const dueMs = nextDueMs(dues);
    const nextMs = Math.min(timerMs, dueMs);
    if (nextMs === never) return { ended: "hung", reason: "nothing is left to wait for" };
    if (nextMs > capMs) {
      clock.moveTo(capMs);
      return { ended: "hung", reason: `not over after ${(capMs - clock.startMs) / 86_400_000} days` };
    }
    if (timerMs <= dueMs) clock.fireNext();
    else {
      clock.moveTo(dueMs);
      await runDues(dues, dueMs);
    }
  }
}

const nextDueMs = (dues: readonly Due[]): number => Math.min(...dues.map((due) => due.nextMs() ?? never));

async function runDues(dues: readonly Due[], atMs: number): Promise<void> {
  for (const due of dues) if ((due.nextMs() ?? never) <= atMs) await due.run(atMs);
}

const never = Number.POSITIVE_INFINITY;

/** Waits until nothing is under way but waits for time. */
async function settle({ clock, inFlight }: DriveOptions): Promise<void> {
  let quiet = 0;
  for (;;) {
    const before = clock.activity + inFlight.activity;
    await turn();
    quiet = clock.activity + inFlight.activity === before ? quiet + 1 : 0;
    if (inFlight.serving > 0) {
      if (quiet > longestServiceTurns && !realWork()) throw new Error("the twin has left a call unanswered");
      continue;
    }
    const enough = inFlight.computing() ? quietTurnsWhileComputing : quietTurns;
    if (quiet >= enough && !realWork()) return;
  }
}

/**
 * Requests to files and the thread pool that are open: real work of which no event has told yet. Node names them
 * FSReqPromise, FSReqCallback, CloseReq, GetAddrInfoReqWrap and the like.
 */
function realWork(): boolean {
  return process.getActiveResourcesInfo().some((resource) => /Req|ZLIB/.test(resource));
}
