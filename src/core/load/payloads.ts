/** The bodies of a load test's requests: of a set that was kept, or made up by a schema. */
import * as z from "zod";
import type { PayloadSchema } from "../plan/payload-schema.ts";
import type { RequestBody } from "../plan/warmth.ts";
import type { Chance } from "./arrivals.ts";

/** One body after the other, each drawn anew. */
export type Payloads = (chance: Chance) => RequestBody["payload"];

export const madeUp =
  (schema: PayloadSchema): Payloads =>
  (chance) =>
    JSON.stringify(bodyOf(schema, chance));

function bodyOf(schema: PayloadSchema, chance: Chance): unknown {
  const within = (least: number, most: number) => least + Math.floor(chance() * (most - least + 1));
  if ("enum" in schema) return schema.enum[within(0, schema.enum.length - 1)];
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties).map(([name, of]) => [name, bodyOf(of, chance)]),
      );
    case "array": {
      const { minItems = Math.min(1, schema.maxItems ?? 1), maxItems = Math.max(minItems, 8) } = schema;
      return Array.from({ length: within(minItems, maxItems) }, () => bodyOf(schema.items, chance));
    }
    case "string": {
      const { minLength = Math.min(1, schema.maxLength ?? 1), maxLength = Math.max(minLength, 64) } = schema;
      return textOf(within(minLength, maxLength), chance);
    }
    case "integer": {
      const { minimum = Math.min(0, schema.maximum ?? 0), maximum = Math.max(minimum, 1000) } = schema;
      return within(Math.ceil(minimum), Math.floor(maximum));
    }
    case "number": {
      const { minimum = Math.min(0, schema.maximum ?? 0), maximum = Math.max(minimum, 1) } = schema;
      return minimum + chance() * (maximum - minimum);
    }
    case "boolean":
      return chance() < 0.5;
  }
}

/** Letters in words, so that what counts tokens counts some. */
function textOf(length: number, chance: Chance): string {
  let text = "";
  while (text.length < length)
    text += chance() < 0.18 ? " " : String.fromCharCode(97 + Math.floor(chance() * 26));
  return text;
}

/** Of a text with a body a line, as JSON Lines has it; undefined where there is none. */
export const keptIn = (text: string): Payloads | undefined =>
  oneOf(text.split("\n").filter((line) => line.trim() !== ""));

/** Any of some bodies, each as often; undefined where there is none. */
export const oneOf = (bodies: readonly RequestBody["payload"][]): Payloads | undefined =>
  bodies.length === 0 ? undefined : (chance) => bodies[Math.floor(chance() * bodies.length)] ?? "";

/** Chosen: read by each invocation before it sends. */
const mostObjects = 100;

/** What its objects' names begin with, and of each the rest. */
const Manifest = z.tuple([z.object({ prefix: z.string().startsWith("s3://") })], z.string().min(1));

/**
 * The addresses of the objects that a manifest names, in the form that SageMaker reads its input by (S3DataSource, S3DataType
 * ManifestFile, API reference); or what is wrong with it.
 */
export function objectsNamed(text: string): readonly string[] | { readonly lacks: string } {
  const found = Manifest.safeParse(jsonIn(text)).data;
  if (found === undefined)
    return { lacks: 'is no manifest: expected [{"prefix": "s3://…"}, "name", …], as SageMaker has it' };
  const [{ prefix }, ...names] = found;
  if (names.length > mostObjects)
    return { lacks: `names ${names.length} objects, and ${mostObjects} are read at most` };
  return names.map((name) => prefix + name);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
