/** What a world says of the account's bill: which tags it is told by, and what endpoints carry. */
import * as z from "zod";

const tag = z.string().min(1).max(128);

export const BillingTags = z.strictObject({
  activeTags: z
    .array(tag)
    .max(20)
    .default([])
    .describe("Tags that are activated for cost allocation; Cost Explorer knows no others."),
  endpointTags: z
    .record(tag, z.string().max(256))
    .default({})
    .describe("What endpoints are tagged with: what serves on them is billed under that."),
});
