/**
 * Leases on a thing that several releases may lean on: its own item says what stood before the first of them, who leans on
 * it and with how much, and what is therefore in force. Each change of it is one conditional write, of the version that
 * was read. What an item intends is said before Application Auto Scaling is called, and what became of it after, by whoever
 * has it in work then.
 */

import * as z from "zod";
import type { EpochMs } from "../units.ts";
import { longestWorkSeconds } from "../wait.ts";

export const Bounds = z.object({ min: z.int(), max: z.int() });
export type Bounds = z.infer<typeof Bounds>;
type BoundName = keyof Bounds;
/** Some of them. */
export type SomeBounds = { readonly [K in BoundName]?: number | undefined };

/** A scalable target as it is. */
export interface TargetSeen extends Bounds {
  /** What was asked of the service last, in its units. */
  readonly capacity: number;
  /** Whether a policy takes away what the load does not need. */
  readonly scalesIn: boolean;
  /** Whether its service is still at a change, so that the capacity may not show it yet. */
  readonly isChanging?: boolean | undefined;
}

/** One release's lease. */
export const Lease = z.object({
  /** 0 while the first raise of it is under way. */
  minimum: z.int().min(0),
  /** What it is being made, while that is under way. */
  next: z.int().min(0).optional(),
  /**
   * It is being given back, and counts no more; the capacity that leases had made goes as well, where nobody has changed
   * it: `made` is what it may have come to, as far as the last raise had got.
   * `theirs` are the bounds that somebody else had changed by then.
   */
  leaving: z.object({ made: z.array(z.int()), theirs: Bounds.partial().optional() }).optional(),
  /** Of the lock under which it was last changed: whoever has an older one changes it no more. */
  fence: z.int(),
  /** When it was last raised, ISO 8601. */
  since: z.string(),
});
export type Lease = z.infer<typeof Lease>;

export const SharedItem = z.object({
  /** Goes up by one with each write. */
  version: z.int().min(0),
  /** As it was before the first of the leases. */
  before: Bounds.extend({ capacity: z.int() }).optional(),
  /** By release. */
  leases: z.record(z.string(), Lease).default({}),
  inForce: Bounds.optional(),
  /** What is being put in force. */
  intended: Bounds.optional(),
  worker: z.object({ execution: z.string(), at: z.string() }).optional(),
});
export type SharedItem = z.infer<typeof SharedItem>;

export const noLeases: SharedItem = { version: 0, leases: {} };

/** Who changes a lease. */
export interface By {
  readonly id: string;
  readonly execution: string;
  readonly fence: number;
}

/** What is in force with some leases: the largest of them and of what stood before the first. */
export function inForceWith(before: Bounds, leases: Readonly<Record<string, Lease>>): Bounds {
  const live = Object.values(leases).filter(({ leaving }) => leaving === undefined);
  const min = Math.max(before.min, ...live.map(({ minimum, next = minimum }) => Math.max(minimum, next)));
  return { min, max: Math.max(before.max, min) };
}

/** Whether somebody else may still be at work on an item: no Lambda lives longer than this. */
export const isInWork = ({ worker }: SharedItem, { execution }: By, nowMs: EpochMs): boolean =>
  worker !== undefined &&
  worker.execution !== execution &&
  nowMs < Date.parse(worker.at) + longestWorkSeconds * 1000;

/** Which bounds of a target are otherwise than the leases have made them; none where nobody leans on it. */
export function theirsOf({ inForce, intended = inForce }: SharedItem, seen: Bounds): BoundName[] {
  if (inForce === undefined || intended === undefined) return [];
  return (["min", "max"] as const).filter((key) => ![inForce[key], intended[key]].includes(seen[key]));
}

/** A lease as the ledger of its release knows it. */
export type LeaseState =
  | { readonly minimum: number }
  /** It is being made, or given back, and nobody has said yet that it is. */
  | { readonly minimum: number; readonly underWay: true }
  /** Somebody else has changed the bounds since. */
  | { readonly minimum: number; readonly theirs: SomeBounds };

/** Null: the release has no lease on it. */
export function leaseState(item: SharedItem, release: string, seen: Bounds | undefined): LeaseState | null {
  const lease = item.leases[release];
  if (lease === undefined) return null;
  const { minimum, next, leaving } = lease;
  if (leaving?.theirs !== undefined) return { minimum, theirs: leaving.theirs };
  if (next !== undefined || leaving !== undefined) return { minimum, underWay: true };
  const theirs = seen === undefined ? [] : theirsOf(item, seen);
  if (seen === undefined || theirs.length === 0) return { minimum };
  return { minimum, theirs: Object.fromEntries(theirs.map((key) => [key, seen[key]])) };
}

export interface Asking {
  readonly by: By;
  readonly seen: TargetSeen;
  readonly nowMs: EpochMs;
}

/**
 * The item with a release's lease intended to be so many; it never becomes less until it is given back. What is in force is
 * what is seen: whoever died at work on it may have put in force what they intended, or not.
 */
export function raising(item: SharedItem, { by, seen, nowMs }: Asking, minimum: number): SharedItem {
  const { min, max } = seen;
  const before = { ...(item.before ?? { min, max }), capacity: stoodCapacity(item, seen) };
  const at = new Date(nowMs).toISOString();
  const known = item.leases[by.id];
  const made = known?.minimum ?? 0;
  const own: Lease = { minimum: made, next: Math.max(made, minimum), fence: by.fence, since: at };
  const leases = { ...item.leases, [by.id]: own };
  return {
    version: item.version + 1,
    before,
    leases,
    inForce: { min, max },
    intended: inForceWith(before, leases),
    worker: { execution: by.execution, at },
  };
}

/**
 * The capacity that stands without the leases: more than any of them has made, be it on its way out, is somebody else's, also where
 * one comes to as much.
 */
function stoodCapacity({ before, inForce, intended, leases }: SharedItem, { capacity }: TargetSeen): number {
  if (before === undefined) return capacity;
  const made = Object.values(leases).flatMap(({ minimum, next = 0, leaving: out }) => [
    ...[minimum, next],
    ...(out?.made ?? []),
  ]);
  const ours = Math.max(before.capacity, inForce?.min ?? 0, intended?.min ?? 0, ...made);
  return capacity > ours ? capacity : before.capacity;
}

/**
 * The item with a release's lease on its way out. What somebody else has made of a bound stays as they have made it, as if it
 * had stood before.
 */
export function leaving(item: SharedItem, { by, seen, nowMs }: Asking): SharedItem {
  const lease = item.leases[by.id];
  const { before, inForce } = item;
  if (lease === undefined || before === undefined || inForce === undefined) return item;
  const { next: _, ...rest } = lease;
  const made = [...new Set([inForce.min, (item.intended ?? inForce).min])];
  const theirs = theirsOf(item, seen);
  const kept: { min?: number; max?: number } = Object.fromEntries(theirs.map((key) => [key, seen[key]]));
  const first = { made, ...(theirs.length === 0 ? {} : { theirs: kept }) };
  const own: Lease = { ...rest, fence: by.fence, leaving: lease.leaving ?? first };
  const leases = { ...item.leases, [by.id]: own };
  const stood = { ...before, ...kept };
  const at = new Date(nowMs).toISOString();
  return {
    version: item.version + 1,
    before: stood,
    leases,
    inForce: { min: seen.min, max: seen.max },
    intended: { ...inForceWith(stood, leases), ...kept },
    worker: { execution: by.execution, at },
  };
}

/** The item once what it intends is in force; with a lease that is gone for good without that. */
export function settled(item: SharedItem, { id }: By, gone: boolean): SharedItem {
  const { [id]: lease, ...others } = item.leases;
  const version = item.version + 1;
  const { before, intended = item.inForce } = item;
  if (gone && Object.keys(others).length === 0) return { version, leases: {} };
  const inForce = intended === undefined ? {} : { inForce: intended };
  const shared = { version, ...(before === undefined ? {} : { before }), ...inForce };
  if (gone || lease === undefined) return { ...shared, leases: others };
  const { next, ...rest } = lease;
  return { ...shared, leases: { ...others, [id]: { ...rest, minimum: next ?? rest.minimum } } };
}

/** How long after a raise Application Auto Scaling may still be about to carry it out, milliseconds; chosen, not documented. */
const raiseLagMs = 120_000;

export type BackNext =
  /** The capacity goes down to so many, by the service's own call. */
  | { readonly do: "lower"; readonly to: number }
  /** What a raise of just now makes of it has yet to be seen. */
  | { readonly do: "wait" }
  | { readonly do: "done" };

/**
 * What is to be done about the capacity that a lease on its way out has made. A lower MinCapacity alone takes none away:
 * a policy does, or else we do, down to what stood before or what others lean on. Capacity that is otherwise than the
 * lease had made it is somebody else's.
 */
export function capacityBack(item: SharedItem, { by, seen, nowMs }: Asking): BackNext {
  const lease = item.leases[by.id];
  if (lease?.leaving === undefined || item.before === undefined) return { do: "done" };
  const { made } = lease.leaving;
  if (seen.scalesIn || Math.max(...made) <= item.before.capacity) return { do: "done" };
  const to = Math.max(inForceWith(item.before, item.leases).min, Math.min(item.before.capacity, seen.max));
  if (seen.isChanging === true) return { do: "wait" };
  // A maximum that was put back has brought it down to itself.
  const maxima = [Number.POSITIVE_INFINITY, seen.max, item.intended?.max ?? seen.max];
  const isMade = made.some((one) => maxima.some((max) => Math.min(one, max) === seen.capacity));
  if (isMade && seen.capacity > to) return { do: "lower", to };
  return nowMs < Date.parse(lease.since) + raiseLagMs ? { do: "wait" } : { do: "done" };
}
