/**
 * The shape of what a release keeps, beside its number: `npm run documents` writes it, and a test fails when it is stale. Once
 * a number is released, its golden documents have that shape with them, and it is not to change any more.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { Document } from "../src/core/release/document/document.ts";
import { StoredChange } from "../src/core/release/document/ledger.ts";
import { documentSchema } from "../src/core/release/document/upcasters.ts";
import { StoredRecord } from "../src/core/release/record.ts";
import { SharedItem } from "../src/core/release/shared-lease.ts";

const folder = new URL("../test/data/documents/", import.meta.url);
/** That of this code. */
export const shapeFile = new URL("shape.json", folder);
/** That of a number as it was released; absent before. */
export const releasedShapeFile = (number: number): URL => new URL(`${number}/shape.json`, folder);

/** What people read of a schema changes no document. */
const told = new Set(["$schema", "description", "title", "examples"]);

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function bare(schema: Json, isMap = false): Json {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((each) => bare(each));
  // Names of members are no keywords, whatever they are called.
  const members = Object.entries(schema).filter(([key]) => isMap || !told.has(key));
  return Object.fromEntries(
    members.map(([key, each]) => [key, bare(each, !isMap && ["properties", "$defs"].includes(key))]),
  );
}

const shapeOf = (schema: z.ZodType): Json =>
  bare(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json);

/** The shape of this code's documents, changes, records and shared items, as the file has it. */
export function shapeText(): string {
  const shape = {
    number: documentSchema,
    document: shapeOf(Document),
    change: shapeOf(StoredChange),
    record: shapeOf(StoredRecord),
    shared: shapeOf(SharedItem),
  };
  return `${JSON.stringify(shape, null, 1)}\n`;
}

/** The number's shape as it was released; undefined where it is not yet. */
export function releasedShape(): string | undefined {
  const file = releasedShapeFile(documentSchema);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

if (import.meta.main) {
  const released = releasedShape();
  if (released !== undefined && released !== shapeText())
    throw new Error(
      `documents of number ${documentSchema} are released with another shape: add an upcaster (docs/EXTENDING.md, "A change of the document")`,
    );
  writeFileSync(shapeFile, shapeText());
}
