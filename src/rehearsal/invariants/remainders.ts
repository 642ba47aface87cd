/**
 * Remainders as locks name them, compared with the world: each thing that a release leaves is named, and what is named
 * is so. The comparison is made from the account before the release and after it, and takes nothing from the ledger.
 */

import type { ResourceRef } from "../../core/release/change.ts";
import type { JsonValue } from "../../core/release/json-value.ts";
import type { Remainder } from "../../core/release/remainder.ts";
import type { ResourceKind } from "../../core/release/resource-kinds.ts";
import { type AccountSnapshot, snapshotOf } from "./account-snapshot.ts";
import { isRecord, plainItem, plainValue } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { notGivenBack } from "./in-place-ends.ts";
import { countOf } from "./kinds/count.ts";
import type { AccountDifference } from "./kinds/define.ts";
import { endpointConfig } from "./kinds/endpoint-config.ts";
import { keyOf, kindOf, resourceState } from "./kinds/registry.ts";
import { routingOf } from "./kinds/routing.ts";
import { scaling, scalingOf } from "./kinds/scaling.ts";
import { weights, weightsOf } from "./kinds/weights.ts";
import { leftBehind } from "./left-behind.ts";
import type { ObservedCall } from "./observation.ts";
import { endpointBefore, endpointOf, type Passage } from "./passages.ts";
import { notSteady } from "./steady-state.ts";

/** The sweep's longest back-off, and what the sweep comes by once more. */
const recoveryMs = 70 * 60_000;

export interface StandingRemainders {
  /** Subjects that are kept for what could not be put back, and may be yet. */
  readonly subjects: ReadonlySet<string>;
  /** Endpoints of them whose release is promoted: what the candidate has is in use. */
  readonly promoted: ReadonlySet<string>;
  names(resource: ResourceRef): boolean;
  /** The same by a resource's key. */
  isNamed(key: string): boolean;
  /** Whether a thing is gone for a move that is named, and that somebody else's instances leave no room for. */
  isGoneFor(resource: ResourceRef): boolean;
}

/**
 * What may stand at the end of a run: once all refusals have been over for long enough, only what somebody else did and
 * nobody of ours can undo, for as long as they leave it so.
 */
export function standingOf(context: CheckContext): StandingRemainders {
  const { locks, world, refusedUntilMs } = context;
  const over = world.nowMs >= refusedUntilMs() + recoveryMs;
  const standing = locks.all.filter(
    ({ remainder }) => remainder !== undefined && (!over || isKeptByHands(remainder, context)),
  );
  const named = new Set(
    standing.flatMap(({ remainder = [] }) =>
      remainder.flatMap((one) => [keyOf(one.resource), ...nextOf(one)]),
    ),
  );
  const promoted = new Set(
    standing.flatMap(({ subject, promoted }) =>
      promoted === true ? [subject.replace(/^endpoint\//, "")] : [],
    ),
  );
  return {
    subjects: new Set(standing.map(({ subject }) => subject)),
    promoted,
    names: (resource) => named.has(keyOf(resource)),
    isNamed: (key) => named.has(key),
    isGoneFor(resource) {
      const endpoint = scaling.endpointOf(resource.name);
      return (
        promoted.has(endpoint) && named.has(keyOf(routingOf(endpoint))) && isBarredByCount(resource, context)
      );
    },
  };
}

/** Whether it is the scaling of a variant without traffic, on an endpoint of which somebody else has changed a count. */
function isBarredByCount({ kind, name }: ResourceRef, { world, outside }: CheckContext): boolean {
  const endpoint = scaling.endpointOf(name);
  const { variants = [] } = world.state.endpoints.get(endpoint) ?? {};
  const isIdle = variants.some(
    (each) =>
      scalingOf(endpoint, each.name).name === name && each.currentWeight === 0 && each.desiredWeight === 0,
  );
  return (
    kind === scaling.kind &&
    isIdle &&
    !world.state.scalableTargets.has(name) &&
    variants.some((each) => outside.touched(countOf(endpoint, each.name)) !== undefined)
  );
}

/** What a thing needs to be as it should: it may be there already. */
const nextOf = ({ resource, should }: Remainder): string[] =>
  (kindOf(resource).needs?.(should) ?? []).map(keyOf);

const isPlace = ({ resource }: { readonly resource: ResourceRef }): boolean =>
  kindOf(resource).isPlace === true;

/**
 * Whether each thing that is left is so because of somebody else: they changed it, or it has to wait for the endpoint,
 * which cannot be moved while its traffic is theirs, or what it would serve is deleted.
 */
function isKeptByHands(remainder: readonly Remainder[], { outside }: CheckContext): boolean {
  const isTheirs = (resource: ResourceRef) => outside.touched(resource) !== undefined;
  const isBarred = (one: Remainder) =>
    isPlace(one) && (isTheirs(weightsOf(one.resource.name)) || outside.deleted().length > 0);
  const waits = remainder.some(isBarred);
  return remainder.every((one) => isTheirs(one.resource) || isBarred(one) || (waits && !isPlace(one)));
}

/** What is wrong with a remainder that a call has just recorded; one sentence each. */
export function misnamedIn(seen: ObservedCall, context: CheckContext): string[] {
  const recorded = recordedIn(seen);
  const passage = recorded && context.passages.current(recorded.subject);
  if (recorded === undefined || passage === undefined) return [];
  const now = snapshotOf(context);
  const named = new Set(recorded.remainder.map(({ resource }) => keyOf(resource)));
  const resized = resizedIn(passage, context);
  return [
    ...[...differencesOf(passage, now, context), ...notGivenBack(passage, context)]
      // A count that is on its way is told of by its variant.
      .filter(({ resource }) => !named.has(keyOf(isPlace({ resource }) ? (resized ?? resource) : resource)))
      .map(({ what }) => `the ledger does not name that ${what}`),
    ...recorded.remainder.flatMap((one) => untrue(one, passage, context)),
  ];
}

/** The count that an update under way changes, of an endpoint that serves what it did. */
function resizedIn(passage: Passage, { world }: CheckContext): ResourceRef | undefined {
  const was = endpointBefore(passage);
  const { update, configName } = world.state.endpoints.get(was?.name ?? "") ?? {};
  if (was === undefined || update?.kind !== "capacity" || configName !== was.config) return undefined;
  const changed = world.events.find(
    ({ kind, subject, atMs }) =>
      kind === "capacity" && atMs === update.startedMs && subject.startsWith(`${was.name}/`),
  );
  return changed && countOf(was.name, changed.subject.slice(was.name.length + 1));
}

function recordedIn({
  call,
  tookEffect,
}: ObservedCall): { subject: string; remainder: Remainder[] } | undefined {
  const { ExpressionAttributeValues: values, Key } = call.input;
  if (call.operation !== "UpdateItem" || !tookEffect || !isRecord(values) || !isRecord(Key)) return undefined;
  const remainder = plainValue(values[":remainder"]);
  if (!Array.isArray(remainder)) return undefined;
  return { subject: String(plainItem(Key).sk), remainder: remainder as Remainder[] };
}

/** What is not as it should be of all that a passage is about. */
function differencesOf(passage: Passage, now: AccountSnapshot, context: CheckContext): AccountDifference[] {
  const leased = new Set<string>();
  const all = leftBehind({ context, before: asItStood(passage, context), now, leased });
  const name = endpointOf(passage);
  if (name === undefined) return all.filter(({ resource }) => isOfPool(resource));
  const own = all.filter(
    ({ resource }) =>
      !isOfPool(resource) && isOwn(resource, name) && !isNotOnlyOurs(resource, passage, context),
  );
  if (!passage.promoted) return own;
  const steady = notSteady(passage, now, context);
  const endpoint = now.endpoints.get(name);
  // A move that is under way is nobody's to make again.
  const moving = endpoint?.status !== "InService";
  // Until the endpoint has moved on, stable is on it without traffic, and without scaling so that it can leave; the next
  // configuration is made already.
  const idle = new Set(
    endpoint?.variants.filter(({ weight }) => weight === 0).map((one) => scalingOf(name, one.name).name),
  );
  const leaving = steady.filter(({ resource }) => resource.kind !== weights.kind && !idle.has(resource.name));
  if (moving) return leaving.filter((one) => !isPlace(one));
  if (steady.some(isPlace)) return leaving;
  return [
    ...steady,
    ...own.filter(
      ({ resource }) =>
        kindOf(resource).isLease === true ||
        (resource.kind === endpointConfig.kind && resource.name !== endpoint?.config),
    ),
  ];
}

const isOfPool = (resource: ResourceRef): boolean => kindOf(resource).isOfPool === true;

/** The account before the passage, of a pool before its release; what was leant on then is as it stood before that. */
function asItStood(passage: Passage, { shared }: CheckContext): AccountSnapshot {
  const { startedMs, first } = passage;
  const before = endpointOf(passage) === undefined ? first : passage.before;
  const things = Object.entries(before.things).map(([key, all]) => {
    const kind = key as ResourceKind;
    if (kindOf({ kind }).isLease !== true) return [kind, all] as const;
    const stood = [...all].map(
      ([name, now]) => [name, shared.stood({ kind, name }, startedMs) ?? now] as const,
    );
    return [kind, new Map(stood)] as const;
  });
  return { ...before, things: Object.fromEntries(things) as AccountSnapshot["things"] };
}

/** Whether another release has changed a thing last, or leans on it as well. */
const isNotOnlyOurs = (resource: ResourceRef, passage: Passage, { owners, shared }: CheckContext): boolean =>
  owners.isAnothers(resource, passage) || shared.isLeantOnBeside(resource, passage.releaseId);

/** Those that do not say whose they are, are its. */
const isOwn = (resource: ResourceRef, endpoint: string): boolean =>
  (kindOf(resource).endpointOf?.(resource.name) ?? endpoint) === endpoint;

/** Whether a thing is as it is said to be, and should be what is said. */
function untrue(one: Remainder, passage: Passage, context: CheckContext): string[] {
  const { resource, is, should, unsure } = one;
  const { kind, name } = resource;
  const now = resourceState(resource, context);
  const what = `the ledger says of ${kind} ${name}`;
  if (isPlace(one)) return misplaced(one, now, passage);
  if (kindOf(resource).isLease === true) return [];
  const there = (state: JsonValue) => (state === null ? "gone" : "there");
  return [
    ...(unsure === true || there(is) === there(now)
      ? []
      : [`${what} that it is ${there(is)}, and it is ${there(now)}`]),
    ...(passage.promoted || there(should) === thereBefore(resource, passage)
      ? []
      : [`${what} that it should be ${there(should)}, and before the release it was not so`]),
  ];
}

/** Where nobody has seen whether an endpoint moved, it is where it was, or where it is to be; and that is no third place. */
function misplaced({ resource, is, should, unsure }: Remainder, now: JsonValue, passage: Passage): string[] {
  const { kind, name } = resource;
  const what = `the ledger says of ${kind} ${name}`;
  const before = passage.first.endpoints.get(name)?.config;
  return [
    ...(now === is || (unsure === true && now === should)
      ? []
      : [`${what} that it is ${String(is)}, and it is ${String(now)}`]),
    ...(passage.promoted || should === before
      ? []
      : [`${what} that it should be ${String(should)}, and before the release it was ${String(before)}`]),
  ];
}

const thereBefore = ({ kind, name }: ResourceRef, { first }: Passage): "there" | "gone" =>
  first.things[kind].has(name) ? "there" : "gone";
