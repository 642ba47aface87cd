/** A release in place under way: what ends it, how its way back goes, and what its promotion leaves to be done. */
import { describe, expect, test } from "vitest";
import { allInService, type FleetView } from "../../../src/core/capacity/endpoint.ts";
import { flatLoad } from "../../../src/core/capacity/load-outlook.ts";
import { returnOf } from "../../../src/core/feasibility/in-place.ts";
import type { Change } from "../../../src/core/release/change.ts";
import { endOfInPlace, isShrunk, unlessOver } from "../../../src/core/release/in-place.ts";
import { leavingOf } from "../../../src/core/release/leaving.ts";
import type { Needs } from "../../../src/core/release/release.ts";
import { remainderOf } from "../../../src/core/release/remainder.ts";
import { nextWayBack, type WayBackQuestion } from "../../../src/core/release/way-back.ts";
import { endpointOf, joined, plan, needs as usual, variant } from "../example.ts";

const closesAt = "2026-11-23T13:00:00.000Z";
/** Five of eight stay, which carry 42 requests per second. */
const needs: Needs = {
  ...usual,
  stable: { ...usual.stable, instances: 5 },
  candidate: { ...usual.candidate, instances: 5 },
  inPlace: { stableInstances: 8, grownInstances: 9, closesAt },
};
const { wholeMinutes } = returnOf(plan);
const lastMs = Date.parse(closesAt) - wholeMinutes * 60_000;

describe("what ends it", () => {
  const end = (load: number | undefined, nowMs = lastMs) => endOfInPlace({ plan, needs, nowMs, load });

  test("is a load that stable could not take back, or a window without the time for that", () => {
    expect(end(42)).toBeUndefined();
    expect(end(undefined)).toBeUndefined();
    expect(end(42.01)).toBe(
      "the load is 42.0 requests per second, and stable's 5 instances could take back 42.0",
    );
    expect(end(42, lastMs + 1)).toBe(
      `the low-load window closes at ${closesAt}, and the way out takes ${Math.ceil(wholeMinutes)} minutes`,
    );
  });

  test("is nothing for a release that is not in place", () => {
    expect(endOfInPlace({ plan, needs: usual, nowMs: lastMs + 1, load: 1000 })).toBeUndefined();
  });

  test("takes the place of every decision but to go back", () => {
    const standing = { plan, needs, nowMs: lastMs + 1, load: 1 };
    for (const decision of ["continue", "advance", "promote"] as const)
      expect(unlessOver({ decision, reason: "" }, standing)).toMatchObject({ decision: "roll-back" });
    const fails = { decision: "roll-back", reason: "it fails" } as const;
    expect(unlessOver(fails, standing)).toBe(fails);
    expect(unlessOver({ decision: "advance", reason: "" }, { ...standing, nowMs: lastMs })).toMatchObject({
      decision: "advance",
    });
  });
});

describe("the way back", () => {
  function next(endpoint: FleetView, rest: Partial<WayBackQuestion> = {}) {
    return nextWayBack({
      plan,
      needs,
      endpoint,
      warmInstances: allInService(endpoint),
      load: flatLoad(40),
      sinceShiftSeconds: 600,
      refused: { refill: false, move: false },
      sinceMoveSeconds: Number.POSITIVE_INFINITY,
      scaleIn: "held",
      spent: { minutes: 5, usd: 1, moves: 0 },
      budget: { minutes: 180, usd: 60, moves: 4 },
      moveUsd: 5,
      ...rest,
    });
  }
  const alone = (instances: number) =>
    endpointOf([variant("v6", { weight: 1, instances })], { config: needs.stable.config });

  test("gives what is left of stable all traffic, takes the candidate off, and then fills stable up to what it was", () => {
    expect(next(joined({ weight: 50, instances: 5 }, { weight: 50, instances: 5 }))).toMatchObject({
      do: "shift",
      percent: 0,
    });
    expect(next(joined({ weight: 1, instances: 5 }, { weight: 0, instances: 5 }))).toMatchObject({
      do: "leave",
    });
    expect(next(alone(5))).toMatchObject({ do: "refill", instances: 8 });
    expect(next(alone(8))).toMatchObject({ do: "arrived" });
  });

  test("without room makes some of the candidate, and never lets stable's own minimum raise it beside that", () => {
    const refused = { refill: false, move: true };
    expect(next(joined({ weight: 1, instances: 5 }, { weight: 0, instances: 5 }), { refused })).toMatchObject(
      {
        do: "shrink",
        instances: 1,
      },
    );
    expect(next(joined({ weight: 1, instances: 5 }, { weight: 0, instances: 1 }), { refused })).toMatchObject(
      {
        do: "wait",
      },
    );
  });

  test("gives back what stable was refilled with, once the load has gone and its fleet does not fit twice", () => {
    const refused = { refill: false, move: true };
    const refilled = joined({ weight: 1, instances: 10 }, { weight: 0, instances: 1 });
    expect(next(refilled, { refused, load: flatLoad(70) })).toMatchObject({ do: "give-back", instances: 9 });
    expect(next(refilled, { refused })).toMatchObject({ do: "give-back", instances: 5 });
    expect(next(refilled, { refused, load: flatLoad(84) })).toMatchObject({ do: "wait" });
    // Where nothing was given up, stable's own policy does that.
    expect(next(refilled, { refused, needs: usual })).toMatchObject({ do: "free-scale-in" });
  });

  test("waits a while where there was no capacity to fill stable up", () => {
    expect(next(alone(5), { refused: { refill: true, move: false } })).toMatchObject({
      do: "wait",
      reason: "stable is refilled from 5 to 8: no capacity yet",
    });
  });
});

describe("a promotion", () => {
  const at = "2026-11-23T12:00:00.000Z";
  const scaling = {
    min: 8,
    max: 16,
    policies: [],
    scheduledActions: [],
    suspended: { in: false, out: false, scheduled: false },
  };
  const hold: Change = {
    id: "hold-scale-in",
    seq: 1,
    resource: { kind: "scaling", name: "endpoint/chat-assistant/variant/v6" },
    before: scaling,
    after: { ...scaling, min: 5, suspended: { in: true, out: true, scheduled: true } },
    state: "applied",
    at,
  };
  const intended = (changes: readonly Change[], of: Needs) =>
    leavingOf(changes, { name: "chat-assistant", needs: of }, at).filter(({ id }) => /^grow|^adopt/.test(id));

  test("intends what serves alone to grow and to scale as stable did, and no more than that without consent", () => {
    expect(intended([hold], needs)).toEqual([
      { id: "grow-1", resource: { kind: "count", name: "chat-assistant/v7" }, before: 5, after: 9, at },
      {
        id: "adopt-scaling",
        resource: { kind: "scaling", name: "endpoint/chat-assistant/variant/v7" },
        before: null,
        after: scaling,
        at,
      },
    ]);
    expect(intended([{ ...hold, before: null, after: null }], needs).map(({ id }) => id)).toEqual(["grow-1"]);
    expect(intended([hold], usual)).toEqual([]);
  });

  test("that could not let it grow leaves that to be done", () => {
    const grow: Change = {
      id: "grow-1",
      seq: 2,
      resource: { kind: "count", name: "chat-assistant/v7" },
      before: 5,
      after: 9,
      state: "intended",
      at,
    };
    const left = (state: Change["state"]) =>
      remainderOf([{ ...grow, state }], { promoted: true, why: "no room", at }).map(
        ({ resource, should }) => [resource.name, should],
      );
    expect(left("intended")).toEqual([["chat-assistant/v7", 9]]);
    expect(left("applied")).toEqual([]);
    expect(isShrunk([grow])).toBe(false);
    expect(isShrunk([{ ...grow, id: "shrink-stable" }])).toBe(true);
  });
});
