/** Who made a stable variant smaller than it was: a call of ours, or its own policy after we gave back a raise. */
import { expect, test } from "vitest";
import type { WorldEvent } from "#twin/world";
import type { AccountSnapshot } from "../../../src/rehearsal/invariants/account-snapshot.ts";
import type { CheckContext } from "../../../src/rehearsal/invariants/check-context.ts";
import type { ObservedCall } from "../../../src/rehearsal/invariants/observation.ts";
import { createShrinkage } from "../../../src/rehearsal/invariants/shrinkage.ts";

/** Eight instances before, and six at the end; calls of ours took it from one count to another in between. */
function lowered(...counts: readonly number[]): readonly string[] {
  const variants = [{ name: "v6", desiredInstanceCount: 6 }];
  const state = { endpoints: new Map([["chat", { variants }]]), scalableTargets: new Map() };
  const outside = { touched: () => undefined };
  const shrinkage = createShrinkage({ world: { state }, outside } as unknown as CheckContext);
  const by = { who: "auto-scaling", reason: { by: "bounds", operation: "RegisterScalableTarget" } } as const;
  const caused: WorldEvent[] = counts
    .slice(1)
    .map((to, nth) => ({ atMs: nth, kind: "capacity", subject: "chat/v6", from: counts[nth] ?? 0, to, by }));
  const call = { service: "application-autoscaling", operation: "RegisterScalableTarget", input: {}, at: 0 };
  const frame = { execution: "rehearsal", state: "RollBack" };
  shrinkage.onCall({ call, frame, tookEffect: true, caused } as unknown as ObservedCall);
  const before = new Map([["chat", { name: "chat", variants: [{ name: "v6", desiredInstances: 8 }] }]]);
  return shrinkage.ours({ endpoints: before } as unknown as AccountSnapshot);
}

test("a raise that is given back is no shrinkage, whatever the policy takes after it", () => {
  expect(lowered(17, 16)).toEqual([]);
  expect(lowered(17, 8)).toEqual([]);
});

test("a count that a call of ours took below what it was is", () => {
  expect(lowered(8, 7)).toEqual(["v6 has 6 instances, before the release it had 8"]);
});

test("what calls of ours have given back in full is none, however far they raised it in between", () => {
  expect(lowered(8, 5, 8)).toEqual([]);
  expect(lowered(8, 5, 9, 5, 8)).toEqual([]);
  expect(lowered(8, 5, 7)).toEqual(["v6 has 6 instances, before the release it had 8"]);
});
