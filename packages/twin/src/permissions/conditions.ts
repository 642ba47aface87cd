/**
 * The Condition element: what a statement asks of a request beyond its action and resource. An operator, or a key
 * that the request is not known to have or to lack, is an error: neither a yes nor a no of ours would be AWS's.
 *
 * Source: IAM user guide, condition operators, and conditions with multiple context keys or values.
 */
import { arns, wildcards } from "./pattern.ts";

/**
 * What is known of a request, by condition key in lower case: text, several texts for a key that may have several,
 * or undefined when the request does not carry the key. A key that is not in it is not known at all.
 */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Condition = (context: Context) => boolean;

/** `Condition` as policies write it: operator → key → value or values. */
export type ConditionElement = Readonly<Record<string, Readonly<Record<string, Values>>>>;
type Value = string | number | boolean;
type Values = Value | readonly Value[];

/** All operators and all keys must hold. Throws on an operator or value that is not modelled. */
export function conditionOf(element: ConditionElement): Condition {
  const all = Object.entries(element).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => testOf(operator, key, [values].flat().map(String))),
  );
  return (context) => all.every((holds) => holds(context));
}

function testOf(operator: string, key: string, values: readonly string[]): Condition {
  const known = reader(key);
  if (operator === "Null") return isMissing(known, values);
  const [, set, name = "", ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const base = operators[name];
  if (base === undefined) throw new Error(`the condition operator ${operator} is not modelled`);
  const matchers = values.map(base.matcher);
  const one = (found: string) => matchers.some((matches) => matches(found)) !== base.negated;
  return (context) => {
    const found = known(context);
    if (set !== undefined) return setHolds(set, one, found, ifExists !== undefined);
    if (found.length > 1) throw new Error(`${key} has several values, and ${operator} compares one`);
    const [only] = found;
    return only === undefined ? ifExists !== undefined || base.negated : one(only);
  };
}

/** The values that a request has of a key; none when it lacks it. */
function reader(key: string): (context: Context) => readonly string[] {
  const name = key.toLowerCase();
  return (context) => {
    if (!Object.hasOwn(context, name))
      throw new Error(`the condition key ${key} is not modelled for this request`);
    return [context[name] ?? []].flat();
  };
}

/** "ForAllValues … also returns true if there are no context keys in the request"; ForAnyValue then returns false. */
function setHolds(
  set: string,
  one: (found: string) => boolean,
  found: readonly string[],
  ifExists: boolean,
): boolean {
  if (set === "ForAllValues:") return found.every(one);
  return found.length === 0 ? ifExists : found.some(one);
}

function isMissing(known: ReturnType<typeof reader>, values: readonly string[]): Condition {
  const wanted = values.map(truth);
  return (context) => wanted.includes(known(context).length === 0);
}

interface Operator {
  readonly negated: boolean;
  /** Compares a value of the policy with one of the request. Throws on a value that it cannot compare. */
  readonly matcher: (value: string) => (found: string) => boolean;
}

const equal = (value: string) => wildcardless(value);
const caseless = (value: string) => (found: string) => found.toLowerCase() === value.toLowerCase();
const like = (value: string) => wildcards(value);
const number =
  (compare: (found: number, value: number) => boolean) =>
  (text: string): ((found: string) => boolean) => {
    const value = numeric(text);
    return (found) => compare(numeric(found), value);
  };

function wildcardless(value: string): (found: string) => boolean {
  if (value.includes("${")) throw new Error(`the policy variable in ${value} is not modelled`);
  return (found) => found === value;
}

function numeric(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value))
    throw new Error(`expected a number, found ${JSON.stringify(text)}`);
  return value;
}

function truth(text: string): boolean {
  const value = { true: true, false: false }[text.toLowerCase()];
  if (value === undefined) throw new Error(`expected true or false, found ${JSON.stringify(text)}`);
  return value;
}

const is = (matcher: Operator["matcher"]): Operator => ({ matcher, negated: false });
const isNot = (matcher: Operator["matcher"]): Operator => ({ matcher, negated: true });

/** ArnEquals and ArnLike "behave identically"; dates, addresses and binaries are not modelled. */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: is(equal),
  StringNotEquals: isNot(equal),
  StringEqualsIgnoreCase: is(caseless),
  StringNotEqualsIgnoreCase: isNot(caseless),
  StringLike: is(like),
  StringNotLike: isNot(like),
  ArnEquals: is(arns),
  ArnLike: is(arns),
  ArnNotEquals: isNot(arns),
  ArnNotLike: isNot(arns),
  Bool: is((value) => {
    const wanted = truth(value);
    return (found) => truth(found) === wanted;
  }),
  NumericEquals: is(number((found, value) => found === value)),
  NumericNotEquals: isNot(number((found, value) => found === value)),
  NumericLessThan: is(number((found, value) => found < value)),
  NumericLessThanEquals: is(number((found, value) => found <= value)),
  NumericGreaterThan: is(number((found, value) => found > value)),
  NumericGreaterThanEquals: is(number((found, value) => found >= value)),
};
