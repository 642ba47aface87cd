/** The key that evidence must be signed by, as a person holds it: a public key in PEM. */
import { createPublicKey } from "node:crypto";
import { trustOf } from "../aws/evidence-trust.ts";
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
