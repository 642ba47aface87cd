/** The schemas of `--json` documents as files, and docs/JSON.md: every key of each, with what its comment in the code says. */
import { documentSchemas } from "./json-schemas.ts";
import { cell, tableOf } from "./parts.ts";
import { code, formsOf, listed, type Schema } from "./schema-words.ts";

export const schemaPath = (document: string): string => `docs/schemas/${document}.json`;

export function schemaFiles(): Map<string, string> {
  return new Map(
    [...documentSchemas()].map(([name, schema]) => [
      schemaPath(name),
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  );
}

export function jsonPage(): Record<string, string> {
  const schemas = documentSchemas();
  const parts = new Map<string, Schema>();
  const isWhole = (part: Schema) =>
    [...schemas.values()].some(
      (whole) => JSON.stringify(whole.properties) === JSON.stringify(part.properties),
    );
  for (const { definitions = {} } of schemas.values())
    for (const [name, part] of Object.entries(definitions)) {
      const known = parts.get(name) ?? part;
      if (JSON.stringify(known) !== JSON.stringify(part)) throw new Error(`two types are called ${name}`);
      parts.set(name, part);
    }
  const whole = [...schemas].flatMap(([name, schema]) => {
    const { description = "" } = schema;
    const file = `[schemas/${name}.json](schemas/${name}.json)`;
    return [`### ${name}`, `${description} ${file}`.trim(), keysOf(schema)];
  });
  const rest = [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    documents: whole.join("\n\n"),
    parts: rest
      .flatMap(([name, part]) => [
        `### ${name}`,
        isWhole(part) ? "As a document of its own, above." : keysOf(part),
      ])
      .join("\n\n"),
  };
}

function keysOf(schema: Schema): string {
  return tableOf(["key", "what", "meaning"], rowsOf(schema, ""));
}

type Row = readonly string[];

/** Of what has no name of its own, the keys within as well. Of a map that has several forms, those of each. */
function rowsOf(schema: Schema, path: string): Row[] {
  const forms = formsOf(schema);
  return forms.flatMap((form) => {
    const which = forms.length > 1 ? constantsOf(form) : "";
    const { properties = {}, required = [] } = form;
    return Object.entries(properties)
      .filter(([, inner]) => forms.length === 1 || inner.const === undefined || which === "")
      .flatMap(([key, inner]): Row[] => {
        const own = path === "" ? key : `${path}.${key}`;
        const may = required.includes(key) ? "" : " May be absent.";
        const text = `${which}${inner.description ?? ""}${may}`.trim();
        const row = [`\`${own}\``, cell(whatOf(inner)), cell(text)];
        const { array, within } = innermost(inner);
        return [row, ...(isNamed(within) ? [] : rowsOf(within, array ? `${own}[]` : own))];
      });
  });
}

/** "With `kind: look`: " */
const constantsOf = ({ properties = {} }: Schema): string =>
  Object.entries(properties)
    .filter(([, { const: value }]) => value !== undefined)
    .map(([key, { const: value }]) => `With \`${key}\`: \`${String(value)}\`. `)
    .join("");

const isNamed = ({ $ref, allOf }: Schema): boolean => $ref !== undefined || allOf !== undefined;

/** What a list, a map of names or a value that may be null is of. */
function innermost(schema: Schema): { readonly array: boolean; readonly within: Schema } {
  if (schema.items !== undefined) return { array: true, within: innermost(schema.items).within };
  if (typeof schema.additionalProperties === "object" && schema.properties === undefined)
    return { array: true, within: innermost(schema.additionalProperties).within };
  const known = (schema.anyOf ?? []).filter(({ type }) => type !== "null");
  const [only] = known;
  return known.length === 1 && only !== undefined ? innermost(only) : { array: false, within: schema };
}

function whatOf(schema: Schema): string {
  const { $ref, allOf, anyOf, items, additionalProperties } = schema;
  if ($ref !== undefined) return linkTo($ref);
  if (allOf !== undefined) return allOf.map(whatOf).join(" and ");
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return listed(schema.enum.map(code));
  if (anyOf !== undefined) return [...new Set(anyOf.map(whatOf))].sort(nullLast).join(" or ");
  if (items !== undefined) return `list of ${whatOf(items)}`;
  if (typeof additionalProperties === "object") return `map of names, each ${whatOf(additionalProperties)}`;
  const { type = "any" } = schema;
  return { string: "text", boolean: "true or false", object: "map" }[String(type)] ?? String(type);
}

const nullLast = (a: string, b: string): number => Number(a === "null") - Number(b === "null");

function linkTo($ref: string): string {
  const name = $ref.split("/").at(-1) ?? "";
  return `[${name}](#${name.toLowerCase()})`;
}
