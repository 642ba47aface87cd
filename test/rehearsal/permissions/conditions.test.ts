/**
 * Conditions of policies, case by case as the IAM user guide states them: condition operators (COND), conditions
 * with multiple context keys or values (MULTI), multivalued context key examples (EXAMPLES).
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ConditionElement, type Context, conditionOf } from "#twin/permissions";
import { holds } from "../../property.ts";

const met = (element: ConditionElement, context: Context) => conditionOf(element)(context);

test.each<[what: string, element: ConditionElement, context: Context, expected: boolean]>([
  ["COND: StringEquals is exact", { StringEquals: { "aws:a": "Maria" } }, { "aws:a": "maria" }, false],
  [
    "COND: StringEqualsIgnoreCase is not",
    { StringEqualsIgnoreCase: { "aws:a": "MARIA" } },
    { "aws:a": "maria" },
    true,
  ],
  ["COND: key names are case-insensitive", { StringEquals: { "aws:A": "x" } }, { "aws:a": "x" }, true],
  ["COND: StringEquals knows no wildcards", { StringEquals: { "aws:a": "x*" } }, { "aws:a": "xy" }, false],
  ["COND: StringLike knows them", { StringLike: { "aws:a": ["z", "x?z*"] } }, { "aws:a": "xyz" }, true],
  [
    "COND: a key that is not there does not match",
    { StringEquals: { "aws:a": "x" } },
    { "aws:a": undefined },
    false,
  ],
  [
    "COND: … and is not what it must not be",
    { StringNotLike: { "aws:a": "x" } },
    { "aws:a": undefined },
    true,
  ],
  [
    "COND: … and with IfExists it may be missing",
    { StringEqualsIfExists: { "aws:a": "x" } },
    { "aws:a": undefined },
    true,
  ],
  [
    "COND: … but must match if it is there",
    { StringEqualsIfExists: { "aws:a": "x" } },
    { "aws:a": "y" },
    false,
  ],
  [
    "COND: Null true asks for a key that is missing",
    { Null: { "aws:a": "true" } },
    { "aws:a": undefined },
    true,
  ],
  [
    "COND: Null false asks for one that is there",
    { Null: { "aws:a": false } },
    { "aws:a": undefined },
    false,
  ],
  ["COND: Bool compares truth", { Bool: { "aws:a": true } }, { "aws:a": "true" }, true],
  ["COND: … a missing one is neither", { Bool: { "aws:a": "false" } }, { "aws:a": undefined }, false],
  [
    "COND: ArnEquals takes wildcards in each part",
    { ArnEquals: { "aws:a": "arn:aws:events:*:1:rule/r-*" } },
    { "aws:a": "arn:aws:events:eu-west-1:1:rule/r-1" },
    true,
  ],
  [
    "COND: … which do not cross parts",
    { ArnLike: { "aws:a": "arn:aws:*:1:rule/r" } },
    { "aws:a": "arn:aws:events:eu-west-1:1:rule/r" },
    false,
  ],
  [
    "COND: NumericLessThanEquals",
    { NumericLessThanEquals: { "s3:max-keys": 10 } },
    { "s3:max-keys": "10" },
    true,
  ],
  [
    "COND: NumericGreaterThan",
    { NumericGreaterThan: { "s3:max-keys": "10" } },
    { "s3:max-keys": "10" },
    false,
  ],
  [
    "MULTI: several values of a key are an OR",
    { StringEquals: { "aws:a": ["x", "y"] } },
    { "aws:a": "y" },
    true,
  ],
  ["MULTI: … of a negated one a NOR", { StringNotEquals: { "aws:a": ["x", "y"] } }, { "aws:a": "y" }, false],
  [
    "MULTI: several keys are an AND",
    { StringEquals: { "aws:a": "x", "aws:b": "y" } },
    { "aws:a": "x", "aws:b": "z" },
    false,
  ],
  [
    "MULTI: several operators are an AND",
    { StringEquals: { "aws:a": "x" }, Bool: { "aws:b": true } },
    { "aws:a": "x", "aws:b": "false" },
    false,
  ],
  [
    "EXAMPLES: ForAllValues, each value matches",
    { "ForAllValues:StringLike": { "aws:TagKeys": "key1*" } },
    { "aws:tagkeys": ["key1:hr", "key1:legal"] },
    true,
  ],
  [
    "EXAMPLES: … one does not",
    { "ForAllValues:StringLike": { "aws:TagKeys": "key1*" } },
    { "aws:tagkeys": ["key1:hr", "key2:audit"] },
    false,
  ],
  [
    "EXAMPLES: … no keys in the request",
    { "ForAllValues:StringLike": { "aws:TagKeys": "key1*" } },
    { "aws:tagkeys": undefined },
    true,
  ],
  [
    "EXAMPLES: ForAllValues:StringNotLike, one of them is",
    { "ForAllValues:StringNotLike": { "aws:TagKeys": "key1*" } },
    { "aws:tagkeys": ["key1:legal"] },
    false,
  ],
  [
    "EXAMPLES: … none of them is",
    { "ForAllValues:StringNotLike": { "aws:TagKeys": "key1*" } },
    { "aws:tagkeys": ["key2:audit"] },
    true,
  ],
  [
    "EXAMPLES: ForAnyValue, one value matches",
    { "ForAnyValue:StringEquals": { "aws:TagKeys": "webserver" } },
    { "aws:tagkeys": ["cost", "webserver"] },
    true,
  ],
  [
    "EXAMPLES: … none does",
    { "ForAnyValue:StringEquals": { "aws:TagKeys": "webserver" } },
    { "aws:tagkeys": ["cost"] },
    false,
  ],
  [
    "EXAMPLES: … no keys in the request",
    { "ForAnyValue:StringEquals": { "aws:TagKeys": "webserver" } },
    { "aws:tagkeys": undefined },
    false,
  ],
])("%s", (_what, element, context, expected) => {
  expect(met(element, context)).toBe(expected);
});

test.each<[what: string, element: ConditionElement, context: Context, message: RegExp]>([
  ["an operator", { DateLessThan: { "aws:a": "2026" } }, {}, /operator DateLessThan is not modelled/],
  [
    "an operator's set",
    { "ForSomeValues:StringEquals": { "aws:a": "x" } },
    {},
    /ForSomeValues:StringEquals is not/,
  ],
  ["Null with IfExists", { NullIfExists: { "aws:a": "true" } }, {}, /NullIfExists is not modelled/],
  ["a key", { StringEquals: { "aws:b": "x" } }, { "aws:a": "x" }, /condition key aws:b is not modelled/],
  [
    "a key of IfExists",
    { StringEqualsIfExists: { "aws:b": "x" } },
    {},
    /condition key aws:b is not modelled/,
  ],
  [
    "a variable",
    { StringLike: { "aws:a": `$\{aws:PrincipalTag/team}` } },
    {},
    /policy variable \$\{aws:PrincipalTag\/team\}/,
  ],
  [
    "several values without a set",
    { StringEquals: { "aws:a": "x" } },
    { "aws:a": ["x", "y"] },
    /several values/,
  ],
  ["what is no truth", { Bool: { "aws:a": "yes" } }, {}, /expected true or false, found "yes"/],
  ["what is no ARN", { ArnLike: { "aws:a": "slipway-*" } }, {}, /expected an ARN, found "slipway-\*"/],
  ["what is no number", { NumericEquals: { "aws:a": "ten" } }, {}, /expected a number, found "ten"/],
])("%s that is not understood is an error, never a yes or a no", (_what, element, context, message) => {
  expect(() => met(element, context)).toThrow(message);
});

const word = fc.constantFrom("a", "b", "ab", "abc");
const values = fc.array(word, { minLength: 1, maxLength: 3 });
const found = fc.option(fc.array(word, { maxLength: 3 }), { nil: undefined });

test("of a set, all and any say of each value what the operator says of it alone", () => {
  const alone = (operator: string, wanted: string[], value: string) =>
    met({ [operator]: { k: wanted } }, { k: value });
  holds(
    fc.property(
      fc.constantFrom("StringEquals", "StringNotEquals", "StringLike"),
      values,
      found,
      (operator, wanted, there) => {
        const context = { k: there };
        expect(met({ [`ForAllValues:${operator}`]: { k: wanted } }, context)).toBe(
          (there ?? []).every((value) => alone(operator, wanted, value)),
        );
        expect(met({ [`ForAnyValue:${operator}`]: { k: wanted } }, context)).toBe(
          (there ?? []).some((value) => alone(operator, wanted, value)),
        );
      },
    ),
  );
});

test("a negated operator says the opposite, whether the key is there or not", () => {
  const pairs = [
    ["StringEquals", "StringNotEquals"],
    ["StringLike", "StringNotLike"],
    ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
  ] as const;
  holds(
    fc.property(
      fc.constantFrom(...pairs),
      values,
      fc.option(word, { nil: undefined }),
      ([is, isNot], wanted, k) => {
        expect(met({ [isNot]: { k: wanted } }, { k })).toBe(!met({ [is]: { k: wanted } }, { k }));
      },
    ),
  );
});
