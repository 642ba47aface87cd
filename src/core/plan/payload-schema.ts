/** The parts of JSON Schema by which the bodies of a load test's requests are made up. */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";

export type PayloadSchema =
  | { readonly type: "object"; readonly properties: Readonly<Record<string, PayloadSchema>> }
  | {
      readonly type: "array";
      readonly items: PayloadSchema;
      readonly minItems?: number | undefined;
      readonly maxItems?: number | undefined;
    }
  | {
      readonly type: "string";
      readonly minLength?: number | undefined;
      readonly maxLength?: number | undefined;
    }
  | {
      readonly type: "number" | "integer";
      readonly minimum?: number | undefined;
      readonly maximum?: number | undefined;
    }
  | { readonly type: "boolean" }
  | { readonly enum: readonly unknown[] };

interface Mistake {
  readonly path: readonly string[];
  readonly expected: string;
  readonly found: unknown;
}
type Written = Readonly<Record<string, unknown>>;

interface Bound {
  readonly of: z.ZodType;
  readonly expected: string;
}
const length: Bound = { of: z.int().min(0).max(100_000), expected: "a whole number, 0 to 100,000" };
const bound: Bound = { of: z.number(), expected: "a number" };
const whole: Bound = { of: z.int(), expected: "a whole number" };
/** Of each type its bounds, the lower one first, and what is within it. */
const types: Readonly<Record<string, { bounds?: [string, string]; by?: Bound; within?: string }>> = {
  object: { within: "properties" },
  array: { bounds: ["minItems", "maxItems"], by: length, within: "items" },
  string: { bounds: ["minLength", "maxLength"], by: length },
  number: { bounds: ["minimum", "maximum"], by: bound },
  integer: { bounds: ["minimum", "maximum"], by: whole },
  boolean: {},
};
/** Nothing that is made up depends on these: every property is in it, and no other. */
const ofNoMatter = [
  ...["$schema", "title", "description", "default", "examples"],
  ...["required", "additionalProperties"],
];

/** Given as a plan has it; every mistake is told where it is. */
export const WrittenPayloadSchema = z
  .record(z.string(), z.unknown())
  .superRefine((given, ctx) => {
    for (const { path, expected, found } of mistakesIn(given, []))
      tell(ctx, [...path], { expected, found: foundText(found) });
  })
  .describe(
    "A JSON Schema by which bodies are made up: object, array, string, number, integer, boolean and enum, with their bounds.",
  );

/** By which bodies are made up, of what the plan's own check has let through. */
export const payloadSchemaOf = (given: z.infer<typeof WrittenPayloadSchema>): PayloadSchema =>
  given as unknown as PayloadSchema;

function mistakesIn(given: unknown, path: readonly string[]): Mistake[] {
  if (!isMap(given)) return [{ path, expected: "a JSON Schema", found: given }];
  if ("enum" in given) return ofEnum(given, path);
  const { type } = given;
  const own = typeof type === "string" && Object.hasOwn(types, type) ? types[type] : undefined;
  if (own === undefined) {
    const expected = `${Object.keys(types).join(", ")}, or an enum in its place`;
    return [{ path: [...path, "type"], expected, found: type }];
  }
  const { bounds = [], by = bound, within } = own;
  const keys = ["type", ...bounds, ...(within === undefined ? [] : [within])];
  return [
    ...bounds.flatMap((name) => ofBound(given, name, by).map((one) => ({ ...one, path: [...path, name] }))),
    ...unknownKeys(given, keys, path),
    ...(within === "items" ? mistakesIn(given.items, [...path, within]) : []),
    ...(within === "properties" ? ofProperties(given.properties, [...path, within]) : []),
  ];
}

function ofEnum(given: Written, path: readonly string[]): Mistake[] {
  const isList = Array.isArray(given.enum) && given.enum.length > 0;
  const empty = { path: [...path, "enum"], expected: "a list of at least one value", found: given.enum };
  return [...(isList ? [] : [empty]), ...unknownKeys(given, ["enum", "type"], path)];
}

/** An upper bound is none below the lower one. */
function ofBound(given: Written, name: string, { of, expected }: Bound) {
  const found = given[name];
  if (found === undefined) return [];
  if (!of.safeParse(found).success) return [{ expected, found }];
  const lower = given[name.replace(/^max/, "min")];
  if (typeof lower !== "number" || Number(found) >= lower) return [];
  return [{ expected: `at least ${lower}, as ${name.replace(/^max/, "min")} has it`, found }];
}

function ofProperties(given: unknown, path: readonly string[]): Mistake[] {
  if (!isMap(given)) return [{ path, expected: "a map of names, each a JSON Schema", found: given }];
  return Object.entries(given).flatMap(([name, each]) => mistakesIn(each, [...path, name]));
}

const unknownKeys = (given: Written, own: readonly string[], path: readonly string[]): Mistake[] =>
  Object.keys(given)
    .filter((key) => !own.includes(key) && !ofNoMatter.includes(key))
    .map((key) => ({
      path: [...path, key],
      expected: `none: bodies are made up by ${own.join(", ")} alone`,
      found: given[key],
    }));

const isMap = (value: unknown): value is Written =>
  typeof value === "object" && value !== null && !Array.isArray(value);
