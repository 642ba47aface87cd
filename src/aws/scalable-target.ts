/** A target of Application Auto Scaling that a team has registered, of any service: its bounds, and whether a policy is at work. */
import {
  DescribeScalableTargetsCommand,
  paginateDescribeScalingPolicies,
  RegisterScalableTargetCommand,
  type ScalableDimension,
} from "@aws-sdk/client-application-auto-scaling";
import type { TargetScope } from "../core/plan/alongside/define.ts";
import type { Bounds, SomeBounds } from "../core/release/shared-lease.ts";
import type { Aws } from "./clients.ts";

export interface ScalableTarget extends Bounds {
  /** Whether a policy takes away what the load does not need. */
  readonly scalesIn: boolean;
}

const members = ({ namespace, dimension, resourceId }: TargetScope) => ({
  ServiceNamespace: namespace,
  ScalableDimension: dimension as ScalableDimension,
  ResourceId: resourceId,
});

/** Null where none is registered. */
export async function readScalableTarget(
  { scaling }: Aws,
  scope: TargetScope,
): Promise<ScalableTarget | null> {
  const { ResourceId, ...of } = members(scope);
  const { ScalableTargets } = await scaling.send(
    new DescribeScalableTargetsCommand({ ...of, ResourceIds: [ResourceId] }),
  );
  const found = ScalableTargets?.[0];
  if (found === undefined) return null;
  const { MinCapacity: min = 0, MaxCapacity: max = 0, SuspendedState } = found;
  const isHeld = SuspendedState?.DynamicScalingInSuspended ?? false;
  return { min, max, scalesIn: !isHeld && (await hasPolicies({ scaling }, scope)) };
}

async function hasPolicies({ scaling }: Pick<Aws, "scaling">, scope: TargetScope): Promise<boolean> {
  for await (const { ScalingPolicies = [] } of paginateDescribeScalingPolicies(
    { client: scaling },
    members(scope),
  ))
    if (ScalingPolicies.length > 0) return true;
  return false;
}

/**
 * Sets what is given of its bounds: "any parameters that you don't specify are not changed", and the capacity is brought
 * into them (RegisterScalableTarget, API reference).
 */
export async function putBounds(
  { scaling }: Aws,
  scope: TargetScope,
  { min, max }: SomeBounds,
): Promise<void> {
  if (min === undefined && max === undefined) return;
  await scaling.send(
    new RegisterScalableTargetCommand({
      ...members(scope),
      ...(min === undefined ? {} : { MinCapacity: min }),
      ...(max === undefined ? {} : { MaxCapacity: max }),
    }),
  );
}
