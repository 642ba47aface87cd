/** The template that is deployed, as the framework generates it from serverless.yml. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allStates } from "#twin/engine";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { longestTimeoutSeconds } from "../../src/core/wait.ts";
import { placeOf } from "../../src/rehearsal/release/application.ts";
import { exportsOf, type Json, type Packaged, packaged, type Resource } from "./packaged.ts";

const plugin: string = "../../scripts/dashboard.js";
const { dashboardFor } = (await import(plugin)) as {
  dashboardFor: (switches: { dashboard: string; releaseMetrics: string }) => {
    Dashboard: { Properties: { DashboardBody: { "Fn::Sub": string } } };
  };
};

const evidencePlugin: string = "../../scripts/evidence.js";
const { evidenceProblems, leaveOut } = (await import(evidencePlugin)) as {
  evidenceProblems: (given: Readonly<Record<string, string>>) => string[];
  leaveOut: (template: Record<"Resources" | "Outputs", Record<string, unknown>>) => void;
};

const webhookPlugin: string = "../../scripts/webhook.js";
const { openDoor } = (await import(webhookPlugin)) as {
  openDoor: (service: {
    functions: { takeWebhook: { url?: boolean } };
    resources: { Outputs: Record<string, unknown> };
    custom: { patterns: { mlflowSecret: string } };
  }) => void;
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: Json;
  readonly Condition?: Json;
}

const tasksIn = (text: string) => allStates(JSON.parse(text)).filter(([, { Type }]) => Type === "Task");
const states = Object.fromEntries(
  tasksIn(readFileSync(new URL("../../statemachines/release.asl.json", import.meta.url), "utf8")),
);
const tasks = Object.keys(states);
/** The functions: one for each Task, the sweep, the fetch of prices and the look at the load, which are no states of the flow. */
const steps = [
  ...tasks,
  "ReapLeases",
  "FetchPrices",
  "WatchLoad",
  "WatchQuality",
  "TakeOrder",
  "TakeWebhook",
  "TellPeople",
  "TellDigest",
  "RehearseSpike",
];
const functionOf = (task: string) => `${task.charAt(0).toLowerCase()}${task.slice(1)}`;

let built: Packaged;
beforeAll(async () => {
  built = await packaged("check", "eu-central-1");
}, 600_000);
afterAll(() => rm(built.folder, { recursive: true }));

const all = (type: string): [string, Resource][] =>
  Object.entries(built.resources).filter(([, resource]) => resource.Type === type);

function only(type: string): Resource {
  const [found, ...others] = all(type);
  if (found === undefined || others.length > 0)
    throw new Error(`expected one ${type}, found ${others.length + 1}`);
  return found[1];
}

function lambdaOf(task: string): Resource {
  const found = built.resources[`${task}LambdaFunction`];
  if (found === undefined) throw new Error(`expected a function for ${task}, found none`);
  return found;
}

/** The statements of a role's own policies. */
function statementsOf(role: Resource): Statement[] {
  const policies = role.Properties.Policies as unknown as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap((policy) => policy.PolicyDocument.Statement);
}

function allowedTo(task: string, which: (statement: Statement) => boolean = () => true): string[] {
  const role = built.resources[`${task}IamRoleLambdaExecution`];
  if (role === undefined) throw new Error(`expected a role for ${task}, found none`);
  const own = statementsOf(role)
    .filter(which)
    .flatMap((statement) => [statement.Action].flat());
  return own.filter((action) => !/^(logs|xray):/.test(action)).sort();
}

/** Entries of journals are written by whoever sees something; no one changes any. */
const notOfJournal = ({ Action, Condition }: Statement): boolean =>
  !(
    [Action].flat().join() === "dynamodb:PutItem" && JSON.stringify(Condition ?? {}).includes('["journal#*"]')
  );

const isOfLock = ({ Condition }: Statement): boolean =>
  JSON.stringify(Condition) === '{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["lock"]}}';

/** The rule that has a target of this id. */
function ruleTo(target: string): Resource {
  const found = all("AWS::Events::Rule").find(([, rule]) =>
    JSON.stringify(rule.Properties.Targets).includes(target),
  );
  if (found === undefined) throw new Error(`expected a rule to ${target}, found none`);
  return found[1];
}

test("the registry's rule lets approvals through and nothing else", () => {
  expect(ruleTo("ReleaseStateMachine").Properties.EventPattern).toEqual({
    source: ["aws.sagemaker"],
    "detail-type": ["SageMaker Model Package State Change"],
    detail: { ModelApprovalStatus: ["Approved"] },
  });
});

test("an approval that cannot be delivered is tried for a day, then kept in an encrypted queue and alarmed", () => {
  const { Targets } = ruleTo("ReleaseStateMachine").Properties;

  expect(Targets).toEqual([
    expect.objectContaining({
      Arn: { Ref: "ReleaseStateMachine" },
      DeadLetterConfig: { Arn: { "Fn::GetAtt": ["UndeliveredApprovals", "Arn"] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    }),
  ]);
  expect(only("AWS::SQS::Queue").Properties.SqsManagedSseEnabled).toBe(true);
  expect(only("AWS::SQS::QueuePolicy").Properties).toMatchObject({
    PolicyDocument: {
      Statement: [{ Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" }],
    },
  });
  expect(built.resources.UndeliveredApprovalsAlarm?.Properties.Dimensions).toEqual([
    { Name: "QueueName", Value: { "Fn::GetAtt": ["UndeliveredApprovals", "QueueName"] } },
  ]);
});

test("no event of ECR is let through where no repository is named", () => {
  const patterns = all("AWS::Events::Rule")
    .map(([, rule]) => rule.Properties.EventPattern as unknown as Record<string, unknown>)
    .filter((pattern) => pattern !== undefined && JSON.stringify(pattern.source) === '["aws.ecr"]');

  expect(patterns).toEqual([
    expect.objectContaining({
      "detail-type": ["ECR Image Action"],
      detail: {
        "action-type": ["PUSH"],
        result: ["SUCCESS"],
        "repository-name": [{ wildcard: "none/none" }],
      },
    }),
  ]);
});

test("whatever cannot be delivered to the state machine may be kept in the queue", () => {
  const rules = all("AWS::Events::Rule").filter(([, rule]) =>
    JSON.stringify(rule.Properties.Targets).includes('"Ref":"ReleaseStateMachine"'),
  );
  const policy = JSON.stringify(only("AWS::SQS::QueuePolicy").Properties);

  expect(rules).toHaveLength(5);
  for (const [name, rule] of rules) {
    expect(JSON.stringify(rule.Properties.Targets)).toContain("UndeliveredApprovals");
    expect(policy).toContain(`{"Fn::GetAtt":["${name}","Arn"]}`);
  }
});

test("the sweep is started by every unhappy end of this state machine, and every ten minutes", () => {
  const [byEvent, bySchedule] = all("AWS::Events::Rule")
    .map(([, rule]) => rule.Properties)
    .filter((rule) => JSON.stringify(rule.Targets).includes("ReapLeasesLambdaFunction"))
    .sort((a) => ("EventPattern" in a ? -1 : 1));

  expect(byEvent?.EventPattern).toEqual({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: {
      status: ["ABORTED", "FAILED", "TIMED_OUT"],
      stateMachineArn: [{ "Fn::Sub": expect.stringMatching(/:stateMachine:slipway-check-release$/) }],
    },
  });
  expect(bySchedule).toMatchObject({ ScheduleExpression: "rate(10 minutes)", State: "ENABLED" });
});

test("the load is looked at every five minutes", () => {
  const rules = all("AWS::Events::Rule")
    .map(([, rule]) => rule.Properties)
    .filter((rule) => JSON.stringify(rule.Targets).includes("WatchLoadLambdaFunction"));

  expect(rules).toEqual([
    expect.objectContaining({ ScheduleExpression: "rate(5 minutes)", State: "ENABLED" }),
  ]);
});

test("the quality of what was promoted is looked at every hour", () => {
  const rules = all("AWS::Events::Rule")
    .map(([, rule]) => rule.Properties)
    .filter((rule) => JSON.stringify(rule.Targets).includes("WatchQualityLambdaFunction"));

  expect(rules).toEqual([expect.objectContaining({ ScheduleExpression: "rate(1 hour)", State: "ENABLED" })]);
});

test("spikes that are to come at low hours are looked for every five minutes, by a function with time for one", () => {
  const rules = all("AWS::Events::Rule")
    .map(([, rule]) => rule.Properties)
    .filter((rule) => JSON.stringify(rule.Targets).includes("RehearseSpikeLambdaFunction"));

  expect(rules).toEqual([
    expect.objectContaining({ ScheduleExpression: "rate(5 minutes)", State: "ENABLED" }),
  ]);
  const sender = all("AWS::Lambda::Function").find(([name]) => name === "RehearseSpikeLambdaFunction");
  expect(sender?.[1].Properties.Timeout).toBe(longestTimeoutSeconds);
});

test("a sweep that is paused, denied or fails raises an alarm, and so do what it cannot put back, what has died, a lease that goes on, evidence that waits, executions that fail, time out or are throttled, and a long way back", () => {
  const alarms = Object.fromEntries(
    all("AWS::CloudWatch::Alarm").map(([name, alarm]) => [name, alarm.Properties.TreatMissingData]),
  );

  expect(alarms).toEqual({
    UndeliveredApprovalsAlarm: "notBreaching",
    SweepPausedAlarm: "breaching",
    SweepDeniedAlarm: "notBreaching",
    SweepFailedAlarm: "notBreaching",
    RemainderAlarm: "notBreaching",
    SpikeNotTakenAlarm: "notBreaching",
    OrphanFoundAlarm: "notBreaching",
    LeaseOverdueAlarm: "notBreaching",
    EvidenceWaitingAlarm: "notBreaching",
    GlassBrokenAlarm: "notBreaching",
    RoleTooWideAlarm: "notBreaching",
    AdjustmentHarmAlarm: "notBreaching",
    QualityHarmAlarm: "notBreaching",
    WayBackLongAlarm: "notBreaching",
    ExecutionsFailedAlarm: "notBreaching",
    ExecutionsTimedOutAlarm: "notBreaching",
    ExecutionsThrottledAlarm: "notBreaching",
  });
  for (const [, alarm] of all("AWS::CloudWatch::Alarm"))
    expect(alarm.Properties.AlarmActions).toEqual([{ Ref: "Alarms" }]);
});

test("the alarms on what functions count watch this stack's functions and no other's", () => {
  const counted = all("AWS::CloudWatch::Alarm").filter(
    ([, alarm]) => alarm.Properties.Namespace === "Slipway",
  );

  expect(counted.length).toBeGreaterThanOrEqual(2);
  for (const [, alarm] of counted)
    expect(alarm.Properties.Dimensions).toEqual([{ Name: "service", Value: { Ref: "AWS::StackName" } }]);
});

test("there is no dashboard unless it is asked for, and all that one would show is a resource of the stack", () => {
  const { Dashboard } = dashboardFor({ dashboard: "on", releaseMetrics: "on" });
  const shown = Dashboard.Properties.DashboardBody["Fn::Sub"].matchAll(/\$\{([^}.]+)(?:\.(\w+))?\}/g);
  /** Attributes that CloudFormation's template reference lists for these, under Return values. */
  const attributes: Readonly<Record<string, string>> = {
    "AWS::CloudWatch::Alarm": "Arn",
    "AWS::StepFunctions::StateMachine": "Name",
    "AWS::SQS::Queue": "QueueName",
  };
  const strange = [...shown].filter(([, name = "", attribute]) => {
    const type = built.resources[name]?.Type;
    if (type === undefined) return !["AWS::Region", "AWS::StackName"].includes(name);
    return attribute !== undefined && attributes[type] !== attribute;
  });

  expect(all("AWS::CloudWatch::Dashboard")).toEqual([]);
  expect(strange.map(([text]) => text)).toEqual([]);
});

test("every Task of the state machine is wired to a published version of the function of its name, which stays", () => {
  const { DefinitionString } = only("AWS::StepFunctions::StateMachine").Properties as {
    DefinitionString: { "Fn::Sub": [string, Record<string, Json>] };
  };
  const [text, variables] = DefinitionString["Fn::Sub"];
  const deployed = Object.fromEntries(tasksIn(text));

  const wired = tasks.map((task) => variables[String(deployed[task]?.Resource).slice(2, -1)]);

  expect(tasks.length).toBeGreaterThanOrEqual(12);
  const versions = wired.map((variable) => built.resources[(variable as { Ref: string }).Ref]);
  expect(versions).toMatchObject(
    tasks.map((task) => ({
      Type: "AWS::Lambda::Version",
      DeletionPolicy: "Retain",
      Properties: { FunctionName: { Ref: `${task}LambdaFunction` } },
    })),
  );
});

test("the deployed flow is the rehearsed one: only the functions' names differ", () => {
  const { DefinitionString } = only("AWS::StepFunctions::StateMachine").Properties as {
    DefinitionString: { "Fn::Sub": [string, Json] };
  };
  const unwired = (flow: object) =>
    JSON.parse(JSON.stringify(flow), (key, value: unknown) =>
      key === "Resource" ? "a function" : value,
    ) as Json;

  const source = JSON.parse(
    readFileSync(new URL("../../statemachines/release.asl.json", import.meta.url), "utf8"),
  ) as object;

  expect(unwired(JSON.parse(DefinitionString["Fn::Sub"][0]) as object)).toEqual(unwired(source));
});

test("the state machine logs everything, with data, and is traced", () => {
  expect(only("AWS::StepFunctions::StateMachine").Properties).toMatchObject({
    StateMachineName: "slipway-check-release",
    StateMachineType: "STANDARD",
    LoggingConfiguration: { Level: "ALL", IncludeExecutionData: true },
    TracingConfiguration: { Enabled: true },
  });
});

test("functions run on Node 24 and arm64, traced, and end before their Task does", () => {
  for (const task of steps) {
    const { Properties } = lambdaOf(task);
    // No Task waits for those of schedules, and one of them sends all of a spike.
    const most = task === "RehearseSpike" ? longestTimeoutSeconds + 1 : 90;
    const allowed = (states[task] as { TimeoutSeconds?: number } | undefined)?.TimeoutSeconds ?? most;
    expect(Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      TracingConfig: { Mode: "Active" },
    });
    expect(Number(Properties.Timeout)).toBeLessThan(allowed);
  }
});

test("functions know where their own things are, without a circle of references", () => {
  for (const task of steps)
    expect(lambdaOf(task).Properties.Environment).toMatchObject({
      Variables: {
        SLIPWAY_STACK: { Ref: "AWS::StackName" },
        SLIPWAY_ACCOUNT: { Ref: "AWS::AccountId" },
        SLIPWAY_SCHEDULE_GROUP: { Ref: "ScheduleGroup" },
        SLIPWAY_TABLE: { Ref: "Table" },
        SLIPWAY_STATE_MACHINE_ARN: {
          "Fn::Sub": expect.stringMatching(/:stateMachine:slipway-check-release$/),
        },
        SLIPWAY_SCHEDULER_ROLE_ARN: { "Fn::GetAtt": ["SchedulerRole", "Arn"] },
        SLIPWAY_EVENT_BUS: "default",
        SLIPWAY_TURNS_PER_EXECUTION: "1200",
        SLIPWAY_RELEASE_METRICS: "off",
        SLIPWAY_NAMED_ROLES: "none",
        SLIPWAY_EVIDENCE_BUCKET: { Ref: "EvidenceBucket" },
        SLIPWAY_EVIDENCE_KEY: { "Fn::GetAtt": ["EvidenceKey", "Arn"] },
        SLIPWAY_EVIDENCE_MODE: "GOVERNANCE",
        POWERTOOLS_SERVICE_NAME: { Ref: "AWS::StackName" },
        POWERTOOLS_METRICS_NAMESPACE: "Slipway",
      },
    });
});

test("the stack puts out what the command needs to reach it", () => {
  const text = readFileSync(join(built.folder, "cloudformation-template-update-stack.json"), "utf8");
  const { Outputs } = JSON.parse(text) as { Outputs: Record<string, { Value: Json }> };

  expect(Outputs).toMatchObject({
    StateMachineArn: { Value: { Ref: "ReleaseStateMachine" } },
    TableName: { Value: { Ref: "Table" } },
    SchedulerRoleArn: { Value: { "Fn::GetAtt": ["SchedulerRole", "Arn"] } },
    ScheduleGroup: { Value: { Ref: "ScheduleGroup" } },
    EventBus: { Value: "default" },
  });
  const told = Object.keys(placeOf(rehearsedDeployment).outputs);
  expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(told));
});

test("each function has a role of its own, which Lambda alone may assume", () => {
  const roles = steps.map((task) => lambdaOf(task).Properties.Role);

  expect(roles).toEqual(steps.map((task) => ({ "Fn::GetAtt": [`${task}IamRoleLambdaExecution`, "Arn"] })));
  for (const task of steps)
    expect(
      built.resources[`${task}IamRoleLambdaExecution`]?.Properties.AssumeRolePolicyDocument,
    ).toMatchObject({
      Statement: [{ Principal: { Service: ["lambda.amazonaws.com"] } }],
    });
  const others = all("AWS::IAM::Role").map(([name]) => name.replace(/IamRoleLambdaExecution$/, ""));
  expect(others.filter((name) => !steps.includes(name)).sort()).toEqual([
    "ReleaseEventToStepFunctionsRole",
    "ReleaseStateMachineRole",
    "SchedulerRole",
  ]);
});

/** Every policy statement of the template, whatever it hangs on. */
function statements(node: Json | Resource, found: Statement[] = []): Statement[] {
  if (typeof node !== "object" || node === null) return found;
  if ("Statement" in node) found.push(...(node.Statement as unknown as Statement[]));
  for (const part of Object.values(node)) statements(part as Json, found);
  return found;
}

test("no policy names an action by a wildcard", () => {
  const actions = Object.values(built.resources).flatMap((resource) =>
    statements(resource).flatMap((statement) => [statement.Action].flat()),
  );

  expect(actions.length).toBeGreaterThan(50);
  expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Za-z]+$/.test(action))).toEqual([]);
});

test("Step Functions takes the machine's role for machines of this account, Scheduler its own for this account", () => {
  const conditionsOf = (name: string) => {
    const { Statement = [] } = (built.resources[name]?.Properties.AssumeRolePolicyDocument ?? {}) as {
      Statement?: { Condition: Json }[];
    };
    return Statement.map(({ Condition }) => Condition);
  };
  const account = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };

  expect(conditionsOf("ReleaseStateMachineRole")).toEqual([
    { ...account, ArnLike: { "aws:SourceArn": { "Fn::Sub": expect.stringMatching(/:stateMachine:\*$/) } } },
  ]);
  expect(conditionsOf("SchedulerRole")).toEqual([account]);
});

/** What Application Auto Scaling checks by names that nothing has. */
const wideHalf = [
  "cloudwatch:DeleteAlarms",
  "cloudwatch:DescribeAlarms",
  "cloudwatch:PutMetricAlarm",
  "sagemaker:UpdateEndpointWeightsAndCapacities",
];

/** The same of what plans list alongside. */
const alongsideHalf = [
  "dynamodb:DescribeTable",
  "dynamodb:UpdateTable",
  "ecs:DescribeServices",
  "ecs:UpdateService",
  "lambda:DeleteProvisionedConcurrencyConfig",
  "lambda:GetProvisionedConcurrencyConfig",
  "lambda:PutProvisionedConcurrencyConfig",
];

const allowedOnAll = (actions: readonly string[]) =>
  steps.filter((task) =>
    statementsOf(built.resources[`${task}IamRoleLambdaExecution`] as Resource).some(
      ({ Action, Resource: on }) => on === "*" && JSON.stringify(Action) === JSON.stringify(actions),
    ),
  );

test("what Application Auto Scaling checks is allowed to those who change scaling, in one statement", () => {
  const changing = steps.filter((task) =>
    allowedTo(task).some((action) => /application-autoscaling:(Register|Deregister|Put|Delete)/.test(action)),
  );
  /** A target's ARN says nothing of its service, so the condition does. */
  const leasing = steps.filter((task) =>
    statementsOf(built.resources[`${task}IamRoleLambdaExecution`] as Resource).some(
      ({ Action, Condition }) =>
        [Action].flat().includes("application-autoscaling:RegisterScalableTarget") &&
        JSON.stringify(Condition ?? {}).includes('"dynamodb"'),
    ),
  );

  expect(changing.length).toBe(6);
  expect(allowedOnAll(wideHalf)).toEqual(changing);
  expect(leasing).toEqual(["PrewarmInference", "ShiftTraffic", "ScaleDown"]);
  expect(allowedOnAll(alongsideHalf)).toEqual(leasing);
});

test("all resources are meant only where AWS offers no scope", () => {
  const unscoped = all("AWS::IAM::Role").flatMap(([, role]) =>
    statementsOf(role)
      .filter((statement) => statement.Resource === "*")
      .filter(
        ({ Action }) =>
          ![wideHalf, alongsideHalf].some((half) => JSON.stringify(Action) === JSON.stringify(half)),
      )
      .flatMap((statement) => [statement.Action].flat()),
  );

  /**
   * Source: Service Authorization Reference, actions without a resource type; and DescribeAlarms, which shows composite
   * alarms only where it is allowed on everything (API reference).
   */
  const offersNone = [
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingActivities",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "pricing:GetProducts",
    "sagemaker:ListClusters",
    "sagemaker:ListEndpoints",
    "sagemaker:ListModelPackages",
    "sagemaker:SearchTrainingPlanOfferings",
    "servicequotas:ListAWSDefaultServiceQuotas",
    "servicequotas:ListServiceQuotas",
  ];
  const own = unscoped.filter((action) => !/^(logs|xray):/.test(action));
  expect([...new Set(own)].sort()).toEqual(offersNone);
});

test("steps that only look may change nothing but what is kept of a release, and only one step and the sweep may delete", () => {
  const looks =
    /^(dynamodb:(GetItem|Query|DescribeTable)|ec[rs]:Describe|kms:(DescribeKey|GetKeyRotationStatus)|lambda:GetProvisioned|sagemaker:(Describe|Invoke|List)|s3:(GetObject|GetBucketLocation|ListBucket)|cloudwatch:(DescribeAlarms|GetMetricData|ListMetrics)|servicequotas:List|events:PutEvents)/;
  for (const task of ["CheckCapacity", "ProveWarmth", "ProveCapacity", "SendLoad"])
    expect(allowedTo(task, notOfJournal).filter((action) => !looks.test(action))).toEqual([]);

  // What gates answered and who said yes is kept on the lock, for the evidence of the changes that rest on it.
  const notKept = (statement: Statement) => notOfJournal(statement) && !isOfLock(statement);
  for (const task of ["CheckGates", "CheckKpis"]) {
    expect(allowedTo(task, isOfLock)).toEqual(["dynamodb:GetItem", "dynamodb:UpdateItem"]);
    expect(allowedTo(task, notKept).filter((action) => !looks.test(action))).toEqual([]);
  }

  const deleting = steps.filter((task) => allowedTo(task).some((action) => /sagemaker:Delete/.test(action)));
  expect(deleting).toEqual(["ScaleDown", "ReapLeases"]);
});

test("shifting traffic may set weights and counts of endpoints, and may not move them to another configuration", () => {
  expect(allowedTo("ShiftTraffic")).toContain("sagemaker:UpdateEndpointWeightsAndCapacities");
  expect(allowedTo("ShiftTraffic")).not.toContain("sagemaker:UpdateEndpoint");
});

test("a role is passed only to the service that runs with it", () => {
  const passing = all("AWS::IAM::Role").flatMap(([, role]) =>
    statementsOf(role).filter((statement) => [statement.Action].flat().includes("iam:PassRole")),
  );

  expect(passing.length).toBeGreaterThan(0);
  for (const statement of passing)
    expect(statement).toMatchObject({
      Condition: {
        StringEquals: { "iam:PassedToService": expect.stringMatching(/^(sagemaker|scheduler)\./) },
      },
    });
});

test("schedules may start the release machine and nothing else", () => {
  const role = built.resources.SchedulerRole;

  expect(role === undefined ? [] : statementsOf(role)).toEqual([
    {
      Effect: "Allow",
      Action: "states:StartExecution",
      Resource: { "Fn::Sub": expect.stringMatching(/:stateMachine:slipway-check-release$/) },
    },
  ]);
});

test("the table is on demand, encrypted, recoverable, and survives the stack", () => {
  const table = only("AWS::DynamoDB::Table");

  expect(table).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  expect(table.Properties).toMatchObject({
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    SSESpecification: { SSEEnabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  });
});

test("what shows each change is kept in a bucket that locks it, and outlives the stack with its key", () => {
  const { EvidenceBucket, EvidenceKey } = built.resources;

  for (const kept of [EvidenceBucket, built.resources.EvidenceBucketPolicy, EvidenceKey])
    expect(kept).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  expect(EvidenceBucket?.Properties).toMatchObject({
    ObjectLockEnabled: true,
    VersioningConfiguration: { Status: "Enabled" },
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
  expect(EvidenceKey?.Properties).toMatchObject({
    KeySpec: "ECC_NIST_EDWARDS25519",
    KeyUsage: "SIGN_VERIFY",
  });
});

test("nothing is put among the evidence but once, under a lock and by TLS", () => {
  const denied = statements(built.resources.EvidenceBucketPolicy as Resource);

  expect(denied.map(({ Effect }) => Effect)).toEqual(["Deny", "Deny", "Deny"]);
  expect(denied.map(({ Condition }) => Condition)).toEqual([
    { Bool: { "aws:SecureTransport": false } },
    { Null: { "s3:if-none-match": true } },
    { Null: { "s3:object-lock-retain-until-date": true } },
  ]);
});

test("no function deletes evidence, passes over its lock, shortens it, or has anything to do with its keys but use them", () => {
  const actions = all("AWS::IAM::Role").flatMap(([, role]) =>
    statementsOf(role).flatMap(({ Action }) => [Action].flat()),
  );
  const ofEvidence = actions.filter((action) => /^(s3|kms):/.test(action));

  expect([...new Set(ofEvidence)].filter((action) => !mayKeepEvidence.has(action)).sort()).toEqual([
    "kms:CreateGrant",
    "kms:DescribeKey",
    "kms:GetKeyRotationStatus",
    "s3:GetBucketLocation",
    "s3:ListBucket",
  ]);
});

/** What adds to it; and what gates and volume keys take is listed above. */
const mayKeepEvidence = new Set([
  "kms:GetPublicKey",
  "kms:Sign",
  "s3:GetObject",
  "s3:PutObject",
  "s3:PutObjectRetention",
]);

test("without evidence the stack has none of its resources and outputs, and settings that nothing has are named", () => {
  const file = readFileSync(join(built.folder, "cloudformation-template-update-stack.json"), "utf8");
  const { Resources, Outputs } = JSON.parse(file) as Record<"Resources" | "Outputs", Record<string, unknown>>;
  const isOfEvidence = (name: string) => /^Evidence(?!Waiting)/.test(name);
  const before = [...Object.keys(Resources), ...Object.keys(Outputs)].filter(isOfEvidence);
  leaveOut({ Resources, Outputs });

  expect(before).toHaveLength(6);
  expect([...Object.keys(Resources), ...Object.keys(Outputs)].filter(isOfEvidence)).toEqual([]);
  const settings = { evidenceMode: "COMPLIANCE", evidenceKey: "ECC_NIST_P256" };
  expect(evidenceProblems(settings)).toEqual([]);
  expect(evidenceProblems({ ...settings, evidenceMode: "governance" })).toEqual([
    '--param evidenceMode=…: expected GOVERNANCE or COMPLIANCE; found "governance"',
  ]);
});

test("nothing is open to the internet where no secret is named, and one function is where one is", () => {
  const urls = all("AWS::Lambda::Url").map(([, { Properties }]) => Properties.AuthType);
  const everybody = all("AWS::Lambda::Permission").filter(
    ([, { Properties }]) => Properties.Principal === "*",
  );
  const service = (mlflowSecret: string) => ({
    functions: { takeWebhook: {} as { url?: boolean } },
    resources: { Outputs: {} as Record<string, unknown> },
    custom: { patterns: { mlflowSecret } },
  });
  const [closed, open] = [service("none"), service("prod/mlflow")];
  openDoor(closed);
  openDoor(open);

  expect({ urls, everybody }).toEqual({ urls: ["AWS_IAM"], everybody: [] });
  expect(closed).toEqual(service("none"));
  expect(open.functions.takeWebhook).toEqual({ url: true });
  expect(Object.keys(open.resources.Outputs)).toEqual(["WebhookUrl"]);
});

test("what takes webhooks may read one secret and start the machine", () => {
  expect(allowedTo("TakeWebhook")).toEqual(["secretsmanager:GetSecretValue", "states:StartExecution"]);
  expect(JSON.stringify(built.resources.TakeWebhookIamRoleLambdaExecution)).toContain(":secret:none-??????");
});

test("every log is kept for a stated time", () => {
  const logs = all("AWS::Logs::LogGroup");

  expect(logs.length).toBe(steps.length + 1);
  expect(logs.filter(([, log]) => log.Properties.RetentionInDays !== 30)).toEqual([]);
});

test("each function's bundle is there, is small, and exports its handler and bare step", async () => {
  const names = steps.map(functionOf);

  const exported = await exportsOf(built.folder, names);

  expect([...built.bundles.keys()].sort()).toEqual([...names].sort());
  for (const name of names) {
    expect(built.bundles.get(name)?.length).toBeLessThan(1_520_000);
    expect(exported[name]).toEqual(expect.arrayContaining(["handler", name]));
  }
});

test("the template says of each function's bundle what Lambda will say of the code that it runs", () => {
  const hashOf = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(built.folder, path)))
      .digest("base64");
  const hashes = Object.fromEntries(
    steps.map((step) => [functionOf(step), hashOf(`${functionOf(step)}.zip`)]),
  );
  const versions = all("AWS::Lambda::Version").map(([, { Properties }]) => Properties?.CodeSha256);

  expect(built.metadata).toEqual({
    // Packaged in a folder that is no repository.
    Slipway: {
      LockSha256: createHash("sha256").update(readFileSync("package-lock.json")).digest("base64"),
      CodeSha256: hashes,
    },
  });
  expect(versions.toSorted()).toEqual(Object.values(hashes).toSorted());
});

/** What only AWS knows stands for as many letters as a long one has: of a partition, a region, an account; and of an ARN or a name. */
const pseudo = { "AWS::Partition": 10, "AWS::Region": 14, "AWS::AccountId": 12, "AWS::StackName": 40 };
const lettersOf = (name: unknown): string => "x".repeat(pseudo[String(name) as keyof typeof pseudo] ?? 110);
function asLongAsMayBe(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/\$\{([^}]+)\}/g, (_, name) => lettersOf(name));
  if (Array.isArray(value)) return value.map(asLongAsMayBe);
  if (typeof value !== "object" || value === null) return value;
  const [[name = "", inner] = [], ...others] = Object.entries(value);
  if (others.length === 0 && (name === "Ref" || name === "Fn::GetAtt")) return lettersOf(inner);
  if (others.length === 0 && name === "Fn::Sub")
    return asLongAsMayBe(Array.isArray(inner) ? inner[0] : inner);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asLongAsMayBe(each)]));
}

// IAM counts no white space in the inline policies of a role (IAM and AWS STS quotas); CloudFormation's own are in its user guide.
test("each role's policies and the template are no larger than AWS takes", () => {
  const sizes = all("AWS::IAM::Role").map(([name, { Properties }]): [string, number] => {
    const policies = (Properties?.Policies ?? []) as { PolicyDocument: unknown }[];
    const documents = policies.map(({ PolicyDocument }) => JSON.stringify(asLongAsMayBe(PolicyDocument)));
    return [name, documents.join("").length];
  });
  expect(sizes.length).toBeGreaterThan(25);
  expect(Math.max(...sizes.map(([, size]) => size))).toBeGreaterThan(4_000);
  expect(sizes.filter(([, size]) => size > 10_240)).toEqual([]);

  expect(Object.keys(built.resources).length).toBeLessThanOrEqual(500);
  expect(Buffer.byteLength(JSON.stringify(built.resources))).toBeLessThan(1_000_000);
});
