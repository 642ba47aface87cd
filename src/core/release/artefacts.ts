/** What a version is loaded from, as its registry entry says: for evidence, which names it by a digest. */
import * as z from "zod";

export const Artefacts = z.strictObject({
  /** How many objects, prefixes and manifests the entry names. */
  count: z.int().min(1),
  /** Of one, its URI in S3. */
  uri: z.string().optional(),
  /** Hexadecimal SHA-256 of the canonical text of all, in the entry's order: `[{uri, etag}]`, an ETag where the entry has one. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Artefacts = z.infer<typeof Artefacts>;
