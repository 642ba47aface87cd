/** The ledger's decisions: what a release's changes mean when they are undone, in which order, and what drift is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Change,
  type ChangeState,
  isBetween,
  judgeUndo,
  ownPartUndone,
  sameState,
  undosOf,
} from "../../../src/core/release/change.ts";
import type { JsonValue } from "../../../src/core/release/json-value.ts";
import { same } from "../../../src/core/release/json-value.ts";
import { type ResourceKind, resourceKinds } from "../../../src/core/release/resource-kinds.ts";
import { holds } from "../../property.ts";

function change(seq: number, name: string, rest: Partial<Change> = {}): Change {
  const resource = { kind: "weights", name } as const;
  const at = "2026-11-23T08:00:00Z";
  return { id: `change-${seq}`, seq, resource, before: null, after: seq, state: "applied", at, ...rest };
}

/** The only undo of some changes. */
function undoOf(...changes: Change[]) {
  const [undo, ...others] = undosOf(changes);
  if (undo === undefined || others.length > 0) throw new Error("expected the changes of one resource");
  return undo;
}

describe("plain data", () => {
  test.each([
    [{ a: 1, b: [2, { c: 3 }] }, { b: [2, { c: 3 }], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [{ a: 1 }, { a: 1, b: null }, false],
    [{ a: null }, { b: null }, false],
    [[], {}, false],
    [null, {}, false],
    ["1", 1, false],
  ])("%j and %j: the same is %s", (a, b, expected) => {
    expect(same(a as JsonValue, b as JsonValue)).toBe(expected);
    expect(same(b as JsonValue, a as JsonValue)).toBe(expected);
  });

  test("has its numbers compared as it is told, and numbers alone", () => {
    const near = (a: number, b: number) => Math.abs(a - b) < 0.1;

    expect(same({ weight: 1 }, { weight: 1.05 }, near)).toBe(true);
    expect(same("1", 1, near)).toBe(false);
    expect(same(1, "1", near)).toBe(false);
  });

  test("is the same as its copy with keys in another order, and as nothing else", () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((found) => found as JsonValue);
    const reversed = (found: JsonValue): JsonValue => {
      if (found === null || typeof found !== "object") return found;
      if (Array.isArray(found)) return found.map(reversed);
      const entries = Object.entries(found).toReversed();
      return Object.fromEntries(entries.map(([key, each]) => [key, reversed(each)]));
    };
    holds(
      fc.property(value, (found) => {
        expect(same(found, reversed(found))).toBe(true);
        expect(same(found, [found])).toBe(false);
      }),
    );
  });
});

describe("states of a resource", () => {
  test("of what AWS never changes once it exists are the same when all that was asked for is there", () => {
    expect(
      sameState("model", { PrimaryContainer: { Image: "a" } }, { PrimaryContainer: { Image: "b" } }),
    ).toBe(false);
    expect(sameState("endpoint-config", { a: { b: 1, c: 2 } }, { a: { b: 1 } })).toBe(true);
    expect(sameState("endpoint-config", { a: 1 }, null)).toBe(false);
    expect(sameState("endpoint-config", null, { a: 1 })).toBe(false);
  });

  test("of anything else are the same when their content is", () => {
    expect(sameState("scaling", { min: 4 }, { min: 8 })).toBe(false);
    expect(sameState("weights", { v6: 100, v7: 0 }, { v7: 0, v6: 100 })).toBe(true);
  });

  test("of weights are the same when they are as 32-bit floats, and of nothing else", () => {
    const asked = { v6: 100 - 64.1, v7: 64.1 };
    const kept = { v6: Math.fround(100 - 64.1), v7: Math.fround(64.1) };

    expect(sameState("weights", kept, asked)).toBe(true);
    expect(sameState("weights", { ...kept, v7: 64 }, asked)).toBe(false);
    expect(sameState("scaling", kept, asked)).toBe(false);
  });
});

describe("a scaling that is being changed, call by call", () => {
  const policy = (target: number) => ({ name: "load", target });
  const from = { min: 4, max: 16, suspended: { in: false }, policies: [policy(500)] };
  const to = { min: 4, max: 16, suspended: { in: true }, policies: [policy(700)] };
  const between = (now: JsonValue, way: { from: JsonValue; to: JsonValue } = { from, to }) =>
    isBetween("scaling", now, way);

  test("is on its way while each part is as before or as intended", () => {
    expect(between({ ...from, suspended: { in: true } })).toBe(true);
    expect(between({ ...to, policies: [] }, { from: null, to })).toBe(true);
    expect(between(null, { from: null, to })).toBe(true);
  });

  test("is no longer ours once a part is as in neither", () => {
    expect(between({ ...to, max: 20 })).toBe(false);
    expect(between({ ...to, policies: [policy(600)] })).toBe(false);
    expect(between({ ...to, policies: [...to.policies, { name: "theirs" }] })).toBe(false);
    expect(between(null)).toBe(false);
  });

  test("goes as a whole: what is left of one whose policy has gone was left by somebody else", () => {
    const made = undoOf(
      change(1, "v7", { resource: { kind: "scaling", name: "v7" }, before: null, after: to }),
    );

    expect(between({ ...to, policies: [] }, { from: to, to: null })).toBe(false);
    expect(between(to, { from: to, to: null })).toBe(true);
    expect(between(null, { from: to, to: null })).toBe(true);
    expect(judgeUndo(made, { ...to, policies: [] })).toBe("drifted");
  });

  test("is undone from half-way, forth or back", () => {
    const resource = { kind: "scaling", name: "v7" } as const;
    const undo = undoOf(change(1, "v7", { resource, before: null, after: to, state: "intended" }));

    expect(judgeUndo(undo, { ...to, policies: [] })).toBe("restore");
    expect(judgeUndo(undo, { ...to, policies: [policy(600)] })).toBe("drifted");
  });
});

describe("a scaling that somebody else has changed in part", () => {
  const resource = { kind: "scaling", name: "v6" } as const;
  const policy = (name: string, target: number) => ({ name, target });
  const before = { min: 4, max: 16, suspended: { in: false, out: false }, policies: [policy("load", 500)] };
  const after = { ...before, max: 20, suspended: { in: true, out: false } };
  const undo = undoOf(change(1, "v6", { resource, before, after }));

  test("gets back what is still as we left it, and keeps what is theirs", () => {
    expect(ownPartUndone(undo, { ...after, min: 6 })).toEqual({ ...before, min: 6 });
    expect(ownPartUndone(undo, { ...after, max: 40 })).toEqual({ ...before, max: 40 });
  });

  test("keeps a suspension that is theirs, also the part of it that was ours", () => {
    const suspended = { in: true, out: true };
    expect(ownPartUndone(undo, { ...after, suspended })).toEqual({ ...before, suspended });
  });

  test("keeps what they have set to nothing", () => {
    const held = { ...after, custom: { metric: "Depth", of: 1 } };
    const was = { ...before, custom: { metric: "Depth", of: 2 } };
    const set = undoOf(change(1, "v6", { resource, before: was, after: held }));

    expect(ownPartUndone(set, { ...held, custom: null })).toEqual({ ...was, custom: null });
  });

  test("keeps policies that are theirs, and loses those that are ours", () => {
    const ours = { ...after, policies: [policy("load", 700), policy("ours", 1)] };
    const added = undoOf(change(1, "v6", { resource, before, after: ours }));
    const theirs = { ...ours, policies: [...ours.policies, policy("theirs", 2)] };

    expect(ownPartUndone(added, theirs)).toEqual({
      ...before,
      policies: [policy("load", 500), policy("theirs", 2)],
    });
  });

  test("is left alone where nothing of ours is left, where it is gone, and where it was not there before", () => {
    expect(ownPartUndone(undo, { ...before, min: 6 })).toBeUndefined();
    expect(ownPartUndone(undo, null)).toBeUndefined();
    const made = undoOf(change(1, "v6", { resource, before: null, after }));
    expect(ownPartUndone(made, { ...after, min: 6 })).toBeUndefined();
  });

  test("is the only kind that has parts", () => {
    const shifted = undoOf(change(1, "chat", { before: { v6: 1, v7: 0 }, after: { v6: 95, v7: 5 } }));

    expect(ownPartUndone(shifted, { v6: 95, v7: 40 })).toBeUndefined();
  });
});

describe("undoing", () => {
  test("puts a resource that was changed three times back to before the first of them, in one step", () => {
    const undo = undoOf(
      change(1, "chat", { before: { v6: 1 }, after: { v6: 95 } }),
      change(2, "chat", { before: { v6: 95 }, after: { v6: 75 } }),
      change(3, "chat", { before: { v6: 75 }, after: { v6: 50 } }),
    );

    expect(undo.restore).toEqual({ v6: 1 });
    expect(undo.changes.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(judgeUndo(undo, { v6: 50 })).toBe("restore");
    expect(judgeUndo(undo, { v6: 75 })).toBe("drifted");
  });

  test("of an intent whose call may never have arrived accepts the world before it and after it", () => {
    const undo = undoOf(
      change(1, "chat", { before: "a", after: "b" }),
      change(2, "chat", { before: "b", after: "c", state: "intended" }),
    );

    expect(judgeUndo(undo, "b")).toBe("restore");
    expect(judgeUndo(undo, "c")).toBe("restore");
    expect(judgeUndo(undo, "a")).toBe("already-restored");
    expect(judgeUndo(undo, "d")).toBe("drifted");
  });

  test.each(["undone", "kept", "drifted"] as const)("leaves changes that are %s alone", (state) => {
    expect(undosOf([change(1, "chat", { state })])).toEqual([]);
  });

  test("reads the ledger by its sequence, not by the order in which it is handed over", () => {
    const undo = undoOf(
      change(2, "chat", { before: "b", after: "c" }),
      change(1, "chat", { before: "a", after: "b" }),
    );

    expect(undo.restore).toBe("a");
    expect(undo.ours).toEqual(["c"]);
  });

  test("tells resources of one name but of different kinds apart", () => {
    const routing = change(2, "chat", { resource: { kind: "routing", name: "chat" } });

    expect(undosOf([change(1, "chat"), routing])).toHaveLength(2);
  });
});

/** What a release did, change by change, to a small world; some calls were lost, some changes are settled. */
const kind = fc.constantFrom(...resourceKinds);
const step = fc.record({
  kind,
  name: fc.constantFrom("a", "b"),
  to: fc.integer({ min: 1, max: 4 }),
  settled: fc.constantFrom<ChangeState>("applied", "applied", "applied", "undone", "kept", "drifted"),
});
const steps = fc.array(step, { maxLength: 12 });
/** How far the newest change got: recorded alone, called but not settled, or settled. */
const reached = fc.constantFrom("recorded", "called", "settled");

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const keyOf = (of: { kind: ResourceKind; name: string }) => `${of.kind}:${of.name}`;

function released(done: readonly Step[], newest: "recorded" | "called" | "settled") {
  const world = new Map<string, JsonValue>();
  const changes = done.map(({ kind, name, to, settled }, i): Change => {
    const key = keyOf({ kind, name });
    const before = world.get(key) ?? null;
    const last = i === done.length - 1;
    if (!(last && newest === "recorded")) world.set(key, to);
    const state = last && newest !== "settled" ? "intended" : settled;
    return change(i + 1, name, { resource: { kind, name }, before, after: to, state });
  });
  return { world, changes };
}

describe("the undos of any release", () => {
  test("run newest first: by the newest change of each resource", () => {
    holds(
      fc.property(steps, reached, (done, newest) => {
        const order = undosOf(released(done, newest).changes).map(({ changes }) => changes.at(-1)?.seq ?? 0);

        expect(order).toEqual(order.toSorted((a, b) => b - a));
      }),
    );
  });

  test("cover each open change once, and no settled one", () => {
    holds(
      fc.property(steps, reached, (done, newest) => {
        const { changes } = released(done, newest);

        const covered = undosOf(changes).flatMap((undo) => undo.changes.map(({ seq }) => seq));

        const open = changes.filter(({ state }) => state === "intended" || state === "applied");
        expect(covered.toSorted((a, b) => a - b)).toEqual(open.map(({ seq }) => seq));
      }),
    );
  });

  test("restore, wherever nobody else laid hands on it, what was there before the oldest open change", () => {
    holds(
      fc.property(fc.array(step, { maxLength: 12 }), reached, (done, newest) => {
        const allOpen = done.map((each) => ({ ...each, settled: "applied" as const }));
        const { world, changes } = released(allOpen, newest);

        for (const undo of undosOf(changes)) {
          const key = keyOf(undo.resource);
          expect(judgeUndo(undo, world.get(key) ?? null)).not.toBe("drifted");
          world.set(key, undo.restore);
        }

        expect([...world.values()].every((value) => value === null)).toBe(true);
      }),
    );
  });

  test("are idempotent: what was restored is found restored", () => {
    holds(
      fc.property(steps, reached, (done, newest) => {
        const { changes } = released(done, newest);

        const again = undosOf(changes).map((undo) => judgeUndo(undo, undo.restore));

        expect(again.every((verdict) => verdict === "already-restored")).toBe(true);
      }),
    );
  });

  test("see drift in every state that is neither the one before nor one of ours", () => {
    holds(
      fc.property(steps, reached, fc.integer({ min: 1, max: 6 }), (done, newest, found) => {
        for (const undo of undosOf(released(done, newest).changes)) {
          const known = [undo.restore, ...undo.ours];
          const expected = known.some((state) => sameState(undo.resource.kind, state, found));
          expect(judgeUndo(undo, found) === "drifted").toBe(!expected);
        }
      }),
    );
  });
});
