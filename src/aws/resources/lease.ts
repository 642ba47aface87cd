/**
 * A lease of a release on something that others may lean on too: Application Auto Scaling's MinCapacity of it, and
 * MaxCapacity where that would be less, are the largest of what all want and of what stood before. Its policies and
 * scheduled actions stay as they are.
 */
import * as z from "zod";
import { badState, drifted, ledgerContended, lockLost, notFound } from "../../core/errors.ts";
import { type LeaseKind, leasableOf } from "../../core/plan/alongside/kinds.ts";
import type { ResourceRef } from "../../core/release/change.ts";
import {
  Bounds,
  capacityBack,
  isInWork,
  leaseState,
  leaving,
  raising,
  type SharedItem,
  settled,
  type TargetSeen,
  theirsOf,
} from "../../core/release/shared-lease.ts";
import type { Aws } from "../clients.ts";
import { putBounds, readScalableTarget } from "../scalable-target.ts";
import { readShared, writeShared } from "../shared-items.ts";
import { defineResource, type Resource, type ResourceContext, type Transition } from "./define.ts";

/** A service's capacity as it says itself, in its units. */
export interface ServiceCapacity {
  /** What was asked of it last. */
  readonly asked: number;
  /** What can be used now. */
  readonly there: number;
  /** Whether the service is still at a change that `asked` does not show. */
  readonly isChanging?: boolean;
  /** Why it will not have what was asked, where it says so. */
  readonly failure?: string;
}

export interface LeaseDefinition {
  readonly kind: LeaseKind;
  /** Null where there is no such thing; a sentence where there is, and none can be leased. */
  view(aws: Aws, name: string): Promise<ServiceCapacity | string | null>;
  /** Asks the service itself for less; false where it cannot change just now. */
  lower(aws: Aws, name: string, to: number): Promise<boolean>;
}

export type LeaseResource = Resource & LeaseDefinition;

const State = z.looseObject({ minimum: z.int().min(0), theirs: Bounds.partial().optional() });
type State = z.infer<typeof State>;

export function defineLease(definition: LeaseDefinition): LeaseResource {
  const { kind } = definition;
  const resource = defineResource({
    state: State,
    async read(aws, name, asked) {
      const { by } = must(asked, name);
      const isLeased = (await readShared(aws, { kind, name })).leases[by.id] !== undefined;
      if (!isLeased) return null;
      const look = () => readScalableTarget(aws, leasableOf(kind).scopeOf(name));
      const { item, seen } = await seenTogether(aws, { kind, name }, look);
      return leaseState(item, by.id, seen ?? undefined);
    },
    put: (aws, name, change, asked) => put({ aws, name, definition, asked: must(asked, name) }, change),
  });
  return { ...resource, ...definition };
}

function must(asked: ResourceContext | undefined, name: string): ResourceContext {
  if (asked === undefined) throw badState(`${name}: expected the release whose lease it is, found none`);
  return asked;
}

interface Putting {
  readonly aws: Aws;
  readonly name: string;
  readonly definition: LeaseDefinition;
  readonly asked: ResourceContext;
}

/**
 * Who leans on a thing, and its bounds at one moment of that: seen between two writes of others, theirs would look like
 * somebody else's. @throws LedgerContended where they go on writing
 */
async function seenTogether<T extends Bounds>(
  aws: Aws,
  of: ResourceRef,
  look: () => Promise<T | null>,
): Promise<{ readonly item: SharedItem; readonly seen: T | null }> {
  let item = await readShared(aws, of);
  for (let tries = 0; tries < 3; tries++) {
    const seen = await look();
    if (seen === null || theirsOf(item, seen).length === 0) return { item, seen };
    const again = await readShared(aws, of);
    if (again.version === item.version) return { item, seen };
    item = again;
  }
  throw ledgerContended(`who leans on ${of.kind} ${of.name} changed while it was looked at`);
}

async function put(putting: Putting, { to }: Transition<State>): Promise<void> {
  const { aws, name, definition, asked } = putting;
  const { kind } = definition;
  const { item, seen } = await seenTogether(aws, { kind, name }, () => seenBy(putting));
  const fence = item.leases[asked.by.id]?.fence ?? 0;
  if (fence > asked.by.fence) throw lockLost(`the lease on ${name} is held under a later fence`);
  if (isInWork(item, asked.by, asked.nowMs))
    throw ledgerContended(`${kind} ${name} is being changed by ${item.worker?.execution}`);
  if (to === null) await giveBack(putting, item, seen);
  else if (seen === null) throw notFound(`${kind} ${name} has no scalable target any more`);
  else await raise(putting, { item, seen }, to.minimum);
}

/** Null where its target, or it itself, is gone. */
async function seenBy({ aws, name, definition }: Putting): Promise<TargetSeen | null> {
  const target = await readScalableTarget(aws, leasableOf(definition.kind).scopeOf(name));
  const capacity = target === null ? null : await definition.view(aws, name);
  if (target === null || capacity === null || typeof capacity === "string") return null;
  return { ...target, capacity: capacity.asked, isChanging: capacity.isChanging };
}

async function raise(
  putting: Putting,
  { item, seen }: { item: SharedItem; seen: TargetSeen },
  minimum: number,
): Promise<void> {
  const { aws, name, definition, asked } = putting;
  const { kind } = definition;
  if (item.before === undefined && seen.isChanging === true)
    throw ledgerContended(`${kind} ${name} is at another change and does not show yet how it stood`);
  const theirs = theirsOf(item, seen);
  if (theirs.length > 0)
    throw drifted(
      `someone else set ${theirs.map((key) => `${key} ${seen[key]}`).join(" and ")} on ${kind} ${name} while a release leans on it; release again once that is settled`,
    );
  const intended = await writeShared(aws, { kind, name }, raising(item, { ...asked, seen }, minimum));
  await putDifference(putting, seen, intended);
  await writeShared(aws, { kind, name }, settled(intended, asked.by, false));
}

async function giveBack(putting: Putting, item: SharedItem, seen: TargetSeen | null): Promise<void> {
  const { aws, name, definition, asked } = putting;
  const shared = { kind: definition.kind, name };
  const { by } = asked;
  if (item.leases[by.id] === undefined) return;
  if (seen === null) {
    await writeShared(aws, shared, settled(item, by, true));
    return;
  }
  const going = await writeShared(aws, shared, leaving(item, { ...asked, seen }));
  await putDifference(putting, seen, going);
  const next = capacityBack(going, { ...asked, seen });
  const isLowered = next.do === "lower" && (await definition.lower(aws, name, next.to));
  await writeShared(aws, shared, settled(going, by, isLowered || next.do === "done"));
}

async function putDifference(
  { aws, name, definition }: Putting,
  seen: TargetSeen,
  { intended }: SharedItem,
): Promise<void> {
  if (intended === undefined) return;
  const differing = (["min", "max"] as const).filter((key) => intended[key] !== seen[key]);
  const bounds = Object.fromEntries(differing.map((key) => [key, intended[key]]));
  await putBounds(aws, leasableOf(definition.kind).scopeOf(name), bounds);
}
