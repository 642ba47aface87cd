/** Something stored, as a schema has it. */
import type * as z from "zod";
import { badState } from "../../errors.ts";
import { formatMistake } from "../../input/bad-input.ts";
import { mistakesOf } from "../../input/bad-input-schema.ts";

/** @throws BadState where it is not: `what` is not one that this code reads, a line for each mistake */
export function readAs<T>(schema: z.ZodType<T>, stored: unknown, what: string): T {
  const parsed = schema.safeParse(stored);
  if (parsed.success) return parsed.data;
  const mistakes = mistakesOf(parsed.error, schema, stored).map(({ mistake }) => formatMistake(mistake));
  throw badState(mistakes.map((each) => `${what} is not one that this code reads: ${each}`).join("\n"));
}
