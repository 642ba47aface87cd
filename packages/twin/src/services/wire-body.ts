/** The body of a request: its bytes, decompressed, and the JSON object in it. */
import { gunzipSync } from "node:zlib";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Input } from "./service.ts";
import type { WireRequest } from "./wire-message.ts";

/** Larger than any request of the services modelled. */
export const mostBodyBytes = 16 * 1024 * 1024;

/** A body over the limit, also one that is only when unpacked. Its name differs among AWS's services. */
export const bodyTooLarge = (): AwsError =>
  new AwsError("RequestEntityTooLargeException", `the body is larger than ${mostBodyBytes} bytes`, {
    statusCode: 413,
  });

/** Deeper than any request of the services modelled. */
const mostNested = 500;

/** The body as it was before transport; SDKs gzip large PutMetricData requests. */
export function bodyBytes(request: WireRequest, headers: Readonly<Record<string, string>>): Uint8Array {
  const { body } = request;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
  return headers["content-encoding"] === "gzip" ? gunzip(bytes) : bytes;
}

/** Throws SerializationException, as AWS does, when the body is no JSON object. An empty body has no members. */
export function parseJsonObject(request: WireRequest, headers: Readonly<Record<string, string>>): Input {
  const text = new TextDecoder().decode(bodyBytes(request, headers));
  if (text.trim() === "") return {};
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AwsError("SerializationException", "the body must be a JSON object");
  }
  return value as Input;
}

/** What is nested deeper than any request is refused here, where nothing has come of it yet. */
function parseJson(text: string): unknown {
  if (text.length > 2 * mostNested && depthOf(text) > mostNested)
    throw new AwsError("SerializationException", `the body is nested deeper than ${mostNested} levels`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new AwsError("SerializationException", `the body is not JSON: ${cause.message}`);
  }
}

/** The deepest nesting of brackets and braces outside of texts. */
function depthOf(text: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === "\\") i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "[" || char === "{")) deepest = Math.max(deepest, ++depth);
    else if (!quoted && (char === "]" || char === "}")) depth--;
  }
  return deepest;
}

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBodyBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw bodyTooLarge();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError("SerializationException", `the body is not gzip: ${reason}`);
  }
}
