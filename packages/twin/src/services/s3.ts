/** Amazon S3 in the twin, as far as reading whole objects goes, and where buckets are: GetObject, GetBucketLocation. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { World } from "../world/region.ts";
import { ignored, members } from "./members.ts";
import { onTime } from "./on-time.ts";
import { type Input, notModelled, type RawAnswer, type Service } from "./service.ts";

/** REST XML (service model 2006-03-01); buckets are named in the path. */
export function s3(world: World): Service {
  return {
    name: "s3",
    title: "S3",
    protocol: {
      kind: "rest",
      xml: "s3",
      routes: [
        { method: "GET", path: "/{Bucket}", operation: "GetBucketLocation" },
        {
          method: "GET",
          path: "/{Bucket}/{Key+}",
          operation: "GetObject",
          headers: { range: "Range", "if-match": "IfMatch", "if-none-match": "IfNoneMatch" },
        },
      ],
    },
    operations: onTime(world, {
      GetBucketLocation: (input) => getBucketLocation(world, input),
      GetObject: (input) =>
        getObject(
          world,
          members({ operation: "GetObject", schema: object, errorName: "InvalidRequest" }, input),
        ),
    }),
  };
}

const bucket = z.strictObject({ Bucket: z.string().min(3).max(63), location: ignored, "x-id": ignored });

/** "Buckets in Region us-east-1 have a LocationConstraint of null" (API reference). */
function getBucketLocation({ state }: World, input: Input): RawAnswer {
  if (!("location" in input)) throw notModelled("S3's GET of a bucket but for its location");
  const asked = { operation: "GetBucketLocation", schema: bucket, errorName: "InvalidRequest" };
  const where = state.buckets.get(members(asked, input).Bucket);
  if (where === undefined)
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist", { statusCode: 404 });
  const text = where === "us-east-1" ? "" : where;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`;
  return { raw: { statusCode: 200, headers: { "content-type": "application/xml" }, body } };
}

const object = z.strictObject({
  Bucket: z.string().min(3).max(63),
  Key: z.string().min(1).max(1024),
  /** Which operation a client means, for those that share a route. */
  "x-id": ignored,
});

function getObject({ state }: World, { Bucket, Key }: z.output<typeof object>): RawAnswer {
  const body = state.objects.get(`${Bucket}/${Key}`);
  if (body !== undefined) return { raw: { statusCode: 200, headers: headersOf(body), body } };
  if ([...state.objects.keys()].some((each) => each.startsWith(`${Bucket}/`)))
    throw new AwsError("NoSuchKey", "The specified key does not exist.", { statusCode: 404 });
  throw new AwsError("NoSuchBucket", "The specified bucket does not exist", { statusCode: 404 });
}

const headersOf = (body: string) => ({
  "content-type": "application/json",
  "content-length": String(new TextEncoder().encode(body).length),
});
