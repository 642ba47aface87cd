/** Reading members of an input as AWS does: a wrong type is a SerializationException, a missing one a ValidationException. */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Input, Operation } from "./service.ts";
import { NOT_MODELLED } from "./service.ts";

/**
 * Operations that refuse by name every member that is not in their list, so that nothing is ignored in silence. A
 * member that changes nothing in the model is in the list too.
 */
export function knowing<Name extends string>(
  title: string,
  members: Readonly<Record<Name, readonly string[]>>,
  operations: Readonly<Record<Name, Operation>>,
): Record<Name, Operation> {
  const guarded = Object.entries<Operation>(operations).map(([name, run]): [string, Operation] => [
    name,
    (input, call) => {
      requireKnown(`${title}.${name}`, input, members[name as Name]);
      return run(input, call);
    },
  ]);
  return Object.fromEntries(guarded) as Record<Name, Operation>;
}

/** Throws ValidationException naming the first member that is not in the list. */
export function requireKnown(what: string, input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((member) => !known.includes(member) && input[member] !== null);
  if (unknown !== undefined)
    throw new AwsError("ValidationException", `${NOT_MODELLED} ${what}'s ${unknown}`);
}

/** The text in a member, or undefined where it is absent or null. */
export function text(input: Input, member: string): string | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw wrongType(member, "a string", value);
}

export function requiredText(input: Input, member: string): string {
  const value = text(input, member);
  if (value !== undefined) return value;
  throw validation(member, "null", "Member must not be null");
}

/** A whole number within bounds; it may come as text, as query parameters do. */
export function integer(
  input: Input,
  member: string,
  bounds: { min: number; max: number },
): number | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined) return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) throw wrongType(member, "an integer", value);
  if (number < bounds.min) {
    throw validation(member, String(number), `Member must have value greater than or equal to ${bounds.min}`);
  }
  if (number > bounds.max) {
    throw validation(member, String(number), `Member must have value less than or equal to ${bounds.max}`);
  }
  return number;
}

export function flag(input: Input, member: string): boolean | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw wrongType(member, "a boolean", value);
}

/** A moment that the body carries as epoch seconds, in epoch milliseconds. */
export function instantMs(input: Input, member: string): number | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number") return value * 1000;
  throw wrongType(member, "a timestamp in epoch seconds", value);
}

export function structure(input: Input, member: string): Input | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "object" && !Array.isArray(value)) return value as Input;
  throw wrongType(member, "a structure", value);
}

export function oneOf<Name extends string>(
  input: Input,
  member: string,
  names: readonly Name[],
): Name | undefined {
  const value = text(input, member);
  const found = names.find((name) => name === value);
  if (value === undefined || found !== undefined) return found;
  throw validation(member, value, `Member must satisfy enum value set: [${names.join(", ")}]`);
}

/** The wording of AWS's own model validation. */
export function validation(member: string, value: string, constraint: string): AwsError {
  const shown = value === "null" ? "null" : `'${value}'`;
  const message = `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`;
  return new AwsError("ValidationException", message);
}

function wrongType(member: string, expected: string, value: unknown): AwsError {
  return new AwsError(
    "SerializationException",
    `${member} must be ${expected}, not ${JSON.stringify(value)}`,
  );
}
