/** A person's order to take the last change of a minimum back: when it is taken, and what a look makes of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderToTakeBack, takenBack, tooLate } from "../../../src/core/release/taken-back.ts";
import type { Asked } from "../../../src/core/release/watched.ts";
import { type WatchedBounds, withHold } from "../../../src/core/release/watched-bounds.ts";
import { holds } from "../../property.ts";
import { plan } from "../example.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const at = "2026-11-23T09:00:00.000Z";
const noted: WatchedBounds = { endpoint: "chat", model: "chat", askedAt: at, version: 3 };
const last = { at, variant: "v6", from: 8, to: 6, evidence: 5 };
const ann = { by: "ann", reason: "a campaign" };
const trial = {
  variant: "v6",
  from: 8,
  to: 6,
  since: at,
  until: "2026-11-30T09:00:00.000Z",
  weight: 5,
  minutes: 4,
};

describe("an order", () => {
  test("is written down with who gave it, and what was refused before is tried at once", () => {
    const refused = { times: 4, nextAt: "2026-11-23T16:00:00.000Z" };
    const record = { ...noted, adjusting: { last }, refused };

    expect(orderToTakeBack(record, { ...ann, nowMs })).toEqual({
      do: "record",
      kept: { ...noted, adjusting: { last }, ordered: { at: "2026-11-23T12:00:00.000Z", ...ann } },
      said: expect.stringMatching(/minimum goes back from 6 to 8 .*; no less is tried until/),
    });
  });

  test("is taken of a raise, and of what an older version watches", () => {
    const raised = { ...noted, adjusting: { last: { ...last, from: 8, to: 11 } } };
    expect(orderToTakeBack(raised, { ...ann, nowMs })).toMatchObject({
      said: expect.stringMatching(/from 11 to 8 .*no more/),
    });
    expect(orderToTakeBack({ ...noted, adjusting: { trial } }, { ...ann, nowMs })).toMatchObject({
      do: "record",
    });
  });

  test("is taken once", () => {
    const ordered = { at, by: "bob", reason: "a fair" };
    expect(orderToTakeBack({ ...noted, adjusting: { last }, ordered }, { ...ann, nowMs })).toMatchObject({
      do: "nothing",
      said: expect.stringMatching(/ordered already, by bob at 2026-11-23T09/),
    });
  });

  test.each([
    ["nothing was adjusted", {}, /found none of chat$/],
    ["nothing stands", { adjusting: {} }, /found none of chat$/],
    [
      "somebody took it back already",
      { adjusting: { undone: { ...last, ...ann } } },
      /found 6, which ann took back at 2026-11-23T09:00:00.000Z of chat$/,
    ],
  ])("is refused where %s", (_what, more, why) => {
    expect(orderToTakeBack({ ...noted, ...more }, { ...ann, nowMs })).toEqual({
      do: "refuse",
      why: expect.stringMatching(why),
    });
  });
});

const asked = (record: WatchedBounds, more: { variant?: string; min?: number; max?: number } = {}): Asked =>
  ({
    record,
    plan,
    nowMs,
    variant: { name: more.variant ?? "v6" },
    min: more.min ?? 6,
    max: more.max ?? 16,
  }) as Asked;
const ordered = { at, ...ann };
const given: WatchedBounds = { ...noted, adjusting: { last, trial, lookedAt: at }, ordered };

describe("the look after it", () => {
  test("sets what was before, and once that is set the order is over and the watch with it", () => {
    const next = takenBack(asked(given), ordered);
    const undone = { ...last, at: "2026-11-23T12:00:00.000Z", ...ann };
    const { variant: _, ...expected } = undone;

    expect(next?.kept.ordered).toEqual(ordered);
    expect(next?.change).toMatchObject({
      from: 6,
      to: 8,
      why: "ann ordered so: a campaign",
      adjusted: { outcome: "undone", evidence: 5 },
      adjusting: { lookedAt: at, undone: expected },
    });
    if (next?.change === undefined) return;
    const settled = withHold(next.kept, { ...next.change, at });
    expect(settled).not.toHaveProperty("ordered");
    expect(settled.adjusting).toEqual({ lookedAt: at, undone: expected });
  });

  test("goes as far as the target's maximum allows, and where that is nowhere it is over without a change", () => {
    expect(takenBack(asked(given, { max: 7 }), ordered)?.change).toMatchObject({ to: 7 });
    const nowhere = takenBack(asked(given, { max: 6 }), ordered);
    expect(nowhere).not.toHaveProperty("change");
    expect(nowhere?.ended).toMatchObject({ min: 6, adjusted: { outcome: "undone" } });
    expect(nowhere?.kept).not.toHaveProperty("ordered");
    expect(nowhere?.kept.adjusting).toMatchObject({ undone: { from: 8, to: 6 } });
  });

  test.each([
    ["another variant serves", given, { variant: "v7" }],
    ["somebody has set another", given, { min: 5 }],
    ["nothing stands any more", { ...noted, adjusting: {}, ordered }, {}],
  ])("leaves it where %s, and says so", (_what, record, more) => {
    const seen = asked(record, more);

    expect(takenBack(seen, ordered)).toBeUndefined();
    const late = tooLate(seen, ordered);
    expect(late.kept).not.toHaveProperty("ordered");
    expect(late.kept).not.toHaveProperty("adjusting.last");
    expect(late.ended).toMatchObject({
      why: expect.stringMatching(/^ann ordered .* did not stand any more$/),
      adjusted: { outcome: "left" },
    });
  });

  test("whatever was changed, sets nothing beyond what was before, and only where it stands as it was set", () => {
    const count = fc.integer({ min: 1, max: 40 });
    holds(
      fc.property(count, count, count, count, (from, to, min, more) => {
        fc.pre(from !== to);
        const record = { ...noted, adjusting: { last: { ...last, from, to } }, ordered };
        const max = min + more;
        const change = takenBack(asked(record, { min, max }), ordered)?.change;
        if (min !== to) expect(change).toBeUndefined();
        else expect(change?.to).toBe(Math.min(from, max) === min ? undefined : Math.min(from, max));
      }),
    );
  });
});
