/**
 * What policies say, case by case as the IAM user guide states it: policy evaluation logic (LOGIC), the elements
 * Action (ACTION) and Resource (RESOURCE).
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { policiesOf, type StatementElement } from "#twin/permissions";
import { holds } from "../../property.ts";

const queue = "arn:aws:sqs:us-east-2:111122223333:queue1";
const effectOf = (statements: StatementElement[], action = "sqs:SendMessage", resource = queue) =>
  policiesOf(statements)({ action, resource, context: { "aws:a": "x" } }).effect;
const variable = (name: string) => `$\{${name}}`;
const allow = (given: Partial<StatementElement> = {}): StatementElement => ({
  Effect: "Allow",
  Action: "sqs:SendMessage",
  Resource: queue,
  ...given,
});
const deny = (given: Partial<StatementElement> = {}): StatementElement => ({
  ...allow(given),
  Effect: "Deny",
});

test.each<[what: string, statements: StatementElement[], expected: string]>([
  ["LOGIC: by default, all is denied", [], "implicit-deny"],
  ["LOGIC: an allow overrides the default", [allow()], "allow"],
  ["LOGIC: an explicit deny overrides any allow, wherever it stands", [deny(), allow()], "explicit-deny"],
  [
    "LOGIC: … also the wildcard's",
    [allow({ Action: "*", Resource: "*" }), deny({ Action: "sqs:*" })],
    "explicit-deny",
  ],
  [
    "LOGIC: a deny whose condition does not hold denies nothing",
    [allow(), deny({ Condition: { StringEquals: { "aws:a": "y" } } })],
    "allow",
  ],
  [
    "LOGIC: an allow whose condition does not hold allows nothing",
    [allow({ Condition: { StringEquals: { "aws:a": "y" } } })],
    "implicit-deny",
  ],
  ["ACTION: names are case-insensitive", [allow({ Action: "SQS:sendmessage" })], "allow"],
  ["ACTION: wildcards", [allow({ Action: ["sqs:Get*", "sqs:Send??ssage"] })], "allow"],
  ["ACTION: a prefix alone is no wildcard", [allow({ Action: "sqs:Send" })], "implicit-deny"],
  ["ACTION: NotAction is all but these", [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }], "allow"],
  ["ACTION: … and not these", [{ Effect: "Allow", NotAction: ["sqs:*"], Resource: "*" }], "implicit-deny"],
  [
    "RESOURCE: names are case-sensitive",
    [allow({ Resource: "arn:aws:sqs:us-east-2:111122223333:Queue1" })],
    "implicit-deny",
  ],
  [
    "RESOURCE: wildcards within the name",
    [allow({ Resource: "arn:aws:sqs:us-east-2:111122223333:q*e?" })],
    "allow",
  ],
  ["RESOURCE: wildcards in a part", [allow({ Resource: "arn:aws:sqs:us-*:*:queue1" })], "allow"],
  ["RESOURCE: an incomplete ARN is completed", [allow({ Resource: "arn:aws:sqs" })], "allow"],
  ["RESOURCE: … for its own service", [allow({ Resource: "arn:aws:sns" })], "implicit-deny"],
  [
    "RESOURCE: NotResource is all but these",
    [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:sqs:*:*:queue2" }],
    "allow",
  ],
  ["RESOURCE: … and not these", [{ Effect: "Allow", Action: "*", NotResource: [queue] }], "implicit-deny"],
  [
    "RESOURCE: an escaped wildcard is itself",
    [allow({ Resource: `arn:aws:sqs:us-east-2:111122223333:queue${variable("*")}` })],
    "implicit-deny",
  ],
])("%s", (_what, statements, expected) => {
  expect(effectOf(statements)).toBe(expected);
});

test("what AWS offers no resource scope for is allowed by the wildcard alone", () => {
  expect(effectOf([allow({ Action: "sqs:ListQueues" })], "sqs:ListQueues", "*")).toBe("implicit-deny");
  expect(effectOf([allow({ Action: "sqs:ListQueues", Resource: "*" })], "sqs:ListQueues", "*")).toBe("allow");
});

test("a name with slashes and colons is one name to a wildcard at its end", () => {
  const alarms = [
    allow({ Action: "cloudwatch:*", Resource: "arn:aws:cloudwatch:*:1:alarm:TargetTracking-*" }),
  ];
  const named = (name: string) => `arn:aws:cloudwatch:eu-west-1:1:alarm:${name}`;

  expect(effectOf(alarms, "cloudwatch:DeleteAlarms", named("TargetTracking-endpoint/a:b"))).toBe("allow");
  expect(effectOf(alarms, "cloudwatch:DeleteAlarms", named(""))).toBe("implicit-deny");
});

test.each<[what: string, statement: object, message: RegExp]>([
  ["an element", allow({ Principal: "*" } as never), /policy element Principal is not modelled/],
  ["an effect", { ...allow(), Effect: "allow" }, /expected Effect to be Allow or Deny, found "allow"/],
  ["an action", allow({ Action: "SendMessage" }), /expected an action such as/],
  ["a resource", allow({ Resource: "queue1" }), /expected an ARN, found "queue1"/],
  [
    "a resource's variable",
    allow({ Resource: `arn:aws:s3:::b/${variable("aws:username")}` }),
    /policy variable \$\{aws:username\}/,
  ],
  [
    "no action",
    { Effect: "Allow", Resource: "*" },
    /expected Action or NotAction in a statement, found neither/,
  ],
  [
    "two kinds of resource",
    allow({ NotResource: "*" }),
    /expected Resource or NotResource in a statement, found both/,
  ],
])("%s that is not understood is an error when the policy is read", (_what, statement, message) => {
  expect(() => policiesOf([statement as StatementElement])).toThrow(message);
});

const action = fc.constantFrom("a:Get", "a:Put", "b:Get");
const resource = fc.constantFrom("arn:aws:a:r:1:x", "arn:aws:a:r:1:y", "arn:aws:b:r:1:x");
const pattern = (texts: fc.Arbitrary<string>) =>
  fc.oneof(
    texts,
    fc.constant("*"),
    texts.map((text) => `${text.slice(0, -1)}*`),
  );
const statement = fc.record({
  Effect: fc.constantFrom("Allow", "Deny") as fc.Arbitrary<"Allow" | "Deny">,
  Action: fc.array(pattern(action), { minLength: 1, maxLength: 2 }),
  Resource: fc.array(pattern(resource), { minLength: 1, maxLength: 2 }),
});
const asked = { action, resource, statements: fc.array(statement, { maxLength: 4 }) };

test("order says nothing, an allow more never denies, a deny more never allows", () => {
  holds(
    fc.property(fc.record(asked), statement, ({ action, resource, statements }, more) => {
      const before = effectOf(statements, action, resource);
      const after = effectOf([...statements, more], action, resource);
      expect(effectOf(statements.toReversed(), action, resource)).toBe(before);
      if (more.Effect === "Allow" && before !== "implicit-deny") expect(after).toBe(before);
      if (more.Effect === "Deny" && before !== "allow") expect(after).not.toBe("allow");
    }),
  );
});

test("a request is allowed exactly as long as one of the rights is left that it is said to be allowed by", () => {
  const allows = statement.map((each): StatementElement => ({ ...each, Effect: "Allow" }));
  holds(
    fc.property(
      action,
      resource,
      fc.array(allows, { minLength: 1, maxLength: 3 }),
      (action, resource, statements) => {
        const decision = policiesOf(statements)({ action, resource, context: {} });
        const by = decision.effect === "allow" ? decision.by : [];
        const without = statements.flatMap((element, place): StatementElement[] =>
          [element.Action].flat().flatMap((one) =>
            [element.Resource].flat().flatMap((on) => {
              const taken = by.some(
                (right) => right.statement === place && right.action === one && right.resource === on,
              );
              return taken || one === undefined || on === undefined
                ? []
                : [{ ...element, Action: one, Resource: on }];
            }),
          ),
        );
        expect(effectOf(without, action, resource)).toBe("implicit-deny");
      },
    ),
  );
});
