/** The alarms of serverless.yml: what rings for executions, and what must not. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import definition from "../../statemachines/release.asl.json" with { type: "json" };

interface Alarm {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string }[];
}
const text = readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8");
const { resources } = parse(text, { logLevel: "error" }) as {
  resources: { Resources: Record<string, { Type: string; Properties: unknown }> };
};
const propertiesOf = (name: string) => resources.Resources[name]?.Properties;
const alarms = Object.entries(resources.Resources)
  .filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm")
  .map(([name, { Properties }]) => [name, Properties as Alarm] as const);

/** Ends of an execution at which everything is as it should be, or as it was. */
const ordinary = ["RolledBack", "Refused", "Superseded", "Stopped", "BadInput"];

test("an execution that fails rings, but for the ends at which nothing is left to do", () => {
  const { FilterPattern } = propertiesOf("FailedExecutions") as { FilterPattern: string };
  const left = [...FilterPattern.matchAll(/\(\$\.details\.error != "(\w+)"\)/g)].map(([, error]) => error);
  const ends = Object.values<{ Type: string; Error?: string }>(definition.States)
    .filter(({ Type }) => Type === "Fail")
    .map(({ Error: error }) => error);

  expect(FilterPattern).toMatch(/^\{ \(\$\.type = "ExecutionFailed"\) && /);
  expect([...left].sort()).toEqual([...ordinary].sort());
  // Whatever end the machine is given next is one or the other.
  expect(ends.filter((error) => !ordinary.includes(error ?? "")).sort()).toEqual(["ClosingFailed", "Failed"]);
});

test("each alarm watches a metric that somebody sends", () => {
  const own = alarms
    .filter(([, { Namespace }]) => Namespace === "Slipway")
    .map(([, alarm]) => alarm.MetricName);
  const counted = readFileSync(new URL("../../src/aws/lambda.ts", import.meta.url), "utf8");
  const ofStates = alarms.filter(([, { Namespace }]) => Namespace === "AWS/States");

  for (const name of own) expect(counted).toContain(`"${name}"`);
  // Step Functions' execution metrics, developer guide, "Step Functions metrics for CloudWatch".
  expect(ofStates.map(([, { MetricName }]) => MetricName)).toEqual([
    "ExecutionsTimedOut",
    "ExecutionThrottled",
  ]);
  for (const [, { Dimensions }] of ofStates)
    expect(Dimensions?.map(({ Name }) => Name)).toEqual(["StateMachineArn"]);
});
