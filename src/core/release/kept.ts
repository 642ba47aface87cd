/**
 * What a promoted release has made and leaves serving, as the table keeps it: while it serves, and for so many days after
 * another took its place, so that there is a way back. Then the sweep deletes it, each thing by itself: what is otherwise than
 * the release made it, what does not say that it is the release's, and what any endpoint is on, is left alone.
 */
import * as z from "zod";
import { usualRevertDays } from "../plan/rollout.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { type Change, type ResourceRef, sameState } from "./change.ts";
import { type JsonValue, PlainData } from "./json-value.ts";
import { resourceKinds, traitsOf } from "./resource-kinds.ts";

/** kept → deleting → deleted | left (it is not what was made, or not said to be); the first two are tried again. */
const keptStates = ["kept", "deleting", "deleted", "left"] as const;

const KeptThing = z.object({
  resource: z.object({ kind: z.enum(resourceKinds), name: z.string() }),
  /** As it was made. */
  content: PlainData,
  state: z.enum(keptStates),
  /** ISO 8601, when it came to that state. */
  at: z.iso.datetime().optional(),
  /** Why it is not deleted, or was not. */
  why: z.string().optional(),
});
export type KeptThing = z.infer<typeof KeptThing>;

export const KeptThings = z.object({
  releaseId: z.string(),
  endpoint: z.string(),
  model: z.string(),
  version: z.int().optional(),
  things: z.array(KeptThing).readonly(),
  /** Which release has taken its place, and until when it is kept since, ISO 8601; absent while none has. */
  replaced: z.object({ by: z.string(), keptUntil: z.iso.datetime() }).optional(),
  /** When what could not be deleted is looked at again, ISO 8601. */
  lookAgainAt: z.iso.datetime().optional(),
  /** Of the item: each write is of the one before. */
  revision: z.int().min(1),
});
export type KeptThings = z.infer<typeof KeptThings>;

/** What a promoted release has made and not taken away again, newest first: a configuration goes before its model. */
export function madeBy(changes: readonly Change[]): KeptThing[] {
  const made = changes.filter(({ resource: { kind } }) => traitsOf(kind).isMade && traitsOf(kind).mayServe);
  const last = new Map(made.map((change) => [`${change.resource.kind} ${change.resource.name}`, change]));
  return [...last.values()]
    .filter(({ after, state }) => after !== null && (state === "applied" || state === "kept"))
    .sort((one, other) => other.seq - one.seq)
    .map(({ resource, after }) => ({ resource, content: after as KeptThing["content"], state: "kept" }));
}

/** Of a plan as a document has it, be it older than that. */
const Keeping = z
  .object({ rollout: z.object({ revertDays: z.int().min(0).catch(usualRevertDays) }) })
  .catch({ rollout: { revertDays: usualRevertDays } });
export const revertDaysOf = (plan: unknown): number => Keeping.parse(plan).rollout.revertDays;

const dayMs = 86_400_000;

/** From its replacement on. */
export const keptUntil = (at: string, days: number): string =>
  new Date(Date.parse(at) + days * dayMs).toISOString();

export const isOpenThing = ({ state }: KeptThing): boolean => state === "kept" || state === "deleting";

/** Whether its time is up, and there is something left to look at. */
export function isDue({ things, replaced, lookAgainAt }: KeptThings, nowMs: EpochMs): boolean {
  const from = lookAgainAt ?? replaced?.keptUntil;
  return from !== undefined && epochMs(from) <= nowMs && things.some(isOpenThing);
}

/** When what an endpoint is on, or nobody may look at, is looked at again. */
export const lookAgainAfter = (nowMs: EpochMs): string => new Date(nowMs + dayMs).toISOString();

/** A thing as the account shows it. */
export interface KeptSeen {
  /** Null where there is none. */
  readonly content: JsonValue;
  /** Which release it says that it is of; absent where it does not say. */
  readonly madeBy?: string | undefined;
  /** An endpoint that is on it, or might be. */
  readonly usedBy?: string | undefined;
}

export type Fate =
  | { readonly do: "delete" }
  | { readonly do: "settle"; readonly state: "deleted" | "left"; readonly why: string }
  | { readonly do: "wait"; readonly why: string };

export function fateOf(
  { resource, content }: Pick<KeptThing, "resource" | "content">,
  releaseId: string,
  seen: KeptSeen,
): Fate {
  if (seen.content === null) return { do: "settle", state: "deleted", why: "it was gone already" };
  const why = notOurs(resource, content as JsonValue, releaseId, seen);
  if (why !== undefined) return { do: "settle", state: "left", why };
  return seen.usedBy === undefined
    ? { do: "delete" }
    : { do: "wait", why: `endpoint ${seen.usedBy} is on it` };
}

function notOurs(
  { kind }: ResourceRef,
  made: JsonValue,
  releaseId: string,
  seen: KeptSeen,
): string | undefined {
  if (seen.madeBy === undefined) return "it does not say that a release made it";
  if (seen.madeBy !== releaseId) return `it says that ${seen.madeBy} made it`;
  return sameState(kind, seen.content, made) ? undefined : "it is not as the release made it";
}

/** Until when there is a way back to a version as it was, or since when there is none. */
export type KeptStanding =
  | { readonly is: "kept"; readonly until: string }
  | { readonly is: "deleted"; readonly at: string; readonly things: readonly string[] };

/** Of what releases left of a version on an endpoint, the newest; undefined where no release of a version did, or none has replaced it. */
export function standingOfKept(
  all: readonly KeptThings[],
  { endpoint, version }: { readonly endpoint: string; readonly version: number },
): KeptStanding | undefined {
  const newest = all
    .filter((one) => one.endpoint === endpoint && one.version === version && one.replaced !== undefined)
    .sort((one, other) => ((one.replaced?.keptUntil ?? "") < (other.replaced?.keptUntil ?? "") ? 1 : -1))[0];
  if (newest?.replaced === undefined) return undefined;
  const gone = newest.things.filter(({ state }) => state === "deleted");
  if (gone.length === 0) return { is: "kept", until: newest.replaced.keptUntil };
  const at =
    gone
      .flatMap((one) => one.at ?? [])
      .sort()
      .at(-1) ?? newest.replaced.keptUntil;
  return { is: "deleted", at, things: gone.map(({ resource: { kind, name } }) => `${kind} ${name}`) };
}
