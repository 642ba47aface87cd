/**
 * way-back: from the first shift until the promotion is recorded, or until stable serves alone again, stable stays
 * able to take all traffic back. No call of ours lowers its count or, below what it was before the release, its
 * minimum; its scale-in stays suspended, so that its own policy does not shrink it either, unless on the way back it has
 * all traffic already. Before that no call of ours lowers its count either, unless the plan consents (in-place.ts). A call of ours that locks
 * the endpoint for minutes while the candidate carries traffic (a raise, a new fleet) starts only if its planned lock
 * fits what is left of the plan's locked minutes. Raising stable when it cannot take all traffic is the way back
 * itself: it needs no budget, its minutes count. Where CloudWatch refused to tell the load, the one that was told last may
 * have grown by a quarter. Minutes beyond the budget are the world's doing and are reported.
 */
import { actorText, isCall, type SuspendedState, type WorldEvent } from "#twin/world";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { createInPlaceChecks, mayGiveBack } from "./in-place.ts";
import { scalingOf } from "./kinds/scaling.ts";
import { weightsOf } from "./kinds/weights.ts";
import { lockBegins } from "./lock-budget.ts";
import { createLockedTime } from "./locked-time.ts";
import { createMetricReads } from "./metric-reads.ts";
import { type ObservedCall, textOf } from "./observation.ts";
import { candidateShare, endpointOf, isCandidate, isStable, type Passage } from "./passages.ts";
import { shiftIn } from "./shifts.ts";

type Where = ReturnType<typeof whereOf>;

export function wayBack(context: CheckContext): Checker {
  const { violations, report } = violationsOf("way-back");
  const locked = createLockedTime(context);
  const reads = createMetricReads();
  const inPlace = createInPlaceChecks(context);
  /** Endpoints whose way back must be kept open now. */
  const kept = new Set<string>();
  /** Who moved an endpoint to a new fleet last, and who registered a target last. */
  const movedBy = new Map<string, ObservedCall>();
  /** Endpoints that are on their way back. */
  const returning = new Set<string>();

  const passageOf = (endpoint: string) =>
    kept.has(endpoint) ? context.passages.current(`endpoint/${endpoint}`) : undefined;

  function look(entry: WorldEvent, ours: boolean, where: Where): void {
    const [endpoint = "", variant = ""] = partsOf(entry);
    const passage = passageOf(endpoint);
    if (passage === undefined || !isStable(passage, variant)) return;
    const isFree = returning.has(endpoint) && servesAlone(endpoint, passage, context);
    const what = wrongWith(entry, { ours, variant, passage, context, isFree });
    if (what !== undefined) report(what, where);
  }

  /** From its first shift on, an endpoint's way back is kept; stable must be held by then. */
  function keep(seen: ObservedCall): string[] {
    const shift = shiftIn(seen, context);
    if (shift?.passage === undefined || shift.to === 0) return [];
    kept.add(shift.endpoint.name);
    return notHeld(shift.passage, context);
  }

  function scalingLocks({ kind, subject, to, by, atMs }: WorldEvent): void {
    const passage = passageOf(subject);
    const endpoint = context.world.state.endpoints.get(subject);
    if (kind !== "status" || to !== "Updating" || passage === undefined || endpoint === undefined) return;
    const share = candidateShare(endpoint, { passage, world: context.world, weight: "currentWeight" });
    if (by.who === "auto-scaling" && share > 0) locked.begin(subject, { passage, atMs, by: "auto-scaling" });
  }

  return {
    name: "way-back",
    violations,
    onCalled: reads.onCalled,
    onEntry: reads.onEntry,
    onCall(seen) {
      reads.onCall(seen);
      if (seen.frame?.state === "RollBack") returning.add(textOf(seen.call, "EndpointName"));
      if (!seen.tookEffect) return;
      for (const what of [...inPlace.unreturnable(seen), ...keep(seen)]) report(what, whereOf(seen));
      for (const entry of seen.caused) look(entry, seen.frame !== undefined, whereOf(seen));
      const mover = movers[seen.call.operation];
      if (mover !== undefined) movedBy.set(textOf(seen.call, mover), seen);
      const what = lockBegins(seen, { context, locked, reads, passageOf });
      if (what !== undefined) report(what, whereOf(seen));
    },
    onWorld(entry) {
      const cause = causeOf(entry, movedBy);
      look(entry, cause?.frame !== undefined, { ...(cause && whereOf(cause)), atMs: entry.atMs });
      scalingLocks(entry);
      if (entry.kind !== "status" || entry.to !== "InService") return;
      locked.end(entry.subject, entry.atMs);
      const passage = passageOf(entry.subject);
      const variants = context.world.state.endpoints.get(entry.subject)?.variants ?? [];
      if (!variants.some((variant) => isCandidate(variant, passage, context.world)))
        kept.delete(entry.subject);
    },
    onLock({ kind, passage }) {
      if (kind !== "promoted" && kind !== "freed") return;
      kept.delete(endpointOf(passage) ?? "");
      returning.delete(endpointOf(passage) ?? "");
    },
    onEnd: () => locked.close(),
  };
}

/** Operations with late effects, and the member that names what they are about. */
const movers: Readonly<Record<string, string>> = {
  UpdateEndpoint: "EndpointName",
  RegisterScalableTarget: "ResourceId",
};

/** Endpoint and variant that an entry is about. */
function partsOf({ kind, subject }: WorldEvent): readonly (string | undefined)[] {
  if (kind === "capacity") return subject.split("/");
  return /^endpoint\/([^/]+)\/variant\/([^/]+)$/.exec(subject)?.slice(1) ?? [];
}

/** The call that an entry is the late effect of: the last new fleet, or a bound that waited for the lock. */
function causeOf(
  { kind, by, subject }: WorldEvent,
  movedBy: ReadonlyMap<string, ObservedCall>,
): ObservedCall | undefined {
  if (kind === "capacity" && isCall(by, "UpdateEndpoint")) return movedBy.get(subject.split("/")[0] ?? "");
  if (kind === "capacity" && by.who === "auto-scaling" && by.reason.by === "bounds") {
    return movedBy.get(scalingAt(subject).name);
  }
  return undefined;
}

/** Whether no candidate has traffic, or is given any. */
function servesAlone(name: string, passage: Passage, { world }: CheckContext): boolean {
  const endpoint = world.state.endpoints.get(name);
  if (endpoint === undefined) return false;
  return (["currentWeight", "desiredWeight"] as const).every(
    (weight) => candidateShare(endpoint, { passage, world, weight }) === 0,
  );
}

interface Kept {
  readonly ours: boolean;
  readonly variant: string;
  readonly passage: Passage;
  readonly context: CheckContext;
  /** Whether stable has all traffic back, so that its own policy may shrink it to what it needs. */
  readonly isFree: boolean;
}

/** What is wrong with a change of a stable variant while the way back must be open. */
function wrongWith(entry: WorldEvent, it: Kept): string | undefined {
  const { ours, variant, passage, context, isFree } = it;
  const { kind, to, by, subject } = entry;
  if (kind === "capacity") return shrunk(entry, it);
  const before = passage.before.things.scaling.get(subject);
  if (!ours || before === undefined) return undefined;
  if (kind === "bounds") {
    if (to === undefined) return `the scaling of ${variant} was taken away (${actorText(by)})`;
    return to.min < before.min
      ? `the minimum of ${variant} was lowered to ${to.min}; before the release it was ${before.min}`
      : undefined;
  }
  return kind === "suspension" && !isFree && isLifted(to, passage, context)
    ? `the scale-in of ${variant} is held no longer (${actorText(by)})`
    : undefined;
}

function shrunk(
  { from = 0, to = 0, by, subject }: WorldEvent & { kind: "capacity" | "weight" },
  { ours, variant, passage, context, isFree }: Kept,
): string | undefined {
  if (to >= from) return undefined;
  // Refilled beyond its own maximum for the way back, it goes down to that when it has all traffic and its bounds are back.
  const most = passage.before.things.scaling.get(scalingAt(subject).name)?.max ?? Number.POSITIVE_INFINITY;
  // So it does when somebody else has given all traffic to the candidate: that is not ours to take back.
  const isReleased = isFree || (areTheirs(passage, context) && isIdle(subject, passage, context));
  if (isReleased && by.who === "auto-scaling" && by.reason.by === "bounds" && to >= most) return undefined;
  if (isFree && mayGiveBack({ subject, to }, passage, context)) return undefined;
  if (ours) return `${variant} was lowered from ${from} to ${to} instances by ${actorText(by)}`;
  const touched = context.outside.touched(scalingAt(subject)) !== undefined;
  return by.who === "auto-scaling" && by.reason.by === "policy" && !touched && !isFree
    ? `${variant} shrank from ${from} to ${to} instances by its own policy`
    : undefined;
}

/** Traffic that somebody else has shifted is not ours to take back, and nothing is held for it. */
const isLifted = (suspended: SuspendedState | undefined, passage: Passage, context: CheckContext): boolean =>
  !areTheirs(passage, context) && suspended?.DynamicScalingInSuspended !== true;

const areTheirs = (passage: Passage, { outside }: CheckContext): boolean =>
  outside.touched(weightsOf(endpointOf(passage) ?? "")) !== undefined;

/** Whether a stable variant has no traffic, and is given none. */
function isIdle(capacitySubject: string, passage: Passage, { world }: CheckContext): boolean {
  const endpoint = world.state.endpoints.get(capacitySubject.split("/")[0] ?? "");
  if (endpoint === undefined) return false;
  return (["currentWeight", "desiredWeight"] as const).every(
    (weight) => candidateShare(endpoint, { passage, world, weight }) === 1,
  );
}

const scalingAt = (capacitySubject: string) => {
  const [endpoint = "", variant = ""] = capacitySubject.split("/");
  return scalingOf(endpoint, variant);
};

/** Stable variants whose scale-in is not suspended at a shift, though they are scaled automatically. */
function notHeld(passage: Passage, { world, outside }: CheckContext): string[] {
  return [...passage.before.things.scaling.keys()].flatMap((resourceId) => {
    const [, endpoint = "", , variant = ""] = resourceId.split("/");
    const target = world.state.scalableTargets.get(resourceId);
    if (endpoint !== endpointOf(passage) || !isStable(passage, variant)) return [];
    if (outside.touched(scalingOf(endpoint, variant)) !== undefined) return [];
    if (target === undefined) return [`${variant} lost its scaling before traffic was shifted`];
    return target.suspended.DynamicScalingInSuspended
      ? []
      : [`traffic was shifted while the scale-in of ${variant} was not suspended`];
  });
}
