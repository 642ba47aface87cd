/** SHA-256, for what core decides by digests and computes none of. */
import { createHash } from "node:crypto";

/** Hexadecimal, of a text in UTF-8 or of bytes. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex");
