/** What a way back has taken of its budget: the moves of this execution count, those of earlier ones only by their number. */
import { expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import { movesSince } from "../../../src/core/release/way-back-spending.ts";

function move(id: string, at: string, rest: Partial<Change> = {}): Change {
  const resource = { kind: "routing", name: "chat-assistant" } as const;
  return { id, seq: 1, resource, before: "join", after: "stable", state: "undone", at, ...rest };
}

test("a move counts from when it was begun, at the moment too, and not while it is only intended", () => {
  const since = "2026-11-23T12:00:00.000Z";
  const changes = [
    move("leave-1", "2026-11-23T11:59:59.999Z"),
    move("leave-2", since),
    move("leave-3", "2026-11-23T12:10:00.000Z", { state: "applied" }),
    move("leave-4", "2026-11-23T12:20:00.000Z", { state: "intended" }),
    move("join", "2026-11-23T12:30:00.000Z"),
    move("leave-5", "2026-11-23T12:40:00.000Z", { resource: { kind: "weights", name: "chat-assistant" } }),
  ];

  expect(movesSince(changes, since).map(({ id }) => id)).toEqual(["leave-2", "leave-3"]);
});
