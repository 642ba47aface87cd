/**
 * Checks a call's members as AWS does, in AWS's words, and refuses by name what the twin does not model, so that
 * nothing is ignored in silence.
 */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { type Input, NOT_MODELLED } from "./service.ts";

/** What an operation's members must be. Without an error's name, breaches are ValidationExceptions. */
export interface Expected<T extends z.ZodType> {
  readonly operation: string;
  readonly schema: T;
  readonly errorName?: string;
}

/**
 * The input as the schema types it. Throws AwsError with AWS's wording of each broken constraint, or naming a member
 * that the twin does not model.
 */
export function members<T extends z.ZodType>(expected: Expected<T>, input: Input): z.output<T> {
  const { operation, schema, errorName = "ValidationException" } = expected;
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => flatten(issue));
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown?.code === "unrecognized_keys") {
    const path = [...unknown.path.filter((part) => typeof part === "string"), unknown.keys[0]].join(".");
    throw new AwsError(errorName, `${NOT_MODELLED} ${operation}'s ${path}`);
  }
  const gap = issues.find((issue) => issue.code === "custom" && issue.params?.["notModelled"] === true);
  if (gap !== undefined) {
    const member = gap.path.filter((part) => typeof part === "string").join(".");
    throw new AwsError(errorName, `${NOT_MODELLED} ${operation}'s ${member} ${valueAt(input, gap.path)}`);
  }
  const broken = issues.map(
    (issue) =>
      `Value ${valueAt(input, issue.path)} at '${memberPath(issue.path)}' failed to satisfy constraint: ${constraint(issue)}`,
  );
  const plural = broken.length === 1 ? "error" : "errors";
  throw new AwsError(errorName, `${broken.length} validation ${plural} detected: ${broken.join("; ")}`);
}

type Issue = z.core.$ZodIssue;

/** Of a union's alternatives, the one that came furthest. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return nearest.length === 0
    ? [issue]
    : nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function constraint(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined && issue.message.includes("undefined")
        ? "Member must not be null"
        : `Member must be of type ${issue.expected}`;
    case "too_big":
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case "too_small":
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case "invalid_format":
      return `Member must satisfy regular expression pattern: ${issue.pattern ?? issue.format}`;
    case "invalid_value":
      return `Member must satisfy enum value set: [${issue.values.join(", ")}]`;
    default:
      return issue.message;
  }
}

const measure = (origin: string): string =>
  origin === "string" || origin === "array" || origin === "map" ? "length" : "value";

/** AWS spells paths with lower-case first letters and counts list members from 1. */
function memberPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) =>
      typeof part === "number"
        ? `${part + 1}.member`
        : part.toString().charAt(0).toLowerCase() + part.toString().slice(1),
    )
    .join(".");
}

function valueAt(input: Input, path: readonly PropertyKey[]): string {
  let value: unknown = input;
  for (const part of path)
    value =
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  return value === undefined ? "null" : `'${typeof value === "string" ? value : JSON.stringify(value)}'`;
}

/** Of what AWS allows the twin models some: the rest is refused by its own name, not as if AWS forbade it. */
export const modelled = <T extends z.ZodType>(legal: T, some: readonly z.output<T>[]): T =>
  legal.refine((value) => some.includes(value as z.output<T>), { params: { notModelled: true } });

/** Members that change nothing in the model are accepted, whatever they say. */
export const ignored = z.unknown().optional();

/** Plain data as JSON carries it; what a caller gave is already JSON. */
export const asJson = (value: unknown): Json => value as Json;

/** An optional member for an answer: absent when undefined. */
export const present = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

/** Epoch milliseconds as AWS JSON carries moments: epoch seconds. */
export const seconds = (atMs: number): number => atMs / 1000;

/** One page of a list, and the token of the next. Tokens are offsets. */
export function page<T>(
  items: readonly T[],
  options: { token: string | undefined; size: number; errorName?: string },
): { items: readonly T[]; next: string | undefined } {
  const start = options.token === undefined ? 0 : Number(options.token);
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError(options.errorName ?? "ValidationException", "Invalid NextToken");
  const end = start + options.size;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : undefined };
}
