/** What is made of a minimum that follows its load, after a promotion, by two who follow it, and where nothing may be made of it. */
import { describe, expect, test } from "vitest";
import type { EquippedVariant } from "../../../src/core/capacity/endpoint.ts";
import type { Scaling } from "../../../src/core/capacity/scaling.ts";
import type { LoadMinute } from "../../../src/core/capacity/steady-bounds.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { ScalingRule } from "../../../src/core/plan/scaling-rule.ts";
import type { Watched } from "../../../src/core/release/watched.ts";
import { type WatchedBounds, withHold } from "../../../src/core/release/watched-bounds.ts";
import { nextWatching } from "../../../src/core/release/watching.ts";
import { plan as sample } from "../example.ts";

const scaling = ScalingRule.parse({ minInstances: 4, maxInstances: 20, maxUsdPerHour: 50 });
const plan: Plan = { ...sample, scaling };
const nowMs = Date.UTC(2026, 10, 23, 12);
const iso = (minutesAgo = 0) => new Date(nowMs - minutesAgo * 60_000).toISOString();

/** 45 requests per second take seven of the sample's instances, with room for a fifth more. */
const level = (requestsPerSecond: number): LoadMinute[] =>
  Array.from({ length: 80 }, (_, nth) => ({ at: nowMs / 1000 - (80 - nth) * 60, requestsPerSecond }));

const serving = (name: string, instanceType = plan.endpoint.instanceType): EquippedVariant => ({
  name,
  instanceType,
  modelName: "model",
  currentInstances: 8,
  desiredInstances: 8,
  currentWeight: 1,
  desiredWeight: 1,
});
const target = (min: number): Scaling => ({
  min,
  max: 20,
  suspended: { in: false, out: false, scheduled: false },
  policies: [],
  scheduledActions: [],
});
const endpointOf = (...variants: readonly EquippedVariant[]) => ({
  name: plan.endpoint.name,
  status: "InService",
  variants,
});

const record: WatchedBounds = {
  endpoint: plan.endpoint.name,
  model: plan.model,
  askedAt: iso(600),
  version: 3,
  serving: "v6",
  changedAt: iso(5),
  hold: { variant: "v6", perInstance: 12, own: 8, set: 12, since: iso(60) },
};
const seen = (more: Partial<Watched> = {}): Watched => ({
  record,
  plan,
  lock: { fence: 4 },
  endpoint: endpointOf(serving("v6")),
  scaling: target(12),
  minutes: level(80),
  nowMs,
  ...more,
});
const lineOf = (more: Partial<Watched>) => nextWatching(seen(more)).kept.line?.text;

describe("a release has put another variant there", () => {
  const promoted = (min: number, instanceType?: string) => ({
    endpoint: endpointOf(serving("v7", instanceType)),
    scaling: target(min),
  });

  test("that was given the minimum of the one before: it is still held, instead of its own", () => {
    const { kept, change } = nextWatching(seen(promoted(12)));

    expect(change).toBeUndefined();
    expect(kept).toMatchObject({
      hold: { variant: "v7", own: 8, set: 12, since: iso(60) },
      serving: "v7",
      before: "v6",
    });
    expect(kept).not.toHaveProperty("line");
  });

  test("of other instances, by what these can do", () => {
    const type = plan.releaseTypes.major?.inference;
    if (type === undefined) throw new Error("the sample has no major release");
    const ratio = 12 / type.requestsPerSecondPerInstance;
    const set = Math.ceil(12 * ratio);
    const { kept } = nextWatching(seen(promoted(set, type.instanceType)));

    expect(set).not.toBe(12);
    expect(kept.hold).toMatchObject({
      variant: "v7",
      own: Math.ceil(8 * ratio),
      set,
      perInstance: type.requestsPerSecondPerInstance,
    });
  });

  test("with another minimum: that is somebody's own", () => {
    const { kept, change } = nextWatching(seen(promoted(11)));

    expect(change).toBeUndefined();
    expect(kept).not.toHaveProperty("hold");
    expect(kept.line).toEqual({
      text: "somebody else has set its minimum to 11, where it was 12 (before Slipway: 8); it stays so until the plan is applied again",
      since: iso(),
      isLasting: true,
    });
  });

  test("what is given back there is its own", () => {
    const { change } = nextWatching(seen({ ...promoted(12), plan: sample }));

    expect(change).toMatchObject({ variant: "v7", from: 12, to: 8, own: 8 });
  });
});

describe("what a hand has set", () => {
  const theirs = nextWatching(seen({ scaling: target(9) })).kept;
  const later = (more: Partial<Watched>) =>
    nextWatching(seen({ record: theirs, scaling: target(9), ...more }));

  test("stays, whatever the load", () => {
    expect(later({ minutes: level(160) })).toEqual({ kept: theirs });
    expect(later({ minutes: level(160), scaling: target(12) }).change).toBeUndefined();
    expect(later({ minutes: level(160), scaling: target(8) }).change).toBeUndefined();
  });

  test("is the own minimum from the next application on", () => {
    const asked = { ...theirs, askedAt: new Date(nowMs + 1000).toISOString() };
    const { kept, change } = later({ record: asked });

    expect(change).toMatchObject({ from: 9, to: 12, own: 9 });
    expect(kept).not.toHaveProperty("line");
  });

  test("is what they want, be it what was there before", () => {
    expect(lineOf({ scaling: target(8) })).toMatch(/^somebody else has set its minimum to 8/);
  });

  test("is nothing that is given back", () => {
    expect(later({ plan: undefined })).toMatchObject({ isOver: true });
    expect(later({ plan: undefined }).change).toBeUndefined();
  });
});

describe("a change whose maker did not say what became of it", () => {
  const { hold: _, ...free } = record;
  const intent = {
    variant: "v6",
    perInstance: 12,
    own: 8,
    from: 8,
    set: 12,
    why: "the load takes 12",
    since: iso(2),
  };
  const intended = { ...free, changedAt: iso(90), intent };

  test("was made, where the minimum is so", () => {
    const { kept, change } = nextWatching(seen({ record: intended }));

    expect(change).toBeUndefined();
    expect(kept).toMatchObject({ hold: { own: 8, set: 12, since: iso(2) }, changedAt: iso(2) });
    expect(kept).not.toHaveProperty("intent");
  });

  test("was not, where it is as before, and is made now", () => {
    const { kept, change } = nextWatching(seen({ record: intended, scaling: target(8) }));

    expect(change).toMatchObject({ from: 8, to: 12, own: 8 });
    expect(kept).not.toHaveProperty("intent");
  });

  test("that gave the bounds back leaves nothing held", () => {
    const back = { ...record, intent: { ...intent, from: 12, set: 8 } };
    const { kept, change } = nextWatching(seen({ record: back, scaling: target(8), plan: undefined }));

    expect(change).toBeUndefined();
    expect(kept).not.toHaveProperty("hold");
  });
});

describe("nothing is done, and one sentence says why", () => {
  const held = { releaseId: "chat-assistant-v7-production", execution: "arn", since: iso(1) };

  test.each<[string, RegExp, Partial<Watched>]>([
    [
      "a release holds it",
      /chat-assistant-v7-production has the endpoint to itself/,
      { lock: { fence: 1, holder: held } },
    ],
    [
      "one waits for it",
      /chat-assistant-v7-production has the endpoint to itself/,
      { lock: { fence: 1, queue: [held] } },
    ],
    ["the endpoint is gone", /not there any more/, { endpoint: undefined }],
    [
      "two variants serve",
      /several variants are on it/,
      { endpoint: endpointOf(serving("v6"), serving("v7")) },
    ],
    ["it is not scaled", /v6 has no scalable target/, { scaling: null }],
    [
      "its type is not in the plan",
      /serves on ml\.p5\.48xlarge, and the plan does not say/,
      { endpoint: endpointOf(serving("v6", "ml.p5.48xlarge")) },
    ],
    ["its type is not known", /serves on an unknown type/, { endpoint: endpointOf(serving("v6", "")) }],
    [
      "its price is not known",
      /the price of ml\.x1\.large is not known/,
      {
        plan: { ...plan, endpoint: { ...plan.endpoint, instanceType: "ml.x1.large" } },
        endpoint: endpointOf(serving("v6", "ml.x1.large")),
      },
    ],
  ])("%s", (_what, line, more) => {
    const { kept, change } = nextWatching(seen({ minutes: level(200), ...more }));

    expect(change).toBeUndefined();
    expect(kept.line).toEqual({ text: expect.stringMatching(line), since: iso(), isLasting: false });
    const again = nextWatching(seen({ minutes: level(200), ...more, record: kept, nowMs: nowMs + 300_000 }));
    expect(again.kept).toEqual(kept);
  });

  test("while it moves nothing is said either", () => {
    const moving = { ...endpointOf(serving("v6")), status: "Updating" };

    expect(nextWatching(seen({ endpoint: moving, scaling: undefined, minutes: level(200) }))).toEqual({
      kept: record,
    });
  });

  test("a refusal has its time", () => {
    const refused = { ...record, refused: { times: 2, nextAt: new Date(nowMs + 1).toISOString() } };
    const late = { ...record, refused: { times: 2, nextAt: iso() } };

    expect(nextWatching(seen({ record: refused, minutes: level(200) }))).toEqual({ kept: refused });
    expect(nextWatching(seen({ record: late, minutes: level(200) })).change).toBeDefined();
  });

  test("an endpoint that is gone takes what was held along, and is forgotten where nothing asks for it", () => {
    const { kept, isOver } = nextWatching(seen({ endpoint: undefined }));

    expect(kept).not.toHaveProperty("hold");
    expect(isOver).toBe(false);
    expect(nextWatching(seen({ endpoint: undefined, plan: undefined })).isOver).toBe(true);
  });
});

test("the zone that may be lost, and the rule's own utilisation, have their say", () => {
  const spare = { ...plan, requirements: { ...plan.requirements, zoneSpare: { ofZones: 3 } } };
  const emptier = { ...plan, scaling: { ...scaling, utilisationPercent: 50 } };
  const to = (of: Plan) => nextWatching(seen({ plan: of })).change?.to;

  expect(to(plan)).toBeUndefined();
  expect(to(spare)).toBe(18);
  expect(to(emptier)).toBe(16);
});

test("two that follow one endpoint, each by a rule of its own, come to rest", () => {
  const rules = [
    plan,
    { ...plan, scaling: { ...scaling, headroomPercent: 60, lowerAfterMinutes: 15, lowerEveryMinutes: 5 } },
  ];
  const records: WatchedBounds[] = rules.map(() => {
    const { hold: _, changedAt: __, ...free } = record;
    return free;
  });
  let min = 8;
  const sets: number[] = [];
  const load = (minute: number) => (minute < 120 ? 80 : 30);
  for (let minute = 80; minute < 600; minute += 5)
    rules.forEach((own, nth) => {
      const atMs = nowMs + minute * 60_000;
      const minutes = Array.from({ length: 80 }, (_, n) => ({
        at: atMs / 1000 - (80 - n) * 60,
        requestsPerSecond: load(minute - 80 + n),
      }));
      const { kept, change } = nextWatching(
        seen({ record: records[nth] ?? record, plan: own, scaling: target(min), minutes, nowMs: atMs }),
      );
      records[nth] =
        change === undefined ? kept : withHold(kept, { ...change, at: new Date(atMs).toISOString() });
      min = change?.to ?? min;
      if (change !== undefined) sets.push(min);
    });

  expect(records.filter(({ line }) => line?.isLasting)).toHaveLength(1);
  expect(sets.length).toBeLessThan(12);
});
