/** A release goes on where its lock says, once the execution before acts no more; forward only where that one handed over. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Before, goneOnAs, nextGoingOn } from "../../../src/core/release/going-on.ts";
import type { Lock } from "../../../src/core/release/lock.ts";
import type { ReleaseRecord } from "../../../src/core/release/record.ts";
import { holds } from "../../property.ts";

const startedAt = "2026-11-23T08:00:00.000Z";
const nowMs = Date.parse(startedAt) + 60_000;
const by = { releaseId: "chat-v7", execution: "arn:next", startedAt };
const lockOf = (execution: string | undefined): Lock => ({
  subject: "endpoint/chat",
  fence: 3,
  ...(execution !== undefined && { holder: { releaseId: "chat-v7", execution, since: startedAt } }),
});
const befores = fc.oneof(
  fc.constant<Before | undefined>(undefined),
  fc.constantFrom<Before>({ is: "running" }, { is: "handed-over" }, { is: "ended", workLeftSeconds: 0 }),
  fc.integer({ min: 0, max: 90 }).map((workLeftSeconds): Before => ({ is: "ended", workLeftSeconds })),
);

test("the lock is taken up where it names this execution and the one before can do nothing more, and only there", () => {
  const holders = fc.constantFrom(undefined, "arn:next", "arn:before");
  const nexts = fc.constantFrom(undefined, "arn:next", "arn:another");
  holds(
    fc.property(holders, nexts, befores, (holder, next, before) => {
      const action = nextGoingOn({ by, lock: lockOf(holder), next, before, nowMs });
      const isNamed = holder === "arn:before" && next === "arn:next";
      const isOver = before?.is === "handed-over" || (before?.is === "ended" && before.workLeftSeconds === 0);
      expect(action.do === "take-up").toBe(isNamed && isOver);
      expect(action.do === "have").toBe(holder === "arn:next");
      if (action.do === "take-up") expect(action.forward).toBe(before?.is === "handed-over");
      if (action.do === "wait") expect(action.seconds).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});

const record = {
  release: { id: "chat-v7", subject: "endpoint/chat" },
  plan: { model: "chat" },
} as unknown as ReleaseRecord;

test.each([
  ["there is none to follow", undefined],
  ["it is none of ours", { route: "production" }],
])("a release goes back where the document cannot be followed: %s", (_, document) => {
  const lock = { ...lockOf("arn:next"), promoted: true };

  expect(goneOnAs(by, { record, lock, document })).toMatchObject({
    route: "compensate",
    reason: "its execution ended before chat-v7 could go on in arn:next",
    release: { execution: "arn:next", fence: 3 },
    plan: { model: "chat" },
    promoted: true,
  });
});

test("what was planned goes back with a release whose document cannot be followed, where anything was", () => {
  const lock = lockOf("arn:next");
  const planning = { needs: { joinConfig: "join" } };
  const back = (own: ReleaseRecord) => goneOnAs(by, { record: own, lock, document: undefined });

  expect(back({ ...record, planning })).toMatchObject({ route: "compensate", planning });
  expect(back(record)).not.toHaveProperty("planning");
});
