/** The seam: clients on a wire talk to nothing else, whatever this machine's environment says. */
import { readFileSync } from "node:fs";
import { DescribeEndpointCommand } from "@aws-sdk/client-sagemaker";
import { afterEach, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { connect } from "../../src/aws/clients.ts";
import { environment } from "../../src/aws/environment.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { openAccount } from "./account.ts";

afterEach(() => void vi.unstubAllEnvs());

test("every client of a step reaches the account in process", async () => {
  const { aws } = openAccount();

  const found = await aws.sagemaker.send(new DescribeEndpointCommand({ EndpointName: "chat-assistant" }));

  expect(found).toMatchObject({
    EndpointStatus: "InService",
    EndpointConfigName: "chat-assistant-config-v6",
  });
});

test("what a rehearsal's clients call things does not depend on the environment of the machine", () => {
  const { wire, aws } = openAccount();
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("SLIPWAY_TABLE", "production");
  vi.stubEnv("SLIPWAY_EVENT_BUS", "production");

  const elsewhere = connect(wire);

  expect(elsewhere.environment).toEqual(aws.environment);
  expect(elsewhere.environment).toEqual(rehearsedDeployment);
});

const deployed = {
  SLIPWAY_STACK: "slipway-prod",
  SLIPWAY_ACCOUNT: "210987654321",
  SLIPWAY_TABLE: "slipway-prod-Table-1ABC",
  SLIPWAY_STATE_MACHINE_ARN: "arn:aws:states:us-east-1:210987654321:stateMachine:slipway-prod-release",
  SLIPWAY_SCHEDULER_ROLE_ARN: "arn:aws:iam::210987654321:role/slipway-prod-SchedulerRole-1ABC",
  SLIPWAY_SCHEDULE_GROUP: "slipway-prod",
  SLIPWAY_EVENT_BUS: "releases",
  SLIPWAY_TURNS_PER_EXECUTION: "600",
  SLIPWAY_RELEASE_METRICS: "on",
  SLIPWAY_NAMED_ROLES: "people-*,ops",
  SLIPWAY_EVIDENCE_BUCKET: "slipway-prod-evidencebucket-1abc",
  SLIPWAY_EVIDENCE_KEY: "arn:aws:kms:us-east-1:210987654321:key/signs",
  SLIPWAY_EVIDENCE_MODE: "COMPLIANCE",
  AWS_REGION: "us-east-1",
};

test("deployed clients go by what the deployment sets", () => {
  for (const [name, value] of Object.entries(deployed)) vi.stubEnv(name, value);

  const { environment: own } = connect();

  expect(own).toEqual({
    stack: "slipway-prod",
    account: "210987654321",
    region: "us-east-1",
    table: "slipway-prod-Table-1ABC",
    stateMachineArn: "arn:aws:states:us-east-1:210987654321:stateMachine:slipway-prod-release",
    schedulerRoleArn: "arn:aws:iam::210987654321:role/slipway-prod-SchedulerRole-1ABC",
    scheduleGroup: "slipway-prod",
    eventBus: "releases",
    turnsPerExecution: 600,
    releaseMetrics: true,
    namedRoles: ["people-*", "ops"],
    evidence: {
      bucket: "slipway-prod-evidencebucket-1abc",
      keyId: "arn:aws:kms:us-east-1:210987654321:key/signs",
      mode: "COMPLIANCE",
    },
  });
  expect(environment({ ...deployed, SLIPWAY_EVIDENCE_BUCKET: "none" }).evidence).toBeUndefined();
});

test.each(Object.keys(deployed))("without %s nothing is guessed", (name) => {
  expect(() => environment({ ...deployed, [name]: "" })).toThrow(
    `found nothing in ${name}: deploy the stack again`,
  );
});

test("what serverless.yml sets for every function is all that is needed, with what Lambda sets itself", () => {
  const { provider } = parse(readFileSync("serverless.yml", "utf8"), { logLevel: "error" }) as {
    provider: { environment: Record<string, string> };
  };
  const set = Object.keys(provider.environment).map((name) => [name, "something"]);

  expect(() => environment({ AWS_REGION: "eu-west-1", ...Object.fromEntries(set) })).not.toThrow();
});
