/** How a candidate proves that its models are loaded: the part of a plan that says what to probe it with. */
import * as z from "zod";

/** Chosen: a small picture. A plan is in the document of each release, whose records have room for some hundred thousand characters. */
const mostBase64 = 40_000;

const Bytes = z
  .strictObject({
    base64: z
      .base64("bytes in Base64")
      .min(4)
      .max(mostBase64)
      .describe("Bytes that are no text, such as a picture's, in Base64; 30 KB of them at most."),
  })
  .describe("A body that is no text.");

export const WarmthRequirement = z.strictObject({
  probesPerInstance: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe(
      "Probes per instance in one round; every one must be answered within the plan's p99 latency, or within 250 ms where that is less.",
    ),
  loadSecondsP95: z
    .number()
    .min(0)
    .max(3600)
    .default(300)
    .describe(
      "The 95th percentile of the seconds from an instance's being in service to its model's being loaded; until then an instance that was not seen to serve gets no traffic counted on.",
    ),
  payload: z
    .union([z.string().min(1), Bytes])
    .default('{"inputs":"Are you warm?"}')
    .describe("The body of a probe: any request that the model answers."),
  contentType: z.string().min(1).default("application/json").describe("The body's media type."),
});
export type WarmthRequirement = z.infer<typeof WarmthRequirement>;

/** What a request has in it. */
export interface RequestBody {
  readonly payload: string | Uint8Array;
  /** Its media type. */
  readonly contentType: string;
}

export const probeBody = ({
  payload,
  contentType,
}: Pick<WarmthRequirement, "payload" | "contentType">): RequestBody => ({
  payload:
    typeof payload === "string"
      ? payload
      : Uint8Array.from(atob(payload.base64), (byte) => byte.charCodeAt(0)),
  contentType,
});
