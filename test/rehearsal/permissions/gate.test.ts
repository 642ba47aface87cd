/** What is refused at the gate, and in whose words. */
import { expect, test } from "vitest";
import { type Facts, type Gate, openGate, type Roles, type StatementElement } from "#twin/permissions";
import { AwsError } from "#twin/vocabulary";
import { rehearsedDeployment } from "../../../src/core/deployment.ts";
import { type RoleParameters, rolesWith } from "../../../src/rehearsal/permissions/deployed-roles.ts";

const { stateMachineArn } = rehearsedDeployment;
const facts: Facts = {
  volumeKeyOf: () => undefined,
  tagsOf: () => ({}),
  hasLinkedRole: () => true,
  checksComeViaService: true,
  partitionKeyOf: () => "pk",
};
const parameters: RoleParameters = {
  endpoints: "chat-*",
  workloadRoles: "chat-serving",
  trainingRoles: "chat-training",
  services: "prod/*",
  functions: "none:none",
  tables: "none",
  evaluations: "chat-evaluations/*",
  payloads: "chat-payloads/*",
  modelBuckets: "chat-models",
  clusters: "a1b2c3d4e5f6",
  nodeRoles: "research-nodes",
  mlflowSecret: "none",
  ownNames: "slipway-dev-*",
  autoScalingChecks: "open",
};
const deployed = rolesWith(parameters);
const gateWith = (given: Partial<RoleParameters>, about: Partial<Facts> = {}) =>
  openGate(rolesWith({ ...parameters, ...given }), { ...facts, ...about }, stateMachineArn);

/** The deployed roles with a statement more, or without some, of one function. */
const changed = (
  state: string,
  change: (statements: readonly StatementElement[]) => StatementElement[],
): Roles => {
  const role = deployed.functions[state];
  if (role === undefined) throw new Error(`no ${state}`);
  return {
    ...deployed,
    functions: { ...deployed.functions, [state]: { ...role, statements: change(role.statements) } },
  };
};
const call = (service: string, operation: string, input: object) => ({
  service,
  operation,
  input: { ...input },
  at: 0,
});
const scaling = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/chat-1/variant/v6",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
};
const register = call("application-autoscaling", "RegisterScalableTarget", scaling);
const refusalOf = (act: () => void): AwsError | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
};
const said = (gate: Gate, state: string, what: ReturnType<typeof call>) => {
  const refusal = refusalOf(() => gate.call(what, state));
  return refusal && [refusal.name, refusal.statusCode, refusal.message];
};
const update = (EndpointName: string) =>
  call("sagemaker", "UpdateEndpointWeightsAndCapacities", { EndpointName });
const user = (state: string) =>
  `User: arn:aws:sts::123456789012:assumed-role/slipway-dev-${state}-eu-west-1-lambdaRole/slipway-dev-${state}`;

test("access denied has AWS's name, status and words", () => {
  const gate = gateWith({ autoScalingChecks: "via-service" });

  expect(said(gate, "ShiftTraffic", update("chat-1"))).toBeUndefined();
  expect(said(gate, "ShiftTraffic", update("search"))).toEqual([
    "AccessDeniedException",
    400,
    `${user("shiftTraffic")} is not authorized to perform: sagemaker:UpdateEndpointWeightsAndCapacities on resource: arn:aws:sagemaker:eu-west-1:123456789012:endpoint/search because no identity-based policy allows the sagemaker:UpdateEndpointWeightsAndCapacities action`,
  ]);
  expect(said(gate, "CheckKpis", call("service-quotas", "ListServiceQuotas", {}))?.[2]).toBe(
    `${user("checkKpis")} is not authorized to perform: servicequotas:ListServiceQuotas because no identity-based policy allows the servicequotas:ListServiceQuotas action`,
  );
  const schedule = call("scheduler", "GetSchedule", { GroupName: "default", Name: "x" });
  expect(said(gate, "ScaleDown", schedule)?.slice(0, 2)).toEqual(["AccessDeniedException", 403]);
});

test("an explicit deny says so", () => {
  const roles = changed("ShiftTraffic", (statements) => [
    ...statements,
    { Effect: "Deny", Action: "sagemaker:*", Resource: "*" },
  ]);

  expect(said(openGate(roles, facts, stateMachineArn), "ShiftTraffic", update("chat-1"))?.[2]).toMatch(
    /:endpoint\/chat-1 with an explicit deny in an identity-based policy$/,
  );
});

test("a pattern in capitals would match no endpoint at all", () => {
  const gate = gateWith({ endpoints: "Chat-*", autoScalingChecks: "via-service" });

  expect(said(gate, "ShiftTraffic", update("Chat-1"))?.[0]).toBe("AccessDeniedException");
  expect(said(gateWith({}), "ShiftTraffic", update("Chat-1"))).toBeUndefined();
});

test("what Application Auto Scaling finds denied is a mistake in the request", () => {
  const roles = changed("PromoteModel", (statements) =>
    statements.filter((statement) => !JSON.stringify(statement).includes("cloudwatch:PutMetricAlarm")),
  );

  expect(said(openGate(roles, facts, stateMachineArn), "PromoteModel", register)?.slice(0, 2)).toEqual([
    "ValidationException",
    400,
  ]);
  expect(said(openGate(deployed, facts, stateMachineArn), "PromoteModel", register)).toBeUndefined();
});

test("rights bound to calls via a service hold for its checks alone, and only where these say what they are", () => {
  const bound = gateWith({ autoScalingChecks: "via-service" });
  const unsaid = gateWith({ autoScalingChecks: "via-service" }, { checksComeViaService: false });

  expect(said(bound, "ShiftTraffic", register)).toBeUndefined();
  expect(said(bound, "ShiftTraffic", update("search"))?.[0]).toBe("AccessDeniedException");
  expect(said(unsaid, "ShiftTraffic", register)?.[0]).toBe("ValidationException");
  expect(said(gateWith({}, { checksComeViaService: false }), "ShiftTraffic", register)).toBeUndefined();
});

test("a plan is for everybody to read who opens a release, and for nobody to write", () => {
  const gate = gateWith({});
  const get = (pk: string) =>
    call("dynamodb", "GetItem", { TableName: "slipway-dev-Table-REHEARSED", Key: { pk: { S: pk } } });
  const put = (pk: string) =>
    call("dynamodb", "PutItem", { TableName: "slipway-dev-Table-REHEARSED", Item: { pk: { S: pk } } });
  const writers = Object.keys(deployed.functions).filter(
    (state) => said(gate, state, put("plan#chat")) === undefined,
  );

  expect(said(gate, "OpenRelease", get("plan#chat"))).toBeUndefined();
  expect(said(gate, "OpenRelease", put("release#chat"))).toBeUndefined();
  expect(writers).toEqual([]);
});

test("images of a plan run with the roles for training alone", () => {
  const gate = gateWith({});
  const job = (role: string) =>
    call("sagemaker", "CreateTrainingJob", {
      TrainingJobName: "slipway-dev-x",
      RoleArn: `arn:aws:iam::123456789012:role/${role}`,
    });

  expect(said(gate, "PrewarmTraining", job("chat-training"))).toBeUndefined();
  expect(said(gate, "PrewarmTraining", job("chat-serving"))?.[2]).toMatch(
    /iam:PassRole on resource: .*:role\/chat-serving/,
  );
  // A plan may have been written for any account.
  const elsewhere = {
    TrainingJobName: "slipway-dev-x",
    RoleArn: "arn:aws:iam::999999999999:role/chat-training",
  };
  expect(said(gate, "PrewarmTraining", call("sagemaker", "CreateTrainingJob", elsewhere))).toBeUndefined();
});

test("the machine invokes its functions, rule and schedules start it, and each is refused without its right", () => {
  const bare: Roles = {
    ...deployed,
    machine: { ...deployed.machine, statements: [] },
    scheduler: { ...deployed.scheduler, statements: [] },
    rules: deployed.rules.map((rule) =>
      rule.role ? { ...rule, role: { ...rule.role, statements: [] } } : rule,
    ),
    invokers: [],
  };
  const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway-dev-release";
  const scheduleRole = `arn:aws:iam::123456789012:role/${deployed.scheduler.role}`;
  const acts = (gate: Gate) => [
    () => gate.task("ShiftTraffic"),
    () => gate.start("rule"),
    () => gate.start({ scheduleRole, machine }),
    () => gate.invoke("ReapLeases", "event"),
    () => gate.invoke("ReapLeases", "schedule"),
  ];

  expect(acts(openGate(deployed, facts, stateMachineArn)).map((act) => refusalOf(act)?.name)).toEqual(
    Array(5).fill(undefined),
  );
  expect(acts(openGate(bare, facts, stateMachineArn)).map((act) => refusalOf(act)?.name)).toEqual(
    Array(5).fill("AccessDeniedException"),
  );
});

test("a rule without its policy invokes nothing", () => {
  const gate = openGate(
    {
      ...deployed,
      invokers: deployed.invokers.filter(({ SourceArn }) => SourceArn?.includes("rule-1") !== true),
    },
    facts,
    stateMachineArn,
  );

  expect(refusalOf(() => gate.invoke("ReapLeases", "event"))?.message).toMatch(/event.*ReapLeases/);
  expect(refusalOf(() => gate.invoke("ReapLeases", "schedule"))).toBeUndefined();
});

test("who is not of the deployment is not asked, but the machine invokes no function of anybody else", () => {
  const gate = gateWith({});

  expect(said(gate, "Person", update("search"))).toBeUndefined();
  expect(refusalOf(() => gate.invoke("Person", "schedule"))).toBeUndefined();
  expect(
    refusalOf(() => gate.start({ scheduleRole: "arn:aws:iam::123456789012:role/other", machine: "any" })),
  ).toBeUndefined();
  expect(refusalOf(() => gate.task("Person"))?.name).toBe("AccessDeniedException");
});

test("a role that its service may not assume is no role", () => {
  const trust = [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } },
  ] as const;

  expect(() =>
    openGate({ ...deployed, machine: { ...deployed.machine, trust } }, facts, stateMachineArn),
  ).toThrow(/states.eu-west-1.amazonaws.com may not assume the role/);
});

test("each question is kept once, with who was asked", () => {
  const gate = gateWith({});
  gate.call(update("chat-1"), "ShiftTraffic");
  gate.call(update("chat-1"), "ShiftTraffic");
  gate.task("ShiftTraffic");

  expect(gate.asked().map(({ principal, action }) => `${principal} ${action}`)).toEqual([
    "ShiftTraffic sagemaker:UpdateEndpointWeightsAndCapacities",
    "machine lambda:InvokeFunction",
  ]);
});

test("a key that a step may lend to SageMaker it may not look up in its own name, and one that asks gates may", () => {
  const gate = gateWith({});
  const key = "arn:aws:kms:eu-west-1:123456789012:key/1234";
  const describe = call("kms", "DescribeKey", { KeyId: key });

  expect(said(gate, "PrewarmInference", describe)).toEqual([
    "AccessDeniedException",
    400,
    `${user("prewarmInference")} is not authorized to perform: kms:DescribeKey on resource: ${key} because no identity-based policy allows the kms:DescribeKey action`,
  ]);
  expect(said(gate, "CheckGates", describe)).toBeUndefined();
  expect(said(gate, "ShiftTraffic", describe)).toBeUndefined();
});
