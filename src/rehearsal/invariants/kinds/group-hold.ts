/** The item of the table that says which release has raised an instance group, as the checkers see it. */
import { isRecord, plainItem } from "../attribute-values.ts";
import type { ObservedCall } from "../observation.ts";
import { type CheckedKind, isGone, isThere, moreOrLess } from "./define.ts";

export const groupHold = {
  kind: "group-hold",
  read: ({ holds }, name) => holds?.().get(name) ?? null,
  names: ({ holds }) => holds?.().keys() ?? [],

  calls: {
    "dynamodb.PutItem": (call) => aimAt(heldIn(call.input.Item), isThere),
    "dynamodb.DeleteItem": (call) => aimAt(heldIn(call.input.Key), isGone),
  },
  makes: { operation: "dynamodb.PutItem", most: 1 },

  left: (looks) => moreOrLess("group-hold", looks),

  isOfPool: true,
} satisfies CheckedKind<string>;

const aimAt = (name: string | undefined, leadsTo: typeof isGone) =>
  name === undefined ? undefined : { name, leadsTo };

const prefix = "instance-group ";

/** The group of a hold, by the item or its key; undefined for every other item. */
function heldIn(item: unknown): string | undefined {
  if (!isRecord(item)) return undefined;
  const { pk, sk } = plainItem(item);
  return pk === "hold" && typeof sk === "string" && sk.startsWith(prefix)
    ? sk.slice(prefix.length)
    : undefined;
}

/** Follows the holds on the wire: by group, which release it names. */
export function createHolds() {
  const standing = new Map<string, string>();
  return {
    standing: (): ReadonlyMap<string, string> => standing,
    seen({ call: { operation, service, input }, tookEffect }: ObservedCall): void {
      if (service !== "dynamodb" || !tookEffect) return;
      const [put, gone] = [heldIn(input.Item), heldIn(input.Key)];
      if (operation === "PutItem" && put !== undefined)
        standing.set(put, String(plainItem(input.Item as Parameters<typeof plainItem>[0]).by));
      if (operation === "DeleteItem" && gone !== undefined) standing.delete(gone);
    },
  };
}
