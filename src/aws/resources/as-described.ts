/** A state that is kept as AWS describes it: whose members those are is AWS's to say. */
import * as z from "zod";
import { type Plain, PlainData } from "../../core/release/plain.ts";

export const asDescribed: z.ZodType<Plain> = z.record(z.string(), PlainData);
