/** What the way back asks at a look follows from the ledger, the clock, and what was noted before. */
import { expect, test } from "vitest";
import { flatLoad } from "../../../src/core/capacity/load-outlook.ts";
import type { Change } from "../../../src/core/release/change.ts";
import { type WayBackLook, wayBackQuestion } from "../../../src/core/release/way-back-question.ts";
import { joined, needs, plan } from "../example.ts";

const since = "2026-11-23T12:00:00.000Z";
const at = (minutes: number) => new Date(Date.parse(since) + minutes * 60_000).toISOString();

const change = (id: string, kind: Change["resource"]["kind"], rest: Partial<Change> = {}): Change => ({
  id,
  seq: 1,
  resource: { kind, name: "chat-assistant" },
  before: "join",
  after: "stable",
  state: "applied",
  at: at(-30),
  ...rest,
});

const asked = (look: Partial<WayBackLook> = {}) =>
  wayBackQuestion({
    plan,
    needs,
    endpoint: joined(),
    warmInstances: { v6: 8, v7: 8 },
    load: flatLoad(40),
    changes: [],
    taken: undefined,
    since,
    nowMs: Date.parse(at(20)),
    ...look,
  });

test("seconds are since the newest change of weights and since the newest move", () => {
  const changes = [
    change("shift-0", "weights", { at: at(-60) }),
    change("back-1", "weights", { at: at(5) }),
    change("shrink-to-1-1", "count", { at: at(15) }),
    change("leave-1", "routing", { at: at(1), state: "undone" }),
    change("leave-2", "routing", { at: at(12) }),
  ];

  expect(asked({ changes })).toMatchObject({
    sinceShiftSeconds: 15 * 60,
    sinceMoveSeconds: 8 * 60,
    spent: { minutes: 20, moves: 2 },
  });
  expect(asked().sinceShiftSeconds).toBeGreaterThan(1e9);
});

test("what was refused is refused for five minutes", () => {
  const taken = { since, drifted: [], spentUsd: 3, countChanges: 0 };
  const refusedAt = { refillRefusedAt: at(15.1), moveRefusedAt: at(15) };

  expect(asked({ taken: { ...taken, ...refusedAt } }).refused).toEqual({ refill: true, move: false });
  expect(asked({ taken }).refused).toEqual({ refill: false, move: false });
  expect(asked({ taken }).spent.usd).toBe(3);
});

test("stable's scale-in is held, freed again, or was never held", () => {
  const hold = (rest: Partial<Change>) =>
    asked({ changes: [change("hold-scale-in", "scaling", rest)] }).scaleIn;

  expect(hold({})).toBe("held");
  expect(hold({ state: "intended" })).toBe("held");
  expect(hold({ state: "undone" })).toBe("freed");
  expect(hold({ before: null, after: null })).toBe("none");
  expect(asked().scaleIn).toBe("none");
});
