/**
 * What each release cost on top of the steady fleet: all instance-hours of its endpoint while it held the lock, less
 * those of the variants that serve between releases, at the counts they had.
 */
import { costOf } from "../../core/capacity/prices.ts";
import type { LockEvent } from "./observation.ts";
import { endpointBefore, endpointOf, type Passage } from "./passages.ts";
import type { Scene } from "./scene.ts";

export interface ReleaseCost {
  onLock(event: LockEvent): void;
  /** Writes the figures down at the end of everything. */
  close(): void;
}

interface Running {
  readonly passage: Passage;
  readonly fromMs: number;
  readonly hours: Readonly<Record<string, number>>;
}

export function createReleaseCost({ world, plan, figures }: Scene): ReleaseCost {
  const running = new Map<string, Running>();

  function settle({ passage, fromMs, hours }: Running): void {
    const steady = steadyHours(passage, { world, fromMs, toMs: world.nowMs });
    const extra = Object.entries(hoursOf(world, passage)).map(
      ([type, total]) => [type, Math.max(0, total - (hours[type] ?? 0) - (steady[type] ?? 0))] as const,
    );
    const { usd } = costOf(Object.fromEntries(extra));
    figures.costUsd = Math.round((figures.costUsd + usd) * 100) / 100;
    figures.costUsdOverrun += Math.max(0, usd - plan.budget.usdPerRelease);
  }

  return {
    onLock({ kind, passage, atMs }) {
      if (endpointOf(passage) === undefined) return;
      if (kind === "taken")
        running.set(passage.subject, { passage, fromMs: atMs, hours: hoursOf(world, passage) });
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

/** Instance-hours of the passage's endpoint so far, by type. */
function hoursOf(world: Scene["world"], passage: Passage): Record<string, number> {
  const hours: Record<string, number> = {};
  for (const { owner, instanceType, hours: each } of world.instanceHours())
    if (owner.startsWith(`${endpointOf(passage)}/`)) hours[instanceType] = (hours[instanceType] ?? 0) + each;
  return hours;
}

/**
 * Hours of the fleet that serves between releases, by type: stable at the counts that it had, and after it has left,
 * what serves in its place.
 */
function steadyHours(
  passage: Passage,
  { world, fromMs, toMs }: { world: Scene["world"]; fromMs: number; toMs: number },
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
  for (const entry of world.history) {
    const [endpoint, variant = ""] = entry.subject.split("/");
    if (entry.kind !== "capacity" || endpoint !== name || entry.atMs < fromMs) continue;
    spend(entry.atMs);
    counts.set(variant, Number(entry.to ?? 0));
  }
  spend(toMs);
  return hours;
}
