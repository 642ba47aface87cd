/** The members of a lock's write by which evidence is claimed: they stand or fall with what is settled in it. */
import type { Claiming } from "../core/evidence/claims.ts";
import type { Begun, LockEvidence, LockItem } from "../core/release/lock.ts";
import type { LockUpdate } from "./lock-item.ts";

/** What a write sets and removes, as paths, with what their names and values stand for. */
export interface Settles {
  readonly set: readonly string[];
  readonly remove: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

export const nothing: Settles = { set: [], remove: [], names: {}, values: {} };

export function expressionOf({ set, remove, names, values }: Settles): LockUpdate {
  const parts = [
    ...(set.length === 0 ? [] : [`SET ${set.join(", ")}`]),
    ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(", ")}`]),
  ];
  return {
    UpdateExpression: parts.join(" "),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** Under which condition numbers may be taken: nobody has taken one since the item was read. */
export const stillNext = "evidence.#next = :seenNext";

/** A claim's part of a write; what there is no room for is counted in its place. */
export function claimsIn({ next }: LockEvidence, claiming: Claiming): Settles {
  const numbers = Object.entries(claiming.claimed);
  const { untold } = claiming;
  return {
    set: [
      "evidence.#next = :next",
      ...numbers.map((_, i) => `evidence.claimed.#claim${i} = :claim${i}`),
      ...(untold === undefined ? [] : ["evidence.untold = :untold"]),
    ],
    remove: [],
    names: { "#next": "next", ...Object.fromEntries(numbers.map(([number], i) => [`#claim${i}`, number])) },
    values: {
      ":seenNext": next,
      ":next": claiming.next,
      ...Object.fromEntries(numbers.map(([, text], i) => [`:claim${i}`, text])),
      ...(untold !== undefined && { ":untold": untold }),
    },
  };
}

export const together = (...all: readonly Settles[]): Settles => ({
  set: all.flatMap(({ set }) => set),
  remove: all.flatMap(({ remove }) => remove),
  names: Object.assign({}, ...all.map(({ names }) => names)),
  values: Object.assign({}, ...all.map(({ values }) => values)),
});

/** Changes settled as this, with what refused some of them forgotten. */
export function settles(ids: readonly string[], state: string, refused: readonly number[]): Settles {
  return {
    set: ids.map((_, i) => `changes.#id${i}.#state = :state`),
    remove: refused.map((i) => `changes.#id${i}.refusal`),
    names: { ...namesOf(ids), "#state": "state" },
    values: { ":state": state },
  };
}

/** Changes that are gone from the ledger. */
export const forgets = (ids: readonly string[]): Settles => ({
  set: [],
  remove: ids.map((_, i) => `changes.#id${i}`),
  names: namesOf(ids),
  values: {},
});

const namesOf = (ids: readonly string[]) => Object.fromEntries(ids.map((id, i) => [`#id${i}`, id]));

/** That calls go out next, where there is evidence; since when they may have, stands. */
export function marks({ begun }: LockItem, mark: string, calls: Omit<Begun, "since">): Settles {
  if (begun === undefined) return nothing;
  const { since, from } = begun[mark] ?? { ...calls, since: calls.at };
  const value: Begun = { ...(calls.to && { to: calls.to }), at: calls.at, since, ...(from && { from }) };
  return { set: ["begun.#mark = :mark"], remove: [], names: { "#mark": mark }, values: { ":mark": value } };
}

/** Marks that are over. */
export const unmarks = (marks: readonly string[]): Settles => ({
  set: [],
  remove: marks.map((_, i) => `begun.#mark${i}`),
  names: Object.fromEntries(marks.map((mark, i) => [`#mark${i}`, mark])),
  values: {},
});
