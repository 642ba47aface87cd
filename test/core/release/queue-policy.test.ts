/** What becomes of a release that finds its endpoint taken, by its plan's policy. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aheadText, nextInQueue, type QueueQuestion } from "../../../src/core/release/queue-policy.ts";
import type { Release } from "../../../src/core/release/release.ts";

const subject = "endpoint/chat-assistant";
const nowMs = Date.parse("2026-01-05T09:00:00Z");
const one = (version: number) => ({ releaseId: `v${version}`, execution: `arn-v${version}`, version });
const release: Omit<Release, "fence"> = {
  id: "v8",
  model: "chat-assistant",
  milestone: "production",
  version: 8,
  releaseType: "minor",
  attempt: 1,
  subject,
  execution: "arn-v8",
  openedAt: "2026-01-05T08:30:00Z",
};
const next = (lock: QueueQuestion["lock"], whenBusy: QueueQuestion["whenBusy"] = "queue") =>
  nextInQueue({ whenBusy, release, lock, nowMs });
const free = { holder: undefined, waiting: [] };

test("who is ahead is the holder, failing one who waits first, failing both nobody", () => {
  expect(aheadText(subject, { holder: one(7), waiting: [one(8)] })).toBe(
    `${subject} is held by v7 (execution arn-v7)`,
  );
  expect(aheadText(subject, { ...free, waiting: [one(8), one(9)] })).toBe(
    `${subject} is free, and v8 (execution arn-v8) waits for it first`,
  );
  expect(aheadText(subject, free)).toBe(`${subject} is free`);
});

describe("a release that finds the lock taken", () => {
  test("waits where its plan queues, longer the longer it has waited", () => {
    expect(next({ ...free, holder: one(7) })).toEqual({
      do: "wait",
      seconds: 300,
      supersedes: false,
      reason: `${subject} is held by v7 (execution arn-v7)`,
    });
  });

  test.each(["queue", "refuse", "supersede"] as const)(
    "waits for seconds where a minimum is being set there, whatever its plan says: %s",
    (whenBusy) => {
      const until = (seconds: number) => new Date(nowMs + seconds * 1000).toISOString();

      expect(next({ ...free, adjustingUntil: until(45) }, whenBusy)).toEqual({
        do: "wait",
        seconds: 15,
        supersedes: false,
        reason: `${subject} is having its minimum set, or a spike rehearsed, until 2026-01-05T09:00:45.000Z at the latest`,
      });
      expect(next({ ...free, adjustingUntil: until(3) }, whenBusy)).toMatchObject({ seconds: 4 });
    },
  );

  test("ends at once where its plan refuses", () => {
    expect(next({ ...free, holder: one(7) }, "refuse")).toMatchObject({ do: "end", outcome: "refused" });
  });

  test("has the older holder walk back where its plan supersedes", () => {
    expect(next({ ...free, holder: one(7) }, "supersede")).toMatchObject({ do: "wait", supersedes: true });
    expect(next({ ...free, waiting: [one(7)] }, "supersede")).toMatchObject({
      do: "wait",
      supersedes: false,
    });
  });

  test.each([
    ["holds it", { ...free, holder: one(9) }],
    ["waits for it", { holder: one(7), waiting: [one(9)] }],
  ])("ends where a newer one %s and its plan supersedes", (_, lock) => {
    expect(next(lock, "supersede")).toEqual({ do: "end", outcome: "superseded", reason: "v9 is newer" });
  });

  test("is no rival of its own", () => {
    const again = { ...one(9), execution: release.execution };

    expect(next({ holder: one(7), waiting: [again] }, "supersede")).toMatchObject({ do: "wait" });
  });

  test.each(["queue", "refuse", "supersede"] as const)(
    "ends where something stands that could not be put back, whatever its plan says: %s",
    (whenBusy) => {
      const remainder = [
        {
          resource: { kind: "model", name: "m" },
          is: null,
          should: null,
          refusedBy: "AwsRefused",
          since: "2026-01-04T00:00:00Z",
        },
      ] as never;

      expect(next({ ...free, holder: one(7), remainder }, whenBusy)).toMatchObject({
        do: "end",
        outcome: "refused",
        reason: expect.stringMatching(/^v7 could not put everything back at .* since 2026-01-04/),
      });
    },
  );

  test("that is capacity alone supersedes nobody, and nobody it", () => {
    const { version, ...capacity } = release;
    const lock = { holder: one(7), waiting: [one(9)] };

    expect(nextInQueue({ whenBusy: "supersede", release: capacity, lock, nowMs })).toEqual(
      nextInQueue({ whenBusy: "queue", release: capacity, lock, nowMs }),
    );
  });

  test("orders back only what is older than itself", () => {
    const versions = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(fc.option(versions, { nil: undefined }), fc.array(versions), (holder, waiting) => {
        const lock = { holder: holder === undefined ? undefined : one(holder), waiting: waiting.map(one) };
        const action = next(lock, "supersede");
        if (action.do === "end") expect([holder ?? 0, ...waiting].some((version) => version > 8)).toBe(true);
        else expect(action.supersedes).toBe(holder !== undefined);
      }),
    );
  });
});
