/** The bodies of a load test's requests: of a set that was kept, or made up by a schema. */
import type { PayloadSchema } from "../plan/payload-schema.ts";
import type { Chance } from "./arrivals.ts";

/** One body after the other, each drawn anew. */
export type Payloads = (chance: Chance) => string;

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
export function keptIn(text: string): Payloads | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return undefined;
  return (chance) => lines[Math.floor(chance() * lines.length)] ?? "";
}
