/** The body of an object that is put: its text, and whether it is what the client's checksums say. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import { NOT_MODELLED } from "./service.ts";

/** What a request says of its body. SDKs send a CRC-32 unless told otherwise; boto3 and the command line do too. */
export const checksums = {
  ContentMD5: z.string().optional(),
  ChecksumAlgorithm: z.string().optional(),
  ChecksumCRC32: z.string().optional(),
  ChecksumSHA1: z.string().optional(),
  ChecksumSHA256: z.string().optional(),
};
export type Checksums = z.output<z.ZodObject<typeof checksums>>;

export const checksumHeaders = {
  "content-md5": "ContentMD5",
  "x-amz-sdk-checksum-algorithm": "ChecksumAlgorithm",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-sha1": "ChecksumSHA1",
  "x-amz-checksum-sha256": "ChecksumSHA256",
};

/** Of other checksums the twin knows none: whoever sends one is refused by its name. */
export const strangeHeaders = {
  "x-amz-checksum-crc32c": "ChecksumCRC32C",
  "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
  "x-amz-trailer": "Trailer",
};

const digest = (algorithm: string) => (bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest("base64");

function crc(bytes: Uint8Array): string {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(crc32(bytes));
  return word.toString("base64");
}

const checks = [
  ["ContentMD5", "Content-MD5", digest("md5")],
  ["ChecksumCRC32", "CRC32", crc],
  ["ChecksumSHA1", "SHA1", digest("sha1")],
  ["ChecksumSHA256", "SHA256", digest("sha256")],
] as const;

/** @throws AwsError BadDigest, where a checksum is of other bytes. */
export function requireWhole(body: Uint8Array, given: Checksums): void {
  for (const [member, name, of] of checks)
    if (given[member] !== undefined && given[member] !== of(body))
      throw new AwsError("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
}

export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new AwsError("InvalidRequest", `${NOT_MODELLED} PutObject's Body but for texts in UTF-8`);
  }
}

/** The ETag of an object that was put whole, and is encrypted by S3's own keys: the MD5 of it. */
export const etagOf = (body: string): string => `"${createHash("md5").update(body).digest("hex")}"`;
