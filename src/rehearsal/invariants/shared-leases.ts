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
import { executionName } from "./locks.ts";
import { mutationOf } from "./mutations.ts";
import type { ObservedCall } from "./observation.ts";
import { type ObservedSharedItem, type SharedState, sharedItemIn } from "./shared-items.ts";

export interface SharedLeases {
  /** What is wrong with a call; one sentence each. */
  onCall(seen: ObservedCall): readonly string[];
  /** The largest live lease on a thing, by its name; undefined where nobody leans on it. */
  leased(name: string): { readonly resource: ResourceRef; readonly atLeast: number } | undefined;
  /** A thing as it stood before the first of those who leant on it at a moment; undefined where nobody did. */
  stood(resource: ResourceRef, atMs: number): SharedState | undefined;
  /** How much of a thing a release has leased, from when on, oldest first; nothing while it does not lean on it. */
  leasedBy(release: string, resource: ResourceRef): readonly LeasedUnits[];
  /** Whether any other release than one has a lease on a thing. */
  isLeantOnBeside(resource: ResourceRef, release: string): boolean;
  /** Leases that are left; one sentence each. */
  left(standing: (of: string) => boolean): readonly string[];
}

/** One release's lease from a moment on, until the next. */
export interface LeasedUnits {
  readonly fromMs: number;
  /** 0: it is given back. */
  readonly minimum: number;
}

/** A thing as it was when the first release began to lean on it, and for how long it was leant on. */
interface Stood {
  readonly as: SharedState;
  readonly fromMs: number;
  untilMs: number;
}

/** As long as a function's work takes at most, and its start before that: nobody takes over earlier. */
const longestWorkMs = 90_000;

export function createSharedLeases(account: Account): SharedLeases {
  const { world } = account;
  const items = new Map<string, ObservedSharedItem>();
  const stood = new Map<string, Stood[]>();
  const histories = new Map<string, LeasedUnits[]>();

  /** A raise counts once it has been made, what is being given back no more. */
  function follow(
    { of, leases }: ObservedSharedItem,
    was: ObservedSharedItem | undefined,
    fromMs: number,
  ): void {
    for (const id of Object.keys({ ...was?.leases, ...leases })) {
      const lease = leases[id];
      const minimum = lease?.leaving === undefined ? (lease?.minimum ?? 0) : 0;
      const history = histories.get(`${id} on ${of}`) ?? [];
      if (minimum !== (history.at(-1)?.minimum ?? 0))
        histories.set(`${id} on ${of}`, [...history, { fromMs, minimum }]);
    }
  }

  /** Notes what the world has as the first lease is written, and until when any is left. */
  function misremembered(
    item: ObservedSharedItem,
    was: ObservedSharedItem | undefined,
    atMs: number,
  ): string[] {
    const [had, has] = [was, item].map((one) => Object.keys(one?.leases ?? {}).length > 0);
    const last = stood.get(item.of)?.at(-1);
    if (had && !has && last !== undefined) last.untilMs = atMs;
    if (had || !has) return [];
    const now = stateOf(item.of, account);
    if (now === undefined) return [];
    stood.set(item.of, [
      ...(stood.get(item.of) ?? []),
      { as: now, fromMs: atMs, untilMs: Number.POSITIVE_INFINITY },
    ]);
    return same(now, item.before)
      ? []
      : [
          `${item.of} stood at ${JSON.stringify(now)}, and ${JSON.stringify(item.before)} is remembered of it`,
        ];
  }

  function written(item: ObservedSharedItem, { call }: ObservedCall): string[] {
    const was = items.get(item.of);
    items.set(item.of, item);
    follow(item, was, call.at);
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
      ...misremembered(item, was, call.at),
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
    stood: (resource, atMs) =>
      stood.get(keyOf(resource))?.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs)?.as,
    leasedBy: (release, resource) => histories.get(`${release} on ${keyOf(resource)}`) ?? [],
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

/** A thing by its item's name, as the world has it. */
function stateOf(of: string, account: Account): SharedState | undefined {
  const [kind = "", ...words] = of.split(" ");
  const known = leaseKinds[kind as keyof typeof leaseKinds];
  return known?.read(account, words.join(" ")) ?? undefined;
}

/** The things that a call changes which releases lean on. */
function keysIn(call: ObservedCall["call"]): string[] {
  const resource = mutationOf(call)?.resource;
  if (resource !== undefined) return resource.kind in leaseKinds ? [keyOf(resource)] : [];
  return Object.values(leaseKinds).flatMap(({ kind, togetherIn }) =>
    togetherIn(call).map((name) => `${kind} ${name}`),
  );
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
