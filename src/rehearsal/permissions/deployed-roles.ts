/**
 * The roles that serverless.yml deploys, as extracted from its packaged template into roles.json (`npm run roles`), and
 * as they are for a plan: with parameters as narrow as the plan allows.
 */

import type { RoleOf, Roles } from "#twin/permissions";
import type { IamRole } from "#twin/services";
import { type Deployment, rehearsedDeployment } from "../../core/deployment.ts";
import extracted from "./roles.json" with { type: "json" };

/** Parameters of serverless.yml that say what its roles may do: patterns of names. */
export const patternParameters = [
  ...(["endpoints", "workloadRoles", "trainingRoles", "ownNames"] as const),
  ...([
    "services",
    "functions",
    "tables",
    "evaluations",
    "payloads",
    "modelBuckets",
    "clusters",
    "nodeRoles",
    "mlflowSecret",
  ] as const),
] as const;

/** What stands in roles.json for a parameter's value: a pattern that the deployment takes. */
export const placeholder = (parameter: string): string =>
  `${separated[parameter] ?? ""}parameter-${parameter.toLowerCase()}`;

/** Names of two parts. */
const separated: Readonly<Record<string, string>> = {
  services: "cluster/",
  functions: "function:",
  evaluations: "bucket/",
  payloads: "bucket/",
};

export interface RoleParameters extends Readonly<Record<(typeof patternParameters)[number], string>> {
  /** How the roles may do what Application Auto Scaling checks in the caller's name. */
  readonly autoScalingChecks: "open" | "via-service";
}

/** The roles as deployed with these parameters, by a stack of that name. */
export function rolesWith(parameters: RoleParameters, stack = rehearsedDeployment.stack): Roles {
  const deployed = JSON.stringify(extracted[parameters.autoScalingChecks]);
  const text = patternParameters.reduce(
    (filled, name) => filled.replaceAll(placeholder(name), parameters[name]),
    deployed.replaceAll(rehearsedDeployment.stack, stack),
  );
  return JSON.parse(text) as Roles;
}

const shown = new Map<string, readonly IamRole[]>();

/** The roles of a deployment's functions as IAM tells of them: with what the deployment itself was given. */
export function rolesInIam({ stack, roleParameters }: Deployment): readonly IamRole[] {
  if (roleParameters === undefined) return [];
  const key = JSON.stringify([stack, roleParameters]);
  const known =
    shown.get(key) ?? Object.values(rolesWith(roleParameters as never, stack).functions).map(inIam);
  shown.set(key, known);
  return known;
}

const version = "2012-10-17";

function inIam({ role: name, trust, statements }: RoleOf): IamRole {
  const document = (Statement: unknown) => ({ Version: version, Statement }) as IamRole["trust"];
  return { name, trust: document(trust), inline: { lambda: document(statements) }, attached: [] };
}
