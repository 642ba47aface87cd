/** What a way back has taken of its budget: the moves of this execution count, those of earlier ones only by their number. */
import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import { movesSince, moveUsd, spentUsd, wayBackBudget } from "../../../src/core/release/way-back-spending.ts";
import { endpointOf, fraud, fraudNeeds, joined, needs, plan, planWith } from "../example.ts";

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

describe("dollars", () => {
  const at = "2026-11-23T12:00:00.000Z";
  const look = (minutes: number) => ({ needs, nowMs: Date.parse(at) + minutes * 60_000 });
  const taken = { since: at, drifted: [], lookedAt: at, spentUsd: 3, countChanges: 0 };
  const prices = { "ml.g5.xlarge": 1.5 };

  test("are the candidate's since the last look, added to what was spent before", () => {
    const endpoint = joined({}, { instances: 8 });

    expect(spentUsd(taken, { ...plan, prices }, { ...look(30), endpoint })).toBeCloseTo(3 + 8 * 0.5 * 1.5, 2);
    expect(spentUsd(undefined, { ...plan, prices }, { ...look(30), endpoint })).toBe(0);
  });

  test("are stable's new fleet's too while the endpoint is moved back, and nobody's once it has arrived", () => {
    const moving = endpointOf(joined({ instances: 8 }, { instances: 8 }).variants, {
      to: needs.stable.config,
    });
    expect(spentUsd(taken, { ...plan, prices }, { ...look(60), endpoint: moving })).toBeCloseTo(
      3 + 16 * 1.5,
      2,
    );

    const [stable] = joined().variants;
    const back = endpointOf(stable === undefined ? [] : [stable], { config: needs.stable.config });
    expect(spentUsd(taken, { ...plan, prices }, { ...look(60), endpoint: back })).toBe(3);
  });

  test("of one more move are both fleets for the planned time of an update", () => {
    const endpoint = joined({ instances: 6 }, { instances: 2 });

    expect(moveUsd({ ...plan, prices }, { needs, endpoint })).toBeCloseTo((8 * 1.5 * 11) / 60, 2);
  });
});

test("of another plan, fleets count as they are asked for, each at its own price", () => {
  const endpoint = joined({ instances: 3, desired: 5 }, { instances: 1, desired: 2 });
  const at = "2026-11-23T12:00:00.000Z";
  const taken = { since: at, drifted: [], lookedAt: at, spentUsd: 1, countChanges: 0 };
  const look = { needs: fraudNeeds, endpoint, nowMs: Date.parse(at) + 90 * 60_000 };

  expect(spentUsd(taken, fraud, look)).toBeCloseTo(1 + 2 * 0.9 * 1.5, 2);
  expect(moveUsd(fraud, look)).toBeCloseTo(((5 * 0.4 + 2 * 0.9) * 11) / 60, 2);
  expect(wayBackBudget(fraud, [], at)).toEqual({ minutes: 180, usd: 10, moves: 4 });
});

describe("the budget", () => {
  const since = "2026-11-23T12:00:00.000Z";
  const given = { minutes: 90, updates: 4 };

  test("is the plan's, half of the release's dollars where it names none", () => {
    const half = planWith({ budget: { usdPerRelease: 50, wayBack: given } });
    const own = planWith({ budget: { usdPerRelease: 50, wayBack: { ...given, usd: 7 } } });

    expect(wayBackBudget(half, [], since)).toEqual({ minutes: 90, usd: 25, moves: 4 });
    expect(wayBackBudget(own, [], since)).toEqual({ minutes: 90, usd: 7, moves: 4 });
  });

  test("of moves is what earlier executions have left of it, and one at least", () => {
    const earlier = (n: number) => move(`leave-${n}`, "2026-11-23T10:00:00.000Z");
    const moves = (changes: Change[]) =>
      wayBackBudget(planWith({ budget: { wayBack: given } }), changes, since).moves;

    expect(moves([earlier(2), earlier(3)])).toBe(1);
    expect(moves([earlier(1)])).toBe(3);
    expect(moves([earlier(9), earlier(10)])).toBe(1);
    expect(moves([move("leave-3", since)])).toBe(4);
    expect(moves([move("leave-3", "2026-11-23T10:00:00.000Z", { state: "intended" })])).toBe(4);
  });
});
