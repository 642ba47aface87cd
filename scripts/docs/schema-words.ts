/** What a JSON Schema says of one key, in words. */

export interface Schema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly contains?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly required?: readonly string[];
}

/** The forms that a map may have: itself where there is but one. */
export function formsOf(schema: Schema): readonly Schema[] {
  const forms = (schema.oneOf ?? schema.anyOf ?? []).filter(({ properties }) => properties !== undefined);
  return forms.length > 0 ? forms : [schema];
}

export function typeText(schema: Schema): string {
  const { type, items, additionalProperties } = schema;
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return listed(schema.enum.map(code));
  if (items !== undefined) return `list${itemsText(schema)}`;
  if (formsOf(schema)[0]?.properties !== undefined) {
    const plain = (schema.anyOf ?? schema.oneOf ?? []).filter(
      ({ type }) => type !== undefined && type !== "object",
    );
    return listed([...plain.map(typeText), "map"]);
  }
  if (typeof additionalProperties === "object") return `map of names, each ${typeText(additionalProperties)}`;
  if (type === "boolean") return "true or false";
  if (type === "integer" || type === "number")
    return `${type === "integer" ? "whole number" : "number"}${rangeText(schema)}`;
  return "text";
}

/** Of a list of plain values what each is; of maps its rows say that. */
function itemsText({ items = {}, minItems = 0, maxItems }: Schema): string {
  const isPlain = formsOf(items)[0]?.properties === undefined;
  const each = isPlain && items.type !== "string" ? ` of ${typeText(items)}` : isPlain ? " of texts" : "";
  const most = maxItems === undefined ? "" : `, at most ${maxItems}`;
  return `${each}${minItems > 0 ? `, at least ${minItems}` : ""}${most}`;
}

function rangeText({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): string {
  const most = maximum === undefined || maximum > Number.MAX_SAFE_INTEGER - 1 ? undefined : shown(maximum);
  if (exclusiveMinimum !== undefined)
    return `, above ${shown(exclusiveMinimum)}${most ? `, at most ${most}` : ""}`;
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER)
    return most === undefined ? `, at least ${shown(minimum)}` : `, ${shown(minimum)} to ${most}`;
  if (exclusiveMaximum !== undefined) return `, below ${shown(exclusiveMaximum)}`;
  return most === undefined ? "" : `, at most ${most}`;
}

const shown = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 6 });

/** "none" of an empty list; of a map its keys say it. */
export function fallbackText({ default: value }: Schema): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.length === 0 ? "none" : code(value);
  return typeof value === "object" ? "" : code(value);
}

export const code = (value: unknown): string =>
  `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
