/** Which edges a state machine has, and which of them an execution has walked. */
import { describe, expect, it } from "vitest";
import { edgesOf, prepareDefinition } from "#twin/engine";
import { machine, run, task } from "./tiny.ts";

const named = (name: string) => Object.assign(new Error(name), { name });
const equals = (StringEquals: string, Next: string) => ({ Variable: "$.how", StringEquals, Next });
const tiny = machine("Work", {
  Work: task({
    Retry: [
      { ErrorEquals: ["Busy"], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ["Slow"], IntervalSeconds: 1, MaxAttempts: 1 },
    ],
    Catch: [
      { ErrorEquals: ["Lost", "Gone"], Next: "Bad" },
      { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Bad" },
    ],
    Next: "Look",
  }),
  Look: {
    Type: "Choice",
    Choices: [equals("well", "Good"), equals("again", "Bad")],
    Default: "Bad",
  },
  Good: { Type: "Succeed" },
  Bad: { Type: "Fail", Error: "Bad" },
});

/** The edges that one execution walks whose work fails so, one error after the other, and then answers. */
async function walked(errors: readonly string[], how = "well") {
  const left = [...errors];
  const Work = async () => {
    const name = left.shift();
    if (name !== undefined) throw named(name);
    return { how };
  };
  const { engine } = await run({ definition: tiny, stepsOn: () => ({ Work }) }, { how });
  return [...engine.executions.walked];
}

it("a machine has an edge for each Retry, each Catch, and each rule and Default of a Choice", () => {
  expect(edgesOf(tiny)).toEqual([
    { kind: "Retry", name: "Work: Retry" },
    { kind: "Retry", name: "Work: Retry 2" },
    { kind: "Catch", name: "Work: Catch Lost, Gone → Bad" },
    { kind: "Catch", name: "Work: Catch States.ALL → Bad" },
    { kind: "Choice", name: "Look: Choice well → Good" },
    { kind: "Choice", name: "Look: Choice again → Bad" },
    { kind: "Choice", name: "Look: Choice Default → Bad" },
  ]);
});

describe("an execution walks", () => {
  it.each([
    ["a rule", [], "well", ["Look: Choice well → Good"]],
    ["a rule, where another leads to the same state", [], "again", ["Look: Choice again → Bad"]],
    ["a Default, where a rule leads to the same state", [], "otherwise", ["Look: Choice Default → Bad"]],
    ["the Retry whose error came", ["Slow"], "well", ["Work: Retry 2", "Look: Choice well → Good"]],
    [
      "a Retry, and the Catch once it is used up",
      ["Busy", "Busy"],
      "",
      ["Work: Retry", "Work: Catch States.ALL → Bad"],
    ],
    ["no Retry where none was made", ["Gone"], "", ["Work: Catch Lost, Gone → Bad"]],
  ])("%s", async (_, errors, how, edges) => {
    expect(await walked(errors, how)).toEqual(edges);
  });

  it("nothing that it was stopped before", async () => {
    const Work = () => Promise.reject(named("Busy"));
    const { engine } = await run({ definition: tiny, stepsOn: () => ({ Work }) }, {}, ({ executions }) => {
      setTimeout(() => executions.stop(executions.list()[0]?.executionArn ?? "", {}), 500);
    });

    expect([...engine.executions.walked]).toEqual([]);
  });
});

it("a Choice of which nobody could tell which edge was walked cannot be rehearsed", () => {
  const rules = [{ Variable: "$.n", NumericGreaterThan: 3, Next: "Good" }, equals("well", "Good")];
  const unclear = {
    ...tiny,
    States: { ...tiny.States, Look: { Type: "Choice", Choices: rules, Default: "Bad" } },
  };

  expect(() => prepareDefinition(unclear, "eu-west-1", "123456789012")).toThrow(
    "Look.Choices: two edges lead to Good, and which was walked cannot be told",
  );
});
