/** Roles of which one has more policies than a page of IAM's holds. */
import type { IamRole } from "#twin/services";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { rolesInIam } from "../../src/rehearsal/permissions/deployed-roles.ts";

export function crowdedRoles(name: string, policies: number): IamRole[] {
  const nth = [...Array(policies).keys()];
  const Statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
  const document = { Version: "2012-10-17", Statement };
  return rolesInIam(rehearsedDeployment).map((role) =>
    role.name === name
      ? {
          ...role,
          inline: { ...role.inline, ...Object.fromEntries(nth.map((each) => [`p${each}`, document])) },
          attached: nth.map((each) => `arn:aws:iam::aws:policy/P${each}`),
        }
      : role,
  );
}
