/** S3: the documents in which a version's measures are, where its registry entry names them. */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { EvaluationKind } from "../core/plan/criteria.ts";
import type { Evaluation, Evaluations } from "../core/release/validation.ts";
import type { Aws } from "./clients.ts";
import { evaluationsNamed } from "./model-registry.ts";

/** Chosen: measures are a few KB, and what is larger is something else. */
const mostBytes = 1_000_000;

/** What is known of a version. What cannot be read says so; what may be read in a while is thrown, and tried again. */
export async function evaluationsOf(
  aws: Aws,
  packageArn: string,
  kinds: ReadonlySet<EvaluationKind>,
): Promise<Evaluations> {
  const found = new Map<EvaluationKind, Evaluation>();
  for (const [kind, uri] of await evaluationsNamed(aws, packageArn))
    if (kinds.has(kind)) found.set(kind, await documentAt(aws, uri));
  return found;
}

async function documentAt({ s3 }: Aws, uri: string): Promise<Evaluation> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (Bucket === undefined || Key === undefined) return { unknown: `${uri} is no object's address` };
  try {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    if (ContentLength > mostBytes) {
      // What is not read would hold its connection.
      if (Body !== undefined && "destroy" in Body) Body.destroy();
      return { unknown: `${uri} has more than ${mostBytes} bytes` };
    }
    return parsed(uri, (await Body?.transformToString()) ?? "");
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { unknown: `${uri} cannot be read (${error.name})` };
  }
}

function parsed(uri: string, text: string): Evaluation {
  try {
    return { content: JSON.parse(text) };
  } catch {
    return { unknown: `${uri} is no JSON` };
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
