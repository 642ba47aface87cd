/** A state that is kept as AWS describes it: whose members those are is AWS's to say. */
import * as z from "zod";
import { type JsonValue, PlainData } from "../../core/release/json-value.ts";

export const asDescribed: z.ZodType<JsonValue> = z.record(z.string(), PlainData);
