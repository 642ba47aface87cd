/** Where evidence lies in tests of what is written there: a bucket that takes a key once, and a key to sign by. */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { expect } from "vitest";
import type { EvidenceStore } from "../../src/aws/evidence-store.ts";
import { trustOf } from "../../src/aws/evidence-trust.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import { sha256 } from "../../src/aws/sha256.ts";
import { EvidenceEntry, Head, pae } from "../../src/core/evidence/envelope.ts";
import { packKey } from "../../src/core/evidence/keys.ts";
import type { Pack } from "../../src/core/evidence/pack.ts";
import { Statement } from "../../src/core/evidence/statement.ts";
import type { LockEvidence } from "../../src/core/release/lock.ts";

const evidence = { bucket: "evidence", keyId: "key", mode: "GOVERNANCE" } as const;

/** In a stack where evidence is kept. */
export const withEvidence = (tools: Tools): Tools => ({
  ...tools,
  aws: { ...tools.aws, environment: { ...tools.aws.environment, evidence } },
});

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
/** How what is signed here is verified. */
const trust = trustOf(publicKey);

export interface EvidenceBucket extends Pick<EvidenceStore, "sign" | "trust" | "putAbsent" | "get"> {
  readonly objects: Map<string, string>;
  /** Until when each is locked. */
  readonly retained: Map<string, Date>;
  /** What was asked of it, oldest first. */
  readonly asked: string[];
}

/** `refuses`: what it is asked and does not do. */
export function evidenceBucket({ refuses = () => undefined as Error | undefined } = {}): EvidenceBucket & {
  refuses: (what: string) => Error | undefined;
} {
  const objects = new Map<string, string>();
  const retained = new Map<string, Date>();
  const asked: string[] = [];
  const bucket = {
    objects,
    retained,
    asked,
    refuses: refuses as (what: string) => Error | undefined,
    async sign(bytes: Uint8Array) {
      ask("sign");
      return { keyid: trust.keyid, sig: sign(null, bytes, privateKey).toString("base64") };
    },
    async trust() {
      ask("trust");
      return trust;
    },
    async putAbsent(key: string, text: string, { retainUntil }: { readonly retainUntil: Date }) {
      ask(`put ${key}`);
      if (objects.has(key)) return "there" as const;
      objects.set(key, text);
      retained.set(key, retainUntil);
      return "written" as const;
    },
    async get(key: string) {
      ask(`get ${key}`);
      return objects.get(key);
    },
  };
  const ask = (what: string) => {
    asked.push(what);
    const error = bucket.refuses(what);
    if (error !== undefined) throw error;
  };
  return bucket;
}

/** The packs of a subject, in their order: each signed, each after the one before, and the head that of the last. */
export function chainIn(
  { objects }: EvidenceBucket,
  subject: string,
  evidence: LockEvidence | undefined,
): Pack[] {
  const keys = [...objects.keys()].filter((key) => key.startsWith("packs/")).toSorted();
  let previous: string | null = null;
  const packs = keys.map((key, nth) => {
    expect(key).toBe(packKey(subject, nth + 1));
    const { envelope, pack } = EvidenceEntry.parse(JSON.parse(objects.get(key) ?? ""));
    const payload = Buffer.from(envelope.payload, "base64").toString();
    const sig = Buffer.from(envelope.signatures[0]?.sig ?? "", "base64");
    expect(verify(null, pae(envelope.payloadType, payload), publicKey, sig)).toBe(true);
    const { predicate } = Statement.parse(JSON.parse(payload));
    expect(predicate.chain).toEqual({ subject, sequence: nth + 1, previous });
    previous = sha256(payload);
    return pack;
  });
  const { head } = evidence ?? {};
  expect(head?.sequence ?? 0).toBe(packs.length);
  if (head === undefined) return packs;
  const signed = JSON.parse(head.envelope) as { payload: string; payloadType: string };
  expect(Head.parse(JSON.parse(Buffer.from(signed.payload, "base64").toString()))).toEqual({
    subject,
    sequence: packs.length,
    hash: previous,
    at: head.at,
  });
  return packs;
}
