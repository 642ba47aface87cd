/** How a ledger is read that any version wrote, change by change: each has the number of the code that recorded it. */
import * as z from "zod";
import { type Change, changeStates } from "../change.ts";
import { PlainData } from "../json-value.ts";
import { resourceKinds } from "../resource-kinds.ts";
import { readAs } from "./read-as.ts";
import { numberOf } from "./reading.ts";
import { documentSchema, type Members, upcasters } from "./upcasters.ts";

/** Changes as an item has them, by their names. */
export type StoredChanges = Readonly<Record<string, Members>>;

/** Who reads a ledger. */
export interface LedgerReading {
  /** Whether to refuse a change of a number that this code does not know; the way out takes it as it is. */
  readonly goesForward?: boolean;
  /** What the release's plan says of its pool, which older versions did not write into the ledger. */
  readonly pool?: Members | undefined;
}

/** As the table has it. */
export const StoredChange: z.ZodType<Change> = z.object({
  id: z.string(),
  seq: z.int(),
  resource: z.object({ kind: z.enum(resourceKinds), name: z.string() }),
  before: PlainData,
  after: PlainData,
  state: z.enum(changeStates),
  at: z.string(),
  warm: z.record(z.string(), z.number()).exactOptional(),
  refusal: z.object({ by: z.string(), since: z.string(), is: PlainData, should: PlainData }).exactOptional(),
});

/** All changes, oldest first. @throws BadState on what is none, and on a newer number where the release goes forward */
export const changesRead = (stored: StoredChanges, reading: LedgerReading = {}): Change[] =>
  Object.entries(stored)
    .map(([id, change]) => changeRead(change, `changes.${id}`, reading))
    .sort((a, b) => a.seq - b.seq);

function changeRead(stored: Members, where: string, { goesForward = false, pool }: LedgerReading): Change {
  const from = numberOf(stored.schema, goesForward ? `${where}.schema` : undefined);
  let change = stored;
  for (const { change: next } of upcasters.slice(from)) change = next?.(change, { pool }) ?? change;
  return readAs(StoredChange, change, where);
}

/** A change as it is recorded. */
export const changeWritten = (change: Change): Change & { readonly schema: number } => ({
  schema: documentSchema,
  ...change,
});
