/**
 * IAM in the twin, as far as it tells of roles: GetRole, ListRolePolicies, GetRolePolicy and ListAttachedRolePolicies, by the query
 * protocol. What a role says here is told to whoever asks; what calls are held to is the permissions' gate.
 *
 * Source: service model 2010-05-08; the API reference for documents, which are "URL-encoded compliant with RFC 3986", and for pages
 * of 100. Unconfirmed: the wording of NoSuchEntity and of AccessDenied.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { integer, requiredText, text } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import { type Input, notModelled, type Operation, type Service } from "./service.ts";

/** A role of the account; documents are JSON. */
export interface IamRole {
  readonly name: string;
  readonly trust: Json;
  /** Inline policies by their names. */
  readonly inline: Readonly<Record<string, Json>>;
  /** Managed policies by their ARNs. */
  readonly attached: readonly string[];
}

export interface IamOptions {
  readonly world: World;
  readonly account: string;
  readonly roles: readonly IamRole[];
}

const usualItems = 100;
const mostItems = 1000;
const version = "2012-10-17";

export function iam({ world, account, roles }: IamOptions): Service {
  const roleIn = (input: Input, action: string, atMs: number): IamRole => {
    const name = requiredText(input, "RoleName");
    if (world.spec.security.hiddenRoles)
      throw new AwsError(
        "AccessDenied",
        `User is not authorized to perform: iam:${action} on resource: role ${name} with an explicit deny in a service control policy`,
        { statusCode: 403 },
      );
    const found = roles.find((role) => role.name === name);
    if (found === undefined) throw noSuch(`The role with name ${name} cannot be found.`);
    const minutes = (atMs - world.startMs) / 60_000;
    return world.spec.security.widenedRoles
      .filter(({ role }) => name.endsWith(role))
      .filter(
        ({ afterMinutes, untilMinutes = Infinity }) => afterMinutes <= minutes && minutes < untilMinutes,
      )
      .reduce((role, { by }) => widened(role, by, account), found);
  };
  const onRole =
    (action: string, members: readonly string[], answer: (role: IamRole, input: Input) => Json): Operation =>
    (input, { at }) => {
      const strange = Object.keys(input).find((member) => member !== "RoleName" && !members.includes(member));
      if (strange !== undefined) throw notModelled(`IAM.${action} with ${strange}`);
      return answer(roleIn(input, action, at), input);
    };
  return {
    name: "iam",
    title: "IAM",
    protocol: {
      kind: "query",
      version: "2010-05-08",
      xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    },
    operations: {
      GetRole: onRole("GetRole", [], ({ name, trust }) => ({
        Role: {
          Path: "/",
          RoleName: name,
          RoleId: `AROAREHEARSED${name.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase()}`,
          Arn: `arn:aws:iam::${account}:role/${name}`,
          CreateDate: new Date(world.startMs).toISOString(),
          AssumeRolePolicyDocument: encoded(trust),
          MaxSessionDuration: 3600,
        },
      })),
      ListRolePolicies: onRole("ListRolePolicies", paging, ({ inline }, input) => {
        const { items, ...more } = pageOf(Object.keys(inline), input);
        return { PolicyNames: items, ...more };
      }),
      GetRolePolicy: onRole("GetRolePolicy", ["PolicyName"], ({ name, inline }, input) => {
        const policy = requiredText(input, "PolicyName");
        const document = inline[policy];
        if (document === undefined) throw noSuch(`The role policy with name ${policy} cannot be found.`);
        return { RoleName: name, PolicyName: policy, PolicyDocument: encoded(document) };
      }),
      ListAttachedRolePolicies: onRole("ListAttachedRolePolicies", paging, ({ attached }, input) => {
        const { items, ...more } = pageOf(attached, input);
        const AttachedPolicies = items.map((arn) => ({
          PolicyName: arn.split("/").at(-1) ?? "",
          PolicyArn: arn,
        }));
        return { AttachedPolicies, ...more };
      }),
    },
  };
}

const paging = ["Marker", "MaxItems"];

const noSuch = (message: string) => new AwsError("NoSuchEntity", message, { statusCode: 404 });

const encoded = (document: Json): string => encodeURIComponent(JSON.stringify(document));

function pageOf(
  all: readonly string[],
  input: Input,
): { items: readonly string[]; IsTruncated: boolean; Marker?: string } {
  const limit = integer(input, "MaxItems", { min: 1, max: mostItems }) ?? usualItems;
  const invalidToken = () => new AwsError("ValidationError", "Invalid Marker.");
  const { items, nextToken } = page(all, { limit, token: text(input, "Marker"), invalidToken });
  return {
    items,
    IsTruncated: nextToken !== undefined,
    ...(nextToken !== undefined && { Marker: nextToken }),
  };
}

type Widening = World["spec"]["security"]["widenedRoles"][number]["by"];

function widened(role: IamRole, by: Widening, account: string): IamRole {
  switch (by) {
    case "managed-policy":
      return { ...role, attached: [...role.attached, "arn:aws:iam::aws:policy/AdministratorAccess"] };
    case "inline-policy": {
      const Statement = [{ Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "*" }];
      return { ...role, inline: { ...role.inline, "for-a-moment": { Version: version, Statement } } };
    }
    case "wider-action":
      return changed(role, (first) => ({ ...first, Action: "*" }));
    case "wider-resource":
      return changed(role, (first) => ({ ...first, Resource: "*" }));
    case "trust": {
      const { Statement } = role.trust as { Statement: Json[] };
      const other = `arn:aws:iam::${String(999_999_999_999 - Number(account)).padStart(12, "0")}:root`;
      const more = { Effect: "Allow", Principal: { AWS: other }, Action: "sts:AssumeRole" };
      return { ...role, trust: { Version: version, Statement: [...Statement, more] } };
    }
  }
}

/** With the first statement of its first policy changed. */
function changed(role: IamRole, change: (statement: { [key: string]: Json }) => Json): IamRole {
  const [[name, document] = ["", {}]] = Object.entries(role.inline);
  const [first = {}, ...others] = (document as { Statement?: { [key: string]: Json }[] }).Statement ?? [];
  const wider = { Version: version, Statement: [change(first), ...others] };
  return { ...role, inline: { ...role.inline, [name]: wider } };
}
