/** S3 in the twin: whole objects, their listing and their locks, and what it says of those that are not there. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { createTwin, s3 } from "#twin/services";
import { exampleWorld } from "../world/example.ts";
import { reaching } from "./twin-handler.ts";

function account() {
  const world = exampleWorld();
  const time = { afterMs: 0 };
  world.state.objects.set("measures/v7/quality.json", '{"auc": 0.9, "of": "né"}');
  world.state.buckets.set("plain", { region: "eu-west-1", objectLock: false });
  world.state.buckets.set("locked", { region: "eu-west-1", objectLock: true });
  const twin = createTwin([s3(world)], () => world.startMs + time.afterMs);
  return { world, time, client: new S3Client({ ...reaching(twin), forcePathStyle: true }) };
}
const bucket = () => account().client;
const at = (Bucket: string, Key: string) => new GetObjectCommand({ Bucket, Key });
const textAt = async (client: S3Client, Bucket: string, Key: string, VersionId?: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();

test("an object is answered as it is, with its type and its length in bytes", async () => {
  const { Body, ContentType, ContentLength } = await bucket().send(at("measures", "v7/quality.json"));

  expect(await Body?.transformToString()).toBe('{"auc": 0.9, "of": "né"}');
  expect([ContentType, ContentLength]).toEqual(["application/json", 25]);
});

test.each([
  ["measures", "v8/quality.json", "NoSuchKey"],
  ["elsewhere", "v7/quality.json", "NoSuchBucket"],
])("what is not there is said so by name: %s/%s", async (name, key, error) => {
  await expect(bucket().send(at(name, key))).rejects.toMatchObject({
    name: error,
    $metadata: { httpStatusCode: 404 },
  });
});

test("what the twin does not know is refused by name: a part of an object, and another operation", async () => {
  const part = new GetObjectCommand({ Bucket: "measures", Key: "v7/quality.json", Range: "bytes=0-9" });
  await expect(bucket().send(part)).rejects.toThrow("the twin does not model GetObject's Range");
  await expect(bucket().send(new ListObjectVersionsCommand({ Bucket: "measures" }))).rejects.toThrow(
    /the twin does not model the REST XML protocol \(s3.*: GET \/measures/,
  );
  const tagged = new PutObjectCommand({ Bucket: "plain", Key: "a", Body: "b", Tagging: "c=d" });
  await expect(bucket().send(tagged)).rejects.toThrow("the twin does not model PutObject's Tagging");
});

describe("putting", () => {
  const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
    new PutObjectCommand({ Bucket: "plain", Key, Body, ...more });

  test("what is put is read, and told by its head", async () => {
    const client = bucket();
    const { ETag } = await client.send(put("a/é b.json", '"né"', { ContentType: "application/json" }));

    expect(await textAt(client, "plain", "a/é b.json")).toBe('"né"');
    const head = await client.send(new HeadObjectCommand({ Bucket: "plain", Key: "a/é b.json" }));
    expect([head.ContentLength, head.ETag]).toEqual([5, ETag]);
    expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test("only what is not there yet is put with If-None-Match, however often", async () => {
    const client = bucket();
    await client.send(put("a", "first", { IfNoneMatch: "*" }));

    for (const again of ["first", "second"])
      await expect(client.send(put("a", again, { IfNoneMatch: "*" }))).rejects.toMatchObject({
        name: "PreconditionFailed",
        $metadata: { httpStatusCode: 412 },
      });
    expect(await textAt(client, "plain", "a")).toBe("first");
    await client.send(put("a", "second"));
    expect(await textAt(client, "plain", "a")).toBe("second");
  });

  test.each<[string, Partial<PutObjectCommandInput>]>([
    ["CRC-32", { ChecksumCRC32: "AAAAAA==" }],
    ["SHA-256", { ChecksumSHA256: `${"A".repeat(43)}=` }],
    ["MD5", { ContentMD5: `${"A".repeat(22)}==` }],
  ])("a body that is not what its %s says is refused", async (_, more) => {
    await expect(bucket().send(put("a", "text", more))).rejects.toMatchObject({ name: "BadDigest" });
  });

  test("nothing is put where there is no bucket, or that is no text", async () => {
    await expect(bucket().send(put("a", "b", { Bucket: "elsewhere" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
    const bytes = new PutObjectCommand({ Bucket: "plain", Key: "a", Body: new Uint8Array([0xff]) });
    await expect(bucket().send(bytes)).rejects.toThrow("the twin does not model PutObject's Body");
  });

  test("what is not there has no head", async () => {
    const head = (Bucket: string) => new HeadObjectCommand({ Bucket, Key: "a" });
    for (const name of ["plain", "elsewhere"])
      await expect(bucket().send(head(name))).rejects.toMatchObject({
        name: "NotFound",
        $metadata: { httpStatusCode: 404 },
      });
  });
});

describe("a locked object", () => {
  const hourMs = 3_600_000;
  const lockedFor = (
    { world }: ReturnType<typeof account>,
    hours: number,
    more: Partial<PutObjectCommandInput> = {},
  ) =>
    new PutObjectCommand({
      Bucket: "locked",
      Key: "a",
      Body: "kept",
      ChecksumAlgorithm: "CRC32",
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: new Date(world.startMs + hours * hourMs),
      ...more,
    });
  const remove = (VersionId: string | undefined, BypassGovernanceRetention = false) =>
    new DeleteObjectCommand({ Bucket: "locked", Key: "a", VersionId, BypassGovernanceRetention });

  test("is told with what locks it until when", async () => {
    const own = account();
    const { VersionId } = await own.client.send(lockedFor(own, 2));
    const head = await own.client.send(new HeadObjectCommand({ Bucket: "locked", Key: "a" }));

    expect(VersionId).toBeDefined();
    expect(head).toMatchObject({
      VersionId,
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: new Date(own.world.startMs + 2 * hourMs),
    });
  });

  test.each([
    ["GOVERNANCE", true, "deleted"],
    ["GOVERNANCE", false, "AccessDenied"],
    ["COMPLIANCE", true, "AccessDenied"],
  ] as const)(
    "in mode %s, with its bypass %s, is %s until its time, and deleted after",
    async (mode, bypass, expected) => {
      const own = account();
      const { VersionId } = await own.client.send(lockedFor(own, 2, { ObjectLockMode: mode }));
      const end = async () =>
        own.client.send(remove(VersionId, bypass)).then(
          () => "deleted",
          (error: Error) => error.name,
        );

      own.time.afterMs = 2 * hourMs - 1;
      expect(await end()).toBe(expected);
      own.time.afterMs = 2 * hourMs;
      expect(await end()).toBe("deleted");
      await expect(own.client.send(at("locked", "a"))).rejects.toMatchObject({ name: "NoSuchKey" });
    },
  );

  test("is hidden by a deletion that names no version, may then be put anew, and its version is still there", async () => {
    const own = account();
    const { VersionId } = await own.client.send(lockedFor(own, 2));
    expect(await own.client.send(remove(undefined))).toMatchObject({ DeleteMarker: true });

    await expect(own.client.send(at("locked", "a"))).rejects.toMatchObject({ name: "NoSuchKey" });
    await own.client.send(lockedFor(own, 2, { Body: "other", IfNoneMatch: "*" }));
    expect(await textAt(own.client, "locked", "a")).toBe("other");
    expect(await textAt(own.client, "locked", "a", VersionId)).toBe("kept");
  });

  test.each<[string, Partial<PutObjectCommandInput>, string]>([
    ["for no time to come", { ObjectLockRetainUntilDate: new Date(0) }, "must be in the future"],
    ["without its time", { ObjectLockRetainUntilDate: undefined }, "must both be supplied"],
    ["in a bucket without locks", { Bucket: "plain" }, "missing Object Lock Configuration"],
  ])("is not put %s", async (_, more, message) => {
    const own = account();
    await expect(own.client.send(lockedFor(own, 2, more))).rejects.toThrow(message);
  });
});

describe("a listing", () => {
  test("has all that begins so, in order, page by page, each once", async () => {
    const { client, world } = account();
    const keys = Array.from({ length: 25 }, (_, nth) => `packs/é&<${String(nth).padStart(2, "0")}>.json`);
    for (const key of keys.toReversed()) world.state.objects.set(`plain/${key}`, "{}");
    world.state.objects.set("plain/other", "{}");
    const pages = [];
    for await (const page of paginateListObjectsV2(
      { client, pageSize: 10 },
      { Bucket: "plain", Prefix: "packs/" },
    ))
      pages.push(page);

    expect(pages.map(({ KeyCount }) => KeyCount)).toEqual([10, 10, 5]);
    expect(pages.flatMap(({ Contents = [] }) => Contents.map(({ Key }) => Key))).toEqual(keys);
    expect(pages[0]?.Contents?.[0]).toMatchObject({ Size: 2, LastModified: new Date(world.startMs) });
  });

  test("begins where it is told to, and has what is behind a delimiter as one", async () => {
    const { client, world } = account();
    for (const key of ["a/1", "a/2", "b/1", "c"]) world.state.objects.set(`plain/${key}`, "{}");
    const asked = (more: object) => client.send(new ListObjectsV2Command({ Bucket: "plain", ...more }));

    const { CommonPrefixes, Contents } = await asked({ Delimiter: "/" });
    expect(CommonPrefixes).toEqual([{ Prefix: "a/" }, { Prefix: "b/" }]);
    expect(Contents?.map(({ Key }) => Key)).toEqual(["c"]);
    const after = await asked({ StartAfter: "a/2" });
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(["b/1", "c"]);
  });

  test("of nothing is empty, and of no bucket and by a token of nobody's refused", async () => {
    const asked = (more: object) => bucket().send(new ListObjectsV2Command({ Bucket: "plain", ...more }));

    expect(await asked({})).toMatchObject({ KeyCount: 0, IsTruncated: false });
    await expect(asked({ Bucket: "elsewhere" })).rejects.toMatchObject({ name: "NoSuchBucket" });
    await expect(asked({ ContinuationToken: "x" })).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});
