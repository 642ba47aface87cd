/** Freezes: dated windows of a plan, and those that a person declares until a time or until lifted. */
import { describe, expect, test } from "vitest";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { mistakesOf } from "../../../src/core/input/bad-input-schema.ts";
import { Freezes, frozenBy } from "../../../src/core/plan/freeze.ts";

const freezes = Freezes.parse({
  windows: [{ from: "2026-12-23T18:00:00+01:00", to: "2026-12-27T08:00:00+01:00", reason: "holidays" }],
});
const at = (time: string) => Date.parse(time);

describe("a window of the plan", () => {
  test.each([
    ["2026-12-23T16:59:59Z", undefined],
    ["2026-12-23T17:00:00Z", "frozen until 2026-12-27T08:00:00+01:00: holidays"],
    ["2026-12-27T06:59:59Z", "frozen until 2026-12-27T08:00:00+01:00: holidays"],
    ["2026-12-27T07:00:00Z", undefined],
  ])("at %s: %s", (time, reason) => {
    expect(frozenBy(freezes, [], at(time))?.reason).toBe(reason);
  });

  test("says when it ends", () => {
    expect(frozenBy(freezes, [], at("2026-12-25T00:00:00Z"))?.untilMs).toBe(at("2026-12-27T07:00:00Z"));
  });

  test("that ends before it begins is a mistake", () => {
    const file = {
      windows: [{ from: "2026-12-27T08:00:00Z", to: "2026-12-23T18:00:00Z", reason: "holidays" }],
    };
    const { error } = Freezes.safeParse(file);

    const messages =
      error === undefined
        ? []
        : mistakesOf(error, Freezes, file).map(({ mistake }) => formatMistake(mistake));
    expect(messages).toEqual([
      "windows[0].to: expected a time after 2026-12-27T08:00:00Z, found 2026-12-23T18:00:00Z",
    ]);
  });

  test("needs an offset, since a bare time means another moment elsewhere", () => {
    const bare = {
      windows: [{ from: "2026-12-23T18:00:00", to: "2026-12-27T08:00:00Z", reason: "holidays" }],
    };

    expect(Freezes.safeParse(bare).success).toBe(false);
  });
});

describe("a declared freeze", () => {
  const none = Freezes.parse({});
  const incident = { by: "ann", reason: "incident 42" };

  test("stands until it is lifted", () => {
    expect(frozenBy(none, [incident], at("2030-01-01T00:00:00Z"))).toEqual({
      reason: "frozen by ann until lifted: incident 42",
      untilMs: Number.POSITIVE_INFINITY,
    });
  });

  test("with an end stands until then, and no longer", () => {
    const dated = { ...incident, until: "2026-11-23T10:00:00Z" };

    expect(frozenBy(none, [dated], at("2026-11-23T09:59:59Z"))).toEqual({
      reason: "frozen by ann until 2026-11-23T10:00:00Z: incident 42",
      untilMs: at(dated.until),
    });
    expect(frozenBy(none, [dated], at("2026-11-23T10:00:00Z"))).toBeUndefined();
  });

  test("that is over does not hide one that stands", () => {
    const over = { by: "bob", reason: "old", until: "2026-01-01T00:00:00Z" };

    expect(frozenBy(none, [over, incident], at("2026-11-23T10:00:00Z"))?.reason).toContain("incident 42");
  });
});

test("a release that a freeze catches half-way holds, unless the plan says otherwise", () => {
  expect(Freezes.parse({}).halfWay).toBe("hold");
});
