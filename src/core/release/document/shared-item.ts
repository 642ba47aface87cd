/** How an item is read that says who leans on what: releases of several versions may have written it, one after the other. */
import { SharedItem } from "../shared-lease.ts";
import { readAs } from "./read-as.ts";
import { numberOf } from "./reading.ts";
import { documentSchema, membersOf, upcasters } from "./upcasters.ts";

/**
 * `name` is that of what is leant on. @throws BadState on what is no such item, and on a newer number, be it on the way out:
 * older code that wrote it would lose what newer code knows of the leases of others
 */
export function sharedRead(stored: unknown, name: string): SharedItem {
  const what = `who leans on ${name}`;
  let item = membersOf(stored) ?? {};
  for (const { shared } of upcasters.slice(numberOf(item.schema, `${what}: schema`)))
    item = shared?.(item) ?? item;
  return readAs(SharedItem, item, what);
}

/** The item as it is written. */
export const sharedWritten = (item: SharedItem): SharedItem & { readonly schema: number } => ({
  ...item,
  schema: documentSchema,
});
