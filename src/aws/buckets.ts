/** S3: in which Region a bucket is. */
import { GetBucketLocationCommand } from "@aws-sdk/client-s3";
import { type GateLook, type Looked, partOf } from "../core/gates/facts.ts";
import type { Aws } from "./clients.ts";

/** The bucket of an object's URI, be it s3:// or the path style of https://; undefined where it names none. */
export const bucketIn = (uri: string): string | undefined =>
  /^(?:s3:\/\/|https:\/\/s3[.-][^/]*amazonaws\.com(?:\.cn)?\/)([^/]+)/.exec(uri)?.[1];

/** Bucket and key, or the beginning of keys, of such a URI. */
export function placeOf(uri: string): { readonly Bucket: string; readonly Key: string } | undefined {
  const Bucket = bucketIn(uri);
  if (Bucket === undefined) return undefined;
  const Key = uri.slice(uri.indexOf(`/${Bucket}/`) + Bucket.length + 2);
  return uri.includes(`/${Bucket}/`) && Key !== "" ? { Bucket, Key } : undefined;
}

/** "Buckets in Region us-east-1 have a LocationConstraint of null", and those of old in eu-west-1 one of EU (GetBucketLocation). */
export async function regionOfBucket({ s3 }: Aws, Bucket: string, look: GateLook): Promise<Looked<string>> {
  const found = await look(`bucket ${Bucket}`, (abortSignal) =>
    s3.send(new GetBucketLocationCommand({ Bucket }), { abortSignal }),
  );
  return partOf(found, ({ LocationConstraint: region }) => {
    if (region === undefined) return { value: "us-east-1" };
    return { value: region === "EU" ? "eu-west-1" : region };
  });
}
