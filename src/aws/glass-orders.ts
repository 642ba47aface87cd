/**
 * Carries out what people order of a glass. Once a second person has agreed, first a number of the endpoint's chain is claimed for
 * it, so that nothing is let past without evidence, then it is in force, and then an alarm is rung and people are told.
 */
import { awsRefused, notFound } from "../core/errors.ts";
import type { GlassPack } from "../core/evidence/pack.ts";
import { gatesOf } from "../core/gates/settings.ts";
import {
  type BrokenGlass,
  type Glass,
  type GlassEntry,
  glassSaid,
  glassText,
  isBroken,
} from "../core/release/break-glass.ts";
import {
  type GlassAction,
  type GlassOrdered,
  nextForAgreeing,
  nextForAsking,
  nextForEnding,
} from "../core/release/glass-orders.ts";
import { attemptIn } from "../core/release/names.ts";
import { type Person, personOf } from "../core/release/person.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { endpointOf } from "../core/release/undoing.ts";
import { packageArnOf } from "../core/release/version-gate.ts";
import type { GlassOrder, OrderReply } from "../core/request/persons-order.ts";
import type { EpochMs } from "../core/units.ts";
import { addGlassEntry, glassAt } from "./break-glass.ts";
import type { Aws } from "./clients.ts";
import { publish } from "./event-bridge.ts";
import { claimBeside } from "./evidence-beside.ts";
import type { Tools } from "./lambda.ts";
import { authorOf } from "./model-registry.ts";
import { notDone } from "./orders.ts";
import { storedPlan, understood } from "./plans.ts";
import { readRelease } from "./releases.ts";
import { settled } from "./settling.ts";
import { sha256 } from "./sha256.ts";

interface By {
  readonly who: Person;
  readonly pseudonym?: string | undefined;
  readonly nowMs: EpochMs;
}

/** Rejects only while nothing is in force that was not. @throws NotFound where it is not taken. */
export async function orderGlass(
  tools: Tools,
  order: GlassOrder,
  { who, pseudonym, nowMs }: By,
): Promise<OrderReply> {
  const { aws } = tools;
  const found = await meant(aws, order.releaseId);
  const { base } = attemptIn(order.releaseId);
  const glass = await glassAt(aws, base, nowMs);
  if (order.order === "show-glass")
    return glass === undefined
      ? { said: `${base}: nothing is asked for, and nothing is let past`, done: true }
      : { said: glassSaid(glass), done: true, seen: sha256(glassText(glass)) };
  const given = { releaseId: base, by: who, pseudonym, reason: order.reason, nowMs, glass };
  const next = await nextFor(aws, order, { found, given });
  if (next.do === "refuse") throw notFound(next.why);
  // Whoever says it again may not have had an answer, and then nobody may have been told.
  if (next.do === "nothing") return told(tools, found, next.glass);
  return recorded(tools, found, { entry: next.entry, glass });
}

/** A release of an endpoint's that is under way, or may be tried again. */
async function meant(aws: Aws, releaseId: string): Promise<ReleaseRecord> {
  const record = await readRelease(aws, releaseId);
  if (record === undefined) throw notFound(`RELEASE: expected one that exists, found "${releaseId}"`);
  if (endpointOf(record.release) === undefined)
    throw notFound(`RELEASE: expected one of an endpoint's, found "${releaseId}", which has no gates`);
  if (record.closing?.outcome === "promoted")
    throw notFound(
      `RELEASE: expected one that is under way or may be tried again, found "${releaseId}", which is promoted`,
    );
  return record;
}

interface Ordered {
  readonly found: ReleaseRecord;
  readonly given: GlassOrdered;
}

async function nextFor(
  aws: Aws,
  order: Exclude<GlassOrder, { order: "show-glass" }>,
  { found, given }: Ordered,
): Promise<GlassAction> {
  switch (order.order) {
    case "break-glass": {
      const { passes, until } = order;
      return nextForAsking({ ...given, passes, until, gates: gatesOf(await planOf(aws, found)) });
    }
    case "agree-glass": {
      const { glass } = given;
      const digest = glass && sha256(glassText(glass));
      return nextForAgreeing({ ...given, seen: order.seen, digest, author: await madeBy(aws, found) });
    }
    case "end-glass":
      return nextForEnding(given);
  }
}

/** Of one that is under way its own; a try to come goes by the one in force. */
async function planOf(aws: Aws, { release: { model, id }, status, plan }: ReleaseRecord) {
  const stored = status === "closed" ? await storedPlan(aws, model) : plan;
  if (stored === undefined) throw notFound(`RELEASE: expected one with a plan in force, found "${id}"`);
  return understood(stored, `the plan of ${id}`);
}

async function madeBy(aws: Aws, found: ReleaseRecord): Promise<Person | undefined> {
  const { packageArn, version } = found.release;
  const arn =
    typeof packageArn === "string"
      ? packageArn
      : packageArnOf(aws.environment, await planOf(aws, found), { version });
  const author = await authorOf(aws, arn);
  return author === undefined ? undefined : personOf(author, aws.environment.namedRoles);
}

interface Recording {
  readonly entry: GlassEntry;
  /** As it stood before. */
  readonly glass: Glass | undefined;
}

async function recorded(
  tools: Tools,
  found: ReleaseRecord,
  { entry, glass }: Recording,
): Promise<OrderReply> {
  const { aws } = tools;
  const after = withEntry(glass, entry);
  if (isBroken(after)) await claim(aws, found, after);
  const kept = await settled(
    () => addGlassEntry(aws, entry),
    async () => isThere(await glassAt(aws, entry.releaseId, Date.parse(entry.at)), entry),
  );
  if (kept.how === "failed")
    throw awsRefused(`the order could not be written down (${kept.why}); give it again`);
  if (kept.how === "unknown")
    return { said: `${entry.releaseId}: ${notDone(kept, "written down", "the order")}`, done: false };
  if (after !== undefined) return told(tools, found, after);
  return { said: `${entry.releaseId}: nothing is let past any more; what was let past stays`, done: true };
}

/** Undefined once it is ended. */
function withEntry(glass: Glass | undefined, entry: GlassEntry): Glass | undefined {
  if (entry.said === "asked") return { asked: entry };
  return entry.said === "ended" || glass === undefined ? undefined : { ...glass, agreed: entry };
}

function isThere(glass: Glass | undefined, { said, at }: GlassEntry): boolean {
  if (said === "ended") return glass === undefined;
  return (said === "asked" ? glass?.asked.at : glass?.agreed?.at) === at;
}

/** Once for each that was asked for. */
async function claim(aws: Aws, { release }: ReleaseRecord, glass: BrokenGlass): Promise<void> {
  const { asked, agreed } = glass;
  const { releaseId, askedAt, passes, until } = asked;
  const days = release["retentionDays"];
  const pack: GlassPack = {
    schema: 1,
    what: "glass-broken",
    subject: release.subject,
    since: askedAt,
    at: agreed.at,
    of: releaseId,
    model: release.model,
    passes,
    until,
    seen: agreed.seen,
    ...(asked.pseudonym !== undefined && { asked: asked.pseudonym }),
    ...(agreed.pseudonym !== undefined && { agreed: agreed.pseudonym }),
    ...(typeof days === "number" && { retentionDays: days }),
  };
  const value = `${releaseId} ${askedAt}`;
  await claimBeside(aws, pack, { name: "glass", value, isClaimed: (marked) => marked === value });
}

/** Rings and tells. */
async function told(tools: Tools, { release }: ReleaseRecord, glass: Glass): Promise<OrderReply> {
  const said = glassSaid(glass);
  if (isBroken(glass)) tools.count("GlassBroken");
  const state = isBroken(glass) ? "glass-broken" : "glass-asked";
  await publish(tools, release, { state, reason: said });
  return { said, done: true };
}
