/**
 * The verdict's state as it is remembered between two looks: a document with a number. Evidence of another number
 * means something else, so it is refused rather than read.
 */
import type { VerdictState } from "./state.ts";

/** Goes up whenever a state of before would be misread, be its shape the same. */
export const verdictSchema = 2;

export type VerdictMemory = VerdictState & { readonly schema: typeof verdictSchema };

/** The state to be remembered: plain JSON. */
export const remembered = (state: VerdictState): VerdictMemory => ({ ...state, schema: verdictSchema });

/**
 * The state out of what was remembered.
 * @throws RangeError where it has another number, or none
 */
export function recalled(memory: { readonly schema?: unknown }): VerdictState {
  if (isOfThisNumber(memory)) return memory;
  throw new RangeError(
    `schema: expected ${verdictSchema}, the verdict's state that this code reads, found ${String(memory.schema)}`,
  );
}

const isOfThisNumber = (memory: { readonly schema?: unknown }): memory is VerdictMemory =>
  memory.schema === verdictSchema;
