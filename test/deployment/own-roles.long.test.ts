/** The roles that a deployment packages, with parameters, a Region and a partition that nothing else has: none is too much by what its sweep is told. */
import { rm } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import type { RoleOf } from "#twin/permissions";
import { packageDeployment } from "../../scripts/packaging.ts";
import { rolesIn, type TemplatePlace, valueIn } from "../../scripts/template-roles.ts";
import { environment } from "../../src/aws/environment.ts";
import { beyondShipped } from "../../src/core/gates/role-rights.ts";
import { shippedRoles } from "../../src/core/gates/shipped-roles.ts";

const place: TemplatePlace = {
  stack: "slipway-acceptance-tests",
  account: "210987654321",
  region: "us-gov-west-1",
  partition: "aws-us-gov",
};
const params = {
  endpoints: "claims-?*",
  workloadRoles: "service/claims=+@*",
  trainingRoles: "claims-training",
  ownNames: "claims-*",
  services: "prod/claims-*",
  functions: "claims-*:live",
  tables: "claims.*",
  evaluations: "claims-evaluations/*",
  payloads: "claims-payloads/a!*",
  modelBuckets: "claims-models*",
  clusters: "a1b2*",
  nodeRoles: "claims-nodes",
  mlflowSecret: "claims/mlflow",
  autoScalingChecks: "via-service",
  eventBus: "releases",
  evidence: "off",
};
const { folder, resources } = await packageDeployment({
  stage: "acceptance-tests",
  region: place.region,
  params,
});
afterAll(() => rm(folder, { recursive: true }));

/** As CloudFormation ends names: letters and digits that it draws. */
const drawn = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll("REHEARSED", "1A2B3C4D")) as T;

const roles = Object.values(rolesIn(resources, place).functions);
const variables = (() => {
  const { Environment } = resources.ReapLeasesLambdaFunction?.Properties ?? {};
  const { Variables } = valueIn(Environment ?? {}, resources, place) as { Variables: Record<string, string> };
  return drawn({ ...Variables, AWS_REGION: place.region });
})();
const own = environment(variables);
const documentOf = (Statement: unknown) => ({ Version: "2012-10-17", Statement });
const seen = ({ trust, statements }: RoleOf) => ({
  trust: documentOf(trust),
  inline: { p: documentOf(drawn(statements)) },
  attached: [],
});

test("the sweep is told what the deployment was given", () => {
  const { eventBus, evidence: _, ...given } = params;

  expect(own).toMatchObject({ stack: place.stack, eventBus, roleParameters: given });
  expect(own).not.toHaveProperty("evidence");
});

test("every role that is packaged is shipped, by the same name, and none is too much", () => {
  const shipped = new Map(shippedRoles(own).map((role) => [role.name, role]));

  expect(roles.map(({ role }) => role).toSorted()).toEqual([...shipped.keys()].toSorted());
  for (const role of roles) {
    const one = shipped.get(role.role);
    expect(one && beyondShipped(seen(role), one), role.role).toEqual([]);
  }
});

test("the sweep may read each of them, and no other stack's", () => {
  const reads = roles
    .find(({ role }) => role.includes("-reapLeases-"))
    ?.statements.filter(({ Action }) => [Action].flat().some((action) => action?.startsWith("iam:")));

  expect(reads).toEqual([
    {
      Effect: "Allow",
      Action: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      Resource: "arn:aws-us-gov:iam::210987654321:role/slipway-acceptance-tests-*",
    },
  ]);
  for (const { role } of roles) expect(role.startsWith(`${place.stack}-`)).toBe(true);
});
