/** The secret of each key in the twin: made of the world's seed and the key's id, so that the same run signs the same bytes. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
} from "node:crypto";
import type { StoredKey } from "../world/image-state.ts";
import type { Seeded } from "../world/random.ts";
import { p256PublicKey, p256Signature } from "./p256.ts";

/** 32 bytes of a key's own. */
const secretOf = ({ seed }: Seeded, { id }: StoredKey): Buffer =>
  createHash("sha256").update(`${seed}/${id}`).digest();

/** An Ed25519 private key in PKCS #8, but for its last 32 bytes (RFC 8410). */
const ed25519Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

const edwardsKeys = new Map<string, KeyObject>();

/** Making one takes longer than signing: each is made once. */
function edwardsKeyOf(seeded: Seeded, key: StoredKey): KeyObject {
  const name = `${seeded.seed}/${key.id}`;
  const known = edwardsKeys.get(name);
  if (known !== undefined) return known;
  const der = Buffer.concat([ed25519Prefix, secretOf(seeded, key)]);
  const own = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  edwardsKeys.set(name, own);
  return own;
}

/** "DER-encoded X.509 public key, also known as SubjectPublicKeyInfo" (GetPublicKey, API reference). */
export function publicKeyOf(seeded: Seeded, key: StoredKey): Buffer {
  const own =
    key.spec === "ECC_NIST_P256"
      ? p256PublicKey(secretOf(seeded, key))
      : createPublicKey(edwardsKeyOf(seeded, key));
  return own.export({ format: "der", type: "spki" });
}

export const signatureOf = (seeded: Seeded, key: StoredKey, message: Uint8Array): Buffer =>
  key.spec === "ECC_NIST_P256"
    ? signatureOfDigest(seeded, key, createHash("sha256").update(message).digest())
    : sign(null, message, edwardsKeyOf(seeded, key));

/** Of a SHA-256, by a key of P-256. */
export const signatureOfDigest = (seeded: Seeded, key: StoredKey, digest: Uint8Array): Buffer =>
  p256Signature(secretOf(seeded, key), digest);

export const macOf = (seeded: Seeded, key: StoredKey, message: Uint8Array): Buffer =>
  createHmac("sha256", secretOf(seeded, key)).update(message).digest();

export function isMacOf(
  seeded: Seeded,
  key: StoredKey,
  { message, mac }: { readonly message: Uint8Array; readonly mac: Uint8Array },
): boolean {
  const own = macOf(seeded, key, message);
  return mac.byteLength === own.byteLength && timingSafeEqual(own, mac);
}
