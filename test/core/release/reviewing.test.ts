/** Whose confirmations count: a milestone is reviewed only once an owner of each side has confirmed what it is now, of this date. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Confirmation, nextForConfirmation, reviewOf } from "../../../src/core/release/reviewing.ts";
import { holds } from "../../property.ts";
import { reviewed } from "../example.ts";

const plan = reviewed("wait");
const [dueMs, otherMs] = [Date.UTC(2026, 10, 23, 11), Date.UTC(2026, 10, 24, 11)];
const [now, before] = ["1".repeat(64), "0".repeat(64)];
const asked = { plan, kind: "production" as const, dueMs, plannedMs: dueMs, seen: now };
const person = (name: string) => ({ arn: name, person: name, isNamed: name !== "role" });

const mostly = <T>(usual: T, rare: T) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) });
const said = fc.record({
  name: fc.constantFrom("ann", "cleo", "dave", "role"),
  milestone: mostly<Confirmation["milestone"]>("production", "training"),
  ofMs: mostly(dueMs, otherMs),
  seen: mostly(now, before),
  side: fc.constantFrom("model" as const, "capacity" as const),
  minute: fc.integer({ min: 0, max: 50 }),
});

test("in whatever order, by whomever and how often: an owner of each side, of this date, and of what it is now", () => {
  const outcomes = new Set<number | undefined>();
  holds(
    fc.property(fc.array(said, { maxLength: 7 }), (all) => {
      const given = all.map(
        ({ name, ofMs, minute, ...one }): Confirmation => ({
          ...one,
          model: plan.model,
          dueAt: new Date(ofMs).toISOString(),
          by: person(name),
          at: new Date(Date.UTC(2026, 10, 20, 9, minute)).toISOString(),
        }),
      );
      const own = all.filter(
        ({ milestone, ofMs, seen }) => milestone === "production" && ofMs === dueMs && seen === now,
      );
      const silent = [
        ...(own.some(({ name }) => name === "ann") ? [] : ["model"]),
        ...(own.some(({ name }) => name === "cleo") ? [] : ["capacity"]),
      ];
      const missing = reviewOf(asked, given)?.missing.map(({ side }) => side);
      outcomes.add(missing?.length);
      expect(missing).toEqual(silent);
    }),
  );
  expect(outcomes).toEqual(new Set([0, 1, 2]));
});

test("it is taken until the grace of its date is over, once for a side, and of nothing that is not reviewed", () => {
  const review = reviewOf(asked, []);
  const given = {
    model: plan.model,
    milestone: "production" as const,
    dueAt: new Date(dueMs).toISOString(),
    seen: now,
    by: person("ann"),
  };
  const closesMs = dueMs + 90 * 60_000;
  const next = nextForConfirmation(given, review, closesMs);
  expect(next).toMatchObject({ do: "record", confirmation: { side: "model", seen: now } });
  expect(nextForConfirmation(given, review, closesMs + 1)).toMatchObject({ do: "refuse" });
  expect(nextForConfirmation({ ...given, seen: before }, review, dueMs)).toMatchObject({ do: "refuse" });
  expect(nextForConfirmation(given, undefined, dueMs)).toMatchObject({ do: "refuse" });
  if (next.do !== "record") return;
  expect(nextForConfirmation(given, reviewOf(asked, [next.confirmation]), dueMs)).toMatchObject({
    do: "nothing",
    said: expect.stringMatching(/confirmed for model by ann already$/),
  });
});

test("who has confirmed something else is named as to confirm it anew", () => {
  const old: Confirmation = {
    ...{ model: plan.model, milestone: "production", side: "model" },
    dueAt: new Date(dueMs).toISOString(),
    by: person("ann"),
    at: "2026-11-20T09:00:00.000Z",
    seen: before,
  };
  expect(reviewOf(asked, [old])?.sides[0]).toMatchObject({ stale: { at: old.at } });
  expect(reviewOf(asked, [old])?.missing).toHaveLength(2);
});
