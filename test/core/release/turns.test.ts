/** How long one execution acts for a release that waits. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type AslDefinition, allStates } from "#twin/engine";
import {
  takenUp,
  turnOf,
  turnsPerExecution,
  turnsQueued,
  waitSeconds,
} from "../../../src/core/release/turns.ts";

const nowMs = Date.parse("2026-11-23T09:00:00Z");
const day = 86_400_000;
const waiting = { waits: true, nowMs };

test("turns are counted through whichever waits a release goes", () => {
  expect(turnOf({}, waiting)).toEqual({ turns: 1, goesOn: "here" });
  expect(turnOf({ planning: { turns: 4 }, judgement: { turns: 2 } }, waiting).turns).toBe(5);
  expect(turnOf({ planning: { turns: 4 }, stage: { turns: 9 } }, waiting).turns).toBe(10);
});

test("a release that waits goes on elsewhere once its turns are used up; one that does not wait goes on here", () => {
  const last = { stage: { turns: turnsPerExecution - 1 } };

  expect(turnOf({ stage: { turns: turnsPerExecution - 2 } }, waiting).goesOn).toBe("here");
  expect(turnOf(last, waiting).goesOn).toBe("in-new-execution");
  expect(turnOf(last, { ...waiting, waits: false }).goesOn).toBe("here");
  expect(turnOf({ stage: { turns: 3 } }, { ...waiting, limit: 4 }).goesOn).toBe("in-new-execution");
});

test("a release goes on elsewhere before its execution's time is up, however few its turns", () => {
  const begun = (days: number) => ({ begunAt: new Date(nowMs - days * day).toISOString() });

  expect(turnOf(begun(14.9), waiting).goesOn).toBe("here");
  expect(turnOf(begun(15), waiting).goesOn).toBe("in-new-execution");
});

test("turns in the queue are as many as its growing waits fit into the time", () => {
  const openedAt = new Date(nowMs).toISOString();
  const queued = (minutes: number) =>
    turnsQueued({ openedAt, begunAt: openedAt, nowMs: nowMs + minutes * 60_000 });

  expect(queued(0)).toBe(0);
  // The first waits are 30 s each; from two hours on one is 20 minutes.
  expect(queued(2)).toBe(4);
  expect(queued(30 * 24 * 60) - queued(29 * 24 * 60)).toBe(72);
});

test("a wait is a second at least and twenty minutes at most", () => {
  expect([0, 1, 60, 1200, 1201].map((seconds) => waitSeconds.safeParse(seconds).success)).toEqual([
    ...[false, true, true, true, false],
  ]);
});

test("whoever takes a document up begins to count anew", () => {
  const taken = takenUp({ planning: { turns: 7, goesOn: "in-new-execution" }, judgement: { turns: 9 } });

  expect(taken).toEqual({
    planning: { turns: 0, goesOn: "here" },
    judgement: { turns: 0, goesOn: "here" },
  });
  expect(turnOf(taken, waiting).turns).toBe(1);
});

test("the turns of an execution stay under 18,000 events, and all its attempts and waits within its time-out", () => {
  const machine = JSON.parse(readFileSync("statemachines/release.asl.json", "utf8")) as AslDefinition;
  const { TimeoutSeconds = 0 } = machine;
  const attempts = Math.max(
    ...allStates(machine).flatMap(([, { Retry = [] }]) =>
      (Retry as { MaxAttempts: number }[]).map(({ MaxAttempts }) => MaxAttempts + 1),
    ),
  );

  expect(attempts).toBe(7);
  // A turn: entered and exited, three events an attempt, a Choice and a Wait of two each. On average two attempts fail.
  expect(turnsPerExecution * (2 + 3 * 3 + 4)).toBeLessThanOrEqual(18_000);
  // With three in each of them the history does not come to its end yet.
  expect(turnsPerExecution * (2 + 4 + 3 * 4)).toBeLessThan(25_000);
  expect(15 * 86_400 + 7 * 1200).toBeLessThan(TimeoutSeconds);
});
