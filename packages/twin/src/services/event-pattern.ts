/**
 * EventBridge's event patterns: whether an event matches one. Source: "Comparison operators for use in event
 * patterns", EventBridge user guide. What this file does not know is an error, never a match or a miss.
 */

/** A pattern as rules carry it: fields of the event, each with the list of what its value may be. */
export type EventPattern = { readonly [field: string]: unknown };

type Matcher = (value: unknown) => boolean;

/** Checked once, matched often. Throws an Error that names the first part of a pattern that EventBridge has not. */
export function compilePattern(pattern: EventPattern): (event: unknown) => boolean {
  return fieldsOf(pattern, "");
}

/** All fields must match; a list in the event matches by any of its elements. */
function fieldsOf(pattern: unknown, path: string): Matcher {
  if (!isObject(pattern)) throw unknown(path, "an object of fields, or a list of values", pattern);
  const fields = Object.entries(pattern).map(([field, wanted]): Matcher => {
    const at = path === "" ? field : `${path}.${field}`;
    if (field === "$or") return either(wanted, at);
    const matcher = Array.isArray(wanted) ? leafOf(wanted, at) : fieldsOf(wanted, at);
    return (value) => matcher(isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined);
  });
  if (fields.length === 0) throw unknown(path, "at least one field", pattern);
  const all: Matcher = (value) => fields.every((matches) => matches(value));
  return (value) => (Array.isArray(value) ? value.some(all) : all(value));
}

function either(alternatives: unknown, path: string): Matcher {
  if (!Array.isArray(alternatives) || alternatives.length < 2)
    throw unknown(path, "a list of two patterns or more", alternatives);
  const matchers = alternatives.map((each) => fieldsOf(each, path));
  return (value) => matchers.some((matches) => matches(value));
}

/** Any of the list may match. An absent field is `undefined`, which only `exists: false` matches. */
function leafOf(wanted: readonly unknown[], path: string): Matcher {
  if (wanted.length === 0) throw unknown(path, "at least one value", wanted);
  const matchers = wanted.map((each) => (isObject(each) ? operatorOf(each, path) : equalTo(each, path)));
  return (value) => matchers.some((matches) => matches(value));
}

function equalTo(wanted: unknown, path: string): Matcher {
  if (wanted !== null && !["string", "number", "boolean"].includes(typeof wanted))
    throw unknown(path, "a string, number, boolean or null", wanted);
  return anyOf((value) => value === wanted);
}

/** A list in the event matches by any of its elements; an empty one and an absent field by none. */
const anyOf =
  (matches: Matcher): Matcher =>
  (value) =>
    Array.isArray(value) ? value.some(matches) : value !== undefined && matches(value);

function operatorOf(wanted: Readonly<Record<string, unknown>>, path: string): Matcher {
  const [[name, operand] = ["", undefined], ...more] = Object.entries(wanted);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined || more.length > 0)
    throw unknown(path, `one operator of ${Object.keys(operators).join(", ")}`, wanted);
  return operator(operand, `${path}.${name}`);
}

const operators: Readonly<Record<string, (operand: unknown, path: string) => Matcher>> = {
  prefix: (operand, path) => textual(operand, path, (value, wanted) => value.startsWith(wanted)),
  suffix: (operand, path) => textual(operand, path, (value, wanted) => value.endsWith(wanted)),
  "equals-ignore-case": (operand, path) => {
    const wanted = text(operand, path).toLowerCase();
    return anyOf((value) => typeof value === "string" && value.toLowerCase() === wanted);
  },
  wildcard: (operand, path) => {
    const parts = text(operand, path)
      .split("*")
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    const wanted = new RegExp(`^${parts.join(".*")}$`, "s");
    return anyOf((value) => typeof value === "string" && wanted.test(value));
  },
  "anything-but": (operand, path) => {
    const refused = anythingBut(operand, path);
    return anyOf((value) => !refused(value));
  },
  numeric,
  /** "Exists matching only works on leaf nodes." */
  exists: (operand, path) => {
    if (typeof operand !== "boolean") throw unknown(path, "true or false", operand);
    return (value) => (value !== undefined && !isObject(value)) === operand;
  },
};

/** A prefix or suffix, of any case where it is given as `equals-ignore-case`. */
function textual(
  operand: unknown,
  path: string,
  compare: (value: string, wanted: string) => boolean,
): Matcher {
  const anyCase = isObject(operand);
  if (anyCase && Object.keys(operand).join() !== "equals-ignore-case")
    throw unknown(path, "a text, or equals-ignore-case", operand);
  const given = text(anyCase ? operand["equals-ignore-case"] : operand, path);
  const wanted = anyCase ? given.toLowerCase() : given;
  return anyOf(
    (value) => typeof value === "string" && compare(anyCase ? value.toLowerCase() : value, wanted),
  );
}

/** What `anything-but` refuses: values, or what prefix, suffix, equals-ignore-case or wildcard match. */
function anythingBut(operand: unknown, path: string): Matcher {
  if (!isObject(operand)) return leafOf([operand].flat(), path);
  const [name = ""] = Object.keys(operand);
  if (!["prefix", "suffix", "equals-ignore-case", "wildcard"].includes(name))
    throw unknown(path, "values, prefix, suffix, equals-ignore-case or wildcard", operand);
  return leafOf(
    [operand[name]].flat().map((each) => ({ [name]: each })),
    path,
  );
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  "=": (value, bound) => value === bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0, "<=", 5]` */
function numeric(operand: unknown, path: string): Matcher {
  const parts = Array.isArray(operand) ? operand : [];
  const bounds = parts.flatMap((part, i) => {
    const compare = i % 2 === 0 && typeof part === "string" ? comparisons[part] : undefined;
    const bound: unknown = parts[i + 1];
    return compare !== undefined && typeof bound === "number" ? [{ compare, bound }] : [];
  });
  if (bounds.length === 0 || bounds.length > 2 || 2 * bounds.length !== parts.length)
    throw unknown(path, 'one or two comparisons, as in [">", 0, "<=", 5]', operand);
  return anyOf(
    (value) => typeof value === "number" && bounds.every(({ compare, bound }) => compare(value, bound)),
  );
}

function text(operand: unknown, path: string): string {
  if (typeof operand === "string") return operand;
  throw unknown(path, "a text", operand);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const unknown = (path: string, expected: string, found: unknown): Error =>
  new Error(
    `event pattern, ${path === "" ? "as a whole" : path}: expected ${expected}, found ${JSON.stringify(found)}`,
  );
