/** The alarms of serverless.yml: what rings for executions, and what must not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readCommandLine } from "../../src/cli/arguments.ts";
import { commands } from "../../src/cli/commands.ts";
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

const operations = readFileSync(new URL("../../docs/OPERATIONS.md", import.meta.url), "utf8");
/** The sections of a chapter of the page: what is under each of its headings. */
const sectionsOf = (chapter: string) =>
  (operations.split(/^## /m).find((text) => text.startsWith(`${chapter}\n`)) ?? "").split(/^### /m).slice(1);

describe("docs/OPERATIONS.md", () => {
  const sections = sectionsOf("Alarms").map((text) => {
    const [heading = "", ...lines] = text.split("\n");
    return [heading.replaceAll("`", ""), lines.join("\n")] as const;
  });

  test("has each alarm of the template by its name, and no other", () => {
    expect(sections.map(([name]) => name).sort()).toEqual(alarms.map(([name]) => name).sort());
  });

  test.each(sections)("says what %s means, and what to do, step by step and with commands", (_, text) => {
    const [meaning = "", steps = ""] = text.trim().split("\n\n");
    const numbers = [...steps.matchAll(/^(\d)\. /gm)].map(([, number]) => Number(number));

    expect(meaning).toMatch(/^[A-Z].*\.$/s);
    expect(numbers.length).toBeGreaterThan(1);
    expect(numbers).toEqual(numbers.map((_number, nth) => nth + 1));
    expect(steps).toMatch(/`(QUEUE=\$\()?(aws|slipway) /);
  });

  test("has commands of slipway that are understood", () => {
    const pages = ["Alarms", "Upgrade with a release under way"].map(
      (chapter) => operations.split(/^## /m).find((text) => text.startsWith(`${chapter}\n`)) ?? "",
    );
    const said = [...pages.join("\n").matchAll(/`slipway ([^`]+)`/g)].map(([, line = ""]) =>
      line.split(/\s+/),
    );

    expect(said.length).toBeGreaterThan(8);
    for (const [name, ...args] of said) {
      const command = commands.find((one) => one.name === name);
      expect(command, name).toBeDefined();
      // Where somebody is to fill in something, or the text goes on about a command, nothing more is given.
      if (command !== undefined && args.length > 0)
        expect(() => readCommandLine(args, command)).not.toThrow();
    }
  });

  test("counts alarms and their series as the template has them", () => {
    const own = alarms.filter(([, { Namespace }]) => !Namespace.startsWith("AWS/"));
    const cents = (count: number, each: number) =>
      `${count} × $${(each / 100).toFixed(2)} = $${((count * each) / 100).toFixed(2)}`;

    expect(operations).toContain(`| ${alarms.length}, each on one metric | ${cents(alarms.length, 10)};`);
    expect(operations).toContain(`| ${own.length} series | ${cents(own.length, 30)};`);
  });
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
