/** What a scalable target may be registered for: the resource must exist, and be of a kind that can be scaled. */
import { AwsError } from "../vocabulary/aws-error.ts";
import { scaledVariant } from "../world/adjustable.ts";
import type { World } from "../world/region.ts";
import { kindOf, targetId } from "../world/scalables/registry.ts";
import { roleArnOf } from "../world/scalables/seeded.ts";
import type { ScalableTarget } from "../world/scaling-state.ts";
import { variantTarget } from "../world/seeded-scaling.ts";

type Names = Pick<ScalableTarget, "id" | "namespace" | "resourceId" | "dimension" | "roleArn">;

export interface Registrable {
  readonly names: Names;
  /** The smallest minimum that its target may have. */
  readonly leastMinimum: number;
}

/** @throws ValidationException for what cannot be scaled; whether a variant exists is asked for new targets alone. */
export function registrable(
  world: World,
  {
    resourceId,
    ...of
  }: { readonly namespace: string; readonly dimension: string; readonly resourceId: string },
): Registrable {
  const kind = kindOf(of);
  if (kind === undefined) return registrableVariant(world, resourceId);
  const id = targetId(resourceId, of.dimension);
  const scalable = world.state.scalables.get(id);
  const refusal = scalable === undefined ? kind.missing(resourceId) : kind.refusal?.(scalable);
  if (refusal !== undefined) throw new AwsError("ValidationException", refusal);
  return {
    names: { id, resourceId, ...of, roleArn: roleArnOf(kind) },
    leastMinimum: kind.leastMinimum,
  };
}

/**
 * The minimum of a real-time variant is at least one (SageMaker developer guide, "Register a model"); the API reference
 * of RegisterScalableTarget allows 0 for "SageMaker endpoint variants". Which holds is unconfirmed.
 */
const leastOfVariants = 1;

function registrableVariant(world: World, resourceId: string): Registrable {
  const scaled = scaledVariant(world, resourceId);
  /** Burstable instances are not scaled (SageMaker developer guide, on automatic scaling; wording unconfirmed). */
  if (/^ml\.t\d/.test(scaled?.variant.instanceType ?? ""))
    throw new AwsError(
      "ValidationException",
      `Automatic scaling is not supported for instance type ${scaled?.variant.instanceType} of ${resourceId}`,
    );
  if (scaled === undefined && !world.state.scalableTargets.has(resourceId))
    throw new AwsError(
      "ValidationException",
      `SageMaker: Could not find endpoint or variant for resource ID: ${resourceId}`,
    );
  return { names: variantTarget(resourceId), leastMinimum: leastOfVariants };
}
