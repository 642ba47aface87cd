/** What the schema of a world's file does not get by itself: rivals among its keys; and those keys as docs/WORLDS.md lists them. */

/** As much of a JSON Schema as a table needs. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
}

type Written = Readonly<Record<string, unknown>>;

/** Of two ways to say one thing a world takes one. */
export function withRivals(schema: Written): Written {
  const properties = schema.properties as Readonly<Record<string, Written>>;
  const not = (...required: readonly string[]) => ({ not: { required } });
  return {
    ...schema,
    properties: {
      ...properties,
      traffic: { ...properties.traffic, ...not("file", "recording") },
      service: { ...properties.service, ...not("latencyMs", "latencyPercent") },
    },
    ...not("quotaInstances", "quotaPercent"),
  };
}

const marker = "<!-- What follows is written by `npm run schemas`. -->\n";

/** The document with its table written anew. */
export function withKeys(document: string, schema: object): string {
  const [head = ""] = document.split(marker);
  return `${head}${marker}\n| key | default | what it says |\n|---|---|---|\n${rowsOf(schema as Schema, "").join("\n")}\n`;
}

function rowsOf({ properties = {}, required = [] }: Schema, path: string): string[] {
  return Object.entries(properties)
    .filter(([key]) => key !== "$schema")
    .flatMap(([key, schema]) => {
      const own = path === "" ? key : `${path}.${key}`;
      const isList = schema.items !== undefined;
      const inner = mergedOf(schema.items ?? schema);
      const rows = rowsOf(inner, isList ? `${own}[]` : own);
      const fallback = required.includes(key) ? "must be given" : fallbackText(schema, rows.length > 0);
      const text = cell(schema.description ?? "");
      return [`| \`${own}\` | ${fallback} | ${text} |`, ...rows];
    });
}

/** The keys of all forms of a map together. */
function mergedOf(schema: Schema): Schema {
  const forms = (schema.anyOf ?? []).filter(({ properties }) => properties !== undefined);
  if (forms.length === 0) return schema;
  const all = forms.map(({ required = [] }) => required);
  return {
    properties: Object.assign({}, ...forms.map(({ properties }) => properties)) as Record<string, Schema>,
    required: (all[0] ?? []).filter((key) => all.every((each) => each.includes(key))),
  };
}

function fallbackText({ default: value }: Schema, isMap: boolean): string {
  if (value === undefined || (isMap && !Array.isArray(value))) return "";
  if (Array.isArray(value)) return "none";
  return typeof value === "object" ? "none" : `${String(value)}`;
}

/** Neither bars nor lines end a cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
