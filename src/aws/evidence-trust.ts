/** Who may have signed evidence, by the public key: how that is seen of whatever is verified. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Trust } from "../core/evidence/verify-entry.ts";
import { sha256 } from "./sha256.ts";

export const publicKeyOf = (spki: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });

/** @throws Error for a key of another kind than evidence is signed by */
export function trustOf(key: KeyObject): Trust {
  const hashes: Readonly<Record<string, string | null>> = { ed25519: null, ec: "sha256" };
  const hash = hashes[key.asymmetricKeyType ?? ""];
  if (hash === undefined) throw new Error(`a key of type ${key.asymmetricKeyType}`);
  return {
    keyid: sha256(key.export({ format: "der", type: "spki" })),
    sha256,
    isSigned: (message, signature) => verify(hash, message, key, signature),
  };
}
