/** S3 in the twin: whole objects, and what it says of those that are not there. */
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { createTwin, s3 } from "#twin/services";
import { exampleWorld } from "../world/example.ts";
import { reaching } from "./twin-handler.ts";

function bucket() {
  const world = exampleWorld();
  world.state.objects.set("measures/v7/quality.json", '{"auc": 0.9, "of": "né"}');
  const twin = createTwin([s3(world)], () => world.startMs);
  return new S3Client({ ...reaching(twin), forcePathStyle: true });
}
const at = (Bucket: string, Key: string) => new GetObjectCommand({ Bucket, Key });

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
  await expect(bucket().send(new ListObjectsV2Command({ Bucket: "measures" }))).rejects.toThrow(
    /the twin does not model S3's GET of a bucket but for its location/,
  );
});
