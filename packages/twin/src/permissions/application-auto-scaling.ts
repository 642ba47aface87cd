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
import type { Input } from "../services/service.ts";
import { kindOf } from "../world/scalables/registry.ts";
import { roleArnOf } from "../world/scalables/seeded.ts";
import { arnOf, type Facts, type Requirement, type Requires, text } from "./requirement.ts";

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
    ...checksOf(input).map((check) =>
      facts.checksComeViaService ? { ...check, keys: { "aws:viaawsservice": "true" } } : check,
    ),
  ];

/**
 * The first target of a service in an account has its service-linked role made, and so asks for the right to (user
 * guide, service-linked roles). That a refusal is an AccessDeniedException is unconfirmed.
 */
const register: Requires = (input, facts) => [
  ...write("RegisterScalableTarget")(input, facts),
  ...firstOf(input, facts),
];

function firstOf(input: Input, { hasLinkedRole }: Facts): readonly Requirement[] {
  const kind = kindOf(targetOf(input));
  return kind === undefined || hasLinkedRole(kind.namespace)
    ? []
    : [
        {
          action: "iam:CreateServiceLinkedRole",
          resource: roleArnOf(kind),
          keys: { "iam:awsservicename": `${kind.namespace}.application-autoscaling.amazonaws.com` },
        },
      ];
}

const targetOf = (input: Input) => ({
  namespace: text(input, "ServiceNamespace"),
  dimension: text(input, "ScalableDimension"),
});

const scopeOf = (input: Input) => ({
  "application-autoscaling:service-namespace": text(input, "ServiceNamespace"),
  "application-autoscaling:scalable-dimension": text(input, "ScalableDimension"),
});

/** A name that nothing has. */
const dummy = "7f4e1944-1817-4891-9bef-e055a90787a4";
const checked = (action: string, resource: string): Requirement => ({
  action,
  resource: arnOf(action.split(":")[0] ?? "", resource),
  refusedAs: "ValidationException",
});
const ofVariants = [
  checked("sagemaker:DescribeEndpoint", `endpoint/${dummy}`),
  checked("sagemaker:DescribeEndpointConfig", `endpoint-config/${dummy}`),
  checked("sagemaker:UpdateEndpointWeightsAndCapacities", `endpoint/${dummy}`),
];
const ofAlarms = [
  checked("cloudwatch:DescribeAlarms", "alarm:*"),
  checked("cloudwatch:PutMetricAlarm", "alarm:"),
  checked("cloudwatch:DeleteAlarms", "alarm:"),
];

/** That other kinds are checked by names that nothing has, as SageMaker's are, is unconfirmed; it is stricter. */
function checksOf(input: Input): readonly Requirement[] {
  const kind = kindOf(targetOf(input));
  const own = kind?.actions.map((action) => checked(action, kind.resourceNamed(dummy)));
  return [...(own ?? ofVariants), ...ofAlarms];
}

export const applicationAutoScaling: Readonly<Record<string, Requires>> = {
  DescribeScalableTargets: describe("DescribeScalableTargets"),
  DescribeScalingPolicies: describe("DescribeScalingPolicies"),
  DescribeScheduledActions: describe("DescribeScheduledActions"),
  DescribeScalingActivities: describe("DescribeScalingActivities"),
  RegisterScalableTarget: register,
  DeregisterScalableTarget: write("DeregisterScalableTarget"),
  PutScalingPolicy: write("PutScalingPolicy"),
  PutScheduledAction: write("PutScheduledAction"),
};
