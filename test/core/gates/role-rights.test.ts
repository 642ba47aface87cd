/** What a role of IAM allows beyond what is shipped, statement by statement, and by any right that is added to it. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rehearsedDeployment } from "../../../src/core/deployment.ts";
import { beyondShipped, drawn, type ShippedRole } from "../../../src/core/gates/role-rights.ts";
import { shippedRoles } from "../../../src/core/gates/shipped-roles.ts";
import { holds } from "../../property.ts";

const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/T";
const trust = [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }];
const shipped: ShippedRole = {
  name: "r",
  trust,
  statements: [
    { Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::chat-*/v?" },
    {
      Effect: "Allow",
      Action: ["dynamodb:GetItem", "dynamodb:Query"],
      Resource: [table],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["plan#*", "lock"] } },
    },
    {
      Effect: "Allow",
      Action: "kms:Sign",
      Resource: "*",
      Condition: { StringNotEquals: { "kms:x": ["a", "b"] } },
    },
    { Effect: "Allow", Action: "iam:PassRole", Resource: `arn:aws:iam::1:role/s-SchedulerRole-${drawn}` },
  ],
};
const variable = `\${x}`;
const documentOf = (Statement: unknown) => ({ Version: "2012-10-17", Statement });
const allowing = (statement: object) =>
  beyondShipped(
    { trust: documentOf(trust), inline: { p: documentOf({ Effect: "Allow", ...statement }) }, attached: [] },
    shipped,
  );
const keys = (...values: string[]) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": values } });

describe("is not too much", () => {
  test.each([
    ["what is shipped", { Action: "s3:GetObject", Resource: "arn:aws:s3:::chat-*/v?" }],
    ["in other letters", { Action: "S3:getobject", Resource: ["arn:aws:s3:::chat-*/v?"] }],
    ["a narrower resource", { Action: "s3:GetObject", Resource: "arn:aws:s3:::chat-evaluations/v7" }],
    ["a wildcard within one", { Action: "s3:GetObject", Resource: "arn:aws:s3:::chat-*-eu/*/v7" }],
    [
      "one action of several",
      { Action: "dynamodb:Query", Resource: table, Condition: keys("lock", "plan#*") },
    ],
    ["fewer values", { Action: "dynamodb:Query", Resource: table, Condition: keys("plan#chat*") }],
    [
      "a condition key in other letters",
      {
        Action: "dynamodb:Query",
        Resource: table,
        Condition: { "ForAllValues:StringLike": { "DynamoDB:leadingkeys": "lock" } },
      },
    ],
    [
      "one more condition",
      {
        Action: "dynamodb:Query",
        Resource: table,
        Condition: { ...keys("lock"), Bool: { "aws:SecureTransport": true } },
      },
    ],
    [
      "more values that none may be",
      { Action: "kms:Sign", Resource: "*", Condition: { StringNotEquals: { "kms:x": ["a", "b", "c"] } } },
    ],
    [
      "what CloudFormation drew",
      { Action: "iam:PassRole", Resource: "arn:aws:iam::1:role/s-SchedulerRole-1ABC2" },
    ],
    ["what is denied", { Effect: "Deny", NotAction: "s3:*", Resource: "*" }],
  ])("%s", (_what, statement) => {
    expect(allowing(statement)).toEqual([]);
  });

  test("a role with nothing", () => {
    expect(beyondShipped({ trust: documentOf([]), inline: {}, attached: [] }, shipped)).toEqual([]);
  });
});

describe("is too much", () => {
  test.each([
    [
      "another action",
      { Action: "s3:PutObject", Resource: "arn:aws:s3:::chat-*/v?" },
      ["s3:PutObject on arn:aws:s3:::chat-*/v?"],
    ],
    [
      "a wildcard of actions",
      { Action: "s3:Get*", Resource: "arn:aws:s3:::chat-a/v7" },
      ["s3:Get* on arn:aws:s3:::chat-a/v7"],
    ],
    ["all", { Action: "*", Resource: "*" }, ["* on *"]],
    [
      "a wider resource",
      { Action: "s3:GetObject", Resource: "arn:aws:s3:::c*/v7" },
      ["s3:GetObject on arn:aws:s3:::c*/v7"],
    ],
    [
      "a wildcard where one letter is shipped",
      { Action: "s3:GetObject", Resource: "arn:aws:s3:::chat-a/v*" },
      ["s3:GetObject on arn:aws:s3:::chat-a/v*"],
    ],
    [
      "a variable where four letters would do",
      { Action: "s3:GetObject", Resource: `arn:aws:s3:::chat-a/${variable}` },
      [`s3:GetObject on arn:aws:s3:::chat-a/${variable}`],
    ],
    [
      "one of several",
      { Action: ["s3:GetObject", "s3:DeleteObject"], Resource: ["arn:aws:s3:::chat-a/v7"] },
      ["s3:DeleteObject on arn:aws:s3:::chat-a/v7"],
    ],
    ["no condition", { Action: "dynamodb:Query", Resource: table }, [`dynamodb:Query on ${table}`]],
    [
      "more values",
      { Action: "dynamodb:Query", Resource: table, Condition: keys("lock", "journal#*") },
      [`dynamodb:Query on ${table} where ForAllValues:StringLike dynamodb:leadingkeys lock, journal#*`],
    ],
    ["no values", { Action: "dynamodb:Query", Resource: table, Condition: keys() }, [expect.any(String)]],
    [
      "another operator",
      {
        Action: "dynamodb:Query",
        Resource: table,
        Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["lock"] } },
      },
      [expect.any(String)],
    ],
    [
      "fewer values that none may be",
      { Action: "kms:Sign", Resource: "*", Condition: { StringNotEquals: { "kms:x": "a" } } },
      [expect.any(String)],
    ],
    [
      "all but some actions",
      { NotAction: "iam:*", Resource: "arn:aws:s3:::chat-a/v7" },
      ['all but NotAction "iam:*"'],
    ],
    ["all but some resources", { Action: "s3:GetObject", NotResource: ["x"] }, ['all but NotResource ["x"]']],
    [
      "any end where CloudFormation draws one",
      { Action: "iam:PassRole", Resource: "arn:aws:iam::1:role/s-SchedulerRole-*" },
      [expect.any(String)],
    ],
  ])("%s", (_what, statement, found) => {
    expect(allowing(statement)).toEqual(
      found.map((what) => (typeof what === "string" ? `policy p allows ${what}` : what)),
    );
  });

  test.each([
    ["AWS arn:aws:iam::999999999999:root", { AWS: "arn:aws:iam::999999999999:root" }],
    ["*", "*"],
    ["Service ec2.amazonaws.com", { Service: ["lambda.amazonaws.com", "ec2.amazonaws.com"] }],
    ["Federated accounts.example.com", { Federated: "accounts.example.com" }],
  ])("that %s may assume it", (who, Principal) => {
    const more = { Effect: "Allow", Principal, Action: "sts:AssumeRole" };

    expect(beyondShipped({ trust: documentOf([...trust, more]), inline: {}, attached: [] }, shipped)).toEqual(
      [`its trust policy allows sts:AssumeRole on ${who}`],
    );
  });

  test("any managed policy", () => {
    const attached = ["arn:aws:iam::aws:policy/ReadOnlyAccess"];

    expect(beyondShipped({ trust: documentOf(trust), inline: {}, attached }, shipped)).toEqual([
      "managed policy arn:aws:iam::aws:policy/ReadOnlyAccess is attached",
    ]);
  });
});

describe("of every role that is shipped", () => {
  const roles = shippedRoles(rehearsedDeployment);
  const own = fc.constantFrom(...roles);
  const deployed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(drawn, "1ABC2")) as T;
  const seenOf = (role: ShippedRole, more: readonly object[] = []) => ({
    trust: documentOf(role.trust),
    inline: { p: documentOf([...deployed(role.statements), ...more]) },
    attached: [],
  });
  const word = fc.stringMatching(/^[a-z]{3,9}$/);

  test("nothing is too much as it is", () => {
    for (const role of roles) expect(beyondShipped(seenOf(role), role)).toEqual([]);
    expect(roles.length).toBeGreaterThan(20);
  });

  test("any action that is added is found, on whatever resource", () => {
    holds(
      fc.property(
        own,
        word,
        word,
        fc.constantFrom("*", table, "arn:aws:s3:::b/*"),
        (role, service, name, Resource) => {
          const Action = `z${service}:${name}`;
          const added = { Effect: "Allow", Action, Resource };
          expect(beyondShipped(seenOf(role, [added]), role)).toEqual([
            `policy p allows ${Action} on ${Resource}`,
          ]);
        },
      ),
    );
  });

  test("any action of a role is found on a resource that is not its own, and any wildcard that is wider", () => {
    holds(
      fc.property(own, fc.nat(), word, (role, nth, name) => {
        const narrow = role.statements.filter(({ Resource }) => Resource !== "*");
        const statement = narrow[nth % narrow.length];
        const actions = [statement?.Action].flat() as string[];
        for (const Resource of ["*", `arn:aws:z${name}:::x`, "arn:*"]) {
          const onAll = role.statements.some(
            (one) => one.Resource === "*" && [one.Action].flat().includes(actions[0]),
          );
          if (onAll) continue;
          const added = { ...statement, Action: actions[0], Resource };
          expect(beyondShipped(seenOf(role, [added]), role)).toHaveLength(1);
        }
      }),
    );
  });

  test("any condition that is taken away is found", () => {
    for (const role of roles)
      for (const statement of role.statements.filter(({ Condition }) => Condition !== undefined)) {
        const { Condition: _, ...bare } = statement;
        expect(
          beyondShipped(seenOf(role, deployed([bare])), role).length,
          JSON.stringify(bare),
        ).toBeGreaterThan(0);
      }
  });

  test("another role's rights are found wherever they are more", () => {
    for (const role of roles)
      for (const other of roles)
        if (role !== other)
          expect(
            beyondShipped(seenOf(role, deployed(other.statements)), role).length,
            `${role.name} ${other.name}`,
          ).toBeGreaterThan(0);
  });
});
