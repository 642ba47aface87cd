/**
 * What a release in place leaves, as invariants read it (no-orphans): a promotion leaves who serves as able as stable was, or
 * able to serve the plan's peak; a way back that ends before stable has again what it gave up says so.
 */
import type { CheckContext } from "./check-context.ts";
import { loweredTo, lowLoadOf } from "./in-place.ts";
import { countOf } from "./kinds/count.ts";
import type { AccountDifference } from "./kinds/define.ts";
import { routingOf } from "./kinds/routing.ts";
import type { Touch } from "./outside-hands.ts";
import { endpointBefore, type Passage, planFor } from "./passages.ts";

/** What stable gave up for a release that goes back, until a call has given it all of that again. */
export function notGivenBack(passage: Passage, { world, outside }: CheckContext): AccountDifference[] {
  const before = endpointBefore(passage);
  if (before === undefined || passage.promoted || outside.touched(routingOf(before.name))) return [];
  const { variants = [] } = world.state.endpoints.get(before.name) ?? {};
  return before.variants.flatMap(({ name, desiredInstances: was }) => {
    const resource = countOf(before.name, name);
    const is = variants.find((each) => each.name === name)?.desiredInstanceCount ?? was;
    if (loweredTo(passage, name, world) === undefined || outside.touched(resource)) return [];
    // Its own policy may go on from what it has again.
    const set = world.events.findLast(
      ({ kind, subject, by }) =>
        kind === "capacity" && subject === resource.name && by.who !== "auto-scaling",
    );
    return is >= was || (set?.kind === "capacity" && (set.to ?? 0) >= was)
      ? []
      : [{ what: `${name} has ${is} instances, before the release it had ${was}`, resource }];
  });
}

/** That a promotion in place has left less than served before, and than the plan's peak takes. */
export function leftSmall(passage: Passage, context: CheckContext): string[] {
  const plan = planFor(passage, context);
  const before = endpointBefore(passage);
  const now = context.world.state.endpoints.get(before?.name ?? "");
  if (lowLoadOf(plan) === undefined || before === undefined || now === undefined) return [];
  const { throughput } = context.world;
  const each = plan.requirements.utilisationPercent / 100;
  const served = before.variants.reduce(
    (sum, { desiredInstances, instanceType }) => sum + desiredInstances * throughput(instanceType) * each,
    0,
  );
  const serves = now.variants.reduce((sum, { name, desiredInstanceCount, instanceType }) => {
    const resource = countOf(now.name, name);
    const left =
      desiredInstanceCount +
      scaledIn(resource.name, passage, context) +
      takenBy(context.outside.touched(resource), desiredInstanceCount);
    return sum + left * throughput(instanceType) * each;
  }, 0);
  const should = Math.min(served, plan.requirements.peakRequestsPerSecond);
  return serves + 1e-6 < should
    ? [
        `${now.name} is left to serve ${serves.toFixed(1)} requests per second, it served ${served.toFixed(1)}`,
      ]
    : [];
}

/** What somebody else has taken from a count that is still as they have left it. */
const takenBy = (touch: Touch | undefined, is: number): number =>
  touch?.to === is && typeof touch.from === "number" ? Math.max(0, touch.from - is) : 0;

/** What its own policy has taken from a variant since the release began: that may be between its being adopted and the close. */
const scaledIn = (subject: string, { startedMs }: Passage, { world }: CheckContext): number =>
  world.events.reduce((sum, event) => {
    if (event.kind !== "capacity" || event.subject !== subject || event.atMs < startedMs) return sum;
    const { from = 0, to = 0, by } = event;
    const isPolicy = by.who === "auto-scaling" && by.reason.by === "policy";
    return isPolicy && to < from ? sum + from - to : sum;
  }, 0);
