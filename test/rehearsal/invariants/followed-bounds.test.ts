/** A minimum that is set between releases is written down before, within the plan's limits, and while no release may take the endpoint. */
import { describe, expect, test } from "vitest";
import type { Json } from "#twin/vocabulary";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { ScalingRule } from "../../../src/core/plan/scaling-rule.ts";
import { createFollowedBounds } from "../../../src/rehearsal/invariants/followed-bounds.ts";
import type { ObservedLock } from "../../../src/rehearsal/invariants/locks.ts";
import type { ObservedCall } from "../../../src/rehearsal/invariants/observation.ts";
import { plan as sample } from "../../core/example.ts";

const scaling = ScalingRule.parse({ minInstances: 4, maxInstances: 14, maxUsdPerHour: 20 });
const at = Date.UTC(2026, 10, 23, 12);
const until = new Date(at + 30_000).toISOString();

function call(
  service: string,
  operation: string,
  input: { [member: string]: Json },
  state = "WatchLoad",
): ObservedCall {
  return {
    call: { service, operation, input, at },
    frame: { execution: "schedule", state, stage: undefined, invocation: "1", ordinal: 1 },
    outcome: { answer: {} },
    tookEffect: true,
    caused: [],
  };
}
const intended = (set: number, own = 3, variant = "v6", from = set, outcome?: string) =>
  call("dynamodb", "PutItem", {
    Item: {
      pk: { S: "bounds" },
      sk: { S: "chat-assistant" },
      intent: {
        M: {
          set: { N: `${set}` },
          own: { N: `${own}` },
          from: { N: `${from}` },
          variant: { S: variant },
          ...(outcome !== undefined && { adjusted: { M: { outcome: { S: outcome } } } }),
        },
      },
    },
  });
const ordering = (state = "TakeOrder") =>
  call(
    "dynamodb",
    "PutItem",
    { Item: { pk: { S: "bounds" }, sk: { S: "chat-assistant" }, ordered: { M: { by: { S: "ann" } } } } },
    state,
  );
const register = (input: { [member: string]: Json }) =>
  call("application-autoscaling", "RegisterScalableTarget", {
    ServiceNamespace: "sagemaker",
    ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
    ResourceId: "endpoint/chat-assistant/variant/v6",
    ...input,
  });

const free: ObservedLock = { subject: "endpoint/chat-assistant", fence: 1, adjusting: until };
const holder = { releaseId: "chat-assistant-v7-production", execution: "arn:a" };

function told(
  seen: ObservedCall,
  { before = intended(9), lock = free as ObservedLock | null, plan = { ...sample, scaling } as Plan } = {},
) {
  const followed = createFollowedBounds({
    locks: { of: () => lock ?? undefined } as never,
    planOf: () => plan,
  });
  followed.onCall(before);
  return followed.onCall(seen);
}

describe("a minimum set between releases", () => {
  test("as it is written down, while nobody may take the endpoint", () => {
    expect(told(register({ MinCapacity: 9 }))).toEqual([]);
  });

  test("back to what was there before, whatever the plan's limits, or without a rule", () => {
    expect(told(register({ MinCapacity: 3 }), { before: intended(3) })).toEqual([]);
    expect(told(register({ MinCapacity: 3 }), { before: intended(3), plan: sample })).toEqual([]);
  });

  test.each<[string, RegExp, ObservedCall, Parameters<typeof told>[1]]>([
    ["another than intended", /no intent/, register({ MinCapacity: 10 }), {}],
    ["of another variant", /no intent/, register({ MinCapacity: 9 }), { before: intended(9, 3, "v7") }],
    [
      "beyond the limits",
      /sets 15, which the plan does not allow/,
      register({ MinCapacity: 15 }),
      { before: intended(15) },
    ],
    [
      "below them",
      /sets 2, which the plan does not allow/,
      register({ MinCapacity: 2 }),
      { before: intended(2) },
    ],
    ["with a maximum", /sets more than a minimum/, register({ MinCapacity: 9, MaxCapacity: 20 }), {}],
    ["with a suspension", /sets more than a minimum/, register({ MinCapacity: 9, SuspendedState: {} }), {}],
    [
      "under a release",
      /a release holds or waits for/,
      register({ MinCapacity: 9 }),
      { lock: { ...free, holder } },
    ],
    [
      "before one that waits",
      /a release holds or waits for/,
      register({ MinCapacity: 9 }),
      { lock: { ...free, queue: [holder] } },
    ],
    [
      "with nothing in a release's way",
      /a release may take/,
      register({ MinCapacity: 9 }),
      { lock: { ...free, adjusting: new Date(at).toISOString() } },
    ],
    ["with no lock at all", /a release may take/, register({ MinCapacity: 9 }), { lock: null }],
  ])("%s is told", (_what, message, seen, options) => {
    expect(told(seen, options)).toEqual([expect.stringMatching(message)]);
  });

  describe("by what was learnt", () => {
    const within = { minInstances: 4, maxInstances: 14 };
    const plan: Plan = { ...sample, proposals: { adjust: "automatic", within, watchDays: 2 } };
    /** Each as it is written down and set, so many hours after the first. */
    const steps = (...all: readonly (readonly [from: number, to: number, hours: number])[]) => {
      const adjusting = (hours: number) => new Date(at + hours * 3_600_000 + 30_000).toISOString();
      let hour = 0;
      const followed = createFollowedBounds({
        locks: { of: () => ({ ...free, adjusting: adjusting(hour) }) } as never,
        planOf: () => plan,
      });
      return all.flatMap(([from, to, hours]) => {
        hour = hours;
        followed.onCall(intended(to, 8, "v6", from));
        const seen = register({ MinCapacity: to });
        return followed.onCall({ ...seen, call: { ...seen.call, at: at + hours * 3_600_000 } }) ?? [];
      });
    };

    test("it goes down by steps, up at once, and back", () => {
      expect(steps([8, 6, 0], [6, 5, 48], [5, 6, 49], [6, 12, 100], [12, 8, 101])).toEqual([]);
    });

    test.each<[string, RegExp, [number, number, number][]]>([
      ["by too large a step", /by more than a quarter, from 9 to 6/, [[9, 6, 0]]],
      [
        "while the last step is watched",
        /further while the last step is watched/,
        [
          [8, 6, 0],
          [6, 5, 47],
        ],
      ],
      ["below its bounds", /sets 3, which the plan does not allow/, [[4, 3, 0]]],
    ])("%s is told", (_what, message, all) => {
      expect(steps(...all)).toEqual([expect.stringMatching(message)]);
    });
  });

  describe("by what was learnt, and taken back by a person", () => {
    const within = { minInstances: 4, maxInstances: 14 };
    const plan: Plan = { ...sample, proposals: { adjust: "automatic", within, watchDays: 2 } };
    type Step = readonly [from: number, to: number, outcome: string];
    const seenOf = (...all: readonly (Step | ObservedCall)[]) => {
      const followed = createFollowedBounds({ locks: { of: () => free } as never, planOf: () => plan });
      return all.flatMap((step) => {
        if (!("length" in step)) return followed.onCall(step) ?? [];
        const [from, to, outcome] = step;
        followed.onCall(intended(to, 8, "v6", from, outcome));
        return followed.onCall(register({ MinCapacity: to })) ?? [];
      });
    };

    test("by an order, to what was there before the last change: also down by more than a quarter", () => {
      expect(seenOf([8, 6, "lowered"], ordering(), [6, 8, "undone"])).toEqual([]);
      expect(seenOf([6, 12, "raised"], ordering(), [12, 6, "undone"])).toEqual([]);
      expect(seenOf([8, 6, "lowered"], ordering(), [6, 8, "undone"], [8, 6, "lowered"])).toEqual([]);
    });

    test.each<[string, RegExp, readonly (Step | ObservedCall)[]]>([
      [
        "without an order",
        /nobody has ordered/,
        [
          [8, 6, "lowered"],
          [6, 8, "undone"],
        ],
      ],
      [
        "by an order that another function made up",
        /nobody has ordered/,
        [[8, 6, "lowered"], ordering("WatchLoad"), [6, 8, "undone"]],
      ],
      [
        "to something else",
        /from 6 to 9 what was not set so/,
        [[8, 6, "lowered"], ordering(), [6, 9, "undone"]],
      ],
      [
        "twice by one order",
        /nobody has ordered/,
        [[8, 6, "lowered"], ordering(), [6, 8, "undone"], [8, 6, "lowered"], [6, 8, "undone"]],
      ],
    ])("%s is told", (_what, message, all) => {
      expect(seenOf(...all)).toEqual([expect.stringMatching(message)]);
    });
  });

  test("anything else that is changed is told; what a release sets, and what is only looked at, is not its business", () => {
    const put = call("application-autoscaling", "PutScalingPolicy", {
      ServiceNamespace: "sagemaker",
      ResourceId: "endpoint/chat-assistant/variant/v6",
      PolicyName: "theirs",
    });
    const byRelease = {
      ...register({ MinCapacity: 15 }),
      frame: { ...put.frame, state: "ScaleDown" } as never,
    };

    expect(told(put)).toEqual([expect.stringMatching(/more than a minimum/)]);
    expect(told(byRelease)).toBeUndefined();
    expect(told(call("sagemaker", "DescribeEndpoint", {}))).toBeUndefined();
    expect(told({ ...register({ MinCapacity: 15 }), tookEffect: false })).toBeUndefined();
  });
});
