/**
 * What Application Auto Scaling asks of its caller: its own action, and then, by test calls in the caller's name, what
 * it will do to the target. What such a call is denied fails the request with ValidationException.
 *
 * Sources: Service Authorization Reference; Application Auto Scaling user guide, permissions validation, which lists
 * the actions for SageMaker endpoints on `*`. The test calls name things that do not exist: an endpoint configuration
 * of a random name (aws-controllers-k8s/community#2110), an alarm without one
 * (aws-samples/amazon-cloudwatch-auto-alarms#18). Unconfirmed, and modelled because it is stricter: that all writes
 * are checked as RegisterScalableTarget is.
 */
import type { Input } from "../twin/service.ts";
import { arnOf, type Requirement, type Requires, text } from "./requirement.ts";

const describe =
  (operation: string): Requires =>
  () => [{ action: `application-autoscaling:${operation}`, resource: "*" }];

const write =
  (operation: string): Requires =>
  (input, facts) => [
    {
      action: `application-autoscaling:${operation}`,
      resource: arnOf("application-autoscaling", "scalable-target/0rehearsed"),
      keys: scopeOf(input),
    },
    ...(facts.checksComeViaService ? checksViaService : checks),
  ];

const scopeOf = (input: Input) => ({
  "application-autoscaling:service-namespace": text(input, "ServiceNamespace"),
  "application-autoscaling:scalable-dimension": text(input, "ScalableDimension"),
});

/** A name that nothing has. */
const dummy = "7f4e1944-1817-4891-9bef-e055a90787a4";
const checks: readonly Requirement[] = [
  ["sagemaker:DescribeEndpoint", arnOf("sagemaker", `endpoint/${dummy}`)],
  ["sagemaker:DescribeEndpointConfig", arnOf("sagemaker", `endpoint-config/${dummy}`)],
  ["sagemaker:UpdateEndpointWeightsAndCapacities", arnOf("sagemaker", `endpoint/${dummy}`)],
  ["cloudwatch:DescribeAlarms", arnOf("cloudwatch", "alarm:*")],
  ["cloudwatch:PutMetricAlarm", arnOf("cloudwatch", "alarm:")],
  ["cloudwatch:DeleteAlarms", arnOf("cloudwatch", "alarm:")],
].map(([action = "", resource = ""]) => ({ action, resource, refusedAs: "ValidationException" }));
const checksViaService = checks.map((check) => ({ ...check, keys: { "aws:viaawsservice": "true" } }));

export const applicationAutoScaling: Readonly<Record<string, Requires>> = {
  DescribeScalableTargets: describe("DescribeScalableTargets"),
  DescribeScalingPolicies: describe("DescribeScalingPolicies"),
  DescribeScheduledActions: describe("DescribeScheduledActions"),
  RegisterScalableTarget: write("RegisterScalableTarget"),
  DeregisterScalableTarget: write("DeregisterScalableTarget"),
  PutScalingPolicy: write("PutScalingPolicy"),
  PutScheduledAction: write("PutScheduledAction"),
};
