/** What promoted releases have made: for how long it is kept, and what becomes of each thing then. */
import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import {
  fateOf,
  isDue,
  type KeptThings,
  keptUntil,
  madeBy,
  revertDaysOf,
  standingOfKept,
} from "../../../src/core/release/kept.ts";
import { epochMs } from "../../../src/core/units.ts";
import { plan } from "../example.ts";

const config = { kind: "endpoint-config", name: "final" } as const;
const content = { ProductionVariants: [{ VariantName: "v7" }] };
const thing = { resource: config, content, state: "kept" } as const;
const kept = (own: Partial<KeptThings> = {}): KeptThings => ({
  releaseId: "chat-v7-production",
  endpoint: "chat",
  model: "chat",
  version: 7,
  things: [thing],
  replaced: { by: "chat-v8-production", keptUntil: "2026-01-12T08:00:00.000Z" },
  revision: 2,
  ...own,
});

describe("what a release has made", () => {
  const change = (id: string, seq: number, own: Partial<Change>): Change => ({
    id,
    seq,
    resource: config,
    before: null,
    after: content,
    state: "kept",
    at: "2026-01-05T08:00:00Z",
    ...own,
  });

  test("is what is there still, a configuration before its model, and nothing that was there before it", () => {
    const join = { kind: "endpoint-config", name: "join" } as const;
    const model = { kind: "model", name: "m" } as const;
    const made = madeBy([
      change("model", 1, { resource: model, after: { PrimaryContainer: {} } }),
      change("join-config", 2, { resource: join }),
      change("final-config", 3, {}),
      change("drop-join", 4, { resource: join, before: content, after: null }),
      change("scaling", 5, { resource: { kind: "scaling", name: "endpoint/chat/variant/v7" } }),
      change("undone", 6, { resource: { kind: "model", name: "other" }, state: "undone" }),
    ]);

    expect(made.map(({ resource }) => resource)).toEqual([config, model]);
    expect(made[0]).toEqual(thing);
  });
});

describe("its time", () => {
  test("is so many days from when it was replaced on", () => {
    expect(keptUntil("2026-01-05T08:00:00Z", 7)).toBe("2026-01-12T08:00:00.000Z");
    expect(keptUntil("2026-01-05T08:00:00Z", 0)).toBe("2026-01-05T08:00:00.000Z");
  });

  test.each([
    ["the plan's", { rollout: { revertDays: 0 } }, 0],
    ["seven, of a plan that is older than that", { rollout: {} }, 7],
    ["seven, of what cannot be read", "?", 7],
  ])("is %s", (_, given, days) => {
    expect(revertDaysOf(given)).toBe(days);
    expect(revertDaysOf(plan)).toBe(7);
  });

  test("is up at that moment, while nothing else is awaited and something is left", () => {
    const at = (iso: string) => epochMs(iso);
    expect(isDue(kept(), at("2026-01-12T07:59:59Z"))).toBe(false);
    expect(isDue(kept(), at("2026-01-12T08:00:00Z"))).toBe(true);
    const { replaced: _, ...serving } = kept();
    expect(isDue(serving, at("2027-01-12T08:00:00Z"))).toBe(false);
    expect(isDue(kept({ lookAgainAt: "2026-01-13T08:00:00Z" }), at("2026-01-12T20:00:00Z"))).toBe(false);
    expect(isDue(kept({ things: [{ ...thing, state: "deleting" }] }), at("2026-01-13T08:00:00Z"))).toBe(true);
    expect(isDue(kept({ things: [{ ...thing, state: "deleted" }] }), at("2026-01-13T08:00:00Z"))).toBe(false);
  });
});

describe("a thing whose time is up", () => {
  const ours = { content, madeBy: "chat-v7-production" };
  const fate = (seen: Parameters<typeof fateOf>[2]) => fateOf(thing, "chat-v7-production", seen);

  test.each([
    ["as it was made", ours, { do: "delete" }],
    ["gone", { content: null }, { do: "settle", state: "deleted" }],
    ["without the tag", { content }, { do: "settle", state: "left" }],
    ["another release's", { content, madeBy: "chat-v8-production" }, { do: "settle", state: "left" }],
    ["something else", { ...ours, content: { ProductionVariants: [] } }, { do: "settle", state: "left" }],
    ["in use", { ...ours, usedBy: "chat" }, { do: "wait", why: "endpoint chat is on it" }],
    ["somebody else's, and in use", { content, usedBy: "chat" }, { do: "settle", state: "left" }],
  ])("that is %s", (_, seen, expected) => {
    expect(fate(seen)).toMatchObject(expected);
  });
});

describe("the way back to a version", () => {
  const asked = { endpoint: "chat", version: 7 };
  test("is kept until its time, or gone since, by the newest release of it on the endpoint", () => {
    const older = kept({ releaseId: "old", replaced: { by: "x", keptUntil: "2025-12-01T00:00:00.000Z" } });
    expect(standingOfKept([older, kept()], asked)).toEqual({ is: "kept", until: "2026-01-12T08:00:00.000Z" });
    const gone = kept({ things: [{ ...thing, state: "deleted", at: "2026-01-12T08:05:00Z" }] });
    expect(standingOfKept([gone, older], asked)).toEqual({
      is: "deleted",
      at: "2026-01-12T08:05:00Z",
      things: ["endpoint-config final"],
    });
    expect(standingOfKept([kept({ endpoint: "staging" }), kept({ version: 8 })], asked)).toBeUndefined();
  });
});
