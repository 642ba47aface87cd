/** Amazon S3 in the twin: whole objects, what is in a bucket, and where buckets are. */
import * as z from "zod";
import type { World } from "../world/region.ts";
import { ignored, members } from "./members.ts";
import { onTime } from "./on-time.ts";
import { checksumHeaders, strangeHeaders } from "./s3-body.ts";
import { listing, listingQuery, listObjects } from "./s3-listing.ts";
import {
  deleting,
  getObject,
  headObject,
  noSuchBucket,
  put,
  putting,
  reading,
  remove,
} from "./s3-objects.ts";
import type { Operation, RawAnswer, Route, Service } from "./service.ts";

const object = "/{Bucket}/{Key+}";
const conditions = { "if-match": "IfMatch", "if-none-match": "IfNoneMatch" };
const toRead = {
  query: { versionId: "VersionId" },
  headers: { ...conditions, range: "Range", "x-amz-checksum-mode": "ChecksumMode" },
};

/** Those of one method and path are told apart by a parameter of their query. */
const routes: readonly Route[] = [
  { method: "GET", path: "/{Bucket}", has: "location", operation: "GetBucketLocation" },
  { method: "GET", path: "/{Bucket}", has: "list-type", operation: "ListObjectsV2", query: listingQuery },
  { method: "GET", path: object, operation: "GetObject", ...toRead },
  { method: "HEAD", path: object, operation: "HeadObject", ...toRead },
  {
    method: "PUT",
    path: object,
    operation: "PutObject",
    payload: "Body",
    headers: {
      ...conditions,
      ...checksumHeaders,
      ...strangeHeaders,
      "content-type": "ContentType",
      "content-encoding": "ContentEncoding",
      "x-amz-copy-source": "CopySource",
      "x-amz-object-lock-mode": "ObjectLockMode",
      "x-amz-object-lock-retain-until-date": "ObjectLockRetainUntilDate",
      "x-amz-object-lock-legal-hold": "ObjectLockLegalHoldStatus",
      "x-amz-server-side-encryption": "ServerSideEncryption",
      "x-amz-storage-class": "StorageClass",
      "x-amz-tagging": "Tagging",
      "x-amz-acl": "ACL",
    },
  },
  {
    method: "DELETE",
    path: object,
    operation: "DeleteObject",
    query: { versionId: "VersionId" },
    headers: { ...conditions, "x-amz-bypass-governance-retention": "BypassGovernanceRetention" },
  },
];

/** REST XML (service model 2006-03-01); buckets are named in the path. */
export function s3(world: World): Service {
  const operation =
    <T extends z.ZodType>(
      name: string,
      schema: T,
      answer: (world: World, asked: z.output<T>) => RawAnswer,
    ): Operation =>
    (input) =>
      answer(world, members({ operation: name, schema, errorName: "InvalidRequest" }, input));
  return {
    name: "s3",
    title: "S3",
    protocol: { kind: "rest", xml: "s3", routes },
    operations: onTime(world, {
      GetBucketLocation: operation("GetBucketLocation", bucket, getBucketLocation),
      ListObjectsV2: operation("ListObjectsV2", listing, listObjects),
      GetObject: operation("GetObject", reading, getObject),
      HeadObject: operation("HeadObject", reading, headObject),
      PutObject: operation("PutObject", putting, put),
      DeleteObject: operation("DeleteObject", deleting, remove),
    }),
  };
}

const bucket = z.strictObject({ Bucket: z.string().min(3).max(63), location: ignored, "x-id": ignored });

/** "Buckets in Region us-east-1 have a LocationConstraint of null" (API reference). */
function getBucketLocation({ state }: World, { Bucket }: z.output<typeof bucket>): RawAnswer {
  const where = state.buckets.get(Bucket)?.region;
  if (where === undefined) throw noSuchBucket();
  const text = where === "us-east-1" ? "" : where;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`;
  return { raw: { statusCode: 200, headers: { "content-type": "application/xml" }, body } };
}
