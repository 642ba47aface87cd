/** A place in a queue is handed over to the execution that it names, whole, and to no other; places of others are left alone. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LockItem, Waiting } from "../../../src/core/release/lock.ts";
import { hasPlace, nextAtPlace, nextPlace, type PlaceBefore } from "../../../src/core/release/places.ts";
import { holds } from "../../property.ts";

const startedAt = "2026-11-23T08:00:00.000Z";
const nowMs = Date.parse(startedAt) + 3_600_000;
const by = { subject: "endpoint/chat", releaseId: "chat-v8", execution: "new", from: "old", startedAt };
const executions = fc.constantFrom("old", "new", "x", "y");
const waitings: fc.Arbitrary<Waiting[]> = fc.uniqueArray(
  fc.record({
    releaseId: fc.constant("chat-v8"),
    execution: executions,
    since: fc.constant(startedAt),
    version: fc.option(fc.constant(8), { nil: undefined }),
    successor: fc.option(fc.constantFrom({ name: "new", at: startedAt }, { name: "z", at: startedAt }), {
      nil: undefined,
    }),
  }),
  { selector: ({ execution }) => execution },
);
const locks: fc.Arbitrary<LockItem> = fc.record({
  fence: fc.constant(1),
  queue: waitings,
  holder: fc.constantFrom({ releaseId: "chat-v7", execution: "v7", since: startedAt }),
});
const befores = fc.constantFrom<PlaceBefore | undefined>(undefined, "running", "handed-over", "ended");

test("a place is taken where it names who asks and the one before has handed over, and nothing else changes", () => {
  holds(
    fc.property(locks, befores, (lock, before) => {
      const next = nextAtPlace(lock, by.from);
      const action = nextPlace({ lock, by, next, before, nowMs });
      const { queue = [] } = lock;
      const isNamed = !hasPlace(lock, "new") && next === "new";
      expect(action.do === "have").toBe(queue.some(({ execution }) => execution === "new"));
      expect(action.do === "take").toBe(isNamed && before === "handed-over");
      expect(action.do === "leave").toBe(isNamed && before === "ended");
      expect(action.do === "wait").toBe(isNamed && before === "running");
      if (action.do !== "take") return;
      const { successor, since, ...old } = queue[action.index] ?? {};
      expect(old).toMatchObject({ execution: "old" });
      expect(action.as).toEqual({ ...old, execution: "new" });
    }),
  );
});

test("who waits for a place says for whom all of them wait", () => {
  const queue = [
    { releaseId: "chat-v8", execution: "old", since: startedAt, successor: { name: "new", at: startedAt } },
  ];

  expect(nextPlace({ lock: { fence: 1, queue }, by, next: "new", before: "running", nowMs })).toEqual({
    do: "wait",
    reason:
      "endpoint/chat is free, and chat-v8 (execution old) waits for it first; execution old hands its place over",
    seconds: 300,
  });
});
