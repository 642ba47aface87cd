/** The table of what every call requires: `service.Operation`, as calls are counted, → actions on resources. */
import type { Call } from "../services/service.ts";
import { notModelled } from "../services/service.ts";
import { applicationAutoScaling } from "./application-auto-scaling.ts";
import { dynamodb } from "./dynamodb.ts";
import { ecs } from "./ecs.ts";
import { lambda } from "./lambda.ts";
import {
  cloudwatch,
  ecr,
  eventBridge,
  iam,
  kms,
  pricing,
  s3,
  scheduler,
  secretsManager,
  serviceQuotas,
  sns,
  stepFunctions,
} from "./other-services.ts";
import type { Facts, Requirement, Requires } from "./requirement.ts";
import { sagemaker, sagemakerRuntime } from "./sagemaker.ts";

/** By the names of the twin's services. */
export const required: Readonly<Record<string, Readonly<Record<string, Requires>>>> = {
  "application-autoscaling": applicationAutoScaling,
  cloudwatch,
  dynamodb,
  ecr,
  ecs,
  eventbridge: eventBridge,
  iam,
  kms,
  lambda,
  pricing,
  s3,
  sagemaker,
  "sagemaker-runtime": sagemakerRuntime,
  scheduler,
  secretsmanager: secretsManager,
  "service-quotas": serviceQuotas,
  sns,
  stepfunctions: stepFunctions,
};

/** All of these must be allowed. Throws the error of what is not modelled for a call that is not in the table. */
export function requirementsOf({ service, operation, input }: Call, facts: Facts): readonly Requirement[] {
  const requires = required[service]?.[operation];
  if (requires === undefined) throw notModelled(`the permissions of ${service}.${operation}`);
  return requires(input, facts);
}
