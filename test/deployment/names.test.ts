/** What is rehearsed has the names that stage `dev` of serverless.yml deploys under. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { environment } from "../../src/aws/environment.ts";
import { account, region } from "../../src/rehearsal/engine/engine.ts";
import { machineName } from "../../src/rehearsal/engine/stage.ts";

interface Wiring {
  readonly service: string;
  readonly custom: { readonly stateMachineName: string; readonly stateMachineArn: string };
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
  expect(environment({}).stateMachineArn).toBe(deployed(wiring.custom.stateMachineArn));
});
