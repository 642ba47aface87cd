/**
 * The items of the table that say what promoted releases have made and left serving: written as a release closes, given their
 * time as another takes its place, and worked off by the sweep.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Change } from "../core/release/change.ts";
import {
  type Fate,
  fateOf,
  isOpenThing,
  type KeptSeen,
  type KeptThing,
  KeptThings,
  keptUntil,
  lookAgainAfter,
  madeBy,
} from "../core/release/kept.ts";
import { endpointOf, type Held } from "../core/release/undoing.ts";
import type { EpochMs } from "../core/units.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { note } from "./journal.ts";
import type { Tools } from "./lambda.ts";
import { itemsOf } from "./partition.ts";
import { putResource } from "./resources/registry.ts";
import { servingPlatform } from "./serving/platforms.ts";

const partition = "kept";
/** What was deleted is told for so long, days. */
const toldDays = 400;

/** All of the stack's, by release; what another version wrote and this one cannot read is named. */
export async function allKept(aws: Aws): Promise<{ readonly kept: KeptThings[]; readonly unread: string[] }> {
  const [kept, unread]: [KeptThings[], string[]] = [[], []];
  for await (const item of itemsOf(aws, partition)) {
    const parsed = KeptThings.safeParse(item);
    if (parsed.success) kept.push(parsed.data);
    else unread.push(String(item.sk));
  }
  return { kept, unread };
}

/** Writes an item's next revision; false where somebody else has written it meanwhile. */
async function write({ table, environment }: Aws, kept: KeptThings): Promise<boolean> {
  const isOver = !kept.things.some(isOpenThing);
  const settled = kept.things
    .flatMap(({ at }) => at ?? [])
    .sort()
    .at(-1);
  const expires = isOver &&
    settled !== undefined && {
      expiresAt: Math.floor(Date.parse(settled) / 1000) + toldDays * 86_400,
    };
  try {
    await table.send(
      new PutCommand({
        TableName: environment.table,
        Item: { pk: partition, sk: kept.releaseId, ...(asJson(kept) as object), ...expires },
        ConditionExpression: "attribute_not_exists(pk) OR revision = :before",
        ExpressionAttributeValues: { ":before": kept.revision - 1 },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

interface PromotedHere {
  readonly release: Held;
  readonly changes: readonly Change[];
  readonly days: number;
  readonly closedAt: string;
}

/** Notes what a promoted release has made, and from when on what served before it may go. Doing so twice is doing so once. */
export async function keepMade(
  { aws, log }: Pick<Tools, "aws" | "log">,
  { release, changes, days, closedAt }: PromotedHere,
): Promise<void> {
  const endpoint = endpointOf(release);
  if (endpoint === undefined || release.model === undefined) return;
  const { id: releaseId, model, version } = release;
  const { kept: all, unread } = await allKept(aws);
  // Whether one of these served before nobody knows: it is not said to be replaced, and stays.
  if (unread.length > 0) log.warn("what releases have kept cannot be read, and stays", { unread });
  if (!all.some((one) => one.releaseId === releaseId))
    await write(aws, {
      releaseId,
      endpoint,
      model,
      ...(version !== undefined && { version }),
      things: madeBy(changes),
      revision: 1,
    });
  const before = all.filter(
    (one) => one.endpoint === endpoint && one.releaseId !== releaseId && one.replaced === undefined,
  );
  for (const one of before)
    await write(aws, {
      ...one,
      replaced: { by: releaseId, keptUntil: keptUntil(closedAt, days) },
      revision: one.revision + 1,
    });
}

/** Deletes what a release has left, as far as it may; says what it did. */
export async function drop(tools: Tools, kept: KeptThings): Promise<string> {
  const did: string[] = [];
  let now = kept;
  /** A thing that stays for good has need of what comes after it: a configuration of its model. */
  let stays: string | undefined;
  for (const thing of kept.things.filter(isOpenThing)) {
    const nth = kept.things.indexOf(thing);
    const what = `${thing.resource.kind} ${thing.resource.name}`;
    const seen = await servingPlatform(tools.aws).seenOf(thing.resource);
    const fate = stays === undefined ? fateOf(thing, kept.releaseId, seen) : leftFor(stays);
    now = withState(now, nth, settledAs(fate), tools.now());
    if (!(await write(tools.aws, now))) return `${kept.releaseId}: another sweep was first`;
    if (fate.do === "delete") now = await dropOne(tools, now, nth, seen);
    did.push(fate.do === "delete" ? `${what} deleted` : `${what}: ${fate.why}`);
    if (fate.do === "wait") break;
    if (fate.do === "settle" && fate.state === "left") stays = what;
  }
  return `${kept.releaseId}: ${did.join("; ")}`;
}

const leftFor = (what: string): Fate => ({ do: "settle", state: "left", why: `${what} stays` });

/** Of what is written down as going: says that it is gone. */
async function dropOne(tools: Tools, kept: KeptThings, nth: number, seen: KeptSeen): Promise<KeptThings> {
  const { resource } = kept.things[nth] as KeptThing;
  await putResource(tools.aws, { resource, from: seen.content, to: null });
  const now = withState(kept, nth, { state: "deleted" }, tools.now());
  await write(tools.aws, now);
  const id = `drop-${resource.kind}`;
  await note(tools, kept.releaseId, { kind: "change", id, resource, state: "applied" });
  return now;
}

type Became = Pick<KeptThing, "state" | "why">;

function settledAs(fate: Fate): Became {
  if (fate.do === "delete") return { state: "deleting" };
  return { state: fate.do === "wait" ? "kept" : fate.state, why: fate.why };
}

/** The item's next revision, in which a thing has come to a state; one that is kept on is looked at again. */
function withState(kept: KeptThings, nth: number, became: Became, nowMs: EpochMs): KeptThings {
  const { lookAgainAt: _, ...rest } = kept;
  const { resource, content } = kept.things[nth] as KeptThing;
  const thing = { resource, content, ...became, at: new Date(nowMs).toISOString() };
  const again = became.state === "kept" ? { lookAgainAt: lookAgainAfter(nowMs) } : {};
  return { ...rest, ...again, things: kept.things.with(nth, thing), revision: kept.revision + 1 };
}
