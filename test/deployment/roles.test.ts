/** The roles that rehearsals are held to are those of the template that is deployed. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Roles } from "#twin/permissions";
import { rolesFile } from "../../scripts/extracted-roles.ts";
import { rolesIn } from "../../scripts/template-roles.ts";
import { patternParameters } from "../../src/rehearsal/permissions/deployed-roles.ts";

const plugin: string = "../../scripts/role-patterns.js";
const { problemsOf } = (await import(plugin)) as {
  problemsOf: (given: Readonly<Record<string, string>>) => string[];
};

test("the two ways of Application Auto Scaling's checks differ in the condition of one statement, nothing else", async () => {
  const { open, "via-service": viaService } = JSON.parse(await readFile(rolesFile, "utf8")) as Record<
    string,
    Roles
  >;
  const bound = JSON.stringify(viaService).replaceAll(',"Condition":{"Bool":{"aws:ViaAWSService":true}}', "");

  expect(JSON.stringify(open)).not.toContain("aws:ViaAWSService");
  expect(JSON.parse(bound)).toEqual(open);
});

const role = (more: object) => ({
  Role: {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [{ PolicyDocument: { Version: "2012-10-17", Statement: [] } }],
      ...more,
    },
  },
  Machine: {
    Type: "AWS::StepFunctions::StateMachine",
    Properties: {
      RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
      DefinitionString: { "Fn::Sub": '{"States":{}}' },
    },
  },
});

test.each([
  ["a managed policy", role({ ManagedPolicyArns: ["arn:aws:iam::aws:policy/X"] }), /managed policies/],
  [
    "a policy beside the role",
    { ...role({}), P: { Type: "AWS::IAM::Policy", Properties: {} } },
    /policies beside/,
  ],
  ["an intrinsic function", role({ Policies: { "Fn::If": ["a", 1, 2] } }), /function Fn::If is not modelled/],
  ["an attribute", role({ Policies: { "Fn::GetAtt": ["Role", "RoleId"] } }), /attribute Role.RoleId is not/],
])("%s that would be left out of the roles is an error", (_what, resources, message) => {
  expect(() => rolesIn(resources as never)).toThrow(message);
});

test("nothing is packaged without the patterns of names, or with one that matches nothing", () => {
  const given = {
    endpoints: "chat-*",
    workloadRoles: "service/chat-*",
    trainingRoles: "chat-training",
    ownNames: "s-*",
    services: "prod/*",
    functions: "chat-*:live",
    tables: "none",
    evaluations: "chat-evaluations/*",
    payloads: "chat-payloads/*",
    modelBuckets: "chat-models",
    repositories: "chat-*",
    clusters: "none",
    nodeRoles: "none",
    mlflowSecret: "none",
  };
  const parametersOfRoles = Object.fromEntries(patternParameters.map((name) => [name, ""]));

  expect(problemsOf(given)).toEqual([]);
  expect(problemsOf(parametersOfRoles)).toEqual(
    [
      "endpoints",
      "ownNames",
      "workloadRoles",
      "trainingRoles",
      "services",
      "functions",
      "tables",
      "repositories",
      "mlflowSecret",
      "clusters",
      "nodeRoles",
      "evaluations",
      "payloads",
      "modelBuckets",
    ].map((name) => expect.stringMatching(new RegExp(`^--param ${name}=….*; found nothing$`))),
  );
  expect(problemsOf({ ...given, endpoints: "Chat-*" })).toEqual([
    '--param endpoints=…: expected a pattern of the endpoints that releases may change, in lower case as their ARNs are, such as "chat-*"; found "Chat-*"',
  ]);
});
