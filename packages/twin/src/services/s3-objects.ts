/**
 * Objects of S3 in the twin: put whole, read whole, looked at, deleted; with Object Lock, where their bucket has it.
 *
 * A put and its effect are one moment here, so that of two at once one comes first and the other meets what it wrote: S3
 * may answer such a one with 409 ConditionalRequestConflict too, which the twin never does by itself.
 */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { ObjectVersion, Retention } from "../world/object-state.ts";
import { deleteObject, deleteVersion, putObject, versionsOf } from "../world/objects.ts";
import type { World } from "../world/region.ts";
import { ignored, present } from "./members.ts";
import { type Checksums, checksums, etagOf, requireWhole, textOf } from "./s3-body.ts";
import type { RawAnswer } from "./service.ts";

const object = {
  Bucket: z.string().min(3).max(63),
  Key: z.string().min(1).max(1024),
  /** Which operation a client means, for those that share a route. */
  "x-id": ignored,
};
export const reading = z.strictObject({
  ...object,
  VersionId: z.string().optional(),
  ChecksumMode: ignored,
});

export const putting = z.strictObject({
  ...object,
  ...checksums,
  Body: z.instanceof(Uint8Array),
  ContentType: ignored,
  IfNoneMatch: z.literal("*").optional(),
  ObjectLockMode: z.enum(["GOVERNANCE", "COMPLIANCE"]).optional(),
  ObjectLockRetainUntilDate: z.iso.datetime({ offset: true }).optional(),
  ServerSideEncryption: z.literal("AES256").optional(),
});

export const deleting = z.strictObject({
  ...object,
  VersionId: z.string().optional(),
  BypassGovernanceRetention: z.enum(["true", "false"]).optional(),
});

interface Asked {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

const nameOf = ({ Bucket, Key }: Asked) => ({ bucket: Bucket, key: Key });

export const noSuchBucket = () =>
  new AwsError("NoSuchBucket", "The specified bucket does not exist", { statusCode: 404 });

export function requireBucket({ state }: World, Bucket: string): void {
  const holds = (path: string) => path.startsWith(`${Bucket}/`);
  if (!state.buckets.has(Bucket) && ![...state.objects.keys()].some(holds)) throw noSuchBucket();
}

const answer = (statusCode: number, headers: Record<string, string>, body = ""): RawAnswer => ({
  raw: { statusCode, headers, body },
});

/** "Amazon S3 automatically encrypts all new objects that are uploaded" by its own keys (user guide, default encryption FAQ). */
function encryptionOf({ state }: World, { Bucket, Key }: Asked): Record<string, string> {
  const { by, keyArn } = state.objectEncryption.get(`${Bucket}/${Key}`) ?? { by: "AES256" };
  return {
    ...(by !== "none" && { "x-amz-server-side-encryption": by }),
    ...(keyArn !== undefined && { "x-amz-server-side-encryption-aws-kms-key-id": keyArn }),
  };
}

function headersOf(
  world: World,
  asked: Asked,
  { body, version }: { body: string; version: ObjectVersion | undefined },
): Record<string, string> {
  const { retention } = version ?? {};
  return {
    ...encryptionOf(world, asked),
    "content-type": "application/json",
    "content-length": String(new TextEncoder().encode(body).length),
    etag: etagOf(body),
    ...present("x-amz-version-id", version?.id),
    ...present("last-modified", version && new Date(version.atMs).toUTCString()),
    // "only returned if the requester has the s3:GetObjectRetention permission" (HeadObject): nobody is asked for that here.
    ...present("x-amz-object-lock-mode", retention?.mode),
    ...present("x-amz-object-lock-retain-until-date", retention && new Date(retention.untilMs).toISOString()),
  } as Record<string, string>;
}

/** What a version has in it, or the newest of all. */
function found(world: World, asked: Asked): { body: string; version: ObjectVersion | undefined } | undefined {
  const versions = versionsOf(world, nameOf(asked));
  const { VersionId } = asked;
  const version = VersionId === undefined ? versions.at(-1) : versions.find(({ id }) => id === VersionId);
  if (VersionId !== undefined)
    return version?.body === undefined ? undefined : { body: version.body, version };
  const body = world.state.objects.get(`${asked.Bucket}/${asked.Key}`);
  return body === undefined ? undefined : { body, version };
}

export function getObject(world: World, asked: z.output<typeof reading>): RawAnswer {
  requireBucket(world, asked.Bucket);
  const it = found(world, asked);
  if (it !== undefined) return answer(200, headersOf(world, asked, it), it.body);
  throw asked.VersionId === undefined
    ? new AwsError("NoSuchKey", "The specified key does not exist.", { statusCode: 404 })
    : new AwsError("NoSuchVersion", "The specified version does not exist.", { statusCode: 404 });
}

/** An answer to HEAD has no body, and so no code of its error either. */
export function headObject(world: World, asked: z.output<typeof reading>): RawAnswer {
  const it = world.state.buckets.has(asked.Bucket) ? found(world, asked) : undefined;
  return it === undefined ? answer(404, {}) : answer(200, headersOf(world, asked, it));
}

export function put(world: World, asked: z.output<typeof putting>): RawAnswer {
  requireBucket(world, asked.Bucket);
  requireWhole(asked.Body, asked);
  const retention = retentionOf(world, asked);
  if (asked.IfNoneMatch !== undefined && world.state.objects.has(`${asked.Bucket}/${asked.Key}`))
    throw new AwsError(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      {
        statusCode: 412,
      },
    );
  const body = textOf(asked.Body);
  const version = putObject(world, nameOf(asked), { body, ...(retention && { retention }) });
  return answer(200, {
    ...encryptionOf(world, asked),
    etag: etagOf(body),
    ...(version && { "x-amz-version-id": version.id }),
  });
}

interface Locking extends Asked, Checksums {
  readonly ObjectLockMode?: "GOVERNANCE" | "COMPLIANCE" | undefined;
  readonly ObjectLockRetainUntilDate?: string | undefined;
}

/** Messages by what S3 and its likes are seen to answer; their exact words are unconfirmed. */
function retentionOf(world: World, asked: Locking): Retention | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = asked;
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined)
    throw new AwsError(
      "InvalidArgument",
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
    );
  if (world.state.buckets.get(asked.Bucket)?.objectLock !== true)
    throw new AwsError("InvalidRequest", "Bucket is missing Object Lock Configuration");
  // "The Content-MD5 or x-amz-sdk-checksum-algorithm header is required" (PutObject, API reference).
  if (asked.ContentMD5 === undefined && asked.ChecksumAlgorithm === undefined)
    throw new AwsError(
      "InvalidRequest",
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
    );
  const untilMs = Date.parse(until);
  if (untilMs <= world.nowMs)
    throw new AwsError("InvalidArgument", "The retain until date must be in the future!");
  return { mode, untilMs };
}

/** Without a version, what is locked is only hidden by a mark; a version of it stays until its time (Object Lock, user guide). */
export function remove(world: World, asked: z.output<typeof deleting>): RawAnswer {
  requireBucket(world, asked.Bucket);
  const name = nameOf(asked);
  if (asked.VersionId === undefined) {
    const mark = deleteObject(world, name);
    return answer(
      204,
      mark === undefined ? {} : { "x-amz-delete-marker": "true", "x-amz-version-id": mark.id },
    );
  }
  const version = versionsOf(world, name).find(({ id }) => id === asked.VersionId);
  const { mode, untilMs = 0 } = version?.retention ?? {};
  const bypassed = mode === "GOVERNANCE" && asked.BypassGovernanceRetention === "true";
  if (untilMs > world.nowMs && !bypassed)
    throw new AwsError("AccessDenied", "Access Denied because object protected by object lock.", {
      statusCode: 403,
    });
  deleteVersion(world, name, asked.VersionId);
  return answer(204, { "x-amz-version-id": asked.VersionId });
}
