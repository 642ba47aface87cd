/** S3: an object that a plan or a registry entry names, as text or as it is. */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { Aws } from "./clients.ts";

interface Bound {
  readonly mostBytes: number;
}

export async function objectText(
  aws: Aws,
  uri: string,
  bound: Bound,
): Promise<{ readonly text: string } | { readonly lacks: string }> {
  const read = await objectBytes(aws, uri, bound);
  return "lacks" in read ? read : { text: new TextDecoder().decode(read.bytes) };
}

/** What cannot be read is said in a sentence; what may be read in a while is thrown, and tried again. */
export async function objectBytes(
  { s3 }: Aws,
  uri: string,
  { mostBytes }: Bound,
): Promise<{ readonly bytes: Uint8Array } | { readonly lacks: string }> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (Bucket === undefined || Key === undefined) return { lacks: `${uri} is no object's address` };
  try {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    if (ContentLength > mostBytes) {
      // What is not read would hold its connection.
      if (Body !== undefined && "destroy" in Body) Body.destroy();
      return { lacks: `${uri} has more than ${mostBytes} bytes` };
    }
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { lacks: `${uri} cannot be read (${error.name})` };
  }
}

/** Without the right to list its bucket an object that is not there is denied (GetObject, API reference). */
const refusals: ReadonlySet<string> = new Set([
  "NoSuchKey",
  "NoSuchBucket",
  "AccessDenied",
  "InvalidObjectState",
]);

const isRefusal = (error: unknown): error is Error => error instanceof Error && refusals.has(error.name);
