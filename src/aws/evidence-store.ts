/**
 * Where evidence is signed and kept: KMS signs, and S3 takes each object once and holds it under a lock until its time. Nobody who
 * asks here may be kept waiting: each attempt is given up after two seconds.
 */
import { GetPublicKeyCommand, SignCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { EvidencePlace } from "../core/deployment.ts";
import type { Trust } from "../core/evidence/verify-entry.ts";
import type { Aws } from "./clients.ts";
import { publicKeyOf, trustOf } from "./evidence-trust.ts";
import { sha256 } from "./sha256.ts";

export interface EvidenceStore {
  /** `keyid` is the SHA-256 of the public key (DER), which whoever verifies computes of the key that they hold. */
  sign(bytes: Uint8Array): Promise<{ readonly keyid: string; readonly sig: string }>;
  /** By which what lies there is seen to be signed. */
  trust(): Promise<Trust>;
  /** `there`: something is there already, and stays. */
  putAbsent(key: string, text: string, options: { readonly retainUntil: Date }): Promise<"written" | "there">;
  get(key: string): Promise<string | undefined>;
  /** The keys that begin so, in order. */
  list(prefix: string): AsyncIterable<string>;
}

/** The key by which evidence is signed, as whoever verifies holds it. */
export interface SigningKey {
  readonly keyid: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly algorithm: "ED25519_SHA_512" | "ECDSA_SHA_256";
}

/**
 * Chosen: KMS and S3 answer within tenths of a second. Each attempt has a limit, and no signal ends them all: the SDK would leave
 * the timer of its next one behind, and a sandbox that has answered is frozen with what it has under way.
 */
const soon = { requestTimeout: 2_000 };

const stores = new WeakMap<Aws, EvidenceStore>();

/** Undefined where the deployment keeps none. Of the same clients it is the same one, which asks for the public key once. */
export function evidenceStore(aws: Aws): EvidenceStore | undefined {
  const { evidence: place } = aws.environment;
  if (place === undefined) return undefined;
  const known = stores.get(aws) ?? storeAt(aws, place);
  stores.set(aws, known);
  return known;
}

/** @throws Error of KMS, or one that says that the key signs by no algorithm that is known here. */
export async function signingKeyOf({ kms }: Aws, { keyId }: EvidencePlace): Promise<SigningKey> {
  const found = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }), soon);
  const spki = found.PublicKey ?? new Uint8Array();
  const algorithm = (["ED25519_SHA_512", "ECDSA_SHA_256"] as const).find((name) =>
    found.SigningAlgorithms?.includes(name),
  );
  if (algorithm !== undefined) return { keyid: sha256(spki), spki, algorithm };
  throw new Error(
    `key ${keyId}: expected one that signs by ED25519_SHA_512 or ECDSA_SHA_256, found ${found.KeySpec}`,
  );
}

function storeAt(aws: Aws, place: EvidencePlace): EvidenceStore {
  const { kms, s3 } = aws;
  const { bucket: Bucket, keyId, mode } = place;
  let key: Promise<SigningKey> | undefined;
  const signingKey = () => {
    key ??= signingKeyOf(aws, place).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
  return {
    async sign(Message) {
      const { keyid, algorithm: SigningAlgorithm } = await signingKey();
      const request = new SignCommand({ KeyId: keyId, Message, MessageType: "RAW", SigningAlgorithm });
      const { Signature = new Uint8Array() } = await kms.send(request, soon);
      return { keyid, sig: Buffer.from(Signature).toString("base64") };
    },
    async trust() {
      return trustOf(publicKeyOf((await signingKey()).spki));
    },
    putAbsent(Key, Body, { retainUntil: ObjectLockRetainUntilDate }) {
      // A checksum is required where a lock is asked for (PutObject, API reference).
      const locked = {
        ObjectLockMode: mode,
        ObjectLockRetainUntilDate,
        ChecksumAlgorithm: "SHA256",
      } as const;
      const object = { Bucket, Key, Body, ContentType: "application/json", ...locked };
      return putOnce(() => s3.send(new PutObjectCommand({ ...object, IfNoneMatch: "*" }), soon));
    },
    async get(Key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), soon);
        return await Body?.transformToString();
      } catch (error) {
        if (isNamed(error, "NoSuchKey")) return undefined;
        throw error;
      }
    },
    async *list(Prefix) {
      let token: string | undefined;
      do {
        const asked = { Bucket, Prefix, ...(token !== undefined && { ContinuationToken: token }) };
        const page = await s3.send(new ListObjectsV2Command(asked), soon);
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
  };
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** "On a 409 failure, retry the upload" (PutObject, API reference): somebody else was at the same key. */
const mostConflicts = 3;

async function putOnce(put: () => Promise<unknown>): Promise<"written" | "there"> {
  for (let conflicts = 0; ; conflicts++)
    try {
      await put();
      return "written";
    } catch (error) {
      if (isNamed(error, "PreconditionFailed")) return "there";
      if (!isNamed(error, "ConditionalRequestConflict") || conflicts === mostConflicts) throw error;
    }
}
