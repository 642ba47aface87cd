/**
 * Leases on what several releases may lean on: each call that changes the bounds of such a thing sets what its item
 * intends by then, made by whoever has it in work; what an item intends is the largest of its live leases and of what
 * stood before the first. No two have it in work at a time, and nobody leaves a lease behind.
 */
import type { ResourceRef } from "../../core/release/change.ts";
import { same } from "./equality.ts";
import type { Account } from "./kinds/define.ts";
import { leaseKinds } from "./kinds/leases.ts";
import { keyOf } from "./kinds/registry.ts";
import { createLeaseHistory, type LeaseHistory } from "./lease-history.ts";
import { executionName } from "./locks.ts";
import { mutationOf } from "./mutations.ts";
import type { ObservedCall } from "./observation.ts";
import { type ObservedSharedItem, type SharedState, sharedItemIn } from "./shared-items.ts";

export interface SharedLeases extends Pick<LeaseHistory, "stood" | "leasedBy"> {
  /** What is wrong with a call; one sentence each. */
  onCall(seen: ObservedCall): readonly string[];
  /** The largest live lease on a thing, by its name; undefined where nobody leans on it. */
  leased(name: string): { readonly resource: ResourceRef; readonly atLeast: number } | undefined;
  /** Whether any other release than one has a lease on a thing. */
  isLeantOnBeside(resource: ResourceRef, release: string): boolean;
  /** Leases that are left; one sentence each. */
  left(standing: (of: string) => boolean): readonly string[];
}

/** As long as a function's work takes at most, and its start before that: nobody takes over earlier. */
const longestWorkMs = 90_000;

export function createSharedLeases(account: Account): SharedLeases {
  const { world } = account;
  const items = new Map<string, ObservedSharedItem>();
  const history = createLeaseHistory(account);

  function written(item: ObservedSharedItem, { call }: ObservedCall): string[] {
    const was = items.get(item.of);
    items.set(item.of, item);
    const stood = history.note({ item, was, atMs: call.at });
    const worker = was?.worker;
    const isOthers =
      worker !== undefined && item.worker !== undefined && worker.execution !== item.worker.execution;
    return [
      ...(item.version === (was?.version ?? 0) + 1
        ? []
        : [`version ${item.version} of who leans on ${item.of} was written over ${was?.version ?? 0}`]),
      ...(isOthers && call.at < Date.parse(worker.at) + longestWorkMs
        ? [`${item.of} was taken in work while ${executionName(worker.execution)} may have been at it`]
        : []),
      ...misremembered(item, stood),
      ...misintended(item),
    ];
  }

  function changed(of: string, seen: ObservedCall): string[] {
    const { MinCapacity, MaxCapacity } = seen.call.input;
    const item = items.get(of);
    const { intended, worker } = item ?? {};
    const what = `${seen.call.operation} on ${of}`;
    if (intended === undefined || worker === undefined)
      return [`${what} came while nothing was intended for it`];
    return [
      ...(executionName(worker.execution) === seen.frame?.execution
        ? []
        : [
            `${what} came from ${seen.frame?.execution}, in work it was by ${executionName(worker.execution)}`,
          ]),
      ...(
        [
          ["MinCapacity", MinCapacity, intended.min],
          ["MaxCapacity", MaxCapacity, intended.max],
        ] as const
      ).flatMap(([name, set, meant]) =>
        set === undefined || set === meant
          ? []
          : [`${what} set ${name} ${String(set)}, intended was ${meant}`],
      ),
    ];
  }

  const isAtWork = (of: string, { frame }: ObservedCall): boolean =>
    executionName(items.get(of)?.worker?.execution ?? "") === frame?.execution;

  return {
    onCall(seen) {
      if (seen.frame === undefined) return [];
      const item = sharedItemIn(seen);
      if (item !== undefined) return written(item, seen);
      const touched = seen.tookEffect ? keysIn(seen.call) : [];
      if (touched.length === 0) return [];
      const [only = ""] = touched;
      if (seen.call.operation === "RegisterScalableTarget") return changed(only, seen);
      return touched.some((of) => isAtWork(of, seen))
        ? []
        : [
            `${seen.call.operation} on ${touched.join(", ")} came while it was not in work by ${seen.frame.execution}`,
          ];
    },
    leased(name) {
      for (const { of, leases } of items.values()) {
        const [kind = "", ...words] = of.split(" ");
        const live = Object.values(leases).filter(({ leaving }) => leaving === undefined);
        if (words.join(" ") === name && kind in leaseKinds && live.length > 0)
          return {
            resource: { kind: kind as keyof typeof leaseKinds, name },
            atLeast: Math.max(...live.map(({ minimum }) => minimum)),
          };
      }
      return undefined;
    },
    stood: history.stood,
    leasedBy: history.leasedBy,
    isLeantOnBeside: (resource, release) =>
      Object.keys(items.get(keyOf(resource))?.leases ?? {}).some((id) => id !== release),
    left: (isStanding) =>
      [...items.values()].flatMap(({ of, leases }) =>
        Object.keys(leases).length === 0 || isStanding(of)
          ? []
          : [
              `${Object.keys(leases).join(", ")} still leans on ${of} at ${new Date(world.nowMs).toISOString()}`,
            ],
      ),
  };
}

/** The things that a call changes which releases lean on. */
function keysIn(call: ObservedCall["call"]): string[] {
  const resource = mutationOf(call)?.resource;
  if (resource !== undefined) return resource.kind in leaseKinds ? [keyOf(resource)] : [];
  return Object.values(leaseKinds).flatMap(({ kind, togetherIn }) =>
    togetherIn(call).map((name) => `${kind} ${name}`),
  );
}

/** What is written of how a thing stood, where it did not stand so. */
function misremembered({ of, before }: ObservedSharedItem, stood: SharedState | undefined): string[] {
  if (stood === undefined || same(stood, before)) return [];
  return [`${of} stood at ${JSON.stringify(stood)}, and ${JSON.stringify(before)} is remembered of it`];
}

/** What somebody else has set since stays as it is. */
function misintended({ of, before, leases, intended }: ObservedSharedItem): string[] {
  if (intended === undefined || before === undefined) return [];
  const all = Object.values(leases);
  const live = all.filter(({ leaving }) => leaving === undefined);
  const min = Math.max(before.min, ...live.map(({ minimum, next = 0 }) => Math.max(minimum, next)));
  const theirs = all.flatMap(({ leaving }) => leaving?.theirs ?? []);
  const should = { min, max: Math.max(before.max, min) };
  return (["min", "max"] as const).flatMap((key) =>
    intended[key] === should[key] || theirs.some((one) => one[key] === intended[key])
      ? []
      : [`${of} is to have ${key} ${intended[key]}, its leases and what stood before come to ${should[key]}`],
  );
}
