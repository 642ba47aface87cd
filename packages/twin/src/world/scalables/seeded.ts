/** What a model leans on as a release finds it: steady, and known to Application Auto Scaling unless the world says not. */
import type { AccountSeed, ScalableSeed } from "../account-seed.ts";
import { newTarget } from "../new-target.ts";
import type { ScalableTarget } from "../scaling-state.ts";
import type { SettledSpec } from "../settled.ts";
import { arn, account as owner } from "../state.ts";
import type { ScalableKind } from "./kind.ts";
import { kindOf, targetId } from "./registry.ts";
import type { Scalable } from "./scalable-state.ts";

const dayMs = 86_400_000;

export interface SeededScalables {
  readonly scalables: readonly Scalable[];
  readonly targets: readonly ScalableTarget[];
}

/** Throws on a namespace and dimension that no kind has, and on a resource that its kind does not know. */
export function seededScalables(account: AccountSeed, spec: SettledSpec, startMs: number): SeededScalables {
  const seeds = account.scalables ?? [];
  const all = [...seeds, ...unnamed(seeds)].map((seed) => ({ seed, kind: requiredKind(seed) }));
  const scalables = all.map(({ seed, kind }) => seededScalable(seed, kind, { spec, startMs }));
  const registered = all.filter(
    ({ seed }) => (seed.registered ?? spec.alongside.registered) && !isOnDemand(seed, spec),
  );
  const targets = registered.map(({ seed, kind }) => {
    const target = seededTarget(seed, kind, startMs);
    if (seed.follows ?? spec.alongside.follows) addPolicy(target, kind);
    return target;
  });
  return { scalables, targets };
}

/** The other dimensions of resources that are listed with some of theirs. */
function unnamed(seeds: readonly ScalableSeed[]): ScalableSeed[] {
  const ids = new Set(seeds.map(({ resourceId, dimension }) => targetId(resourceId, dimension)));
  return seeds.flatMap(({ namespace, resourceId, dimension, onDemand }) => {
    const others = kindOf({ namespace, dimension })?.dimensions ?? [];
    return others
      .filter((other) => !ids.has(targetId(resourceId, other)))
      .map((other) => ({
        namespace,
        resourceId,
        dimension: other,
        registered: false,
        ...(onDemand === undefined ? {} : { onDemand }),
      }));
  });
}

const isOnDemand = (seed: ScalableSeed, spec: SettledSpec): boolean =>
  seed.onDemand ?? (spec.alongside.onDemand && requiredKind(seed).refusal !== undefined);

function requiredKind(seed: ScalableSeed): ScalableKind {
  const kind = kindOf(seed);
  if (kind?.resourceId.test(seed.resourceId) === true) return kind;
  throw new Error(
    `expected a resource that the world can scale, found ${seed.namespace} ${seed.dimension} ${seed.resourceId}`,
  );
}

function seededScalable(
  seed: ScalableSeed,
  kind: ScalableKind,
  { spec, startMs }: { spec: SettledSpec; startMs: number },
): Scalable {
  const { namespace, resourceId, dimension } = seed;
  const { roomPercent, decreasesToday } = spec.alongside;
  const provisioned = !isOnDemand(seed, spec);
  const capacity = provisioned ? (seed.capacity ?? kind.usual.capacity) : 0;
  const creationMs = startMs - 40 * dayMs;
  return {
    id: targetId(resourceId, dimension),
    namespace,
    resourceId,
    dimension,
    creationMs,
    lastModifiedMs: creationMs,
    provisioned,
    atRest: capacity,
    desired: capacity,
    ready: capacity,
    changing: false,
    short: false,
    changes: 0,
    most:
      roomPercent === undefined ? Number.POSITIVE_INFINITY : Math.ceil((capacity * roomPercent) / 100 - 1e-9),
    // The last of them a minute ago.
    loweredMs: Array.from({ length: decreasesToday }, (_, nth) => startMs - (decreasesToday - nth) * 60_000),
    usdPerUnitHour: seed.usdPerUnitHour ?? kind.usdPerUnitHour(dimension),
    levels: [{ atMs: creationMs, ready: capacity }],
  };
}

function seededTarget(seed: ScalableSeed, kind: ScalableKind, startMs: number): ScalableTarget {
  const { namespace, resourceId, dimension } = seed;
  const capacity = seed.capacity ?? kind.usual.capacity;
  const id = targetId(resourceId, dimension);
  return newTarget({
    id,
    namespace,
    resourceId,
    dimension,
    arnId: `seed-${id.replaceAll(/\W+/g, "-")}`,
    creationMs: startMs - 40 * dayMs,
    roleArn: roleArnOf(kind),
    min: seed.min ?? Math.min(kind.usual.min, capacity),
    max: seed.max ?? Math.max(kind.usual.max, capacity),
  });
}

/** Of the metric that AWS has for the dimension. */
function addPolicy(
  { id, namespace, dimension, policies, creationMs }: ScalableTarget,
  kind: ScalableKind,
): void {
  const name = `${id.replaceAll(/\W+/g, "-")}-utilisation`;
  const configuration = {
    TargetValue: kind.utilisationTarget,
    PredefinedMetricSpecification: { PredefinedMetricType: kind.utilisationMetric(dimension) },
  };
  policies.set(name, {
    name,
    arn: arn(
      "autoscaling",
      `scalingPolicy:00000000-0000-4000-8000-000000000001:resource/${namespace}/${id}:policyName/${name}`,
    ),
    creationMs,
    targetValue: configuration.TargetValue,
    scaleOutCooldownSeconds: 0,
    scaleInCooldownSeconds: 0,
    disableScaleIn: false,
    configuration,
  });
}

/** Application Auto Scaling user guide, "Service-linked role ARN reference". */
export const roleArnOf = ({ namespace, serviceLinkedRole }: ScalableKind): string =>
  `arn:aws:iam::${owner}:role/aws-service-role/${namespace}.application-autoscaling.amazonaws.com/${serviceLinkedRole}`;
