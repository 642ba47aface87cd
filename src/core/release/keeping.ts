/**
 * Training capacity after its release has closed: a warm pool lasts for as long as its keep-alive, an hour at most, and is
 * primed again until its lease ends.
 */
import * as z from "zod";
import { notFound } from "../errors.ts";
import type { Completion } from "../plan/completion.ts";
import type { TrainingCluster } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import type { Change } from "./change.ts";
import { type JsonValue, PlainData } from "./json-value.ts";
import { waitSeconds } from "./turns.ts";
import { Held } from "./undoing.ts";

/** What the release does about its pool, once it has closed. */
export const Keeping = z.object({
  /** `lost`: there is none now; the next sweep tries again. */
  status: z.enum(["waiting", "kept", "lost"]),
  reason: z.string(),
  waitSeconds,
  since: z.string(),
  /** Until when the pool lasts by itself, ISO 8601; absent while a job has it. */
  keptUntil: z.iso.datetime().optional(),
  /** Of one that is lost, when it is worth trying again, ISO 8601; absent where that is at once. */
  tryAgainAt: z.iso.datetime().optional(),
});
export type Keeping = z.infer<typeof Keeping>;

/** A pool as it stands, by the job that has it last. */
export interface HeldPool {
  readonly status: "priming" | "available" | "used" | "over" | "failed";
  readonly reason: string;
  readonly keptUntil?: string | undefined;
}

/**
 * A pool is primed again when no more than this is left of it: the sweep comes every ten minutes, and its start and the
 * queue for the lock take some of the rest.
 */
export const renewalMinutes = 15;

/** What is to be done about a pool whose lease ends at `until`, ISO 8601. */
export function nextKeeping(pool: HeldPool, until: string, nowMs: EpochMs): "leave" | "wait" | "prime" {
  const { status, keptUntil = "" } = pool;
  if (status === "priming") return "wait";
  if (status === "used") return "leave";
  const lasts = status === "available" ? Date.parse(keptUntil) : Number.NaN;
  const isLong = lasts >= Date.parse(until) || lasts - nowMs > renewalMinutes * 60_000;
  return isLong || isAboutToEnd(until, nowMs) ? "leave" : "prime";
}

/** Nothing is primed for a lease that ends within so many minutes: the instances could hardly be there before. */
const shortestUseMinutes = 5;

const isAboutToEnd = (until: string, nowMs: EpochMs): boolean =>
  Date.parse(until) - nowMs <= shortestUseMinutes * 60_000;

/** A job whose instances came and left no pool is paid for: the next one has to wait this long. */
const dearRetryMinutes = 60;

/** When a pool that was primed in vain is worth trying again, ISO 8601; undefined where trying costs nothing. */
export const tryAgainAt = ({ status }: HeldPool, nowMs: EpochMs): string | undefined =>
  status === "over" ? new Date(nowMs + dearRetryMinutes * 60_000).toISOString() : undefined;

/** When somebody has to look at a pool again, ISO 8601: at the next sweep, where nobody knows how long it lasts. */
export function keepBy(keptUntil: string | undefined, nowMs: EpochMs): string {
  const at = keptUntil === undefined ? nowMs : Date.parse(keptUntil) - renewalMinutes * 60_000;
  return new Date(Math.max(at, nowMs)).toISOString();
}

/** What KeepCapacity takes: whose capacity it is, by how much its lease is extended, and what was done in this execution. */
export const KeepInput = z.looseObject({
  release: Held,
  plan: z
    .looseObject({ milestones: z.record(z.string(), z.looseObject({ pool: PlainData.optional() })) })
    .optional()
    .catch(undefined),
  extendMinutes: z.number().positive().optional(),
  keeping: Keeping.optional(),
});
export type KeepInput = z.infer<typeof KeepInput>;

/** What the next job is started with: as the one before was, and with what the plan says where older code kept no more of that. */
export function primedAs({ release, plan }: KeepInput, primer: Pick<Change, "after">): JsonValue {
  const pool = plan?.milestones[release.milestone ?? ""]?.pool;
  const after = primer.after as { readonly [key: string]: JsonValue };
  return pool === undefined ? after : { pool, ...after };
}

/** The change that gives an instance group more nodes; SageMaker keeps as many as it is to have, so nobody renews it. */
export const raiseId = "raise-group";

/** A group with more nodes than it had, as the ledger keeps it. */
export function moreNodes(before: JsonValue, { name, instanceGroup, instances }: TrainingCluster): JsonValue {
  const group = Group.safeParse(before);
  if (!group.success) throw notFound(`instance group ${name}/${instanceGroup} does not exist`);
  const { going: _, ...rest } = group.data;
  return { ...rest, instances: rest.instances + instances };
}

const Group = z.looseObject({ instances: z.int(), going: z.int().optional() });

/** The changes that prime a pool, oldest first. */
export const primersIn = (changes: readonly Change[]): Change[] =>
  changes.filter(({ id }) => id === "primer" || id.startsWith("primer-"));

/** The change of the job that primes a pool next, after the one of this id. */
export function nextPrimer(id: string): string {
  const [, nth = "1"] = /-(\d+)$/.exec(id) ?? [];
  return `primer-${Number(nth) + 1}`;
}

/** The changes that are the end of a lease: the first, and the one that it was extended to. */
export const leaseEnds = ["lease-end", "lease-extension"] as const;

export const isLeaseEnd = ({ id }: Pick<Change, "id">): boolean => leaseEnds.some((each) => each === id);

/** When the lease of a pool ends, ISO 8601; undefined where its ledger has none that goes on. */
export function leaseEndOf(changes: readonly Change[]): string | undefined {
  const ends = changes.filter((change) => isLeaseEnd(change) && change.state === "applied");
  const at = (ends.at(-1)?.after as { at?: string } | null | undefined)?.at;
  return at === undefined ? undefined : `${at}Z`;
}

/** A shorter extension than this is none: its schedule would have to fire at once. */
const shortestExtensionMs = 5 * 60_000;

/** By how much a lease that has come to its end is extended, once, minutes; undefined where it is not. */
export function extensionOf(
  { late, completedBy }: Completion,
  changes: readonly Change[],
  nowMs: EpochMs,
): number | undefined {
  const until = leaseEndOf(changes);
  if (late === undefined || completedBy === undefined || until === undefined) return undefined;
  const isExtended = changes.some(({ id }) => id === "lease-extension");
  const extendedMs = Date.parse(until) + late.extendMinutes * 60_000;
  return isExtended || extendedMs - nowMs < shortestExtensionMs ? undefined : late.extendMinutes;
}
