/** What a plan names for its tests under load, as an account has it in S3. */
import { arrivals, chanceOf } from "../core/load/arrivals.ts";
import type { Plan } from "../core/plan/plan.ts";

/** Texts by `bucket/key`. */
export const loadTestObjects = (plan: Plan): Record<string, string> => ({ ...bodies(plan), ...trace(plan) });

/** The body by which warmth is proved, in a line, or as the one object that a manifest names. */
function bodies({ loadTest, warmth }: Plan): Record<string, string> {
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

/** Requests of some minutes, which come by chance. */
function trace({ loadTest }: Plan): Record<string, string> {
  const named = loadTest?.arrivals;
  if (named === undefined) return {};
  const times = arrivals({ rateAt: () => 10, most: 10, seconds: 600 }, chanceOf("a trace"));
  return { [keyIn(named.trace)]: [...times].map((at) => `${at.toFixed(3)}\n`).join("") };
}

/** `s3://chat-payloads/v1.jsonl` → `chat-payloads/v1.jsonl` */
const keyIn = (address: string): string => address.slice("s3://".length);
