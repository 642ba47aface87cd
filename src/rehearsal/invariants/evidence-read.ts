/**
 * The evidence that lies in a stack's bucket, read for itself: each entry's place in its chain, what it carries, and what was signed.
 * Nothing of the code that writes it has a say here.
 */
import { createHash } from "node:crypto";
import type { WorldView } from "#twin/world";
import type { ChangePack, MinimumPack } from "../../core/evidence/pack.ts";
import { isRecord } from "./attribute-values.ts";
import type { ObservedLock } from "./locks.ts";
import { memberOf, type ObservedCall, textOf } from "./observation.ts";

/** What a pack says, as far as it is held to what happened. */
export type ReadPack = Pick<ChangePack, "subject" | "since" | "at" | "changes" | "unsaid"> & {
  readonly what: string;
  readonly before: ChangePack["before"] | MinimumPack["before"];
  readonly after: ChangePack["after"] | MinimumPack["after"];
  readonly resource?: ChangePack["resource"];
  readonly release?: Pick<ChangePack["release"], "id" | "fence">;
};

export interface ReadChain {
  readonly subject: string;
  /** In their order. */
  readonly packs: readonly ReadPack[];
  /** Minima set between releases that were claimed since the last sweep began, which it may not have seen: they wait for the next. */
  readonly fresh: readonly ReadPack[];
  /** What is wrong with it, a sentence each. */
  readonly wrong: readonly string[];
}

interface Looked {
  readonly bucket: string;
  readonly locks: readonly ObservedLock[];
  readonly signed: Signed;
  /** When the last sweep began; absent: there was none. */
  readonly sweptAtMs?: number | undefined;
}

/** What KMS has signed, by the signature. */
export type Signed = ReadonlyMap<string, string>;

/** A signature that KMS gave, and what it is over, in base64. */
export function signedIn(seen: ObservedCall): readonly [string, string] | undefined {
  const { service, operation } = seen.call;
  if (service !== "kms" || operation !== "Sign") return undefined;
  const signature = memberOf(seen, "Signature");
  return typeof signature === "string" ? [signature, textOf(seen.call, "Message")] : undefined;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The chains of a bucket, each held to the head and the claims of its lock. */
export function chainsIn(
  world: WorldView,
  { bucket, locks, signed, sweptAtMs = Number.POSITIVE_INFINITY }: Looked,
): ReadChain[] {
  const prefix = `${bucket}/packs/`;
  const keys = [...world.state.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const folders = Map.groupBy(keys, (key) => key.slice(prefix.length).split("/")[0] ?? "");
  const subjects = new Set([
    ...[...folders.keys()].map(decodeURIComponent),
    ...locks.map((lock) => lock.subject),
  ]);
  return [...subjects].map((subject) => {
    const own = folders.get(encodeURIComponent(subject)) ?? [];
    const texts = own.map((key): readonly [string, string] => [key, world.state.objects.get(key) ?? ""]);
    const lock = locks.find((each) => each.subject === subject);
    return chainOf(subject, { texts, signed, lock, fresh: freshIn(lock, sweptAtMs) });
  });
}

interface Kept {
  readonly texts: readonly (readonly [string, string])[];
  readonly signed: Signed;
  readonly lock: ObservedLock | undefined;
  readonly fresh: readonly ReadPack[];
}

/** Whether it tells of a minimum that was set between releases. */
export const isOfMinimum = ({ what }: Pick<ReadPack, "what">): boolean =>
  what === "adjusted" || what === "adjustment-begun";

const freshIn = (lock: ObservedLock | undefined, sweptAtMs: number): ReadPack[] =>
  Object.values(lock?.evidence?.claimed ?? {})
    .map((text) => JSON.parse(text) as ReadPack)
    .filter((pack) => isOfMinimum(pack) && Date.parse(pack.at) >= sweptAtMs);

function chainOf(subject: string, { texts, signed, lock, fresh }: Kept): ReadChain {
  const wrong: string[] = [];
  const packs: ReadPack[] = [];
  let previous: string | null = null;
  for (const [nth, [key, text]] of texts.entries()) {
    const chain = { subject, sequence: nth + 1, previous };
    const { envelope, pack } = JSON.parse(text) as EntryText;
    wrong.push(
      ...wrongWith(chain, { key, text, signed }).map((what) => `entry ${nth + 1} of ${subject} ${what}`),
    );
    packs.push(pack);
    previous = sha256(payloadOf(envelope));
  }
  return {
    subject,
    packs,
    fresh,
    wrong: [...wrong, ...wrongAtEnd(subject, lock, { length: packs.length, previous, fresh: fresh.length })],
  };
}

interface Place {
  readonly subject: string;
  readonly sequence: number;
  readonly previous: string | null;
}

function wrongWith(
  chain: Place,
  { key, text, signed }: { key: string; text: string; signed: Signed },
): string[] {
  const { envelope, pack } = JSON.parse(text) as EntryText;
  const payload = payloadOf(envelope);
  const all: readonly (readonly [boolean, string])[] = [
    [key.endsWith(`/${String(chain.sequence).padStart(10, "0")}.json`), `lies under ${key}`],
    [pack.subject === chain.subject, `is of ${pack.subject}`],
    [isAt(payload, chain), "does not follow on the entry before"],
    [carries(payload, text), "does not carry its pack's digest"],
    [isSigned(envelope, payload, signed), "is not what KMS has signed"],
  ];
  return all.flatMap(([isRight, what]) => (isRight ? [] : [what]));
}

function wrongAtEnd(
  subject: string,
  lock: ObservedLock | undefined,
  { length, previous, fresh }: { length: number; previous: string | null; fresh: number },
): string[] {
  // An item of a version, or a deployment, that kept no evidence.
  if (lock !== undefined && lock.evidence === undefined) return [];
  const { head, claimed = {} } = lock?.evidence ?? {};
  const waiting = Object.keys(claimed).length - fresh;
  const isHead = (head?.sequence ?? 0) === length && (head?.hash ?? null) === previous;
  return [
    ...(isHead
      ? []
      : [`the head of ${subject} is number ${head?.sequence ?? 0}, there are ${length} entries`]),
    ...(waiting === 0 ? [] : [`${waiting} claims of ${subject} wait still`]),
  ];
}

interface EntryText {
  readonly envelope: Wrapped;
  readonly pack: ReadPack;
}

const payloadOf = ({ payload }: Wrapped): string => Buffer.from(payload, "base64").toString();

interface Wrapped {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
}

function isAt(
  payload: string,
  chain: { subject: string; sequence: number; previous: string | null },
): boolean {
  const { predicate } = JSON.parse(payload) as { predicate: unknown };
  const found = isRecord(predicate) && isRecord(predicate.chain) ? predicate.chain : {};
  return Object.entries(chain).every(([name, value]) => found[name] === value);
}

/** The pack's canonical text is what follows its name, since what the envelope holds is base64. */
function carries(payload: string, text: string): boolean {
  const mark = ',"pack":';
  const pack = text.slice(text.indexOf(mark) + mark.length, -1);
  const { subject } = JSON.parse(payload) as { subject: readonly { digest: { sha256: string } }[] };
  return subject[0]?.digest.sha256 === sha256(pack);
}

function isSigned({ payloadType, signatures }: Wrapped, payload: string, signed: Signed): boolean {
  const [type, body] = [Buffer.from(payloadType), Buffer.from(payload)];
  const encoded = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${body.length} `), body]);
  return signatures.some(({ sig }) => signed.get(sig) === encoded.toString("base64"));
}
