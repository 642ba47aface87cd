/** What comes of a person's order, or answer, wherever the release stands. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../../src/core/release/lock.ts";
import { nextForAnswer, nextForOrder } from "../../../src/core/release/ordering.ts";
import type { Standing } from "../../../src/core/release/standing.ts";
import { holds } from "../../property.ts";

const standings = fc.constantFrom<Standing>(
  { is: "closed", outcome: "promoted" },
  { is: "waiting", running: true },
  { is: "waiting", running: false },
  { is: "forward", state: "Bake" },
  { is: "walking-back", state: "RollBack" },
  { is: "walking-back", state: "RollBack", mayGoOn: true },
  { is: "promoted" },
  { is: "left" },
);
const kinds = fc.constantFrom("stop" as const, "roll-back" as const);
const execution = "arn:aws:states:eu-central-1:1:execution:release:chat-v7";

test("what is being put back, promoted or closed is left alone; only what goes forward is stopped with its work", () => {
  holds(
    fc.property(standings, kinds, fc.boolean(), (standing, kind, hasRemainder) => {
      const given = { releaseId: "chat-v7", kind, by: "ada" };
      const action = nextForOrder({ given, standing, execution, hasRemainder });
      const acts = action.do === "stop" || action.do === "stop-waiting" || action.do === "roll-back";
      if (["closed", "promoted", "walking-back"].includes(standing.is)) expect(acts).toBe(false);
      expect(action.do === "bar").toBe(standing.is === "walking-back" && standing.mayGoOn === true);
      expect(action.do === "stop").toBe(standing.is === "forward");
      expect(action.do === "stop-waiting").toBe(standing.is === "waiting" && standing.running);
      expect(action.do === "roll-back").toBe(standing.is === "left" && kind === "roll-back");
      if (action.do === "stop") expect(action.rollsBack).toBe(kind === "roll-back");
    }),
  );
});

test("what a closed release holds on a lease is given back by a roll-back, and a stop says so", () => {
  const standing = { is: "closed", outcome: "done", heldUntil: "2026-11-23T12:00:00Z" } as const;
  const ordered = (kind: "stop" | "roll-back") =>
    nextForOrder({ given: { releaseId: "chat", kind, by: "ada" }, standing, execution, hasRemainder: false });

  expect(ordered("roll-back")).toEqual({ do: "give-back" });
  expect(ordered("stop")).toEqual({
    do: "refuse",
    why: 'RELEASE: expected one that is under way, found "chat", which ended as done; its capacity is held until 2026-11-23T12:00:00Z, "slipway rollback chat" gives it back',
  });
});

describe("an order to stop a release", () => {
  const said = (standing: Standing, hasRemainder = false) =>
    nextForOrder({
      given: { releaseId: "chat-v7", kind: "stop", by: "ada" },
      standing,
      execution,
      hasRemainder,
    });

  test.each([
    [{ is: "closed", outcome: "done" }, 'is under way, found "chat-v7", which ended as done'],
    [
      { is: "promoted" },
      'can walk back, found "chat-v7", which is promoted and puts away what it needs no more',
    ],
  ] as const)("that cannot be carried out says why: %j", (standing, why) => {
    expect(said(standing)).toEqual({ do: "refuse", why: `RELEASE: expected one that ${why}` });
  });

  test("whose execution is over says who undoes what it left, and where something could not be put back", () => {
    expect(said({ is: "left" })).toEqual({
      do: "nothing",
      said: "chat-v7 is stopped already; the sweep undoes what it left",
    });
    expect(said({ is: "left" }, true)).toMatchObject({
      said: expect.stringContaining("keeps its lock for what could not be put back"),
    });
  });
});

const answers = fc.constantFrom("proceed" as const, "roll-back" as const);

test("a stage is answered once: a first answer stands, and the same again is the same", () => {
  const stages = fc.integer({ min: 0, max: 3 });
  const earlier = fc.option(fc.record({ stage: stages, answer: answers }), { nil: undefined });
  const meant = fc.option(stages, { nil: undefined });
  holds(
    fc.property(
      standings,
      fc.option(stages),
      earlier,
      fc.tuple(answers, meant),
      (standing, asks, first, [answer, stage]) => {
        const question = asks === null ? undefined : { stage: asks, reason: "inconclusive" };
        const before: Answer | undefined = first && { ...first, by: "bob", at: "2026-11-23T08:00:00.000Z" };
        const given = { releaseId: "chat-v7", answer, stage, by: "ada" };
        const action = nextForAnswer({ given, standing, question, before });
        const isAsked = standing.is === "forward" && asks !== null && (stage === undefined || stage === asks);
        const isAnswered = isAsked && before?.stage === asks;
        expect(action.do === "record").toBe(isAsked && !isAnswered);
        expect(action.do === "nothing").toBe(isAnswered && before?.answer === answer);
        if (action.do === "record") expect(action.stage).toBe(asks);
      },
    ),
  );
});
