/** S3: the documents in which a version's measures are, where its registry entry names them. */
import type { EvaluationKind } from "../core/plan/criteria.ts";
import type { Evaluation, Evaluations } from "../core/release/validation.ts";
import type { Aws } from "./clients.ts";
import { evaluationsNamed } from "./model-registry.ts";
import { objectText } from "./s3-object.ts";

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

async function documentAt(aws: Aws, uri: string): Promise<Evaluation> {
  const read = await objectText(aws, uri, { mostBytes });
  return "lacks" in read ? { unknown: read.lacks } : parsed(uri, read.text);
}

function parsed(uri: string, text: string): Evaluation {
  try {
    return { content: JSON.parse(text) };
  } catch {
    return { unknown: `${uri} is no JSON` };
  }
}
