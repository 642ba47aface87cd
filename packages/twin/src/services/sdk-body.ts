/** The body of an answer as SDK clients in the same process take it. */
import { Readable } from "node:stream";
import type { WireRequest } from "./wire-message.ts";

/** Bytes, which clients read as they are, without a stream's many ticks; but S3's objects they take as streams alone. */
export const sdkBody = (
  { hostname }: Pick<WireRequest, "hostname">,
  body: Uint8Array,
): Uint8Array | Readable => (/^s3\./.test(hostname) ? Readable.from([body]) : body);
