/** What the twin says by the query protocol: who calls, and what a stack puts out. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { cloudFormation, createTwin, type Stack, sts } from "#twin/services";
import { reaching } from "./twin-handler.ts";

const stack: Stack = {
  name: "slipway-prod",
  account: "210987654321",
  region: "eu-west-1",
  createdMs: 0,
  description: "releases <of> models & more",
  outputs: { TableName: "slipway-prod-Table-1ABC", EventBus: "default" },
};
const others = { ...stack, name: "slipway-test", outputs: {} };
const twin = createTwin([cloudFormation([stack, others]), sts({ account: "210987654321" })], () => 0);
const stacks = new CloudFormationClient(reaching(twin));

test("a caller is told who it is", async () => {
  const { Arn, Account } = await new STSClient(reaching(twin)).send(new GetCallerIdentityCommand({}));

  expect({ Arn, Account }).toEqual({ Arn: "arn:aws:iam::210987654321:user/twin", Account: "210987654321" });
});

test("a stack is found by its name or its id, with its outputs as a list", async () => {
  const { Stacks: [named] = [] } = await stacks.send(
    new DescribeStacksCommand({ StackName: "slipway-prod" }),
  );
  const { Stacks: byId } = await stacks.send(new DescribeStacksCommand({ StackName: named?.StackId }));
  const { Stacks: all } = await stacks.send(new DescribeStacksCommand({}));

  expect(named).toMatchObject({
    StackName: "slipway-prod",
    Description: "releases <of> models & more",
    CreationTime: new Date(0),
    StackStatus: "CREATE_COMPLETE",
    Outputs: [
      { OutputKey: "TableName", OutputValue: "slipway-prod-Table-1ABC" },
      { OutputKey: "EventBus", OutputValue: "default" },
    ],
  });
  expect(byId).toEqual([named]);
  expect(all?.map(({ StackName }) => StackName)).toEqual(["slipway-prod", "slipway-test"]);
});

test("a stack that there is not is a ValidationError", async () => {
  const asked = stacks.send(new DescribeStacksCommand({ StackName: "slipway-dev" }));

  await expect(asked).rejects.toMatchObject({
    name: "ValidationError",
    message: "Stack with id slipway-dev does not exist",
  });
});

test("what is not modelled is refused by its name", async () => {
  const asked = stacks.send(new DescribeStacksCommand({ StackName: "slipway-dev", NextToken: "x" }));

  await expect(asked).rejects.toThrow("the twin does not model CloudFormation.DescribeStacks with NextToken");
});
