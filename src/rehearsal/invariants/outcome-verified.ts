/**
 * outcome-verified: what we change on an endpoint (configuration, weights, a count) is looked at before the release
 * goes on. A change is verified by a DescribeEndpoint of the release itself, answered InService after the change took
 * effect and showing what was intended. The next shift, the promotion and a closing as promoted need that of every
 * change before them; a step of the way back and any other closing need the look alone, whatever it showed, since
 * they act on what they find. A later change of the same thing takes the place of an earlier one. And a closing says
 * what is true: promoted is an endpoint that serves the candidates alone, rolled back is one without them, refused is
 * an account in which nothing was changed.
 */
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { truthOf } from "./closing-truth.ts";
import type { ExpectedOutcome } from "./kinds/define.ts";
import { keyOf, kindOf } from "./kinds/registry.ts";
import { mutationOf } from "./mutations.ts";
import { type ArrivingCall, memberOf, type ObservedCall } from "./observation.ts";
import type { Passage } from "./passages.ts";
import { shiftIn } from "./shifts.ts";

/** A change whose outcome has not been verified yet. */
interface Pending extends ExpectedOutcome {
  looked: boolean;
}

export function outcomeVerified(context: CheckContext): Checker {
  const name = "outcome-verified";
  const { violations, report } = violationsOf(name);
  const pending = new Map<Passage, Map<string, Pending>>();
  const of = (passage: Passage) => pending.get(passage) ?? new Map<string, Pending>();

  /** Reports what should have been verified, or at least looked at, before the release went on. */
  function demand(
    passage: Passage,
    need: "verified" | "looked",
    go: { on: string; where: ArrivingCall },
  ): void {
    for (const [key, { what, looked }] of of(passage)) {
      if (need === "looked" && looked) continue;
      const found = looked ? "a look that did not show it" : "no look at it since it took effect";
      report(`${go.on} after ${what} with ${found}`, whereOf(go.where));
      of(passage).delete(key);
    }
  }

  function changed(seen: ObservedCall, passage: Passage): void {
    const change = pendingOf(seen, context);
    if (change === undefined) return;
    const forward = (shiftIn(seen, context)?.to ?? 0) > (shiftIn(seen, context)?.from ?? 0);
    demand(passage, forward ? "verified" : "looked", { on: `${seen.call.operation} came`, where: seen });
    pending.set(passage, of(passage).set(change.key, change));
  }

  return {
    name,
    violations,
    onCall(seen) {
      const passage = context.passages.of(seen.frame?.execution);
      if (passage === undefined || !seen.tookEffect) return;
      if (seen.call.operation === "DescribeEndpoint") look(seen, of(passage));
      else changed(seen, passage);
    },
    onLock({ kind, passage }, seen) {
      if (kind === "promoted") demand(passage, "verified", { on: "the promotion was recorded", where: seen });
    },
    onClosed(closed, seen) {
      const passage = context.passages.of(seen.frame?.execution);
      if (passage === undefined || closed.unfinished) return;
      const need = closed.outcome === "promoted" ? "verified" : "looked";
      demand(passage, need, { on: `the release was closed as ${closed.outcome}`, where: seen });
      for (const what of truthOf(closed, passage, context)) report(what, whereOf(seen));
    },
  };
}

/** A look at an endpoint at rest verifies what it shows, and shows what did not come about. */
function look(seen: ObservedCall, changes: Map<string, Pending>): void {
  if (memberOf(seen, "EndpointStatus") !== "InService") return;
  const variants = memberOf(seen, "ProductionVariants");
  const description = {
    config: String(memberOf(seen, "EndpointConfigName")),
    variants: Array.isArray(variants) ? variants.filter(isRecord) : [],
  };
  for (const [key, change] of changes)
    if (change.isShown(description)) changes.delete(key);
    else change.looked = true;
}

function pendingOf(
  { call }: ObservedCall,
  context: CheckContext,
): (Pending & { readonly key: string }) | undefined {
  const resource = mutationOf(call)?.resource;
  const outcome = resource && kindOf(resource).outcome?.(call, context);
  if (resource === undefined || outcome === undefined) return undefined;
  return { ...outcome, key: keyOf(resource), looked: false };
}
