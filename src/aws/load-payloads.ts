/** The bodies that a plan's load test sends: of an object in S3, or made up. */
import { keptIn, madeUp, type Payloads } from "../core/load/payloads.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import { payloadSchemaOf } from "../core/plan/payload-schema.ts";
import type { Aws } from "./clients.ts";
import { objectText } from "./object-text.ts";

/** Chosen: some thousand bodies, and what an invocation can hold beside its requests. */
const mostBytes = 5_000_000;

/** What cannot be had is said in a sentence; what may be had in a while is thrown, and tried again. */
export async function payloadsOf(
  aws: Aws,
  { payloads }: Pick<LoadTest, "payloads">,
): Promise<Payloads | { readonly lacks: string }> {
  if ("schema" in payloads) return madeUp(payloadSchemaOf(payloads.schema));
  const read = await objectText(aws, payloads.s3, { mostBytes });
  return "lacks" in read ? read : (keptIn(read.text) ?? { lacks: `${payloads.s3} has no line in it` });
}
