/** What one stored object of a chain, or one of its signed heads, turns out to be, looked at by itself. */
import * as z from "zod";
import { type Canonical, canonical } from "./canonical.ts";
import { Envelope, Head, headType, pae, statementType } from "./envelope.ts";
import { type Sha256Of, Statement } from "./statement.ts";

/** Who may have signed, and how that is seen. Whoever verifies brings it: core computes neither digests nor signatures. */
export interface Trust {
  /** SHA-256 of the public key, as signatures name it. */
  readonly keyid: string;
  readonly isSigned: (message: Uint8Array, signature: Uint8Array) => boolean;
  readonly sha256: Sha256Of;
}

/**
 * An object by the number that its name gives it. `intact`: signed by the key, with its pack, wherever it lies. `torn`: its
 * statement is, its pack is none of that. `other-key`: it names another signer. `changed`: anything else.
 */
export type SeenEntry = { readonly at: number } & (
  | {
      readonly state: "intact" | "torn";
      readonly subject: string;
      readonly sequence: number;
      readonly previous: string | null;
      readonly hash: string;
    }
  | { readonly state: "changed" | "other-key" }
);

export type SeenHead = { readonly name: string } & (
  | ({ readonly state: "intact" } & Head)
  | { readonly state: "changed" | "other-key" }
);

/** A pack of a later version is verified too: what is in it is not asked. */
const Stored = z.strictObject({ envelope: Envelope, pack: z.record(z.string(), z.unknown()) });

export function seeEntry(at: number, text: string, trust: Trust): SeenEntry {
  const stored = Stored.safeParse(written(text));
  if (!stored.success) return { at, state: "changed" };
  const { envelope } = stored.data;
  const opened = open(envelope, statementType, trust);
  if ("state" in opened) return { at, ...opened };
  const statement = Statement.safeParse(written(opened.payload));
  if (!statement.success) return { at, state: "changed" };
  const { subject: subjects, predicate } = statement.data;
  const isItsPack = subjects[0]?.digest.sha256 === trust.sha256(besideIn(text, envelope, "pack"));
  const hash = trust.sha256(opened.payload);
  return { at, state: isItsPack ? "intact" : "torn", ...predicate.chain, hash };
}

/** The text of what lies beside an envelope in an object's, which is canonical: what comes before it is the envelope's. */
export const besideIn = (text: string, envelope: Envelope, name: string): string =>
  text.slice(`{"envelope":${canonical(envelope)},"${name}":`.length, -1);

export function seeHead(name: string, text: string, trust: Trust): SeenHead {
  const envelope = Envelope.safeParse(written(text));
  if (!envelope.success) return { name, state: "changed" };
  const opened = open(envelope.data, headType, trust);
  if ("state" in opened) return { name, ...opened };
  const head = Head.safeParse(written(opened.payload));
  return head.success ? { name, state: "intact", ...head.data } : { name, state: "changed" };
}

/** What canonical text says; undefined for any other, so that nobody reads it as something else than somebody else does. */
export function written(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return canonical(value as Canonical) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

export function open(
  { payload, payloadType, signatures }: Envelope,
  type: string,
  { keyid, isSigned }: Trust,
): { readonly payload: string } | { readonly state: "changed" | "other-key" } {
  const [signature, ...more] = signatures;
  if (signature === undefined || more.length > 0) return { state: "changed" };
  if (signature.keyid !== keyid) return { state: "other-key" };
  const [bytes, sig] = [bytesOf(payload), bytesOf(signature.sig)];
  const text = bytes && textOf(bytes);
  if (text === undefined || sig === undefined || payloadType !== type) return { state: "changed" };
  return isSigned(pae(type, text), sig) ? { payload: text } : { state: "changed" };
}

/** Undefined for base64 that more than one text stands for the bytes of, and this is not the first of them. */
function bytesOf(base64: string): Uint8Array | undefined {
  const binary = atob(base64);
  return btoa(binary) === base64 ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : undefined;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
