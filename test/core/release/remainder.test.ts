/** What a release leaves, read off its ledger. */
import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import type { JsonValue } from "../../../src/core/release/json-value.ts";
import {
  differenceText,
  lastKnown,
  type Remainder,
  remainderOf,
} from "../../../src/core/release/remainder.ts";
import type { ResourceKind } from "../../../src/core/release/resource-kinds.ts";

const at = "2026-11-23T09:00:00.000Z";
const closing = { promoted: false, why: "AwsUnavailable: no answer", at };
let seq = 0;

function change(
  kind: ResourceKind,
  states: [before: JsonValue, after: JsonValue],
  rest: Partial<Change> = {},
): Change {
  seq += 1;
  const [before, after] = states;
  return { id: `c${seq}`, seq, resource: { kind, name: "x" }, before, after, state: "applied", at, ...rest };
}
const refusal = { by: "AwsRefused: no", since: "2026-11-22T09:00:00.000Z", is: "seen", should: "wanted" };

describe("before a promotion", () => {
  test("everything open is to be as before, in the words of who refused it", () => {
    expect(remainderOf([change("weights", [{ a: 1 }, { a: 2 }], { refusal })], closing)).toEqual([
      {
        resource: { kind: "weights", name: "x" },
        is: "seen",
        should: { a: 1 },
        refusedBy: refusal.by,
        since: refusal.since,
      },
    ]);
  });

  test("what nobody refused by name is left for the reason for which the way out has ended", () => {
    expect(remainderOf([change("model", [null, { a: 1 }])], closing)).toMatchObject([
      { is: { a: 1 }, should: null, refusedBy: closing.why, since: at },
    ]);
  });

  test("what a step that failed may have put back is not said to be there", () => {
    const [applied, refused] = [change("model", [null, {}]), change("model", [null, {}], { refusal })];

    expect(remainderOf([applied], closing)[0]).not.toHaveProperty("unsure");
    expect(remainderOf([applied], { ...closing, torn: true })).toMatchObject([{ unsure: true }]);
    expect(remainderOf([refused], { ...closing, torn: true })[0]).not.toHaveProperty("unsure");
  });

  test("what stable gave up in place is left until it is known to have it again", () => {
    const shrunk = change("count", [12, 5], { id: "shrink-stable" });
    const [refilled, partly] = [change("count", [5, 12]), change("count", [5, 9])];
    const asked = change("count", [5, 12], { state: "intended" });

    expect(remainderOf([shrunk], closing)).toMatchObject([{ is: 5, should: 12 }]);
    expect(remainderOf([shrunk, partly], closing)).toMatchObject([{ is: 9, should: 12 }]);
    expect(remainderOf([shrunk, asked], closing)).toMatchObject([{ is: 5, should: 12, unsure: true }]);
    expect(remainderOf([shrunk, refilled], closing)).toEqual([]);
    expect(remainderOf([shrunk, refilled], { ...closing, torn: true })).toMatchObject([{ unsure: true }]);
    expect(remainderOf([shrunk], { ...closing, promoted: true })).toEqual([]);
    expect(remainderOf([shrunk, change("count", [5, 15])], closing)).toEqual([]);
    // What it has given back once more for a move.
    const again = change("count", [12, 5]);
    expect(remainderOf([{ ...shrunk, state: "kept" }, again], closing)).toMatchObject([
      { is: 5, should: 12 },
    ]);
  });

  test("any other count is left to its own policy", () => {
    expect(remainderOf([change("count", [5, 12])], { ...closing, torn: true })).toEqual([]);
    const shrunk = change("count", [12, 5], { id: "shrink-stable" });
    const candidates = { ...change("count", [5, 1]), resource: { kind: "count", name: "y" } as const };
    expect(remainderOf([shrunk, candidates], closing)).toMatchObject([{ is: 5 }]);
  });

  test("several changes of a thing are one difference, to the state before the first", () => {
    const all = [change("routing", ["old", "join"]), change("routing", ["join", "old"])];

    expect(remainderOf(all, closing)).toMatchObject([{ is: "old", should: "old" }]);
  });

  test("counts, what is settled, and changes to what was there already are none", () => {
    const none = [
      change("count", [1, 2]),
      change("model", [null, {}], { state: "undone" }),
      change("endpoint-config", [null, {}], { state: "kept" }),
      change("scaling", [null, null]),
    ];

    expect(remainderOf(none, closing)).toEqual([]);
  });
});

test("after a promotion what is intended is to be finished, and what was made stays", () => {
  const all = [
    change("scaling", [{ in: true }, { in: false }], { state: "intended" }),
    change("model", [null, {}], { resource: { kind: "model", name: "new" } }),
  ];

  expect(remainderOf(all, { ...closing, promoted: true })).toMatchObject([
    { resource: { kind: "scaling" }, is: { in: true }, should: { in: false } },
  ]);
});

test.each<[JsonValue, JsonValue, string]>([
  [null, {}, "scaling x does not exist, and should"],
  [{}, null, "scaling x exists, and should not"],
  ["a", "b", 'scaling x is "a", and should be "b"'],
  [{ min: 1, max: 2 }, { min: 1, max: 3 }, "scaling x: max is 2, and should be 3"],
  [{ min: 1 }, { min: 1 }, "scaling x was not seen to be as it should"],
])("the difference between %j and %j is told by its parts", (is, should, said) => {
  const one: Remainder = { resource: { kind: "scaling", name: "x" }, is, should, refusedBy: "", since: at };

  expect(differenceText(one)).toBe(said);
});

test("of what nobody has seen done no difference is told", () => {
  const resource = { kind: "scaling", name: "x" } as const;
  const one: Remainder = { resource, is: null, should: {}, refusedBy: "", since: at, unsure: true };

  expect(differenceText(one)).toBe("scaling x was to be changed, and whether it was, nobody has seen");
});

test("what was intended and is not known to have been done is as it was when that was recorded", () => {
  const intended = change("scaling", [null, { min: 2 }], { state: "intended" });

  expect(remainderOf([intended], { promoted: false, why: "nobody answered", at })).toMatchObject([
    { is: null, should: null, unsure: true },
  ]);
});

test("what was last known of a thing is what it was to become, unless it was but intended; without any change, what it was", () => {
  const undo = (...changes: Change[]) =>
    ({
      resource: { kind: "weights" as const, name: "x" },
      restore: "first",
      changes,
      ours: [],
    }) as const;

  expect(lastKnown(undo())).toBe("first");
  expect(lastKnown(undo(change("weights", ["first", "second"])))).toBe("second");
  expect(
    lastKnown(
      undo(
        change("weights", ["first", "second"]),
        change("weights", ["second", "third"], { state: "intended" }),
      ),
    ),
  ).toBe("second");
});
