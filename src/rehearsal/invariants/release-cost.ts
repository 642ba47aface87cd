/**
 * What each release cost on top of the steady fleet, part by part: all instance-hours of its endpoint while it held the
 * lock, less those of the variants that serve between releases, at the counts they had; and what it leased beside that.
 */

import type { WorldEvent } from "#twin/world";
import { paidFor } from "../prices.ts";
import type { CheckContext, Raised } from "./check-context.ts";
import { leasedUsd } from "./lease-cost.ts";
import { endpointBefore, endpointOf, type LockEvent, type Passage, planFor } from "./passages.ts";
import { partsOf } from "./release-parts.ts";

export interface ReleaseCost {
  onLock(event: LockEvent): void;
  /** Writes the figures down at the end of everything. */
  close(): void;
}

export function createReleaseCost(context: CheckContext): ReleaseCost {
  const { world, planOf, figures, raised, leased } = context;
  const running = new Map<string, Passage>();

  function settle(passage: Passage): void {
    const plan = planFor(passage, { planOf });
    const own = raisedBy(passage, { world, planOf });
    raised.push(...own);
    const usd = leasedUsd(passage, context);
    if (usd !== undefined) leased.push({ endpoint: endpointOf(passage) ?? "", usd });
    const spent = own.reduce((sum, { hours }) => sum + paidFor(plan, hours).usd, usd ?? 0);
    figures.knownCostUsd = Math.round((figures.knownCostUsd + spent) * 100) / 100;
    figures.costUsdOverrun += Math.max(0, spent - plan.budget.usdPerRelease);
  }

  return {
    onLock({ kind, passage }) {
      if (endpointOf(passage) === undefined) return;
      if (kind === "taken") running.set(passage.subject, passage);
      const found = running.get(passage.subject);
      if (kind !== "freed" || found === undefined) return;
      running.delete(passage.subject);
      settle(found);
    },
    close() {
      for (const each of running.values()) settle(each);
      running.clear();
    },
  };
}

/** What a release that is under way has been billed until now, its leases among it. */
export const billedUsd = (
  passage: Passage,
  context: Pick<CheckContext, "world" | "planOf" | "shared">,
): number => raisedUsd(passage, context) + (leasedUsd(passage, context) ?? 0);

/** The same of its endpoint alone, on top of the steady fleet. */
export const raisedUsd = (passage: Passage, context: Pick<CheckContext, "world" | "planOf">): number =>
  raisedBy(passage, context).reduce(
    (sum, { hours }) => sum + paidFor(planFor(passage, context), hours).usd,
    0,
  );

/** What a release that ends now has raised. */
function raisedBy(passage: Passage, { world, planOf }: Pick<CheckContext, "world" | "planOf">): Raised[] {
  const { startedMs } = passage;
  const endpoint = endpointOf(passage) ?? "";
  const atTheStart = hoursOf(world, passage, startedMs);
  const extraUntil = (untilMs: number) => {
    const all = hoursOf(world, passage, untilMs);
    const steady = steadyHours(passage, { world, fromMs: startedMs, toMs: untilMs });
    return (type: string) => (all[type] ?? 0) - (atTheStart[type] ?? 0) - (steady[type] ?? 0);
  };
  const types = Object.keys(hoursOf(world, passage, world.nowMs));
  return partsOf(passage, { world, plan: planFor(passage, { planOf }) }).map(
    ({ item, fleet, fromMs, toMs, overMs = toMs }) => {
      const [before, after] = [extraUntil(fromMs), extraUntil(toMs)];
      const hours = types.map((type) => [type, Math.max(0, after(type) - before(type))] as const);
      return { endpoint, item, fleet, minutes: (overMs - fromMs) / 60_000, hours: Object.fromEntries(hours) };
    },
  );
}

/** Instance-hours of the passage's endpoint until a moment, by type. */
function hoursOf(world: CheckContext["world"], passage: Passage, untilMs: number): Record<string, number> {
  const hours: Record<string, number> = {};
  for (const { owner, instanceType, hours: each } of world.instanceHours(untilMs))
    if (owner.startsWith(`${endpointOf(passage)}/`)) hours[instanceType] = (hours[instanceType] ?? 0) + each;
  return hours;
}

/**
 * Hours of the fleet that serves between releases, by type: stable at the counts that it had, and after it has left,
 * what serves in its place. What auto scaling takes away of it is its own until it has drained.
 */
function steadyHours(
  passage: Passage,
  { world, fromMs, toMs }: { world: CheckContext["world"]; fromMs: number; toMs: number },
): Record<string, number> {
  const name = endpointOf(passage) ?? "";
  const hours: Record<string, number> = {};
  const counts = new Map<string, number>();
  const types = new Map<string, string>();
  for (const variant of endpointBefore(passage)?.variants ?? []) {
    counts.set(variant.name, variant.desiredInstances);
    types.set(variant.name, variant.instanceType);
  }
  for (const { name: variant, instanceType } of world.state.endpoints.get(name)?.variants ?? [])
    types.set(variant, instanceType);
  const stable = new Set(counts.keys());
  let atMs = fromMs;
  const spend = (untilMs: number) => {
    const left = [...stable].every((variant) => counts.get(variant) === 0);
    for (const [variant, count] of counts) {
      const type = types.get(variant);
      if (type !== undefined && (stable.has(variant) || left))
        hours[type] = (hours[type] ?? 0) + (count * (untilMs - atMs)) / 3_600_000;
    }
    atMs = untilMs;
  };
  for (const change of countsOf(world.events, name)) {
    if (change.atMs < fromMs || change.atMs > toMs) continue;
    spend(change.atMs);
    counts.set(change.variant, change.count);
  }
  spend(toMs);
  return hours;
}

interface Count {
  readonly atMs: number;
  readonly variant: string;
  readonly count: number;
}

/** From when a variant of the endpoint has how many instances, of which none drains any more that auto scaling took away. */
function countsOf(entries: readonly WorldEvent[], name: string): Count[] {
  const counts: Count[] = [];
  let draining: Count[] = [];
  for (const entry of entries) {
    const { kind, subject, atMs, by } = entry;
    const [endpoint, variant = ""] = subject.split("/");
    if (endpoint !== name) continue;
    if (kind === "capacity") {
      const change = { atMs, variant, count: entry.to ?? 0 };
      const isTakenAway = by.who === "auto-scaling" && change.count < (entry.from ?? 0);
      (isTakenAway ? draining : counts).push(change);
    }
    if (kind === "status" && entry.to === "InService") {
      counts.push(...draining.map((one) => ({ ...one, atMs })));
      draining = [];
    }
  }
  return counts;
}
