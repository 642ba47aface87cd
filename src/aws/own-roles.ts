/**
 * What the sweep does about the roles of the stack's own functions: once a day, and after each deployment that changes one, it looks
 * in IAM at what each allows, and keeps in one item what is beyond what is shipped. What its time is not enough for, the next does.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { RoleLook, RolesSeen } from "../core/gates/facts.ts";
import { dueRoles, tooWide, unseenText } from "../core/gates/own-roles.ts";
import { beyondShipped, type ShippedRole } from "../core/gates/role-rights.ts";
import { shippedRoles } from "../core/gates/shipped-roles.ts";
import type { Aws } from "./clients.ts";
import type { ReadRole } from "./iam.ts";
import type { Tools } from "./lambda.ts";
import { sha256 } from "./sha256.ts";

const key = { pk: "own-roles", sk: "own-roles" };

interface Kept extends RolesSeen {
  /** Grows with each write. */
  readonly version: number;
}

/** Undefined where no sweep has looked yet. */
export async function ownRolesSeen(
  { table, environment }: Aws,
  signal?: AbortSignal,
): Promise<Kept | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: key, ConsistentRead: true }),
    signal && { abortSignal: signal },
  );
  return Item as Kept | undefined;
}

export interface RolesSwept {
  /** Lines for the log. */
  readonly did: readonly string[];
  /** How many roles allow too much. */
  readonly tooWide: number;
  /** Why roles cannot be looked at, where that has lasted. */
  readonly unseen?: string;
}

/** Looks at what is due. Rejects where the table does. */
export async function sweepOwnRoles({ aws, now, log }: Tools): Promise<RolesSwept> {
  const { readRole } = aws;
  if (readRole === undefined) return { did: [], tooWide: 0 };
  const shipped = shippedRoles(aws.environment);
  const digests = new Map(shipped.map((role) => [role.name, digestOf(role)]));
  const before = (await ownRolesSeen(aws)) ?? { roles: {}, version: 0 };
  const due = new Set(dueRoles(before, digests, now()));
  if (due.size === 0) return told(before, now());
  const { looks, refused } = await lookAt(
    shipped.filter(({ name }) => due.has(name)),
    readRole,
    now,
  );
  const at = new Date(now()).toISOString();
  const roles = [...digests.keys()].map(
    (name) => [name, looks.get(name) ?? before.roles[name] ?? null] as const,
  );
  const seen: Kept = {
    roles: Object.fromEntries(roles),
    ...(refused !== undefined && { refused: { since: before.refused?.since ?? at, why: refused } }),
    version: before.version + 1,
  };
  await keep(aws, seen);
  for (const what of tooWide(seen)) log.warn("a role allows more than what is shipped", { what });
  return told(seen, now());
}

/** As a sweep leaves it that has found nothing too much: what a stack has that was deployed before. Where one has looked, nothing is noted. */
export async function noteNothingBeyond(aws: Aws, atMs: number): Promise<void> {
  if (aws.environment.roleParameters === undefined) return;
  const at = new Date(atMs).toISOString();
  const looks = shippedRoles(aws.environment).map((role) => [
    role.name,
    { at, shipped: digestOf(role), beyond: [] },
  ]);
  await keep(aws, { roles: Object.fromEntries(looks), version: 1 });
}

const digestOf = (role: ShippedRole): string => sha256(JSON.stringify(role));

function told(seen: RolesSeen, nowMs: number): RolesSwept {
  const wide = tooWide(seen);
  const { refused } = seen;
  const isLasting = refused !== undefined && nowMs - Date.parse(refused.since) > refusedForMs;
  const unseen = isLasting ? unseenText(seen, nowMs) : undefined;
  return {
    did: [...wide, ...(refused === undefined ? [] : [`own roles: ${refused.why}`])],
    tooWide: wide.length,
    ...(unseen !== undefined && { unseen }),
  };
}

/** Chosen: IAM may be throttled for a while, and nobody has to be told. */
const refusedForMs = 3_600_000;
/** Chosen: of a sweep's 80 s, beside what evidence may take; milliseconds. */
const patienceMs = 20_000;
/** Chosen: as many as can be read, so that the item stays small; and how long each may be. */
const mostBeyond = 10;
const mostText = 300;

/** Chosen: so many roles that IAM does not tell of end a look; one alone keeps no other from being seen. */
const mostRefused = 3;

/** One role after the other, so that IAM is asked for one thing at a time. */
async function lookAt(
  shipped: readonly ShippedRole[],
  readRole: ReadRole,
  now: () => number,
): Promise<{ looks: ReadonlyMap<string, RoleLook>; refused?: string }> {
  const looks = new Map<string, RoleLook>();
  const refused: string[] = [];
  const untilMs = now() + patienceMs;
  const goesOn = () => now() <= untilMs;
  const look = async (role: ShippedRole): Promise<RoleLook> => {
    const seen = await readRole(role.name, goesOn);
    const beyond = seen === undefined ? [] : shortened(beyondShipped(seen, role));
    return { at: new Date(now()).toISOString(), shipped: digestOf(role), beyond };
  };
  for (const role of shipped) {
    if (refused.length === mostRefused) break;
    try {
      looks.set(role.name, await look(role));
    } catch (error) {
      if (!goesOn()) break;
      refused.push(error instanceof Error ? error.message : String(error));
    }
  }
  const [first, ...others] = refused;
  if (first === undefined) return { looks };
  return { looks, refused: others.length === 0 ? first : `${first}; and of ${others.length} more` };
}

function shortened(beyond: readonly string[]): string[] {
  const first = beyond
    .slice(0, mostBeyond)
    .map((text) => (text.length > mostText ? `${text.slice(0, mostText)}…` : text));
  return beyond.length > mostBeyond ? [...first, `and ${beyond.length - mostBeyond} more`] : first;
}

/** Where another sweep has written meanwhile, its looks are as good. */
async function keep({ table, environment }: Aws, seen: Kept): Promise<void> {
  try {
    await table.send(
      new PutCommand({
        TableName: environment.table,
        Item: { ...key, ...seen },
        ConditionExpression: "attribute_not_exists(pk) OR version = :before",
        ExpressionAttributeValues: { ":before": seen.version - 1 },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
