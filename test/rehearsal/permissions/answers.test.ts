/** Who may write down what people answered: the function that takes their orders, and nobody else of the deployment. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openGate, policiesOf, type StatementElement } from "#twin/permissions";
import { AwsError } from "#twin/vocabulary";
import { rehearsedDeployment } from "../../../src/core/deployment.ts";
import { rolesWith } from "../../../src/rehearsal/permissions/deployed-roles.ts";

const { stateMachineArn, table } = rehearsedDeployment;
const roles = rolesWith({
  ...{
    endpoints: "*",
    workloadRoles: "*",
    trainingRoles: "*",
    services: "*/*",
    functions: "*:*",
    tables: "*",
  },
  ...{
    evaluations: "*/*",
    payloads: "*/*",
    modelBuckets: "*",
    clusters: "*",
    nodeRoles: "*",
    mlflowSecret: "*",
    ownNames: "*",
  },
  autoScalingChecks: "open",
});
const gate = openGate(
  roles,
  {
    volumeKeyOf: () => undefined,
    tagsOf: () => ({}),
    hasLinkedRole: () => true,
    checksComeViaService: true,
    partitionKeyOf: () => "pk",
  },
  stateMachineArn,
);
const key = { pk: { S: "answer#chat-assistant-v7-production" }, sk: { S: "0" } };
const writes = [
  ["PutItem", { TableName: table, Item: key }],
  ["UpdateItem", { TableName: table, Key: key }],
  ["DeleteItem", { TableName: table, Key: key }],
] as const;
const may = (state: string, operation: string, input: object): boolean => {
  try {
    gate.call({ service: "dynamodb", operation, input: { ...input }, at: 0 }, state);
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return false;
  }
};

test("one function alone adds answers, however wide the deployment is, and none changes or deletes one", () => {
  const states = Object.keys(roles.functions);
  const allowed = states.flatMap((state) =>
    writes.flatMap(([operation, input]) => (may(state, operation, input) ? [`${state}: ${operation}`] : [])),
  );

  expect(states.length).toBeGreaterThan(20);
  expect(allowed).toEqual(["TakeOrder: PutItem"]);
});

describe("a person with all rights of docs/iam/person.json", () => {
  const { Statement } = JSON.parse(
    readFileSync("docs/iam/person.json", "utf8")
      .replaceAll("ACCOUNT", "123456789012")
      .replaceAll("REGION", "eu-west-1")
      .replaceAll("STACK", "slipway-dev"),
  ) as { Statement: StatementElement[] };
  const decide = policiesOf(Statement);
  const resource = `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}`;

  test.each(["PutItem", "UpdateItem", "DeleteItem"])("may %s neither an answer nor a lock", (operation) => {
    for (const pk of ["answer#chat-assistant-v7-production", "lock"])
      expect(
        decide({ action: `dynamodb:${operation}`, resource, context: { "dynamodb:leadingkeys": [pk] } })
          .effect,
      ).not.toBe("allow");
  });

  test("may invoke the function that takes orders by its URL, and not otherwise", () => {
    const invoking = (context: Record<string, string>) =>
      decide({
        action: "lambda:InvokeFunction",
        resource: "arn:aws:lambda:eu-west-1:123456789012:function:slipway-dev-takeOrder",
        context,
      }).effect;

    expect(invoking({ "lambda:invokedviafunctionurl": "true" })).toBe("allow");
    expect(invoking({ "lambda:invokedviafunctionurl": "false" })).not.toBe("allow");
  });
});
