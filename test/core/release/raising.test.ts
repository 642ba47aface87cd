/** When capacity is asked for while a share is in force: for what the load has outgrown, or ahead of the next share. */
import { describe, expect, test } from "vitest";
import { flatLoad } from "../../../src/core/capacity/load-outlook.ts";
import { raiseLeadSeconds } from "../../../src/core/capacity/locked-minutes.ts";
import { askedRaise, raisedMeanwhile } from "../../../src/core/release/raising.ts";
import { joined, planWith, needs as whole } from "../example.ts";

const stages = [
  { trafficPercent: 25, bakeMinutes: 60 },
  { trafficPercent: 100, bakeMinutes: 60 },
];
const planFor = (strategy: "upfront" | "sequential" | "look-ahead") =>
  planWith({ rollout: { strategy, stages } });
const plan = planFor("look-ahead");
const shares = [
  { percent: 25, instances: 2 },
  { percent: 100, instances: 8 },
];
const needs = { ...whole, candidate: { ...whole.candidate, instances: 2, shares } };
const endsAtSeconds = 100_000;
/** The first moment at which a raise is asked for: it may take until the end. */
const lastCallSeconds = endsAtSeconds - raiseLeadSeconds(plan);

/** A quarter of the traffic on two instances, whose bake will end as soon as eight could be there. */
const question = {
  plan,
  needs,
  endpoint: joined({}, { instances: 2 }),
  load: flatLoad(40),
  percent: 25,
  stage: { index: 0, status: "shifted" as const },
  nowSeconds: lastCallSeconds,
  endsAtSeconds,
  isHeld: false,
  isOverloaded: false,
  unseenSeconds: 60,
  evidence: { falling: true },
};
const asked = (changes: Partial<Parameters<typeof askedRaise>[0]>) => askedRaise({ ...question, ...changes });

describe("ahead of the next share", () => {
  test("it is asked for so that it is there when the bake ends, and no sooner", () => {
    expect(asked({})).toEqual({ raiseFor: 100 });
    expect(asked({ nowSeconds: lastCallSeconds - 1 })).toBeUndefined();
    expect(asked({ nowSeconds: endsAtSeconds + 600 })).toEqual({ raiseFor: 100 });
  });

  test.each(["upfront", "sequential"] as const)("%s does not ask for it", (strategy) => {
    expect(asked({ plan: planFor(strategy) })).toBeUndefined();
  });

  test.each<[string, Parameters<typeof asked>[0]]>([
    ["evidence that does not speak against harm", { evidence: { falling: false } }],
    ["a candidate that nobody has seen for long", { unseenSeconds: 3600 }],
    ["a stage that is held by a freeze", { stage: { index: 0, status: "held" } }],
    ["a stage that waits for capacity", { stage: { index: 0, status: "short" } }],
    ["a stage that was eased", { stage: { index: 0, status: "shifted", easing: "eased" } }],
    ["a stage that is held", { isHeld: true }],
    ["the last share", { stage: { index: 1, status: "shifted" }, percent: 100 }],
    ["a fleet that is large enough", { endpoint: joined({}, { instances: 8 }) }],
    [
      "an endpoint that is being updated",
      { endpoint: { ...joined({}, { instances: 2 }), status: "Updating" } },
    ],
  ])("not with %s", (_, changes) => {
    expect(asked(changes)).toBeUndefined();
  });

  test("a share that was restored is looked ahead from again", () => {
    expect(asked({ stage: { index: 0, status: "shifted", easing: "restored" } })).toEqual({ raiseFor: 100 });
  });
});

test("a stage that is held, fuller than planned, has its own fleet raised, whatever the strategy", () => {
  const outgrown = { needs: whole, isHeld: true, isOverloaded: true, load: flatLoad(120) };

  expect(asked({ ...outgrown, plan: planFor("upfront") })).toEqual({});
  expect(asked({ ...outgrown, endpoint: joined({}, { instances: 12 }) })).toBeUndefined();
  expect(asked({ ...outgrown, isOverloaded: false })).toBeUndefined();
});

test("only a stage that bakes on is raised meanwhile", () => {
  const goesOn = { decision: "continue", reason: "why" } as const;
  const fails = { decision: "roll-back", reason: "why" } as const;

  expect(raisedMeanwhile(goesOn, { raiseFor: 100 })).toEqual({
    decision: "raise",
    reason: "why",
    raiseFor: 100,
  });
  expect(raisedMeanwhile(goesOn, {})).toEqual({ decision: "raise", reason: "why" });
  expect(raisedMeanwhile(goesOn, undefined)).toEqual(goesOn);
  expect(raisedMeanwhile(fails, { raiseFor: 100 })).toEqual(fails);
});
