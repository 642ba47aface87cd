/** The bodies that a plan's load test sends: of objects in S3, or made up. */
import { keptIn, madeUp, objectsNamed, oneOf, type Payloads } from "../core/load/payloads.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import { payloadSchemaOf } from "../core/plan/payload-schema.ts";
import type { Aws } from "./clients.ts";
import { objectBytes, objectText } from "./s3-object.ts";

/** Chosen: some thousand bodies, and what an invocation can hold beside its requests. */
const mostBytes = 5_000_000;
/** Chosen: how many objects are read at one time. */
const atOnce = 10;

interface Lacking {
  readonly lacks: string;
}

/** What cannot be had is said in a sentence; what may be had in a while is thrown, and tried again. */
export async function payloadsOf(
  aws: Aws,
  { payloads }: Pick<LoadTest, "payloads">,
): Promise<Payloads | Lacking> {
  if ("schema" in payloads) return madeUp(payloadSchemaOf(payloads.schema));
  if ("manifest" in payloads) return payloadsNamed(aws, payloads.manifest);
  const read = await objectText(aws, payloads.s3, { mostBytes });
  return "lacks" in read ? read : (keptIn(read.text) ?? { lacks: `${payloads.s3} has no line in it` });
}

/** Objects that are a body each, as they are. */
async function payloadsNamed(aws: Aws, manifest: string): Promise<Payloads | Lacking> {
  const read = await objectText(aws, manifest, { mostBytes });
  if ("lacks" in read) return read;
  const named = objectsNamed(read.text);
  if ("lacks" in named) return { lacks: `${manifest} ${named.lacks}` };
  const bodies: Uint8Array[] = [];
  for (let from = 0; from < named.length; from += atOnce) {
    const some = named.slice(from, from + atOnce).map((uri) => objectBytes(aws, uri, { mostBytes }));
    for (const body of await Promise.all(some)) {
      if ("lacks" in body) return body;
      bodies.push(body.bytes);
    }
    if (bodies.reduce((sum, { byteLength }) => sum + byteLength, 0) > mostBytes)
      return { lacks: `what ${manifest} names has more than ${mostBytes} bytes` };
  }
  return oneOf(bodies) ?? { lacks: `${manifest} names no object` };
}
