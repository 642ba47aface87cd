/** The requests that a plan names for its tests under load, as an account has them in S3. */
import type { Plan } from "../core/plan/plan.ts";

/** Texts by `bucket/key`: the body by which warmth is proved, in a line, or as the one object that a manifest names. */
export function payloadObjects({ loadTest, warmth }: Plan): Record<string, string> {
  if (loadTest === undefined || "schema" in loadTest.payloads) return {};
  const { payloads } = loadTest;
  const body = typeof warmth.payload === "string" ? warmth.payload : warmth.payload.base64;
  if ("s3" in payloads) return { [keyIn(payloads.s3)]: `${body}\n` };
  const manifest = keyIn(payloads.manifest);
  const prefix = manifest.slice(0, manifest.lastIndexOf("/") + 1);
  return {
    [manifest]: JSON.stringify([{ prefix: `s3://${prefix}` }, "one"]),
    [`${prefix}one`]: body,
  };
}

/** `s3://chat-payloads/v1.jsonl` → `chat-payloads/v1.jsonl` */
const keyIn = (address: string): string => address.slice("s3://".length);
