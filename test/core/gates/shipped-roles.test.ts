/** What is shipped is what is packaged, and bound to one deployment alone. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rolesFile } from "../../../scripts/extracted-roles.ts";
import { shippedFile, shippedText } from "../../../scripts/shipped-roles.ts";
import { type Deployment, deploymentOf, rehearsedDeployment } from "../../../src/core/deployment.ts";
import { beyondShipped } from "../../../src/core/gates/role-rights.ts";
import { shippedRoles } from "../../../src/core/gates/shipped-roles.ts";
import { patternParameters, rolesInIam } from "../../../src/rehearsal/permissions/deployed-roles.ts";

const text = readFileSync(shippedFile, "utf8");
const parameters = rehearsedDeployment.roleParameters ?? {};
const beyondAll = (seen: Deployment, shipped: Deployment) =>
  rolesInIam(seen).flatMap((role) => {
    const own = shippedRoles(shipped).find(({ name }) => name === role.name);
    return own === undefined ? [`${role.name}?`] : beyondShipped(role, own);
  });

test("shipped-roles.json is made of roles.json; `npm run roles` writes both", () => {
  expect(text).toBe(shippedText(readFileSync(rolesFile, "utf8")));
});

test("it has nothing of the rehearsed deployment's own, and no parameter that the sweep is not given", () => {
  expect(text).not.toMatch(/slipway-dev|123456789012|eu-west-1|REHEARSED|parameter-|arn:aws:/i);
  expect(Object.keys(parameters).toSorted()).toEqual([...patternParameters, "autoScalingChecks"].toSorted());
});

test("a parameter that is not known is told by its name", () => {
  const { tables: _, ...others } = parameters;

  expect(() => shippedRoles({ ...rehearsedDeployment, roleParameters: others })).toThrow(
    "expected the parameter tables of the deployment, found none",
  );
});

test("a role that is by exclusion, or assumed by somebody else, cannot be shipped", () => {
  const roles = JSON.parse(readFileSync(rolesFile, "utf8"));
  const changed = (change: (role: Record<string, unknown>) => void) => {
    const copy = structuredClone(roles);
    change(copy.open.functions.CheckGates);
    return JSON.stringify(copy);
  };

  expect(() =>
    shippedText(changed((role) => (role.statements as object[]).push({ NotAction: "x" }))),
  ).toThrow("found one that says what it does not");
  expect(() => shippedText(changed((role) => Object.assign(role, { trust: [] })))).toThrow("found several");
});

describe("a deployment's own roles are not too much", () => {
  test.each<[string, Deployment]>([
    ["as it is rehearsed", rehearsedDeployment],
    ["of another stack", deploymentOf("slipway-prod")],
    [
      "whose checks come via the service",
      { ...rehearsedDeployment, roleParameters: { ...parameters, autoScalingChecks: "via-service" } },
    ],
    [
      "with other patterns",
      {
        ...rehearsedDeployment,
        roleParameters: { ...parameters, endpoints: "a?-*", workloadRoles: "service/x=y+z@*" },
      },
    ],
  ])("%s", (_what, deployment) => {
    expect(beyondAll(deployment, deployment)).toEqual([]);
  });
});

describe("another deployment's are", () => {
  const otherwise = (more: Record<string, string>): Deployment => ({
    ...rehearsedDeployment,
    roleParameters: { ...parameters, ...more },
  });

  test.each(Object.keys(parameters).filter((name) => name !== "autoScalingChecks"))(
    "by the pattern %s",
    (name) => {
      expect(beyondAll(rehearsedDeployment, otherwise({ [name]: "zz" })).length).toBeGreaterThan(0);
    },
  );

  test("by a condition of auto scaling's checks that is missing, and not by one more", () => {
    const bound = otherwise({ autoScalingChecks: "via-service" });

    expect(beyondAll(rehearsedDeployment, bound).length).toBeGreaterThan(0);
    expect(beyondAll(bound, rehearsedDeployment)).toEqual([]);
  });

  test.each<[string, Partial<Deployment>]>([
    ["account", { account: "999999999999" }],
    ["table", { table: "another" }],
    ["bus", { eventBus: "another" }],
    ["group of schedules", { scheduleGroup: "another" }],
  ])("by the %s", (_what, more) => {
    expect(beyondAll(rehearsedDeployment, { ...rehearsedDeployment, ...more }).length).toBeGreaterThan(0);
  });

  test("where it keeps no evidence and may write some", () => {
    const { evidence: _, ...without } = rehearsedDeployment;

    expect(beyondAll(rehearsedDeployment, without).join()).toContain("kms:Sign");
  });
});

test("a role's name that would be too long for IAM is as the framework shortens it", () => {
  const far = { ...deploymentOf("slipway-acceptance-tests"), region: "ap-northeast-1" };
  const names = shippedRoles(far).map(({ name }) => name);

  expect(names).toContain("slipway-acceptance-tests-openRelease-ap-northeast-1-lambdaRole");
  expect(names).toContain("slipway-acceptance-tests-prewarmInference-ap-northeast-1");
  expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(64);
});
