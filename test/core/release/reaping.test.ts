/** When what a holder left is undone: at once, then again after a back-off of an hour at most, and without end. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExecutionState } from "../../../src/core/release/liveness.ts";
import type { Compensation, HeldLock, Order } from "../../../src/core/release/lock.ts";
import {
  isAbout,
  isCompensation,
  isOverdue,
  isPassed,
  isToBeKept,
  leaseWorkName,
  longestBackOffMinutes,
  nextReaping,
} from "../../../src/core/release/reaping.ts";
import { holds } from "../../property.ts";

const decidedMs = Date.UTC(2026, 10, 23, 8);
const minuteMs = 60_000;
const stack = "slipway-dev";

function attempted(attempt: number): Compensation {
  return { attempt, name: `compensate-chat-${attempt}`, at: new Date(decidedMs).toISOString() };
}

function lockWith(compensation: Compensation | undefined, fence = 4): HeldLock {
  const holder = { releaseId: "chat-v7-production", execution: "arn:v7", since: "2026-11-23T07:00:00.000Z" };
  return { subject: "endpoint/chat", fence, holder, ...(compensation && { compensation }) };
}

function next(
  compensation: Compensation | undefined,
  { newest = "over", nowMs = decidedMs, isLeft = true }: Partial<Seen> = {},
) {
  return nextReaping({ lock: lockWith(compensation), isLeft, newest, stack, nowMs });
}

interface Seen {
  readonly newest: ExecutionState;
  readonly nowMs: number;
  readonly isLeft: boolean;
}

test("a holder that died is compensated at once, and the attempt is noted first", () => {
  expect(next(undefined, { newest: "never-started" })).toEqual({
    do: "start",
    name: expect.stringMatching(/^compensate-slipway-dev-chat-v7-production-4-1-/),
    why: "execution arn:v7 ended and left endpoint/chat locked",
    record: { attempt: 1, name: expect.any(String), at: "2026-11-23T08:00:00.000Z" },
    orphan: true,
  });
});

test("an attempt that runs is waited for, however long ago it began", () => {
  const nowMs = decidedMs + 10_000 * minuteMs;

  expect(next(attempted(1), { newest: "running", nowMs })).toEqual({ do: "wait" });
});

test("an attempt that was noted and never started is started under its own name, and not noted again", () => {
  expect(next(attempted(2), { newest: "never-started" })).toEqual({
    do: "start",
    name: "compensate-chat-2",
    why: expect.any(String),
    orphan: false,
  });
});

const order = (kind: Order["kind"]) => ({ order: { kind, by: "somebody", at: "2026-11-23T07:30:00.000Z" } });
const left = { resource: { kind: "model", name: "copy" } as const, is: null, should: null };
const remainder = { remainder: [{ ...left, refusedBy: "somebody", since: "2026-11-23T07:30:00.000Z" }] };

test.each([
  ["died of itself", {}, true],
  ["died although a newer release had ordered it back", order("supersede"), true],
  ["was stopped by a person", order("stop"), false],
  ["was rolled back by a person", order("roll-back"), false],
  ["has said what it left", remainder, false],
])("what %s is an orphan, or is not", (_, more, orphan) => {
  const tried = (attempt: number | undefined, newest: ExecutionState) => {
    const lock = { ...lockWith(attempt === undefined ? undefined : attempted(attempt)), ...more };
    const nowMs = decidedMs + longestBackOffMinutes * minuteMs;
    return nextReaping({ lock, isLeft: true, newest, stack, nowMs });
  };

  expect(tried(undefined, "never-started")).toMatchObject({ do: "start", orphan });
  // Told once: as its first compensation is started, be it by a later sweep.
  expect(tried(1, "never-started")).toMatchObject({ do: "start", orphan });
  expect(tried(1, "over")).toMatchObject({ do: "start", orphan: false });
});

test.each([
  [1, 10],
  [2, 20],
  [3, 40],
  [4, 60],
  [5, 60],
  [1000, 60],
])("after attempt %i the next one comes %i minutes later", (attempt, minutes) => {
  const after = (ms: number) => next(attempted(attempt), { nowMs: decidedMs + ms }).do;

  expect(after(minutes * minuteMs - 1)).toBe("wait");
  expect(after(minutes * minuteMs)).toBe("start");
});

const states = fc.constantFrom<ExecutionState>("running", "over", "never-started");
const attempts = fc.option(fc.integer({ min: 1, max: 50 }).map(attempted), { nil: undefined });

test("nothing is done about a release for which somebody acts, whatever was tried before", () => {
  holds(
    fc.property(attempts, states, fc.integer({ min: 0, max: 10_000 }), (compensation, newest, minutes) => {
      const nowMs = decidedMs + minutes * minuteMs;
      expect(next(compensation, { newest, nowMs, isLeft: false })).toEqual({ do: "leave" });
    }),
  );
});

test("no attempt is noted while one runs or has not started, and each new one has the next number and a new name", () => {
  holds(
    fc.property(attempts, states, fc.integer({ min: 0, max: 10_000 }), (compensation, newest, minutes) => {
      const action = next(compensation, { newest, nowMs: decidedMs + minutes * minuteMs });
      if (action.do !== "start" || action.record === undefined) return;
      expect(compensation === undefined || newest === "over").toBe(true);
      expect(action.record.attempt).toBe((compensation?.attempt ?? 0) + 1);
      expect(action.record.name).toBe(action.name);
      expect(action.name).not.toBe(compensation?.name);
    }),
  );
});

test("two takings of a lock have no attempt's name in common, and what is started is told as a compensation", () => {
  const numbers = fc.integer({ min: 1, max: 200 });
  holds(
    fc.property(numbers, numbers, numbers, (attempt, fence, other) => {
      fc.pre(fence !== other);
      const nameAt = (taking: number) => {
        const lock = lockWith(attempted(attempt), taking);
        const nowMs = decidedMs + longestBackOffMinutes * minuteMs;
        const action = nextReaping({ lock, isLeft: true, newest: "over", stack, nowMs });
        return action.do === "start" ? action.name : "";
      };
      expect(nameAt(fence)).not.toBe(nameAt(other));
      expect(isCompensation(`arn:aws:states:eu:1:execution:machine:${nameAt(fence)}`)).toBe(true);
    }),
  );
});

test("however sweeps come and attempts fail, none waits longer than an hour and a sweep", () => {
  const sweeps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 120, maxLength: 120 });
  holds(
    fc.property(sweeps, (gapsMinutes) => {
      let nowMs = decidedMs;
      let compensation: Compensation | undefined;
      for (const gap of gapsMinutes) {
        const newest = compensation === undefined ? "never-started" : "over";
        const action = next(compensation, { newest, nowMs });
        if (action.do === "start") compensation = action.record;
        const waited = (nowMs - Date.parse(compensation?.at ?? "")) / minuteMs;
        expect(waited).toBeLessThan(longestBackOffMinutes);
        nowMs += gap * minuteMs;
      }
    }),
  );
});

describe("the end of an execution", () => {
  test.each([
    ["holds the lock", "arn:v7", undefined, true],
    ["is to go on with it", "arn:go-on", "arn:go-on", true],
    ["has nothing to do with it", "arn:v8", undefined, false],
    ["is another one's", "arn:v8", "arn:go-on", false],
  ])("that %s", (_, ended, successor, about) => {
    expect(isAbout(ended, lockWith(undefined), successor)).toBe(about);
  });
});

describe("a lease", () => {
  const at = (minutes: number) => new Date(decidedMs + minutes * minuteMs).toISOString();
  const lease = { releaseId: "chat-v7-training", until: at(0) };

  test("is left to its schedule for five minutes", () => {
    expect(isPassed(lease, decidedMs + 5 * minuteMs - 1)).toBe(false);
    expect(isPassed(lease, decidedMs + 5 * minuteMs)).toBe(true);
  });

  test("is overdue after half an hour, when two sweeps have tried to end it", () => {
    expect(isOverdue(lease, decidedMs + 30 * minuteMs - 1)).toBe(false);
    expect(isOverdue(lease, decidedMs + 30 * minuteMs)).toBe(true);
  });

  test("is seen to once that is due, until its end, and while nobody is at work on it", () => {
    const due = { ...lease, until: at(60), keepBy: at(10) };
    const held = (releaseId: string) =>
      [
        { subject: "pool/a/training", fence: 1, holder: { releaseId, execution: "", since: "" } },
      ] as HeldLock[];
    expect(isToBeKept(due, [], decidedMs + 10 * minuteMs - 1)).toBe(false);
    expect(isToBeKept(due, [], decidedMs + 10 * minuteMs)).toBe(true);
    expect(isToBeKept(due, [], decidedMs + 60 * minuteMs)).toBe(false);
    expect(isToBeKept(due, held(due.releaseId), decidedMs + 10 * minuteMs)).toBe(false);
    expect(isToBeKept(due, held("another"), decidedMs + 10 * minuteMs)).toBe(true);
    // One noted by code of before says nothing of it.
    expect(isToBeKept({ ...lease, until: at(60) }, [], decidedMs + 10 * minuteMs)).toBe(false);
  });

  test("is ended once by all sweeps of the same ten minutes, and again by the next", () => {
    const nameAt = (minutes: number) =>
      leaseWorkName("lease", lease, { stack, nowMs: decidedMs + minutes * minuteMs });

    expect(nameAt(9)).toBe(nameAt(0));
    expect(nameAt(10)).not.toBe(nameAt(0));
  });
});
