/** What the schema of a `--json` document finds wrong with one; keys that it does not name are wrong, too. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import type { Documents } from "../../scripts/docs/documents.ts";
import { schemaPath } from "../../scripts/docs/json-page.ts";

interface Node {
  readonly [key: string]: unknown;
}

const schemaOf = (name: keyof Documents) => JSON.parse(readFileSync(schemaPath(name), "utf8")) as Node;

/** The schema, with no key let through that it does not name. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== "object" || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, each]) => [key, closed(each)]));
  return "properties" in inner && inner.type === "object" && !("additionalProperties" in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

export function complaints(name: keyof Documents, text: string): string[] {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(closed(schemaOf(name)) as object);
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
