/** The seam: clients on a wire talk to nothing else, whatever this machine's environment says. */
import { DescribeEndpointCommand } from "@aws-sdk/client-sagemaker";
import { afterEach, expect, test, vi } from "vitest";
import { connect } from "../../src/aws/clients.ts";
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
  expect(elsewhere.environment).toMatchObject({ region: "eu-west-1", table: "slipway", eventBus: "default" });
});

test("deployed clients go by what the deployment sets", () => {
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("SLIPWAY_TABLE", "slipway-production");
  vi.stubEnv("SLIPWAY_STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:other");

  const { environment } = connect();

  expect(environment).toMatchObject({
    region: "us-east-1",
    table: "slipway-production",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:other",
  });
});
