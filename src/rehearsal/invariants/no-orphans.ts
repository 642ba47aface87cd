/**
 * no-orphans: when everything has ended, the account is as before, or in the steady state that a promotion made. As
 * before: each endpoint's configuration and weights, at rest; each variant's scaling (bounds, suspensions, policies,
 * scheduled actions); models, configurations, schedules, training pools; no lock held. Stable's count may have become
 * less by its own policy alone. When a promoted release gives its lock back, its endpoint serves the candidates alone,
 * weights in force, with the scaling that stable had; from then on that is what "before" means for the endpoint, and
 * its configuration and models may stay. Excepted: what an outside hand touched, what an endpoint serves whose traffic
 * it shifted, leases whose end is to come, and the scaling of an idle stable whose leaving, which is named, somebody else's
 * instances leave no room for. What could not be put back is named by the lock, truly and completely, whenever a release ends
 * with that; what releases have made and others have replaced goes when the plan's days are over; once nothing refuses it any
 * more, the sweep has an hour and a sweep's time for it.
 */
import { snapshotOf } from "./account-snapshot.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { leftSmall } from "./in-place-ends.ts";
import { createLeases } from "./leases.ts";
import { leftBehind } from "./left-behind.ts";
import type { ObservedCall } from "./observation.ts";
import { endpointOf, type LockEvent } from "./passages.ts";
import { misnamedIn, standingOf } from "./remainders.ts";
import { createShrinkage } from "./shrinkage.ts";
import { notSteady, rebased } from "./steady-state.ts";

export function noOrphans(context: CheckContext): Checker {
  const name = "no-orphans";
  const { violations, report } = violationsOf(name);
  const leases = createLeases(context);
  const shrinkage = createShrinkage(context);
  let baseline = context.before;

  function settle({ passage }: LockEvent, seen: ObservedCall): void {
    const endpoint = endpointOf(passage);
    if (endpoint === undefined) return;
    const now = snapshotOf(context);
    for (const { what } of notSteady(passage, now, context)) report(what, whereOf(seen));
    for (const what of leftSmall(passage, context)) report(what, whereOf(seen));
    baseline = rebased(baseline, now, endpoint);
    shrinkage.forget(endpoint);
  }

  return {
    name,
    violations,
    onCall: (seen) => {
      leases.onCall(seen);
      shrinkage.onCall(seen);
      for (const what of misnamedIn(seen, context)) report(what, whereOf(seen));
    },
    onWorld: shrinkage.onWorld,
    onLock(event, seen) {
      context.replaced.onLock(event);
      // What was lent and given back is lent as it is then, for the next try.
      if (event.kind === "begun-anew") context.loans.forget(endpointOf(event.passage));
      if (event.kind !== "freed") return;
      if (event.passage.promoted) settle(event, seen);
      context.loans.forget(endpointOf(event.passage));
    },
    onEnd() {
      const now = snapshotOf(context);
      const standing = standingOf(context);
      const left = [
        ...leftBehind({
          context,
          before: baseline,
          now,
          leased: leases.running(),
          promoted: standing.promoted,
        }).flatMap(({ what, resource }) =>
          standing.names(resource) || standing.isGoneFor(resource) ? [] : [what],
        ),
        ...context.locks.all.flatMap(({ subject, holder }) =>
          holder === undefined || standing.subjects.has(subject)
            ? []
            : [`${subject} is still locked by ${holder.releaseId}`],
        ),
        ...shrinkage.ours(baseline, standing.promoted),
        ...context.replaced.left(),
        ...context.shared.left((of) => standing.isNamed(of)),
      ];
      for (const what of left) report(what, { atMs: context.world.nowMs });
    },
  };
}
