import { readFile } from "node:fs/promises";
import { setTimeout as moduleTimeout } from "node:timers";
import { setTimeout as promisedTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createVirtualClock, drive, InFlight } from "#twin/engine";
import { dayMs, startMs } from "./tiny.ts";

let giveBack: (() => void) | undefined;
afterEach(() => {
  giveBack?.();
  giveBack = undefined;
});

/** A clock that has this thread's time, and a driver for it that stops once `done`. */
function virtual(done: () => boolean, dues: Parameters<typeof drive>[0]["dues"] = []) {
  const clock = createVirtualClock(startMs);
  giveBack = clock.install();
  const inFlight = new InFlight();
  return { clock, inFlight, go: () => drive({ clock, inFlight, dues, capMs: startMs + 20 * dayMs, done }) };
}

describe("the virtual clock", () => {
  it("fires timers in order of time, and of setting where times are equal", async () => {
    const fired: string[] = [];
    const { go } = virtual(() => fired.length === 4);
    setTimeout(() => fired.push("late"), 2000);
    setTimeout(() => fired.push("first at 1000"), 1000);
    setTimeout(() => fired.push("second at 1000"), 1000);
    setTimeout(() => setTimeout(() => fired.push("set at 500 for 1500"), 1000), 500);

    await go();

    expect(fired).toEqual(["first at 1000", "second at 1000", "set at 500 for 1500", "late"]);
  });

  it("makes Dates of its own now and of any other moment, as Date does", () => {
    const undo = createVirtualClock(startMs).install();
    try {
      class Moment extends Date {}
      const dates = [new Date(), new Moment(), new Date(Date())];
      expect(dates.map(Number)).toEqual([startMs, startMs, startMs]);
      expect(new Date(2026, 0, 5, 8).getTime()).toBe(new Date("2026-01-05T08:00:00").getTime());
      expect(new Moment(5)).toBeInstanceOf(Moment);
      expect(new Date(5)).toBeInstanceOf(Date);
    } finally {
      undo();
    }
  });

  it("is obeyed through node:timers, node:timers/promises and Date, and gives all of them back", async () => {
    const real = { setTimeout: globalThis.setTimeout, Date: globalThis.Date };
    const seen: number[] = [];
    const { go } = virtual(() => seen.length === 2);
    moduleTimeout(() => seen.push(Date.now()), 3 * dayMs);
    promisedTimeout(4 * dayMs).then(() => seen.push(Date.now()));

    await go();
    giveBack?.();
    giveBack = undefined;

    expect(seen).toEqual([startMs + 3 * dayMs, startMs + 4 * dayMs]);
    expect(globalThis.setTimeout).toBe(real.setTimeout);
    expect(globalThis.Date).toBe(real.Date);
    expect(Math.abs(Date.now() - startMs)).toBeGreaterThan(dayMs);
  });

  it("is what AbortSignal.timeout and performance.now go by", async () => {
    const { go } = virtual(() => signal.aborted);
    const signal = AbortSignal.timeout(dayMs);
    const before = performance.now();

    await go();

    expect(signal.reason).toMatchObject({ name: "TimeoutError" });
    expect([before, performance.now()]).toEqual([0, dayMs]);
  });

  it("repeats an interval until it is cleared", async () => {
    const at: number[] = [];
    const { go } = virtual(() => at.length === 3);
    const timer = setInterval(() => {
      at.push(Date.now() - startMs);
      if (at.length === 3) clearInterval(timer);
    }, 1000);

    await go();

    expect(at).toEqual([1000, 2000, 3000]);
  });

  it("never fires a timer early, however long: beyond 2^31 ms the run's cap comes first", async () => {
    let fired = false;
    const { go, clock } = virtual(() => fired);
    setTimeout(() => {
      fired = true;
    }, 30 * dayMs);

    const ended = await go();

    expect(ended).toEqual({ ended: "hung", reason: "not over after 20 days" });
    expect(fired).toBe(false);
    expect(clock.nowMs()).toBe(startMs + 20 * dayMs);
  });

  it("refuses to be installed twice in one thread", () => {
    virtual(() => true);

    expect(() => createVirtualClock(startMs).install()).toThrow(/already installed/);
  });
});

describe("the driver", () => {
  it("stands still while files are read and calls are served", async () => {
    let done = false;
    const { go, inFlight } = virtual(() => done);
    const seen: number[] = [];
    setTimeout(() => seen.push(-1), 10);
    const work = async () => {
      for (let i = 0; i < 5; i++) await readFile(import.meta.filename);
      seen.push(Date.now() - startMs);
      await inFlight.serve(async () => {
        for (let i = 0; i < 500; i++) await new Promise((resolve) => setImmediate(resolve));
      });
      seen.push(Date.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(Date.now() - startMs);
      done = true;
    };
    const working = work();

    await go();
    await working;

    expect(seen).toEqual([0, 0, -1, 20]);
  });

  it("stops at each due moment on the way and never jumps over one", async () => {
    const seen: string[] = [];
    const moments = [startMs + 700, startMs + 1000, startMs + 90_000];
    const due = {
      nextMs: () => moments[0],
      run: (atMs: number) => {
        seen.push(`due ${atMs - startMs} at ${Date.now() - startMs}`);
        moments.shift();
      },
    };
    let done = false;
    const { go } = virtual(() => done, [due]);
    setTimeout(() => seen.push("timer 1000"), 1000);
    setTimeout(() => {
      done = true;
    }, 100_000);

    await go();

    expect(seen).toEqual(["due 700 at 700", "timer 1000", "due 1000 at 1000", "due 90000 at 90000"]);
  });

  it("says so when nothing is left that could happen", async () => {
    const { go } = virtual(() => false);

    expect(await go()).toEqual({ ended: "hung", reason: "nothing is left to wait for" });
  });

  it("names a twin that leaves a call unanswered", async () => {
    const { go, inFlight } = virtual(() => false);
    void inFlight.serve(() => new Promise(() => {}));

    await expect(go()).rejects.toThrow(/left a call unanswered/);
  });
});
