/** What is in a bucket, page by page: ListObjectsV2, and the XML that it is answered in. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import { versionsOf } from "../world/objects.ts";
import type { World } from "../world/region.ts";
import { ignored } from "./members.ts";
import { page } from "./protocol-paging.ts";
import { etagOf } from "./s3-body.ts";
import { requireBucket } from "./s3-objects.ts";
import type { RawAnswer } from "./service.ts";
import { escapeXml } from "./wire-answer.ts";

export const listing = z.strictObject({
  Bucket: z.string().min(3).max(63),
  "list-type": z.literal("2"),
  Prefix: z.string().max(1024).default(""),
  Delimiter: z.string().max(1024).optional(),
  StartAfter: z.string().max(1024).optional(),
  ContinuationToken: z.string().optional(),
  MaxKeys: z.coerce.number().int().min(0).default(1000),
  EncodingType: z.literal("url").optional(),
  FetchOwner: z.literal("false").optional(),
  "x-id": ignored,
});

export const listingQuery = {
  prefix: "Prefix",
  delimiter: "Delimiter",
  "start-after": "StartAfter",
  "continuation-token": "ContinuationToken",
  "max-keys": "MaxKeys",
  "encoding-type": "EncodingType",
  "fetch-owner": "FetchOwner",
};

type Asked = z.output<typeof listing>;

/** "a maximum of 1000 key names" (API reference). */
const mostKeys = 1000;

export function listObjects(world: World, asked: Asked): RawAnswer {
  requireBucket(world, asked.Bucket);
  const { items, nextToken } = page(entries(world, asked), {
    limit: Math.min(asked.MaxKeys, mostKeys),
    token: asked.ContinuationToken,
    invalidToken: () => new AwsError("InvalidArgument", "The continuation token provided is incorrect"),
  });
  const { coded, all } = writer(asked);
  const head = all({
    Name: asked.Bucket,
    Prefix: coded(asked.Prefix),
    Delimiter: asked.Delimiter && coded(asked.Delimiter),
    StartAfter: asked.StartAfter && coded(asked.StartAfter),
    EncodingType: asked.EncodingType,
    MaxKeys: String(asked.MaxKeys),
    KeyCount: String(items.length),
    IsTruncated: String(nextToken !== undefined),
    ContinuationToken: asked.ContinuationToken,
    NextContinuationToken: nextToken,
  });
  const rows = items.map((entry) =>
    "folder" in entry
      ? `<CommonPrefixes>${all({ Prefix: coded(entry.folder) })}</CommonPrefixes>`
      : `<Contents>${all({ Key: coded(entry.key), ...described(world, asked.Bucket, entry.key) })}</Contents>`,
  );
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}${rows.join("")}</ListBucketResult>`;
  return { raw: { statusCode: 200, headers: { "content-type": "application/xml" }, body } };
}

type Entry = { readonly key: string } | { readonly folder: string };

/** In UTF-8 binary order of their names, those behind a delimiter as one. */
function entries({ state }: World, { Bucket, Prefix, Delimiter, StartAfter = "" }: Asked): Entry[] {
  const start = `${Bucket}/${Prefix}`;
  const keys = [...state.objects.keys()]
    .filter((path) => path.startsWith(start))
    .map((path) => path.slice(Bucket.length + 1))
    .filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(StartAfter)) > 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (Delimiter === undefined || Delimiter === "") return keys.map((key) => ({ key }));
  const folders = new Set<string>();
  return keys.flatMap((key): Entry[] => {
    const end = key.indexOf(Delimiter, Prefix.length);
    if (end < 0) return [{ key }];
    const folder = key.slice(0, end + Delimiter.length);
    if (folders.has(folder)) return [];
    folders.add(folder);
    return [{ folder }];
  });
}

function described(world: World, bucket: string, key: string) {
  const body = world.state.objects.get(`${bucket}/${key}`) ?? "";
  const atMs = versionsOf(world, { bucket, key }).at(-1)?.atMs ?? world.startMs;
  return {
    LastModified: new Date(atMs).toISOString(),
    ETag: etagOf(body),
    Size: String(Buffer.byteLength(body)),
    StorageClass: "STANDARD",
  };
}

function writer({ EncodingType }: Asked) {
  return {
    coded: (text: string) =>
      EncodingType === undefined ? text : encodeURIComponent(text).replaceAll("%2F", "/"),
    all: (members: Readonly<Record<string, string | undefined>>) =>
      Object.entries(members)
        .flatMap(([name, value]) => (value === undefined ? [] : `<${name}>${escapeXml(value)}</${name}>`))
        .join(""),
  };
}
