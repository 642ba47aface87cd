/** Where a release stands when a person orders something. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { backwardStates, questionIn, standingOf } from "../../../src/core/release/standing.ts";

interface State {
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}
const { States: states } = JSON.parse(readFileSync("statemachines/release.asl.json", "utf8")) as {
  States: Readonly<Record<string, State>>;
};

function reachable(from: string, seen = new Set<string>()): Set<string> {
  const { Next, Default, Choices = [], Catch = [] } = states[from] ?? {};
  for (const next of [Next, Default, ...[...Choices, ...Catch].map((each) => each.Next)])
    if (next !== undefined && !seen.has(next)) reachable(next, seen.add(next));
  return seen;
}

test("what counts as walking back is what leads to no step forward any more", () => {
  const forward = new Set([
    "OpenRelease",
    "PlanCapacity",
    "CheckGates",
    "PrewarmTraining",
    "PrewarmInference",
    "CheckCapacity",
    "KeepCapacity",
    "AnotherType",
  ]);
  for (const state of [
    "ProveWarmth",
    "ProveCapacity",
    "ShiftTraffic",
    "CheckKpis",
    "HandOver",
    "PromoteModel",
  ])
    forward.add(state);
  const names = Object.keys(states);

  const backward = names.filter(
    (name) =>
      !forward.has(name) &&
      ![...reachable(name, new Set(["AnotherType"]))].some(
        (each) => forward.has(each) && each !== "AnotherType",
      ),
  );

  expect(names.filter((name) => forward.has(name))).toHaveLength(forward.size);
  expect([...backwardStates].sort()).toEqual(backward.sort());
});

test("a release whose plan has other types may go on in its own execution alone; an order bars that", () => {
  const own = { running: true, input: "{}", state: "RollBack" };
  const input = '{"compensate":{"releaseId":"a","why":"b"}}';
  expect(standingOf(false, own, true)).toEqual({ is: "walking-back", state: "RollBack", mayGoOn: true });
  expect(standingOf(false, own)).toEqual({ is: "walking-back", state: "RollBack" });
  expect(standingOf(false, { ...own, input }, true)).toEqual({ is: "walking-back", state: "RollBack" });
});

describe("a release", () => {
  const running = { running: true, input: '{"model":"chat-assistant","version":7}', state: "Bake" };
  it.each([
    ["goes forward", false, running, "forward"],
    ["walks back in its own execution", false, { ...running, state: "WaitForWayBack" }, "walking-back"],
    [
      "is being compensated by another execution",
      false,
      { ...running, input: '{"compensate":{"releaseId":"a","why":"b"}}', state: "OpenRelease" },
      "walking-back",
    ],
    ["is left by an execution that is over", false, { ...running, running: false }, "left"],
    ["is promoted, whatever runs", true, { ...running, state: "ScaleDown" }, "promoted"],
    ["goes forward although its input is none of ours", false, { ...running, input: "no JSON" }, "forward"],
  ])("%s", (_what, promoted, seen, is) => {
    expect(standingOf(promoted, seen)).toMatchObject({ is });
  });
});

describe("a stage asks", () => {
  const asks = { shiftedAt: "2026-11-23T08:00:00.000Z", until: "2026-11-23T10:00:00.000Z" };
  const packageArn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat/7";
  const asking = {
    plan: { rollout: { onInconclusive: { action: "ask", waitMinutes: 60, people: 2 } } },
    planning: { needs: { candidate: { packageArn } } },
    judgement: { stage: 2, reason: "waiting for an answer: …", asks },
  };

  it("what CheckKpis says that it asks, of whom the plan says", () => {
    expect(questionIn(JSON.stringify(asking))).toEqual({
      ...asks,
      stage: 2,
      reason: "waiting for an answer: …",
      rule: { people: 2, notAuthor: false, sides: [] },
      packageArn,
    });
  });

  it("the sides that the plan names, by who owns them in the plan of the release", () => {
    const team = {
      model: { owners: ["Ann"], contact: "#chat-models" },
      capacity: { owners: ["cleo"], contact: "ops@example.com" },
    };
    const rollout = { onInconclusive: { action: "ask", waitMinutes: 60, sides: ["capacity"] } };
    expect(questionIn(JSON.stringify({ ...asking, plan: { team, rollout } }))?.rule).toEqual({
      people: 1,
      notAuthor: false,
      sides: [{ side: "capacity", owners: ["cleo"], contact: "ops@example.com" }],
    });
  });

  it.each([
    ["nothing was judged yet", undefined],
    ["nothing was judged yet in this document", "{}"],
    ["it was decided", JSON.stringify({ ...asking, judgement: { stage: 2, reason: "inconclusive: …" } })],
    [
      "the plan proceeds",
      JSON.stringify({ ...asking, plan: { rollout: { onInconclusive: { action: "proceed" } } } }),
    ],
  ])("not when %s", (_what, document) => {
    expect(questionIn(document)).toBeUndefined();
  });
});
