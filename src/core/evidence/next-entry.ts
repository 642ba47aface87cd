/** What of a subject's claims is next to be signed and stored, and whether the chain is as it must be. */
import type { LockEvidence } from "../release/lock.ts";
import { Pack } from "./pack.ts";

export interface ClaimedEntry {
  readonly sequence: number;
  readonly pack: Pack;
}

/** Oldest first, as far as they follow on the head without a gap and this code reads them; else why not. */
export function nextEntries({ claimed, head }: LockEvidence): {
  readonly entries: readonly ClaimedEntry[];
  readonly lacks?: string;
} {
  const numbers = Object.keys(claimed)
    .map(Number)
    .toSorted((one, other) => one - other);
  const entries: ClaimedEntry[] = [];
  for (const sequence of numbers) {
    const expected = (head?.sequence ?? 0) + entries.length + 1;
    if (sequence !== expected)
      return { entries, lacks: `expected a claim of number ${expected}, found ${sequence}` };
    const read = Pack.safeParse(parsed(claimed[String(sequence)] ?? ""));
    if (!read.success)
      return { entries, lacks: `the claim of number ${sequence} is not one that this code reads` };
    entries.push({ sequence, pack: read.data });
  }
  return { entries };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
