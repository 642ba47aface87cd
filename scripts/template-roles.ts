/**
 * The roles of a packaged CloudFormation template, with its references resolved as in the deployment that every
 * rehearsal plays. A reference that is not understood is an error that names it.
 */

import { type AslDefinition, allStates } from "#twin/engine";
import type { RoleOf, Roles } from "#twin/permissions";
import { rehearsedDeployment } from "../src/core/deployment.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export interface Resource {
  readonly Type: string;
  readonly Properties: { readonly [key: string]: Json };
}
export type Resources = Readonly<Record<string, Resource>>;

/** Where a template is deployed. */
export interface TemplatePlace {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

const rehearsed: TemplatePlace = { ...rehearsedDeployment, partition: "aws" };

/** A template, and where it is. */
interface Within extends TemplatePlace {
  readonly resources: Resources;
}

const pseudoOf = ({
  stack,
  account,
  region,
  partition,
}: TemplatePlace): Readonly<Record<string, string>> => ({
  "AWS::AccountId": account,
  "AWS::Partition": partition,
  "AWS::Region": region,
  "AWS::StackName": stack,
  "AWS::URLSuffix": "amazonaws.com",
});

/** What `Ref` and the attribute `Arn` are of a resource with a physical name. */
const kindsOf = ({
  account,
  region,
  partition,
}: TemplatePlace): Readonly<
  Record<string, { readonly arn: (name: string) => string; readonly refIsArn?: true }>
> => ({
  "AWS::DynamoDB::Table": { arn: (name) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}` },
  "AWS::Events::Rule": { arn: (name) => `arn:${partition}:events:${region}:${account}:rule/${name}` },
  "AWS::IAM::Role": { arn: (name) => `arn:${partition}:iam::${account}:role/${name}` },
  "AWS::KMS::Key": { arn: (name) => `arn:${partition}:kms:${region}:${account}:key/${name}` },
  "AWS::Lambda::Function": { arn: (name) => `arn:${partition}:lambda:${region}:${account}:function:${name}` },
  "AWS::S3::Bucket": { arn: (name) => `arn:${partition}:s3:::${name.toLowerCase()}` },
  "AWS::SNS::Topic": {
    arn: (name) => `arn:${partition}:sns:${region}:${account}:${name}`,
    refIsArn: true,
  },
  "AWS::Scheduler::ScheduleGroup": {
    arn: (name) => `arn:${partition}:scheduler:${region}:${account}:schedule-group/${name}`,
  },
  "AWS::StepFunctions::StateMachine": {
    arn: (name) => `arn:${partition}:states:${region}:${account}:stateMachine:${name}`,
    refIsArn: true,
  },
});
const nameMembers = ["FunctionName", "Name", "RoleName", "StateMachineName", "TableName"];

/** Reads a template; one that was packaged for stage dev, where nothing else is said. */
export function rolesIn(resources: Resources, place = rehearsed): Roles {
  const within = { ...place, resources };
  const strange = Object.entries(resources).filter(([, { Type }]) =>
    /^AWS::IAM::(Managed)?Policy$/.test(Type),
  );
  if (strange.length > 0) throw new Error(`policies beside the roles are not modelled: ${strange[0]?.[0]}`);
  const all = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const resolve = (value: Json) => resolved(value, within);
  const [machine] = all("AWS::StepFunctions::StateMachine");
  const functions = all("AWS::Lambda::Function").map(([id, { Properties }]) => [
    id.replace(/LambdaFunction$/, ""),
    { arn: resolve({ "Fn::GetAtt": [id, "Arn"] }), ...roleAt(Properties.Role, within) },
  ]);
  const rules = all("AWS::Events::Rule").flatMap(([id, { Properties }]) =>
    (Properties.Targets as { Arn: Json; RoleArn?: Json }[]).map((target) => ({
      arn: resolve({ "Fn::GetAtt": [id, "Arn"] }),
      on: "EventPattern" in Properties ? "event" : "schedule",
      target: resolve(target.Arn),
      ...(target.RoleArn !== undefined && { role: roleAt(target.RoleArn, within) }),
    })),
  );
  return {
    functions: Object.fromEntries(functions),
    tasks: tasksOf(machine?.[1], within),
    machine: roleAt(machine?.[1].Properties.RoleArn, within),
    scheduler: roleAt({ "Fn::GetAtt": ["SchedulerRole", "Arn"] }, within),
    rules,
    invokers: all("AWS::Lambda::Permission").map(([, { Properties }]) => resolve(Properties)),
  } as unknown as Roles;
}

/** A value of a template without its references. */
export const valueIn = (value: Json, resources: Resources, place: TemplatePlace): Json =>
  resolved(value, { ...place, resources });

/** What each Task of the packaged definition invokes. */
function tasksOf(machine: Resource | undefined, within: Within): Record<string, string> {
  const definition = machine?.Properties.DefinitionString as { "Fn::Sub": Json } | undefined;
  if (definition === undefined) throw new Error("expected a state machine with a definition, found none");
  const machineOf = JSON.parse(String(resolved(definition, within))) as AslDefinition;
  const tasks = allStates(machineOf).filter(([, { Type }]) => Type === "Task");
  return Object.fromEntries(tasks.map(([name, { Resource: arn }]) => [name, String(arn)]));
}

/** The role that `{"Fn::GetAtt": ["SchedulerRole", "Arn"]}` means. */
function roleAt(reference: Json | undefined, within: Within): RoleOf {
  const [id = "", attribute] = (reference as { "Fn::GetAtt"?: string[] } | undefined)?.["Fn::GetAtt"] ?? [];
  const role = within.resources[id];
  if (role?.Type !== "AWS::IAM::Role" || attribute !== "Arn")
    throw new Error(`expected the ARN of a role, found ${JSON.stringify(reference)}`);
  const { AssumeRolePolicyDocument, Policies, ManagedPolicyArns } = resolved(role.Properties, within) as {
    AssumeRolePolicyDocument: { Statement: Json };
    Policies: { PolicyDocument: { Version: string; Statement: Json[] } }[];
    ManagedPolicyArns?: Json[];
  };
  if ((ManagedPolicyArns ?? []).length > 0) throw new Error(`managed policies are not modelled: ${id}`);
  for (const { PolicyDocument } of Policies)
    if (PolicyDocument.Version !== "2012-10-17")
      throw new Error(`expected policy version 2012-10-17 in ${id}`);
  return {
    role: nameOf(id, within),
    trust: AssumeRolePolicyDocument.Statement,
    statements: Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  } as unknown as RoleOf;
}

/** A value without intrinsic functions. */
function resolved(value: Json, within: Within): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => resolved(each, within));
  const [[name = "", given] = [], ...others] = Object.entries(value);
  const intrinsic = name === "Ref" || name.startsWith("Fn::");
  if (!intrinsic || others.length > 0)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, within)]));
  return called(name, given ?? null, within);
}

function called(name: string, given: Json, within: Within): Json {
  switch (name) {
    case "Ref":
      return reference(String(given), within);
    case "Fn::GetAtt":
      return attribute((given as string[]).join("."), within);
    case "Fn::Join": {
      const [separator, parts] = resolved(given, within) as [string, string[]];
      return parts.join(separator);
    }
    case "Fn::Sub": {
      const [text, own] = (typeof given === "string" ? [given, {}] : given) as [string, Record<string, Json>];
      const values = resolved(own, within) as Record<string, string>;
      return text.replaceAll(/\$\{([^}!]+)\}/g, (_, key: string) =>
        key in values
          ? (values[key] ?? "")
          : key.includes(".")
            ? attribute(key, within)
            : reference(key, within),
      );
    }
    default:
      throw new Error(`the intrinsic function ${name} is not modelled`);
  }
}

function reference(id: string, within: Within): string {
  const constant = pseudoOf(within)[id];
  if (constant !== undefined) return constant;
  const resource = within.resources[id];
  // "Ref … returns the ARN of the version"; the first one of a function, for a deployment that was made once.
  if (resource?.Type === "AWS::Lambda::Version") {
    const { Ref } = resource.Properties.FunctionName as { Ref: string };
    return `${attribute(`${Ref}.Arn`, within)}:1`;
  }
  const kind = kindsOf(within)[resource?.Type ?? ""];
  return kind?.refIsArn ? kind.arn(nameOf(id, within)) : nameOf(id, within);
}

/** `Table.Arn` */
function attribute(path: string, within: Within): string {
  const [id = "", name] = path.split(".");
  const kind = kindsOf(within)[within.resources[id]?.Type ?? ""];
  if (kind === undefined || name !== "Arn") throw new Error(`the attribute ${path} is not modelled`);
  return kind.arn(nameOf(id, within));
}

/** The name that the template gives a resource, or one like those that CloudFormation makes up. */
function nameOf(id: string, within: Within): string {
  const resource = within.resources[id];
  if (resource === undefined) throw new Error(`expected a resource ${id} in the template, found none`);
  // A topic may have no properties at all.
  const { Properties = {} } = resource as Partial<Resource>;
  const given = nameMembers.map((member) => Properties[member]).find((name) => name !== undefined);
  return given === undefined ? `${within.stack}-${id}-REHEARSED` : String(resolved(given, within));
}
