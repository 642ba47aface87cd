/** Chains of evidence that tests tamper with: signed as the store would, by keys of Node's own. */
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { sha256 } from "../../../src/aws/sha256.ts";
import { type Canonical, canonical } from "../../../src/core/evidence/canonical.ts";
import { type Head, headType, pae, statementType } from "../../../src/core/evidence/envelope.ts";
import type { Pack } from "../../../src/core/evidence/pack.ts";
import { statementText } from "../../../src/core/evidence/statement.ts";
import type { Trust } from "../../../src/core/evidence/verify-entry.ts";

export interface Signer {
  readonly trust: Trust;
  /** The public key. */
  readonly pem: string;
  envelope(payloadType: string, payload: string): Canonical;
}

/** A key of Ed25519 by its number. */
export function signer(nth: number): Signer {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, nth)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key);
  const keyid = sha256(publicKey.export({ format: "der", type: "spki" }));
  return {
    pem: publicKey.export({ format: "pem", type: "spki" }).toString(),
    trust: {
      keyid,
      sha256,
      isSigned: (message, signature) => verify(null, message, publicKey, signature),
    },
    envelope: (payloadType, payload) => ({
      payload: Buffer.from(payload).toString("base64"),
      payloadType,
      signatures: [{ keyid, sig: sign(null, pae(payloadType, payload), key).toString("base64") }],
    }),
  };
}

/** Each pack another. */
export const packOf = (subject: string, nth: number, from = nth): Pack => ({
  schema: 1,
  what: "made",
  subject,
  since: "2026-01-05T08:00:00.000Z",
  at: new Date(Date.UTC(2026, 0, 5, 8, nth)).toISOString(),
  resource: { kind: "count", name: "chat/v7" },
  changes: [`raise-${nth}`],
  before: { is: from },
  after: { is: from + 1 },
  release: { id: "chat-v7-production", execution: "run", fence: nth },
});

export interface Made {
  /** By number, the first is 1. */
  readonly texts: Map<number, string>;
  readonly hashes: Map<number, string>;
}

/** Goes on from `made`, which is left as it is. */
export function chain(
  subject: string,
  packs: readonly Pack[],
  by: Signer,
  made: Made = { texts: new Map(), hashes: new Map() },
): Made {
  const [texts, hashes] = [new Map(made.texts), new Map(made.hashes)];
  for (const pack of packs) {
    const sequence = texts.size + 1;
    const payload = statementText(
      pack,
      { subject, sequence, previous: hashes.get(sequence - 1) ?? null },
      sha256,
    );
    texts.set(sequence, canonical({ envelope: by.envelope(statementType, payload), pack } as Canonical));
    hashes.set(sequence, sha256(payload));
  }
  return { texts, hashes };
}

export function headText(subject: string, { hashes }: Made, sequence: number, by: Signer): string {
  const hash = hashes.get(sequence);
  if (hash === undefined) throw new Error(`expected an entry ${sequence}`);
  const head: Head = { subject, sequence, hash, at: "2026-01-06T00:00:00.000Z" };
  return canonical(by.envelope(headType, canonical(head)));
}
