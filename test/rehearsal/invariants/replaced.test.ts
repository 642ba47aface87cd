/** What the sweep may delete of releases that others have replaced: what was replaced, in its time, unused, and written down. */
import { expect, test } from "vitest";
import type { ObservedCall } from "../../../src/rehearsal/invariants/observation.ts";
import type { LockEvent } from "../../../src/rehearsal/invariants/passages.ts";
import { createReplaced } from "../../../src/rehearsal/invariants/replaced.ts";
import { shortAndWhole } from "../../core/example.ts";

const day = 86_400_000;
const tags = { "slipway:release": "m-v7-production" };
const frame = (state: string) => ({
  execution: "sweep",
  state,
  stage: undefined,
  invocation: "i",
  ordinal: 1,
});
const model = { kind: "model", name: "slipway-m" } as const;

/** A release with a model of its own, replaced at 0 under a plan that keeps it for two days. */
function watched({ tagged = true, replaced = true } = {}) {
  const endpoint = { name: "m", config: "team", variants: [{ name: "v7", modelName: model.name }] };
  const state = {
    models: new Map([[model.name, tagged ? { tags } : {}]]),
    endpointConfigs: new Map([["team", {}]]),
    endpoints: new Map(),
  };
  const world = { state, nowMs: 0 };
  const plan = { ...shortAndWhole, rollout: { ...shortAndWhole.rollout, revertDays: 2 } };
  const checks = createReplaced({
    world,
    outside: { touched: () => undefined },
    planOf: () => plan,
    refusedUntilMs: () => 0,
  } as unknown as Parameters<typeof createReplaced>[0]);
  const before = { endpoints: new Map([["m", endpoint]]) };
  const passage = { subject: "endpoint/m", releaseId: "m-v8-production", before };
  if (replaced) checks.onLock({ kind: "promoted", passage, atMs: 0 } as unknown as LockEvent);
  return { checks, state, world };
}

const seen = (call: object, by = "ReapLeases", caused: object[] = []) =>
  ({ call, frame: frame(by), tookEffect: true, caused }) as unknown as ObservedCall;
const dropped = (at: number, caused: object[] = []) =>
  seen(
    { service: "sagemaker", operation: "DeleteModel", input: { ModelName: model.name }, at },
    "ReapLeases",
    caused,
  );
const written = (state: string) => {
  const thing = {
    M: { resource: { M: { kind: { S: model.kind }, name: { S: model.name } } }, state: { S: state } },
  };
  const Item = { pk: { S: "kept" }, sk: { S: "m-v7-production" }, things: { L: [thing] } };
  return seen({ service: "dynamodb", operation: "PutItem", input: { Item }, at: 0 });
};

test("what was replaced so long ago, and is written down as going, may go", () => {
  const { checks } = watched();
  checks.onCall(written("deleting"));

  expect(checks.onCall(dropped(2 * day))).toEqual([]);
  expect(checks.isGone(model)).toBe(true);
});

test.each([
  ["not written down", {}, "kept", 2 * day, [], ["reached AWS before it was written down"]],
  ["too early", {}, "deleting", 2 * day - 1, [], ["came 1 minutes before the plan lets it go"]],
  [
    "nobody's",
    { tagged: false },
    "deleting",
    9 * day,
    [],
    ["is of what no release has made and no promotion has replaced"],
  ],
  [
    "not replaced",
    { replaced: false },
    "deleting",
    9 * day,
    [],
    ["is of what no release has made and no promotion has replaced"],
  ],
  [
    "in use",
    {},
    "deleting",
    3 * day,
    [{ by: { who: "call", inUse: true } }],
    ["is of what an endpoint is on"],
  ],
] as const)("what is %s may not", (_, how, state, at, caused, what) => {
  const { checks } = watched(how);
  checks.onCall(written(state));

  expect(checks.onCall(dropped(at, [...caused]))).toEqual(
    what.map((each) => `DeleteModel of model slipway-m ${each}`),
  );
});

test("a step's own deletions, and the sweep's other calls, are no affair of these", () => {
  const { checks } = watched();
  const deletion = {
    service: "sagemaker",
    operation: "DeleteModel",
    input: { ModelName: model.name },
    at: 0,
  };

  expect(checks.onCall(seen(deletion, "ScaleDown"))).toBeUndefined();
  expect(
    checks.onCall(seen({ service: "sagemaker", operation: "ListTags", input: {}, at: 0 })),
  ).toBeUndefined();
});

test("what is there an hour and more after its days is left, unless it serves again", () => {
  const { checks, state, world } = watched();
  world.nowMs = 2 * day + 69 * 60_000;
  expect(checks.left()).toEqual([]);
  world.nowMs = 2 * day + 71 * 60_000;
  expect(checks.left()).toEqual(["model slipway-m is left long after its days as a way back"]);
  state.endpoints.set("m", {
    name: "x",
    configName: "other",
    variants: [{ modelName: model.name }],
  } as never);
  expect(checks.left()).toEqual([]);
});
