/** What a promotion takes off the candidate's scaling: our cap and nothing else. */
import { expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import { capId, holdLifted, leavingOf, retireId, uncapped } from "../../../src/core/release/leaving.ts";

const scaling = (max: number) => ({
  min: 8,
  max,
  policies: [],
  scheduledActions: [],
  suspended: { in: true, out: false, scheduled: false },
});

function change(id: string, rest: Partial<Change> = {}): Change {
  const resource = { kind: "scaling", name: "endpoint/chat-assistant/variant/v7" } as const;
  const at = "2026-11-23T12:00:00.000Z";
  return { id, seq: 1, resource, before: scaling(40), after: scaling(16), state: "applied", at, ...rest };
}

test("a cap that is on it is taken off", () => {
  expect(uncapped([change("adopt-scaling"), change(capId)], scaling(16))).toEqual(scaling(40));
});

test.each([
  ["none was put on", [change("adopt-scaling"), change("hold-scale-in")]],
  ["it was only intended", [change(capId, { state: "intended" })]],
  ["it was undone", [change(capId, { state: "undone" })]],
])("nothing is taken off where %s", (_, changes) => {
  expect(uncapped(changes, scaling(16))).toEqual(scaling(16));
});

test("stable's scaling goes by one change until it was given back, and by another after that", () => {
  const once = [change("retire-scaling", { state: "undone" })];
  expect(retireId([])).toBe("retire-scaling");
  expect(retireId(once)).toBe("retire-scaling");
  expect(retireId(once, "another")).toBe("retire-scaling-2");
  expect(retireId([...once, change("retire-scaling-2")])).toBe("retire-scaling-2");
});

test("what follows from a promotion is intended from how the ledger knows each thing, capped where it was", () => {
  const needs = {
    stable: { variant: "v6", config: "before" },
    candidate: { variant: "v7" },
    joinConfig: "join",
    finalConfig: "final",
  };
  const held = change("hold-scale-in", { before: scaling(40), after: scaling(30) });
  const own = change("adopt-scaling", { before: null, after: scaling(40) });
  const intended = (changes: Change[]) =>
    leavingOf(changes, { name: "chat-assistant", needs }, "2026-11-23T13:00:00.000Z").map(
      ({ id, before }) => [id, before],
    );

  expect(intended([held, own])).toEqual([
    ["lift-hold", scaling(40)],
    ["retire-scaling", scaling(30)],
    ["final-1", "join"],
    ["drop-join-config", null],
  ]);
  expect(intended([held, own, change(capId)])).toContainEqual(["lift-hold", scaling(16)]);
  const resource = { kind: "routing", name: "chat-assistant" } as const;
  const moved = change("final-2", { resource, before: "join", after: "final" });
  expect(intended([held, own, moved]).map(([id]) => id)).toEqual([
    ...["lift-hold", "retire-scaling", "drop-join-config"],
  ]);
});

test("a scaling that is gone has no hold to lift, nor has one that was never held", () => {
  expect(holdLifted(null, { held: scaling(16), as: scaling(40) })).toBeNull();
  expect(holdLifted(scaling(16), { held: null, as: null })).toEqual(scaling(16));
});
