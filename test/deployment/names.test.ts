/** What is rehearsed has the names that stage `dev` of serverless.yml deploys under. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { account, region } from "../../src/rehearsal/engine/engine.ts";
import { machineName } from "../../src/rehearsal/engine/stage.ts";

interface Wiring {
  readonly service: string;
  readonly custom: { readonly stateMachineName: string; readonly stateMachineArn: string };
  readonly resources: {
    readonly Resources: { readonly ScheduleGroup: { readonly Properties: { readonly Name: string } } };
  };
}

const wiring = parse(readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8"), {
  logLevel: "error",
}) as Wiring;

const known: Readonly<Record<string, () => string>> = {
  "self:service": () => wiring.service,
  "self:custom.stateMachineName": () => deployed(wiring.custom.stateMachineName),
  "sls:stage": () => "dev",
  "AWS::Partition": () => "aws",
  "AWS::Region": () => region,
  "AWS::AccountId": () => account,
};

/** What framework and CloudFormation make of a text in stage `dev`. */
const deployed = (text: string): string =>
  text.replaceAll(/\$\{([^}]+)\}/g, (placeholder, name: string) => known[name]?.() ?? placeholder);

test("the state machine", () => {
  expect(machineName).toBe(deployed(wiring.custom.stateMachineName));
  expect(rehearsedDeployment.stateMachineArn).toBe(deployed(wiring.custom.stateMachineArn));
});

test("the stack, and the group of its schedules", () => {
  // "The name of the stack", by default `SERVICE-STAGE` (Serverless Framework, provider.stackName).
  expect(rehearsedDeployment.stack).toBe(`${wiring.service}-dev`);
  expect(rehearsedDeployment.scheduleGroup).toBe(
    deployed(wiring.resources.Resources.ScheduleGroup.Properties.Name),
  );
});
