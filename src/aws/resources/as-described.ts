/** A state that is kept as AWS describes it: whose members those are is AWS's to say. */
import * as z from "zod";
import type { Plain } from "../../core/release/plain.ts";

export const asDescribed = z.record(z.string(), z.unknown()) as unknown as z.ZodType<Plain>;
