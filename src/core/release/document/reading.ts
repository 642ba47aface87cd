/**
 * How a state document is read that any version wrote: brought up to this code's number, section by section. A release
 * under way has its document written by whatever code is deployed at each step, so that each section has its own number.
 */
import { badState } from "../../errors.ts";
import {
  addedSections,
  documentSchema,
  type Members,
  membersOf,
  openedSections,
  upcasters,
} from "./upcasters.ts";

/** How a step reads its document, and how it writes what it adds. */
export interface DocumentForm {
  readonly read: (given: unknown) => unknown;
  readonly write: (answer: unknown) => unknown;
}

/** An answer under the number of the code that gives it. */
export const numbered = (answer: unknown): unknown => {
  const section = membersOf(answer);
  return section === undefined ? answer : { schema: documentSchema, ...section };
};

/**
 * A document as this code writes it; what is no document is left to its schema.
 * @throws BadState on a number that this code does not know: newer code wrote that, and may mean something else by it
 */
export const upcast = (given: unknown): unknown =>
  brought(given, {
    numberIn: (schema, where) => numberOf(schema, where),
    after: (change, value) => change(value),
  });

/**
 * The same for the way out, which reads any document: what has a number that nobody knows is left as it is, and so is
 * what no version can have written.
 */
export const upcastWhereKnown = (given: unknown): unknown =>
  brought(given, {
    numberIn: (schema) => numberOf(schema),
    after: (change, value) => {
      try {
        return change(value);
      } catch {
        return value;
      }
    },
  });

/** A step that goes forward: it refuses what it does not know. */
export const forward: DocumentForm = { read: upcast, write: numbered };
/** A step of the way out. */
export const wayOut: DocumentForm = { read: upcastWhereKnown, write: numbered };
/** A step that adds no section. */
export const handing: DocumentForm = { read: upcast, write: (answer) => answer };

interface Reading {
  readonly numberIn: (schema: unknown, where: string) => number;
  readonly after: (change: (value: Members) => Members, value: Members) => Members;
}

function brought(given: unknown, { numberIn, after }: Reading): unknown {
  const document = membersOf(given);
  if (document === undefined) return given;
  const at = numberIn(document.schema, "schema");
  let whole = document;
  for (const { document: change } of upcasters.slice(at))
    if (change !== undefined) whole = after(change, whole);
  const sections = [...openedSections, ...addedSections].flatMap((name): [string, Members][] => {
    const found = membersOf(document[name]);
    if (found === undefined) return [];
    const isAdded = addedSections.some((each) => each === name);
    const from = isAdded && "schema" in found ? numberIn(found.schema, `${name}.schema`) : at;
    let section = found;
    for (const { sections: changes } of upcasters.slice(from)) {
      const change = changes?.[name];
      if (change !== undefined) section = after((value) => change(value, document), section);
    }
    return [[name, section]];
  });
  return { ...whole, ...Object.fromEntries(sections), schema: documentSchema };
}

/**
 * A number that is known; none in what is of before there were any. `where` is what refuses one that is not, and absent it
 * is taken for this code's own.
 */
export function numberOf(schema: unknown, where?: string): number {
  if (schema === undefined) return 0;
  if (typeof schema === "number" && Number.isInteger(schema) && schema >= 1 && schema <= documentSchema)
    return schema;
  if (where === undefined) return documentSchema;
  throw badState(
    `${where}: expected ${documentSchema} or less, the state documents that this code reads, found ${JSON.stringify(schema)}`,
  );
}
