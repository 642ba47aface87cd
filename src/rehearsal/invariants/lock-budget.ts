/** Whether a call of ours may lock an endpoint for minutes while the candidate carries traffic, by the plan's locked minutes. */
import { isRaise } from "#twin/world";
import type { CheckContext } from "./check-context.ts";
import type { LockedTime } from "./locked-time.ts";
import type { MetricReads } from "./metric-reads.ts";
import { type ObservedCall, textOf } from "./observation.ts";
import { candidateShare, isStable, type Passage } from "./passages.ts";
import { raiseMinutes, updateMinutes } from "./planned.ts";
import { publishedLoad } from "./published.ts";
import { percent } from "./shifts.ts";

/** A lock of minutes that a call of ours begins while the candidate carries traffic; says so where it may not. */
export function lockBegins(
  seen: ObservedCall,
  by: {
    context: CheckContext;
    locked: LockedTime;
    reads: MetricReads;
    passageOf: (endpoint: string) => Passage | undefined;
  },
): string | undefined {
  const { context, locked, reads } = by;
  if (seen.frame === undefined) return undefined;
  const raised = seen.caused.find(isRaise);
  const replaced = seen.call.operation === "UpdateEndpoint";
  const name = replaced ? textOf(seen.call, "EndpointName") : raised?.subject.split("/")[0];
  const endpoint = context.world.state.endpoints.get(name ?? "");
  const passage = by.passageOf(name ?? "");
  if (endpoint === undefined || passage === undefined) return undefined;
  const share = candidateShare(endpoint, { passage, world: context.world, weight: "currentWeight" });
  if (share === 0) return undefined;
  const lockedMinutes = locked.minutes(passage);
  locked.begin(endpoint.name, { passage, atMs: seen.call.at, by: "us" });
  const { maxLockedMinutes } = context.planOf(name).budget;
  const plannedMinutes = replaced ? updateMinutes : raiseMinutes;
  if (lockedMinutes + plannedMinutes <= maxLockedMinutes) return undefined;
  const variant = raised?.subject.split("/")[1] ?? "";
  const readMs = reads.wasRefused(seen.frame.invocation) ? reads.lastReadMs() : undefined;
  if (!replaced && isStable(passage, variant) && cannotTakeAll(variant, endpoint.name, context, readMs))
    return undefined;
  return `${seen.call.operation} locks the endpoint for ${plannedMinutes} minutes as planned while the candidate carries ${percent(share)}; ${(maxLockedMinutes - lockedMinutes).toFixed(1)} locked minutes are left`;
}

/** What a load may have grown by since it was told last. */
const unseenGrowth = 1.25;

/** Whether stable's ready instances are too few for all of the load that CloudWatch shows, or that may have come unseen. */
function cannotTakeAll(
  name: string,
  endpoint: string,
  { world, planOf }: CheckContext,
  readMs: number | undefined,
): boolean {
  const variant = world.state.endpoints.get(endpoint)?.variants.find((each) => each.name === name);
  if (variant === undefined) return false;
  const ready = variant.instances.filter(({ warmMs }) => warmMs <= world.nowMs).length;
  const { utilisationPercent } = planOf(endpoint).requirements;
  const each = (world.throughput(variant.instanceType) * utilisationPercent) / 100;
  const unread = readMs === undefined ? 0 : unseenGrowth * publishedLoad(world, endpoint, readMs);
  return Math.max(unread, publishedLoad(world, endpoint, world.nowMs)) > ready * each;
}
