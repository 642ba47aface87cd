/** Turns what zod finds into mistakes that a person can act on: one for each thing that is wrong, with a suggestion. */
import * as z from "zod";
import { foundText, type Mistake, nearest, type PathStep, pathText } from "./bad-input.ts";

/** A mistake with the path still in steps, so that the caller can find its line. */
export interface Located {
  readonly mistake: Mistake;
  readonly path: readonly PathStep[];
  /** True where the mistake is a key that should not be there: its line is the key's own. */
  readonly unknownKey: boolean;
}

type Issue = z.core.$ZodIssue;
/** What the issues are about, and the schema that the document was held against. */
interface Subject {
  readonly schema: z.ZodType;
  readonly input: unknown;
}

/** What a check of ours adds to the context of a refinement: see `tell`. */
interface Told {
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
}

/** Reports a mistake from within a refinement; `found` completes "found …". */
export function tell(ctx: z.RefinementCtx, path: PathStep[], told: Told): void {
  const message = `expected ${told.expected}, found ${told.found}`;
  ctx.addIssue({ code: "custom", path, message, params: { told } });
}

/** All mistakes of a document that the schema refused. */
export function mistakesOf(error: z.ZodError, schema: z.ZodType, input: unknown): Located[] {
  const subject = { schema, input };
  const all = withoutLooser(error.issues).flatMap((issue) => located(issue, [], subject));
  return all.filter((each) => !all.some((other) => explains(other, each)));
}

/** Of several limits that one value exceeds, the tightest: that of safe integers comes with every whole number. */
function withoutLooser(issues: readonly Issue[]): Issue[] {
  return issues.filter((issue) => {
    if (issue.code !== "too_big") return true;
    const { maximum, path } = issue;
    return !issues.some(
      (other) => other.code === "too_big" && other.maximum < maximum && pathOf(other.path) === pathOf(path),
    );
  });
}

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join("\n");

/** A misspelt key also leaves its right spelling missing: that is one mistake, not two. */
function explains(typo: Located, missing: Located): boolean {
  if (!typo.unknownKey || missing.unknownKey || missing.mistake.found !== "nothing") return false;
  const meant = [...typo.path.slice(0, -1), typo.mistake.hint ?? ""];
  return pathText(meant) === pathText(missing.path);
}

function located(issue: Issue, prefix: readonly PathStep[], subject: Subject): Located[] {
  const path = [...prefix, ...issue.path.filter((step): step is PathStep => typeof step !== "symbol")];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path, subject));
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const [first, ...rest] = issue.errors.map((branch) =>
      branch.flatMap((each) => located(each, path, subject)),
    );
    return rest.reduce((best, branch) => (branch.length < best.length ? branch : best), first ?? []);
  }
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? "another key";
    const mistake = { where: pathText(path), expected, found: foundText(path.at(-1)) };
    return [{ mistake, path, unknownKey: true }];
  }
  const value = valueAt(subject.input, path);
  const expected = expectedText(issue) + (value === undefined ? keysText(path, subject) : "");
  const mistake = { where: pathText(path), expected, found: foundText(value) };
  return [
    { mistake: { ...mistake, ...suggestion(issue, value), ...toldBy(issue) }, path, unknownKey: false },
  ];
}

function unknownKey(key: string, parent: readonly PathStep[], subject: Subject): Located {
  const known = [...keysAt(subject.schema, parent, subject.input)];
  const path = [...parent, key];
  const beside = rivalsOf(key, parent, subject);
  if (beside.length > 0) {
    const expected = `${key} or ${beside.join(" or ")}, not both`;
    return { mistake: { where: pathText(path), expected, found: "both" }, path, unknownKey: true };
  }
  const hint = nearest(key, known);
  const expected =
    hint === undefined && known.length > 0 ? `one of the keys ${known.join(", ")}` : "a known key";
  const mistake = { where: pathText(path), expected, found: JSON.stringify(key) };
  return { mistake: { ...mistake, ...(hint === undefined ? {} : { hint }) }, path, unknownKey: true };
}

/** Which keys a map has that is not there at all. */
function keysText(path: readonly PathStep[], { schema, input }: Subject): string {
  const keys = path.length === 0 ? [] : [...keysAt(schema, path, input)];
  return keys.length === 0 ? "" : ` (${keys.join(", ")})`;
}

/** The keys beside one that no form of the same map has together with it. */
function rivalsOf(key: string, parent: readonly PathStep[], { schema, input }: Subject): string[] {
  const forms = formsAt(schema, parent, input).filter((form) => form.has(key));
  if (forms.length === 0) return [];
  const known = keysAt(schema, parent, input);
  const given = Object.keys((valueAt(input, parent) ?? {}) as object);
  return given.filter(
    (other) => other !== key && known.has(other) && forms.every((form) => !form.has(other)),
  );
}

function toldBy(issue: Issue): Told | undefined {
  return issue.code === "custom" ? (issue.params?.told as Told | undefined) : undefined;
}

function suggestion(issue: Issue, value: unknown): { hint: string } | undefined {
  const options = choicesOf(issue).map(String);
  const hint = typeof value === "string" ? nearest(value, options) : undefined;
  return hint === undefined ? undefined : { hint: JSON.stringify(hint) };
}

function choicesOf(issue: Issue): readonly unknown[] {
  if (issue.code === "invalid_value") return issue.values;
  const options = "options" in issue ? issue.options : undefined;
  return Array.isArray(options) ? options : [];
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys",
  record: "a map of keys",
};

function expectedText(issue: Issue): string {
  // A schema's own sentence says more than what zod knows of it.
  const [, own] = /^expected (.+), found /.exec(issue.message) ?? [];
  if (own !== undefined) return own;
  if (issue.code === "invalid_type") return kinds[issue.expected] ?? issue.expected;
  if (issue.code === "too_small")
    return bound(issue.origin, issue.minimum, issue.inclusive ? "at least" : "more than");
  if (issue.code === "too_big")
    return bound(issue.origin, issue.maximum, issue.inclusive ? "at most" : "less than");
  const choices = choicesOf(issue);
  if (choices.length === 1) return String(choices[0]);
  if (choices.length > 1) return `one of ${choices.join(", ")}`;
  return issue.message;
}

function bound(origin: string, limit: number | bigint, relation: string): string {
  const unit = origin === "array" ? " entries" : origin === "string" ? " characters" : "";
  return `${relation} ${limit}${Number(limit) === 1 && unit !== "" ? unit.replace(/ies$/, "y").replace(/s$/, "") : unit}`;
}

function valueAt(input: unknown, path: readonly PathStep[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== "object" || value === null) return undefined;
    return (value as Readonly<Record<PathStep, unknown>>)[step];
  }, input);
}

/** The keys that the schema knows at a path; of a union's branches, those that the document's own kind selects. */
const keysAt = (schema: z.core.$ZodType, path: readonly PathStep[], input: unknown): Set<string> =>
  new Set(formsAt(schema, path, input).flatMap((form) => [...form]));

/** The same form by form: a map may have several, of which a document takes one. */
function formsAt(schema: z.core.$ZodType, path: readonly PathStep[], input: unknown): Set<string>[] {
  const def = (schema as z.ZodType).def as z.core.$ZodTypes["_zod"]["def"];
  if (def.type === "optional" || def.type === "default" || def.type === "prefault" || def.type === "nullable")
    return formsAt(def.innerType, path, input);
  if (def.type === "union")
    return def.options.filter((each) => selects(each, input)).flatMap((each) => formsAt(each, path, input));
  const [step, ...rest] = path;
  if (def.type === "object") {
    if (step === undefined) return [new Set(Object.keys(def.shape))];
    const next = def.shape[String(step)];
    return next === undefined ? [] : formsAt(next, rest, valueAt(input, [step]));
  }
  if (def.type === "array" && step !== undefined) return formsAt(def.element, rest, valueAt(input, [step]));
  return [];
}

/** A branch is out where one of its fixed values is another than the document's. */
function selects(option: z.core.$ZodType, input: unknown): boolean {
  if (!(option instanceof z.ZodObject)) return true;
  return Object.entries(option.def.shape).every(([key, value]) => {
    if (!(value instanceof z.ZodLiteral)) return true;
    const found = valueAt(input, [key]);
    return found === undefined || value.values.has(found as string);
  });
}
