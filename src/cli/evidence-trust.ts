/** The key that evidence must be signed by, as a person holds it: a public key in PEM. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { sha256 } from "../aws/sha256.ts";
import type { Trust } from "../core/evidence/verify-entry.ts";
import { readInput } from "./files.ts";
import { BadInput } from "./mistakes.ts";

/** Throws BadInput for a file that has no such key. */
export function trustIn(path: string): Trust {
  const text = readInput(path, "the public key that signs evidence");
  try {
    return trustOf(createPublicKey(text));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new BadInput([{ where: path, expected: "a public key in PEM, of Ed25519 or P-256", found }]);
  }
}

export const publicKeyOf = (spki: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });

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
