/** Application Auto Scaling: a variant's bounds, suspensions, policies and scheduled actions as one resource. */
import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  paginateDescribeScalingPolicies,
  paginateDescribeScheduledActions,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
  type ScalingPolicy,
  type ScheduledAction,
} from "@aws-sdk/client-application-auto-scaling";
import { type NamedPart, Scaling } from "../core/capacity/scaling.ts";
import { awsUnavailable } from "../core/errors.ts";
import { same } from "../core/release/json-value.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { saysNotFound } from "./errors.ts";

const ServiceNamespace = "sagemaker" as const;
const ScalableDimension = "sagemaker:variant:DesiredInstanceCount" as const;

/** A variant's scaling, or null where none is registered. */
export async function readScaling({ scaling }: Aws, resourceId: string): Promise<Scaling | null> {
  const scope = { ServiceNamespace, ScalableDimension };
  const { ScalableTargets } = await scaling.send(
    new DescribeScalableTargetsCommand({ ...scope, ResourceIds: [resourceId] }),
  );
  const target = ScalableTargets?.[0];
  if (target === undefined) return null;
  const own = { ...scope, ResourceId: resourceId };
  const policies: ScalingPolicy[] = [];
  for await (const page of paginateDescribeScalingPolicies({ client: scaling }, own))
    policies.push(...(page.ScalingPolicies ?? []));
  const actions: ScheduledAction[] = [];
  for await (const page of paginateDescribeScheduledActions({ client: scaling }, own))
    actions.push(...(page.ScheduledActions ?? []));
  return Scaling.parse(
    asJson({
      min: target.MinCapacity,
      max: target.MaxCapacity,
      suspended: {
        in: target.SuspendedState?.DynamicScalingInSuspended ?? false,
        out: target.SuspendedState?.DynamicScalingOutSuspended ?? false,
        scheduled: target.SuspendedState?.ScheduledScalingSuspended ?? false,
      },
      policies: policies.map((p) => ({
        name: p.PolicyName,
        type: p.PolicyType,
        targetTracking: p.TargetTrackingScalingPolicyConfiguration,
        step: p.StepScalingPolicyConfiguration,
      })),
      scheduledActions: actions.map((a) => ({
        name: a.ScheduledActionName,
        schedule: a.Schedule,
        timeZone: a.Timezone,
        start: a.StartTime?.toISOString(),
        end: a.EndTime?.toISOString(),
        action: a.ScalableTargetAction,
      })),
    }),
  );
}

/**
 * Makes a variant's scaling what it should be; null deregisters it, which is done already when it is gone.
 * @throws AwsUnavailable where a target that is there is not known: "there might be a brief delay until the operation
 * achieves eventual consistency" (RegisterScalableTarget, API reference).
 */
export async function putScaling(
  aws: Aws,
  resourceId: string,
  { to, from }: { readonly to: Scaling | null; readonly from: Scaling | null },
): Promise<void> {
  const target = { ServiceNamespace, ScalableDimension, ResourceId: resourceId };
  if (to === null) {
    try {
      await aws.scaling.send(new DeregisterScalableTargetCommand(target));
    } catch (error) {
      if (!saysNotFound(error)) throw error;
    }
    return;
  }
  const bounds = boundsThatDiffer(to, from);
  if (Object.keys(bounds).length > 0)
    await aws.scaling.send(new RegisterScalableTargetCommand({ ...target, ...bounds }));
  try {
    await putPolicies(aws, target, { to, from });
    for (const action of to.scheduledActions)
      if (!from?.scheduledActions.some((a) => same(asJson(a), asJson(action))))
        await putScheduledAction(aws, target, action);
  } catch (error) {
    throw saysNotFound(error) ? awsUnavailable(`${resourceId} is not known yet`, error) : error;
  }
}

/** What is left out stays as it is, so that it cannot overwrite what someone else sets at the same moment. */
function boundsThatDiffer(to: Scaling, from: Scaling | null): Partial<RegisterScalableTargetCommandInput> {
  return {
    ...(to.min === from?.min ? {} : { MinCapacity: to.min }),
    ...(to.max === from?.max ? {} : { MaxCapacity: to.max }),
    ...(from !== null && same(to.suspended, from.suspended)
      ? {}
      : {
          SuspendedState: {
            DynamicScalingInSuspended: to.suspended.in,
            DynamicScalingOutSuspended: to.suspended.out,
            ScheduledScalingSuspended: to.suspended.scheduled,
          },
        }),
  };
}

type Target = {
  readonly ServiceNamespace: "sagemaker";
  readonly ScalableDimension: typeof ScalableDimension;
  readonly ResourceId: string;
};

/** None is ever deleted: no change of a release takes a policy away but with its target. */
async function putPolicies(
  { scaling }: Aws,
  target: Target,
  { to, from }: { to: Scaling; from: Scaling | null },
): Promise<void> {
  const had = from?.policies ?? [];
  for (const policy of to.policies.filter((p) => !had.some((known) => same(asJson(known), asJson(p)))))
    await scaling.send(
      new PutScalingPolicyCommand({
        ...target,
        PolicyName: policy.name,
        PolicyType: policy.type as never,
        TargetTrackingScalingPolicyConfiguration: policy.targetTracking as never,
        StepScalingPolicyConfiguration: policy.step as never,
      }),
    );
}

async function putScheduledAction({ scaling }: Aws, target: Target, action: NamedPart): Promise<void> {
  const date = (value: unknown) => (typeof value === "string" ? new Date(value) : undefined);
  await scaling.send(
    new PutScheduledActionCommand({
      ...target,
      ScheduledActionName: action.name,
      Schedule: action.schedule as string,
      Timezone: action.timeZone as string | undefined,
      StartTime: date(action.start),
      EndTime: date(action.end),
      ScalableTargetAction: action.action as never,
    }),
  );
}
