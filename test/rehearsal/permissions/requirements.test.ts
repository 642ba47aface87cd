/** What is asked for a call is what AWS's own reference says is asked; what is stricter is named here. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { arns, type Facts, type Requirement, required, requirementsOf } from "#twin/permissions";

interface Reference {
  readonly actions: Readonly<
    Record<
      string,
      { resources: readonly { arn: string; required: boolean }[]; conditionKeys: readonly string[] }
    >
  >;
}
const { actions } = JSON.parse(
  readFileSync(new URL("../../data/permissions/service-authorization.json", import.meta.url), "utf8"),
) as Reference;

const key = "arn:aws:kms:eu-west-1:123456789012:key/1234";
const facts: Facts = {
  volumeKeyOf: (config) => (config === "Join" ? key : undefined),
  tagsOf: () => ({}),
  hasLinkedRole: () => false,
  checksComeViaService: true,
  partitionKeyOf: () => "pk",
};
const role = "arn:aws:iam::123456789012:role/chat-serving";
const modelPackage = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/Chat/7";
const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway-dev-release";
const execution = "arn:aws:states:eu-west-1:123456789012:execution:slipway-dev-release:r";
const scaled = { ServiceNamespace: "sagemaker", ScalableDimension: "sagemaker:variant:DesiredInstanceCount" };

/** An input that names everything a request of its kind may name. */
const input = {
  EndpointName: "Chat",
  EndpointConfigName: "Join",
  ModelName: "Chat-v7",
  ResourceArn: "arn:aws:sagemaker:eu-west-1:123456789012:model/chat-v7",
  ModelPackageName: modelPackage,
  TrainingJobName: "Primer",
  PrimaryContainer: { ModelPackageName: modelPackage },
  ProductionVariants: [{ ModelName: "Chat-v6" }, { ModelName: "Chat-v7" }],
  RoleArn: role,
  TableName: "slipway-dev-Table-REHEARSED",
  Key: { pk: { S: "lock" } },
  Item: { pk: { S: "release#chat" } },
  KeyConditionExpression: "#p = :lock AND sk = :sk",
  ExpressionAttributeNames: { "#p": "pk" },
  ExpressionAttributeValues: { ":lock": { S: "lock" }, ":sk": { S: "x" } },
  Entries: [{ EventBusName: "slipway" }, {}],
  GroupName: "slipway-dev",
  Name: "lease",
  Target: { RoleArn: role },
  stateMachineArn: machine,
  executionArn: execution,
  SecretId: "slipway-dev/mlflow",
  TopicArn: "arn:aws:sns:eu-west-1:123456789012:slipway-dev-Notices-REHEARSED",
  cluster: "models",
  service: "features",
  services: ["features", "rankings"],
  FunctionName: "tokenise",
  Qualifier: "live",
  ...scaled,
};
/** Its key is a text, where a table's is an item's. */
const object = { Bucket: "chat-evaluations", Key: "v7/model-quality.json" };
/** What Application Auto Scaling scales beside variants. */
const leanedOn = [
  "ecs:service:DesiredCount",
  "lambda:function:ProvisionedConcurrency",
  "dynamodb:table:ReadCapacityUnits",
].map((ScalableDimension) => ({
  ServiceNamespace: ScalableDimension.split(":")[0],
  ScalableDimension,
}));
const ask = (service: string, operation: string, given: object = input): readonly Requirement[] =>
  requirementsOf({ service, operation, input: given as never, at: 0 }, facts);
const all = Object.entries(required).flatMap(([service, operations]) =>
  Object.keys(operations).flatMap((operation) =>
    [...(service === "s3" ? [object] : [{}]), ...(service === "application-autoscaling" ? leanedOn : [])].map(
      (more) => [`${service}.${operation}`, ask(service, operation, { ...input, ...more })] as const,
    ),
  ),
);

const named = (arn: string) => arns(arn.replaceAll(/\$\{\w+\}/g, "*"));

/** Asked for although the reference names no such resource for the action: stricter, and unconfirmed. */
const stricter: Readonly<Record<string, RegExp>> = {
  "sagemaker:CreateModel": /:model-package\//,
  "sagemaker:CreateEndpointConfig": /:model\//,
};

const questions = all.flatMap(([call, requirements]) => requirements.map((each) => ({ call, ...each })));

test("every action is one of the reference's, on a resource that it has", () => {
  const strange = questions.filter(({ action, resource }) => {
    const scopes = actions[action]?.resources ?? [];
    if (actions[action] === undefined) return true;
    if (resource === "*") return scopes.some((scope) => scope.required);
    return !stricter[action]?.test(resource) && !scopes.some(({ arn }) => named(arn)(resource));
  });

  expect(questions.length).toBeGreaterThan(70);
  expect(strange).toEqual([]);
});

test("every condition key of a request is one that the reference knows for its action", () => {
  const strange = questions.flatMap(({ call, action, keys = {} }) => {
    const known = (actions[action]?.conditionKeys ?? []).map((each) => each.toLowerCase());
    const own = Object.keys(keys).filter((each) => !each.startsWith("aws:"));
    return own.filter((each) => !known.includes(each)).map((each) => `${call}: ${each}`);
  });

  expect(strange).toEqual([]);
});

test("every resource that the reference requires of a call is asked for", () => {
  for (const [call, requirements] of all)
    for (const action of new Set(requirements.map((each) => each.action))) {
      const asked = requirements.filter((each) => each.action === action).map((each) => each.resource);
      const missing = (actions[action]?.resources ?? []).filter(
        ({ arn, required: must }) =>
          must && !asked.some((resource) => resource === "*" || named(arn)(resource)),
      );
      // DescribeExecution is of an express execution or of a standard one.
      expect(
        missing.map(({ arn }) => arn).filter((arn) => !arn.includes(":express:")),
        call,
      ).toEqual([]);
    }
});

test("every operation that the code sends is in the table", () => {
  const folder = new URL("../../../src/aws/", import.meta.url);
  const text = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");
  const documents = {
    Get: "GetItem",
    Put: "PutItem",
    Update: "UpdateItem",
    Delete: "DeleteItem",
    Query: "Query",
  };
  const sent = [...text.matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)].map(([, command, page]) => {
    const name = command ?? page ?? "";
    return (documents as Record<string, string>)[name] ?? name;
  });
  const known = new Set(Object.values(required).flatMap(Object.keys));

  expect(new Set(sent).size).toBeGreaterThan(35);
  expect([...new Set(sent)].filter((name) => !known.has(name)).sort()).toEqual(people);
});

/** Sent by people's own commands alone, whose rights are their own. */
const people: readonly string[] = ["DescribeStacks", "GetCallerIdentity"];

test("an operation that is not in the table is a gap of the twin, named", () => {
  expect(() => ask("sagemaker", "CreateCluster")).toThrow(
    "the twin does not model the permissions of sagemaker.CreateCluster",
  );
  expect(() => ask("dynamodb", "Query", { KeyConditionExpression: "sk = :sk" })).toThrow(
    "the partition key of this dynamodb.Query is not modelled",
  );
});

const pairs = (requirements: readonly Requirement[]) =>
  requirements.map(
    ({ action, resource }) => `${action} ${resource.split(":").slice(5).join(":") || resource}`,
  );

test("SageMaker's ARNs are in lower case, whatever the case of the name", () => {
  expect(pairs(ask("sagemaker", "DescribeEndpoint"))).toEqual(["sagemaker:DescribeEndpoint endpoint/chat"]);
});

test("moving an endpoint asks for endpoint and configuration, and for the configuration's volume key", () => {
  expect(pairs(ask("sagemaker", "UpdateEndpoint"))).toEqual([
    "sagemaker:UpdateEndpoint endpoint/chat",
    "sagemaker:UpdateEndpoint endpoint-config/join",
    "kms:CreateGrant key/1234",
    "kms:DescribeKey key/1234",
  ]);
  expect(ask("sagemaker", "UpdateEndpoint")[2]?.keys).toEqual({
    "kms:viaservice": "sagemaker.eu-west-1.amazonaws.com",
  });
  expect(ask("sagemaker", "UpdateEndpoint", { EndpointConfigName: "other" })).toHaveLength(2);
});

test("whoever makes something that runs with a role passes the role to its service", () => {
  const passing = all.flatMap(([call, requirements]) =>
    requirements
      .filter(({ action }) => action === "iam:PassRole")
      .map(({ keys }) => [call, keys?.["iam:passedtoservice"]]),
  );

  expect(ask("sagemaker", "CreateModel", { ...input, ExecutionRoleArn: role })).toContainEqual({
    action: "iam:PassRole",
    resource: role,
    keys: { "iam:passedtoservice": "sagemaker.amazonaws.com" },
  });
  expect(Object.fromEntries(passing)).toEqual({
    "sagemaker.CreateTrainingJob": "sagemaker.amazonaws.com",
    "scheduler.CreateSchedule": "scheduler.amazonaws.com",
    "scheduler.UpdateSchedule": "scheduler.amazonaws.com",
  });
});

test("a change of scaling is checked in the caller's name, by names that nothing has", () => {
  const checks = ask("application-autoscaling", "RegisterScalableTarget").slice(1);
  const without = requirementsOf(
    { service: "application-autoscaling", operation: "PutScalingPolicy", input: scaled, at: 0 },
    { ...facts, checksComeViaService: false },
  ).slice(1);

  expect(pairs(checks)).toEqual([
    expect.stringMatching(/^sagemaker:DescribeEndpoint endpoint\/[0-9a-f-]{36}$/),
    expect.stringMatching(/^sagemaker:DescribeEndpointConfig endpoint-config\/[0-9a-f-]{36}$/),
    expect.stringMatching(/^sagemaker:UpdateEndpointWeightsAndCapacities endpoint\/[0-9a-f-]{36}$/),
    "cloudwatch:DescribeAlarms alarm:*",
    "cloudwatch:PutMetricAlarm alarm:",
    "cloudwatch:DeleteAlarms alarm:",
  ]);
  for (const check of checks)
    expect(check).toMatchObject({ refusedAs: "ValidationException", keys: { "aws:viaawsservice": "true" } });
  expect(without.map(({ keys }) => keys)).toEqual(Array(6).fill(undefined));
});

test("registering what a model leans on asks for what its service-linked role does, and the first time for the role", () => {
  const registering = (hasLinkedRole: boolean) =>
    requirementsOf(
      {
        service: "application-autoscaling",
        operation: "RegisterScalableTarget",
        input: leanedOn[0] ?? {},
        at: 0,
      },
      { ...facts, hasLinkedRole: () => hasLinkedRole },
    );
  const own = [
    "application-autoscaling:RegisterScalableTarget scalable-target/0rehearsed",
    expect.stringMatching(/^ecs:DescribeServices service\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/),
    expect.stringMatching(/^ecs:UpdateService service\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/),
    "cloudwatch:DescribeAlarms alarm:*",
    "cloudwatch:PutMetricAlarm alarm:",
    "cloudwatch:DeleteAlarms alarm:",
  ];

  expect(pairs(registering(true))).toEqual(own);
  expect(registering(true)[0]?.keys).toEqual({
    "application-autoscaling:service-namespace": "ecs",
    "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
  });
  expect(registering(false).at(-1)).toEqual({
    action: "iam:CreateServiceLinkedRole",
    resource:
      "arn:aws:iam::123456789012:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
    keys: { "iam:awsservicename": "ecs.application-autoscaling.amazonaws.com" },
  });
});

test("provisioned concurrency is asked for by its alias, an alias by its function", () => {
  expect(pairs(ask("lambda", "GetProvisionedConcurrencyConfig"))).toEqual([
    "lambda:GetProvisionedConcurrencyConfig function:tokenise:live",
  ]);
  expect(pairs(ask("lambda", "GetAlias"))).toEqual(["lambda:GetAlias function:tokenise"]);
  expect(pairs(ask("application-autoscaling", "RegisterScalableTarget", leanedOn[1])).slice(1, 4)).toEqual(
    ["Put", "Get", "Delete"].map((verb) =>
      expect.stringMatching(
        new RegExp(`^lambda:${verb}ProvisionedConcurrencyConfig function:[0-9a-f-]{36}:[0-9a-f-]{36}$`),
      ),
    ),
  );
});

test("what a table is provisioned with is asked for by the table, whatever its partitions", () => {
  expect(ask("dynamodb", "UpdateTable", { TableName: "profiles" })).toEqual([
    { action: "dynamodb:UpdateTable", resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/profiles" },
  ]);
  expect(pairs(ask("application-autoscaling", "RegisterScalableTarget", leanedOn[2])).slice(1, 3)).toEqual([
    expect.stringMatching(/^dynamodb:DescribeTable table\/[0-9a-f-]{36}$/),
    expect.stringMatching(/^dynamodb:UpdateTable table\/[0-9a-f-]{36}$/),
  ]);
});

test("each service of a cluster is asked for by its ARN, under its cluster", () => {
  expect(ask("ecs", "DescribeServices")).toEqual(
    ["features", "rankings"].map((name) => ({
      action: "ecs:DescribeServices",
      resource: `arn:aws:ecs:eu-west-1:123456789012:service/models/${name}`,
      keys: { "ecs:cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/models" },
    })),
  );
  expect(pairs(ask("ecs", "UpdateService", { service: "features" }))).toEqual([
    "ecs:UpdateService service/default/features",
  ]);
});

test("each partition of the table is a key of its own, each bus a resource of its own", () => {
  const leading = (operation: string) => ask("dynamodb", operation)[0]?.keys?.["dynamodb:leadingkeys"];

  expect(["GetItem", "UpdateItem", "DeleteItem", "PutItem", "Query"].map(leading)).toEqual([
    ["lock"],
    ["lock"],
    ["lock"],
    ["release#chat"],
    ["lock"],
  ]);
  expect(pairs(ask("eventbridge", "PutEvents"))).toEqual([
    "events:PutEvents event-bus/slipway",
    "events:PutEvents event-bus/default",
  ]);
});
