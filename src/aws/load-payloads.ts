/** The bodies that a plan's load test sends: of an object in S3, or made up. */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { keptIn, madeUp, type Payloads } from "../core/load/payloads.ts";
import { type LoadTest, payloadSchemaOf } from "../core/plan/load-test.ts";
import type { Aws } from "./clients.ts";

const mostBytes = 5_000_000;

/** What cannot be had is said in a sentence; what may be had in a while is thrown, and tried again. */
export async function payloadsOf(
  aws: Aws,
  { payloads }: Pick<LoadTest, "payloads">,
): Promise<Payloads | { readonly lacks: string }> {
  if ("schema" in payloads) return madeUp(payloadSchemaOf(payloads.schema));
  const { s3: uri } = payloads;
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  try {
    const { Body, ContentLength = 0 } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
    if (ContentLength > mostBytes) {
      // What is not read would hold its connection.
      if (Body !== undefined && "destroy" in Body) Body.destroy();
      return { lacks: `${uri} has more than ${mostBytes} bytes` };
    }
    return keptIn((await Body?.transformToString()) ?? "") ?? { lacks: `${uri} has no line in it` };
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
