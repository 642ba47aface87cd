/** What is signed: a DSSE envelope (github.com/secure-systems-lab/dsse, protocol.md) around a payload's bytes. */
import * as z from "zod";
import { Pack, Sha256 } from "./pack.ts";

export const Envelope = z.strictObject({
  /** Base64. */
  payload: z.base64(),
  payloadType: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })).min(1),
});
export type Envelope = z.infer<typeof Envelope>;

/** What lies under an entry's key: its pack beside the envelope that carries the pack's digest. */
export const EvidenceEntry = z.strictObject({ envelope: Envelope, pack: Pack });
export type EvidenceEntry = z.infer<typeof EvidenceEntry>;

export const statementType = "application/vnd.in-toto+json";
export const headType = "application/vnd.slipway.evidence-head+json";

/** How far a chain has come. */
export const Head = z.strictObject({
  subject: z.string(),
  sequence: z.int().min(1),
  /** Of the entry of that number. */
  hash: Sha256,
  at: z.iso.datetime(),
});
export type Head = z.infer<typeof Head>;

/** KMS signs no more than this at once (Sign, API reference: Message). */
export const mostSignedBytes = 4096;

/** The bytes that a signature is over: DSSE's pre-authentication encoding. */
export function pae(payloadType: string, payload: string): Uint8Array {
  const encoder = new TextEncoder();
  const [type, body] = [encoder.encode(payloadType), encoder.encode(payload)];
  const start = encoder.encode(`DSSEv1 ${type.length} ${payloadType} ${body.length} `);
  const bytes = new Uint8Array(start.length + body.length);
  bytes.set(start);
  bytes.set(body, start.length);
  return bytes;
}
