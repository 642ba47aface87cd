/**
 * What the services ask of their caller that check one action on one resource, or on everything.
 *
 * Source: Service Authorization Reference of each.
 */
import type { Input } from "../services/service.ts";
import { account, region } from "../world/state.ts";
import { arnOf, passRole, type Requirement, type Requires, text } from "./requirement.ts";

const onEverything =
  (action: string): Requires =>
  () => [{ action, resource: "*" }];

export const cloudwatch: Readonly<Record<string, Requires>> = {
  GetMetricData: onEverything("cloudwatch:GetMetricData"),
  ListMetrics: onEverything("cloudwatch:ListMetrics"),
  // "You can't return information about composite alarms if your cloudwatch:DescribeAlarms permission has a narrower
  // scope" (API reference).
  DescribeAlarms: ({ AlarmTypes = [] }) => [
    {
      action: "cloudwatch:DescribeAlarms",
      resource: (AlarmTypes as string[]).includes("CompositeAlarm") ? "*" : arnOf("cloudwatch", "alarm:*"),
    },
  ],
};

/** An image is checked by its repository, which names its registry's account. */
const onRepository =
  (operation: string): Requires =>
  (input) => {
    const registry = text(input, "registryId") || account;
    return [
      {
        action: `ecr:${operation}`,
        resource: `arn:aws:ecr:${region}:${registry}:repository/${text(input, "repositoryName")}`,
      },
    ];
  };

export const ecr: Readonly<Record<string, Requires>> = {
  DescribeImages: onRepository("DescribeImages"),
  DescribeImageScanFindings: onRepository("DescribeImageScanFindings"),
};

/** Nobody's service asks on their behalf: the request has no kms:ViaService (KMS developer guide, condition keys). */
const asked = { "kms:viaservice": undefined };

/** `named` are the members that are condition keys too. */
const onKey =
  (operation: string, named: Readonly<Record<string, string>> = {}): Requires =>
  (input) => {
    const key = text(input, "KeyId");
    const resource = key.startsWith("arn:") ? key : arnOf("kms", `key/${key}`);
    const said = Object.entries(named).flatMap(([member, as]) =>
      typeof input[member] === "string" ? [[as, input[member]]] : [],
    );
    return [{ action: `kms:${operation}`, resource, keys: { ...asked, ...Object.fromEntries(said) } }];
  };

export const kms: Readonly<Record<string, Requires>> = {
  DescribeKey: onKey("DescribeKey"),
  GetKeyRotationStatus: onKey("GetKeyRotationStatus"),
  GetPublicKey: onKey("GetPublicKey"),
  Sign: onKey("Sign", { MessageType: "kms:messagetype", SigningAlgorithm: "kms:signingalgorithm" }),
  GenerateMac: onKey("GenerateMac", { MacAlgorithm: "kms:macalgorithm" }),
  VerifyMac: onKey("VerifyMac", { MacAlgorithm: "kms:macalgorithm" }),
};

/** An object's ARN has neither region nor account. */
const onBucket = (input: Input, action: string): Requirement => ({
  action,
  resource: `arn:aws:s3:::${text(input, "Bucket")}`,
  refusedAs: "AccessDenied",
});
const onObject = (input: Input, action: string): Requirement => ({
  action,
  resource: `arn:aws:s3:::${text(input, "Bucket")}/${text(input, "Key")}`,
  refusedAs: "AccessDenied",
});
const ofVersion = (input: Input, action: string): string =>
  input.VersionId === undefined ? action : `${action}Version`;
const locks = (input: Input): boolean => "ObjectLockMode" in input || "ObjectLockRetainUntilDate" in input;

/** Who locks what it puts, and who passes over a lock, is asked for that too (Object Lock, user guide). */
export const s3: Readonly<Record<string, Requires>> = {
  GetBucketLocation: (input) => [onBucket(input, "s3:GetBucketLocation")],
  ListObjectsV2: (input) => [onBucket(input, "s3:ListBucket")],
  GetObject: (input) => [onObject(input, ofVersion(input, "s3:GetObject"))],
  HeadObject: (input) => [onObject(input, ofVersion(input, "s3:GetObject"))],
  PutObject: (input) => [
    onObject(input, "s3:PutObject"),
    ...(locks(input) ? [onObject(input, "s3:PutObjectRetention")] : []),
  ],
  DeleteObject: (input) => [
    onObject(input, ofVersion(input, "s3:DeleteObject")),
    ...(input.BypassGovernanceRetention === "true" ? [onObject(input, "s3:BypassGovernanceRetention")] : []),
  ],
};

export const serviceQuotas: Readonly<Record<string, Requires>> = {
  ListServiceQuotas: onEverything("servicequotas:ListServiceQuotas"),
  ListAWSDefaultServiceQuotas: onEverything("servicequotas:ListAWSDefaultServiceQuotas"),
  RequestServiceQuotaIncrease: onEverything("servicequotas:RequestServiceQuotaIncrease"),
  ListRequestedServiceQuotaChangeHistoryByQuota: onEverything(
    "servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota",
  ),
};

export const pricing: Readonly<Record<string, Requires>> = {
  GetProducts: onEverything("pricing:GetProducts"),
};

/** Every entry names its bus, by name or ARN; none is the default one. */
export const eventBridge: Readonly<Record<string, Requires>> = {
  PutEvents: ({ Entries = [] }) => {
    const buses = (Entries as { EventBusName?: string }[]).map(
      ({ EventBusName = "default" }) => EventBusName,
    );
    return [...new Set(buses)].map((bus) => ({
      action: "events:PutEvents",
      resource: bus.startsWith("arn:") ? bus : arnOf("events", `event-bus/${bus}`),
    }));
  },
};

const onSchedule =
  (operation: string): Requires =>
  (input) => {
    const name = `schedule/${text(input, "GroupName") || "default"}/${text(input, "Name")}`;
    return [{ action: `scheduler:${operation}`, resource: arnOf("scheduler", name) }];
  };

const withRole =
  (operation: string): Requires =>
  (input, facts) => [
    ...onSchedule(operation)(input, facts),
    ...passRole((input.Target as Input | undefined)?.RoleArn, "scheduler.amazonaws.com"),
  ];

export const scheduler: Readonly<Record<string, Requires>> = {
  CreateSchedule: withRole("CreateSchedule"),
  UpdateSchedule: withRole("UpdateSchedule"),
  GetSchedule: onSchedule("GetSchedule"),
  DeleteSchedule: onSchedule("DeleteSchedule"),
};

/** A secret that is asked for by its name is checked by an ARN that ends in six characters of AWS's. */
export const secretsManager: Readonly<Record<string, Requires>> = {
  GetSecretValue(input) {
    const id = text(input, "SecretId");
    const resource = id.startsWith("arn:") ? id : arnOf("secretsmanager", `secret:${id}-Rehear`);
    return [{ action: "secretsmanager:GetSecretValue", resource }];
  },
};

export const sns: Readonly<Record<string, Requires>> = {
  Publish: (input) => [{ action: "sns:Publish", resource: text(input, "TopicArn") }],
};

/** A role is asked for by its name; those of functions are in no path. */
const onRole =
  (operation: string): Requires =>
  (input) => [
    {
      action: `iam:${operation}`,
      resource: `arn:aws:iam::${account}:role/${text(input, "RoleName")}`,
      refusedAs: "AccessDenied",
    },
  ];

export const iam: Readonly<Record<string, Requires>> = {
  GetRole: onRole("GetRole"),
  GetRolePolicy: onRole("GetRolePolicy"),
  ListAttachedRolePolicies: onRole("ListAttachedRolePolicies"),
  ListRolePolicies: onRole("ListRolePolicies"),
};

const onArn =
  (operation: string, member: string): Requires =>
  (input) => [{ action: `states:${operation}`, resource: text(input, member) }];

export const stepFunctions: Readonly<Record<string, Requires>> = {
  StartExecution: onArn("StartExecution", "stateMachineArn"),
  StopExecution: onArn("StopExecution", "executionArn"),
  DescribeExecution: onArn("DescribeExecution", "executionArn"),
  GetExecutionHistory: onArn("GetExecutionHistory", "executionArn"),
};
