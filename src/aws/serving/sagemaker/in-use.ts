/** What an endpoint that a release leaves still relies on: it stays as it is, whoever made it. */
import { type Fleets, trafficPercent, variantOf } from "../../../core/capacity/endpoint.ts";
import { Scaling } from "../../../core/capacity/scaling.ts";
import type { Change } from "../../../core/release/change.ts";
import type { Promoted } from "../../../core/release/leaving.ts";
import { scalingOf } from "../../../core/release/resources.ts";
import type { Aws } from "../../clients.ts";
import { ifThere } from "../../errors.ts";
import { viewEquipped } from "./endpoints.ts";
import { variantsOf } from "./models.ts";

/** Names of the models and configurations that serve, and of the scaling that it relies on; none where the endpoint is gone. */
export async function namesInUse(
  aws: Aws,
  { name, needs, changes }: Promoted & { readonly changes: readonly Change[] },
): Promise<Set<string>> {
  const endpoint = await ifThere(() => viewEquipped(aws, name));
  if (endpoint === undefined) return new Set();
  /** The candidate, where the endpoint was left to somebody else with it. */
  const left = variantOf(endpoint, needs.candidate.variant);
  const { config, pendingConfig = config } = endpoint;
  const { stable, joinConfig, finalConfig } = needs;
  const isTheirs = ![stable.config, joinConfig, finalConfig].includes(pendingConfig);
  const variants = isTheirs ? await variantsOf(aws, pendingConfig) : [];
  /** Somebody else's variant is beside stable, or comes: whoever brought it may rely on our hold, and lifts their own. */
  const relied = variants === undefined || (variants.includes(stable.variant) && variants.length > 1);
  const held = relied || (left !== undefined && isBeyondBounds(changes, endpoint, stable.variant));
  return new Set([
    endpoint.config,
    ...(held ? [scalingOf(endpoint.name, stable.variant).name] : []),
    ...(endpoint.pendingConfig === undefined ? [] : [endpoint.pendingConfig]),
    ...endpoint.variants.map((v) => v.modelName),
    ...(left === undefined ? [] : [left.modelName, scalingOf(endpoint.name, left.name).name]),
  ]);
}

/**
 * Whether stable serves with more instances than its own scaling allows: refilled for a way back that somebody else has
 * ended half-way. Its own bounds would take them from under the traffic that they left it.
 */
function isBeyondBounds(changes: readonly Change[], endpoint: Fleets, stable: string): boolean {
  const variant = variantOf(endpoint, stable);
  const hold = changes.find(({ id }) => id === "hold-scale-in");
  const own = Scaling.nullable().parse(hold?.before ?? null);
  if (variant === undefined || own === null || trafficPercent(endpoint, stable) === 0) return false;
  return Math.max(variant.currentInstances, variant.desiredInstances) > own.max;
}
