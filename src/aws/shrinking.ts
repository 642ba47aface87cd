/** Makes room in place: stable gives up instances before the candidate joins. */
import { isMoving, variantOf } from "../core/capacity/endpoint.ts";
import { drifted } from "../core/errors.ts";
import type { Plan } from "../core/plan/plan.ts";
import { endOfInPlace, shrinkId } from "../core/release/in-place.ts";
import type { Polling } from "../core/release/polling.ts";
import type { Needs } from "../core/release/release.ts";
import { make } from "./changes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { loadOutlook } from "./load.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface Shrinking {
  readonly plan: Plan;
  readonly needs: Needs;
  readonly poll: Polling;
}

/**
 * Why stable is not as small yet as the candidate's joining needs it; undefined where it is, or is not to be shrunk.
 * @throws Drifted where the load is no longer as low, or stable did not become smaller
 */
export async function shrinkStable(
  tools: Tools,
  ledger: Ledger,
  { plan, needs, poll }: Shrinking,
): Promise<string | undefined> {
  const { stable, inPlace } = needs;
  if (inPlace === undefined || inPlace.stableInstances === stable.instances) return undefined;
  if (ledger.find("join") !== undefined) return undefined;
  const platform = servingPlatform(tools.aws);
  const { name } = plan.endpoint;
  const view = await platform.view(name, needs);
  if (isMoving(view)) return `endpoint ${name} is ${view.status}`;
  if (ledger.find(shrinkId)?.state !== "applied") {
    const { now: load } = await loadOutlook(tools.aws, {
      endpoint: name,
      variants: [stable.variant],
      nowMs: tools.now(),
    });
    const over = endOfInPlace({ plan, needs, nowMs: tools.now(), load });
    if (over !== undefined) throw drifted(`stable is not shrunk: ${over}`);
    await make(tools, ledger, { id: shrinkId, ...platform.resize(name, stable.variant, stable.instances) });
    return `${stable.variant} gives up ${inPlace.stableInstances - stable.instances} of its ${inPlace.stableInstances} instances`;
  }
  const { desiredInstances = 0, currentInstances = 0 } = variantOf(view, stable.variant) ?? {};
  if (desiredInstances !== stable.instances)
    throw drifted(
      `${stable.variant} has ${desiredInstances} instances, and was to be shrunk to ${stable.instances}`,
    );
  if (currentInstances === stable.instances) return undefined;
  const { capacityTimeoutMinutes: limit } = plan.rollout;
  if (poll.isOverdue(limit)) throw drifted(`${stable.variant} was not shrunk within ${limit} minutes`);
  return `${currentInstances} of ${stable.variant}'s instances are in service, ${stable.instances} are to stay`;
}
