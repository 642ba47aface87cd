/**
 * What became of leases on what several releases may lean on: how much each release had of a thing and from when on, and how
 * the thing stood before the first of them.
 */
import type { ResourceRef } from "../../core/release/change.ts";
import type { Account } from "./kinds/define.ts";
import { leaseKinds } from "./kinds/leases.ts";
import { keyOf } from "./kinds/registry.ts";
import type { ObservedSharedItem, SharedState } from "./shared-items.ts";

/** One release's lease from a moment on, until the next. */
interface LeasedUnits {
  readonly fromMs: number;
  /** 0: it is given back. */
  readonly minimum: number;
}

/** An item as it is written now, and as it was before. */
interface Written {
  readonly item: ObservedSharedItem;
  readonly was: ObservedSharedItem | undefined;
  readonly atMs: number;
}

export interface LeaseHistory {
  /** Returns how the thing stood, where this is the first lease on it. */
  note(written: Written): SharedState | undefined;
  /** A thing as it stood before the first of those who leant on it at a moment; undefined where nobody did. */
  stood(resource: ResourceRef, atMs: number): SharedState | undefined;
  /** How much of a thing a release has leased, from when on, oldest first; nothing while it does not lean on it. */
  leasedBy(release: string, resource: ResourceRef): readonly LeasedUnits[];
}

/** A thing as it was when the first release began to lean on it, and for how long it was leant on. */
interface Stood {
  readonly as: SharedState;
  readonly fromMs: number;
  untilMs: number;
}

export function createLeaseHistory(account: Account): LeaseHistory {
  const stood = new Map<string, Stood[]>();
  const histories = new Map<string, LeasedUnits[]>();

  /** A raise counts once it has been made, what is being given back no more. */
  function follow({ item: { of, leases }, was, atMs: fromMs }: Written): void {
    for (const id of Object.keys({ ...was?.leases, ...leases })) {
      const lease = leases[id];
      const minimum = lease?.leaving === undefined ? (lease?.minimum ?? 0) : 0;
      const history = histories.get(`${id} on ${of}`) ?? [];
      if (minimum !== (history.at(-1)?.minimum ?? 0))
        histories.set(`${id} on ${of}`, [...history, { fromMs, minimum }]);
    }
  }

  return {
    note(written) {
      const { item, was, atMs } = written;
      follow(written);
      const [had, has] = [was, item].map((one) => Object.keys(one?.leases ?? {}).length > 0);
      const past = stood.get(item.of) ?? [];
      const last = past.at(-1);
      if (had && !has && last !== undefined) last.untilMs = atMs;
      if (had || !has) return undefined;
      const as = stateOf(item.of, account);
      if (as !== undefined)
        stood.set(item.of, [...past, { as, fromMs: atMs, untilMs: Number.POSITIVE_INFINITY }]);
      return as;
    },
    stood: (resource, atMs) =>
      stood.get(keyOf(resource))?.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs)?.as,
    leasedBy: (release, resource) => histories.get(`${release} on ${keyOf(resource)}`) ?? [],
  };
}

/** A thing by its item's name, as the world has it. */
function stateOf(of: string, account: Account): SharedState | undefined {
  const [kind = "", ...words] = of.split(" ");
  const known = leaseKinds[kind as keyof typeof leaseKinds];
  return known?.read(account, words.join(" ")) ?? undefined;
}
