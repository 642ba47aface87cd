/**
 * within-means: what a release raises was affordable when it asked. Its own executions read the quotas before its
 * first change and again before each shift forward, and the quota they read covers the largest surge of the way
 * forward and of the way back (an update runs old and new fleets side by side). AWS never refuses it for lack of
 * quota, unless quota or use changed after the quota was read, or stable has grown and is to go back. What each step
 * costs at the planned durations is within the plan's budget, with what the release has been billed (step-budget.ts).
 */

import { type Endpoint, fleets, isRaise, usedInstances, type Variant } from "#twin/world";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { coverageOf } from "./coverage.ts";
import { asksBack, loweredTo } from "./in-place.ts";
import { countOf } from "./kinds/count.ts";
import { scalingOf } from "./kinds/scaling.ts";
import { mutationOf } from "./mutations.ts";
import type { ObservedCall } from "./observation.ts";
import { endpointBefore, endpointOf, isCandidate, type Passage, planFor } from "./passages.ts";
import { type PlannedFleet, sizedFor } from "./planned.ts";
import { createQuotasRead, type QuotasRead } from "./quotas-read.ts";
import { createReleaseCost } from "./release-cost.ts";
import { percent, shiftIn } from "./shifts.ts";
import { createStepBudget } from "./step-budget.ts";

export function withinMeans(context: CheckContext): Checker {
  const name = "within-means";
  const { violations, report } = violationsOf(name);
  const quotas = createQuotasRead(context);
  const cost = createReleaseCost(context);
  const budget = createStepBudget(context);
  const begun = new Set<Passage>();

  function check(seen: ObservedCall, passage: Passage): void {
    for (const what of [
      ...firstChange(seen, passage),
      ...launches(seen, passage, { context, quotas }),
      ...shiftForward(seen, passage),
    ])
      report(what, whereOf(seen));
  }

  function firstChange({ call, frame }: ObservedCall, passage: Passage): string[] {
    const mutation = mutationOf(call);
    if (mutation === undefined || begun.has(passage)) return [];
    const lock = context.locks.heldBy(frame?.execution ?? "");
    if (coverageOf(mutation, lock).by === "undo") return [];
    begun.add(passage);
    // A release that has closed goes on with what it changed: it is not the first of its changes.
    if (Object.values(lock?.changes ?? {}).some(({ state }) => state === "applied")) return [];
    return quotas.readSince(passage, passage.startedMs)
      ? []
      : [`${call.operation} was the first change of ${passage.releaseId}, and no quota had been read`];
  }

  function shiftForward(seen: ObservedCall, passage: Passage): string[] {
    const shift = shiftIn(seen, context);
    if (shift === undefined || shift.to <= shift.from) return [];
    const sinceMs = quotas.marked(passage) ?? passage.startedMs;
    const read = quotas.readSince(passage, sinceMs);
    quotas.mark(passage, seen.call.at);
    if (!read)
      return [`traffic was shifted to ${percent(shift.to)} and no quota had been read in that stage`];
    return shortages(surgesAhead(shift.endpoint, passage, context), { context, quotas, passage });
  }

  return {
    name,
    violations,
    onCall(seen) {
      quotas.onCall(seen);
      const passage = context.passages.of(seen.frame?.execution);
      if (passage === undefined) return;
      for (const what of budget.begun(seen, passage)) report(what, whereOf(seen));
      if (seen.tookEffect) check(seen, passage);
      else if ("error" in seen.outcome && seen.outcome.error.name === "ResourceLimitExceeded") {
        if (isExcused(seen, passage, { context, quotas })) context.figures.unseenQuotaChanges += 1;
        else report(`${seen.call.operation} was refused: ${seen.outcome.error.message}`, whereOf(seen));
      }
    },
    onLock(event, seen) {
      if (event.kind === "promoted")
        for (const what of budget.promoted(event.passage)) report(what, whereOf(seen));
      if (event.kind === "begun-anew") budget.begunAnew(event.passage);
      cost.onLock(event);
    },
    onEnd: () => cost.close(),
  };
}

interface Asking {
  readonly context: CheckContext;
  readonly quotas: QuotasRead;
}

/** After a call that launches: what is used, and what is still to come, against the quota as read. */
function launches(seen: ObservedCall, passage: Passage, asking: Asking): string[] {
  const { call, caused } = seen;
  const { context } = asking;
  const endpoint = context.world.state.endpoints.get(endpointOf(passage) ?? "");
  const raised = caused.some(isRaise);
  if (endpoint === undefined || !(raised || call.operation === "UpdateEndpoint")) return [];
  const now = fleets(endpoint).map((variant) => ({ ...variant, count: sizeOf(variant) }));
  return [
    ...shortages([fleetOf(now)], { ...asking, passage }),
    ...(passage.promoted || isBack(seen)
      ? []
      : shortages(surgesAhead(endpoint, passage, context), { ...asking, passage })),
  ];
}

const isBack = ({ frame }: ObservedCall): boolean => frame?.state === "RollBack";

/** Whether a refusal for lack of quota is the account's doing, which has changed since the quota was read. */
function isExcused(seen: ObservedCall, passage: Passage, asking: Asking): boolean {
  const { context, quotas } = asking;
  if (!isBack(seen)) return quotas.changed(passage) || isRaisedSince(passage, asking);
  if (seen.call.operation !== "UpdateEndpoint")
    return quotas.changed(passage) || hasGrown(passage, context) || asksBack(seen, passage, context);
  if (quotas.changedElsewhere(passage) || isTouched(passage, context)) return true;
  return (
    hasGrown(passage, context) &&
    shortages([plannedBack(passage, context)], { ...asking, passage }).length === 0
  );
}

/** Stable's own scaling is never capped: what it has grown to since may be more than the quota has room for twice. */
function hasGrown(passage: Passage, { world }: CheckContext): boolean {
  const before = endpointBefore(passage);
  const now = world.state.endpoints.get(before?.name ?? "")?.variants ?? [];
  return (before?.variants ?? []).some(
    ({ name, desiredInstances }) =>
      (now.find((each) => each.name === name)?.desiredInstanceCount ?? 0) >
      (loweredTo(passage, name, world) ?? desiredInstances),
  );
}

/** Whether stable has grown by what somebody else has made of its scaling since a quota was read last. */
function isRaisedSince(passage: Passage, { context, quotas }: Asking): boolean {
  const { name = "", variants = [] } = endpointBefore(passage) ?? {};
  const isTheirs = variants.some((one) => {
    const touch = context.outside.touched(scalingOf(name, one.name));
    return touch !== undefined && !quotas.readSince(passage, touch.atMs);
  });
  return isTheirs && hasGrown(passage, context);
}

/** The fleets of a move back from the candidate as it is now, if stable had not grown: those are ours to have room for. */
function plannedBack(passage: Passage, context: CheckContext): InstancesByType {
  const endpoint = context.world.state.endpoints.get(endpointOf(passage) ?? "");
  if (endpoint === undefined) return {};
  const { stable, candidate } = sidesOf(endpoint, passage, context);
  const before = endpointBefore(passage)?.variants ?? [];
  const asBefore = stable.map((one) => ({
    ...one,
    count:
      loweredTo(passage, one.name, context.world) ??
      before.find(({ name }) => name === one.name)?.desiredInstances ??
      one.count,
  }));
  return fleetOf([...asBefore, ...asBefore, ...candidate]);
}

/** Whether somebody else has changed the candidate's fleet, or its scaling. */
function isTouched(passage: Passage, { world, outside }: CheckContext): boolean {
  const name = endpointOf(passage) ?? "";
  const all = world.state.endpoints.get(name)?.variants ?? [];
  const variants = all.filter((variant) => isCandidate(variant, passage, world));
  return variants.some(
    (one) =>
      outside.touched(countOf(name, one.name)) !== undefined ||
      outside.touched(scalingOf(name, one.name)) !== undefined,
  );
}

const sizeOf = ({ desiredInstanceCount, instances, leaving }: Variant): number =>
  Math.max(desiredInstanceCount, instances.length) + leaving.length;

/** Instances by type. */
type InstancesByType = Readonly<Record<string, number>>;

function fleetOf(variants: readonly PlannedFleet[]): InstancesByType {
  const fleet: Record<string, number> = {};
  for (const { instanceType, count } of variants) fleet[instanceType] = (fleet[instanceType] ?? 0) + count;
  return fleet;
}

/** Stable and the candidate as they will stand side by side: the fleet in service, or the one being built. */
function sidesOf(endpoint: Endpoint, passage: Passage, { world }: CheckContext) {
  const incoming = endpoint.update?.incoming ?? [];
  const variants = incoming.length > 0 ? incoming : endpoint.variants;
  const counted = variants.map((variant) => ({ ...variant, count: variant.desiredInstanceCount }));
  const isNew = (variant: Variant) => isCandidate(variant, passage, world);
  return {
    stable: counted.filter((variant) => !isNew(variant)),
    candidate: counted.filter((variant) => isNew(variant)),
  };
}

/** Fleets side by side when the candidate leaves (the way back) and when stable does (the way forward). */
function surgesAhead(endpoint: Endpoint, passage: Passage, context: CheckContext): InstancesByType[] {
  const { stable, candidate } = sidesOf(endpoint, passage, context);
  if (candidate.length === 0 || stable.length === 0) return [];
  const plan = planFor(passage, context);
  const final = candidate.map((one) => sizedFor(plan, one, { percent: 100, world: context.world }));
  return [fleetOf([...stable, ...stable, ...final]), fleetOf([...stable, ...final, ...final])];
}

/** Where the quota that the release read does not cover fleets of the endpoint beside all other endpoints. */
function shortages(
  surges: readonly InstancesByType[],
  { context, quotas, passage }: Asking & { passage: Passage },
): string[] {
  const endpoint = context.world.state.endpoints.get(endpointOf(passage) ?? "");
  return surges.flatMap((surge) =>
    Object.entries(surge).flatMap(([type, count]) => {
      const own = endpoint === undefined ? 0 : (fleetOf(fleets(endpoint).map(counted))[type] ?? 0);
      const others = usedInstances(context.world, type) - own;
      const quota = quotas.value(passage, `${type} for endpoint usage`);
      if (quota === undefined) return [`${count} ${type} are needed, and their quota had not been read`];
      return count + others <= quota
        ? []
        : [`${count} ${type} are needed beside ${others} others, and the quota that was read is ${quota}`];
    }),
  );
}

const counted = (variant: Variant): PlannedFleet => ({ ...variant, count: sizeOf(variant) });
