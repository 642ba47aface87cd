/** When a release goes on with another instance type, and what it knows of those that it has tried. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isNew,
  mayGoOn,
  saysNoInstances,
  triedText,
  triedWith,
  unlaunchedOf,
  untried,
} from "../../../src/core/release/another-type.ts";
import { type Change, changeStates } from "../../../src/core/release/change.ts";
import { holds } from "../../property.ts";
import { needs, plan, withFallback } from "../example.ts";

const until = "2026-11-23T09:18:00.000Z";
const at = "2026-11-23T09:00:00.000Z";
const change = (state: Change["state"], id = "join"): Change => ({
  ...{ id, seq: 1, resource: { kind: "routing", name: "chat-assistant" } },
  ...{ before: "a", after: "b", state, at },
});
const failed = {
  route: "production",
  failure: undefined,
  planning: { needs },
  prewarm: { status: "done", reason: "" },
  capacity: { reason: "no instances", isShort: true },
};
const unlaunched = { instanceType: "ml.g5.xlarge", reason: "no instances", since: at, until };

describe("a release goes on with another type", () => {
  test("once a try that failed for want of instances is undone; it is known since when until when it was tried", () => {
    const undone = { changes: [change("undone"), change("kept", "shrink-1")] };
    expect(unlaunchedOf(failed, undone, { drifted: [], until })).toEqual(unlaunched);
    const short = { ...failed, capacity: undefined, prewarm: { status: "short", reason: "no room" } };
    expect(unlaunchedOf(short, undone, { drifted: [], until })).toEqual({ ...unlaunched, reason: "no room" });
  });

  test("and never where anything is open or somebody else's, was ordered, failed otherwise or is another's to undo", () => {
    const states = fc.array(fc.constantFrom(...changeStates), { maxLength: 5 });
    const reasons = fc.constantFrom("order", "failure", "drifted", "compensate", "fit", "none");
    holds(
      fc.property(states, reasons, (all, but) => {
        const changes = all.map((state, nth) => change(state, `${nth}`));
        const found = unlaunchedOf(
          {
            ...failed,
            ...(but === "failure" && { failure: {} }),
            ...(but === "compensate" && { route: "compensate" }),
            ...(but === "fit" && { capacity: { reason: "a variant is missing", isShort: undefined } }),
          },
          { changes, ...(but === "order" && { order: { kind: "stop" } }) },
          { drifted: but === "drifted" ? ["routing chat-assistant"] : [], until },
        );
        const isSettled = all.every((state) => state === "undone" || state === "kept");
        expect(found !== undefined).toBe(but === "none" && isSettled);
      }),
    );
  });
});

describe("what was tried", () => {
  test("is told once, at what it may have cost at most, and is not tried again", () => {
    const first = triedWith(plan, { needs }, unlaunched);
    // Sixteen instances for 18 minutes.
    expect(first).toEqual([{ ...unlaunched, usd: 6.76 }]);
    expect(isNew({}, unlaunched)).toBe(true);
    expect(isNew({ tried: first }, unlaunched)).toBe(false);
    expect(triedWith(plan, { tried: first, needs }, unlaunched)).toBe(first);
    expect(triedWith(plan, { needs }, undefined)).toEqual([]);
    const types = ["ml.g5.xlarge", "ml.g5.2xlarge"].map((instanceType) => ({
      instanceType,
      requestsPerSecondPerInstance: 12,
    }));
    expect(untried(types, first)).toEqual(types.slice(1));
    expect(triedText(first)).toEqual(["ml.g5.xlarge could not be had: no instances"]);
  });
});

test("a platform's want of instances is told from its other reasons", () => {
  expect(saysNoInstances("CapacityError: Unable to provision requested ML compute capacity.")).toBe(true);
  expect(saysNoInstances("… due to InsufficientInstanceCapacity error")).toBe(true);
  expect(saysNoInstances("The primary container did not pass the ping health check")).toBe(false);
});

test("whether it may go on is read of its record, before any traffic, and of any shape of that", () => {
  const record = { release: { releaseType: "minor" }, plan: withFallback };
  expect(mayGoOn(record, [change("applied")])).toBe(true);
  expect(mayGoOn({ ...record, plan }, [])).toBe(false);
  expect(mayGoOn(record, [{ resource: { kind: "weights", name: "chat-assistant" } }])).toBe(false);
  expect(mayGoOn({ release: {} }, [])).toBe(false);
  expect(mayGoOn(undefined, [])).toBe(false);
});
