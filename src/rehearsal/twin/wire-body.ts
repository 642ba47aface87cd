/** The body of a request: its bytes, decompressed, and the JSON object in it. */
import { gunzipSync } from "node:zlib";
import type { Input } from "./service.ts";
import { AwsError } from "./service.ts";
import type { WireRequest } from "./wire.ts";

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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new AwsError("SerializationException", `the body is not JSON: ${cause.message}`);
  }
}

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError("SerializationException", `the body is not gzip: ${reason}`);
  }
}
