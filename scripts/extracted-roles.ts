/** The text of src/rehearsal/permissions/roles.json: what stage dev would deploy, for each way of `autoScalingChecks`. */
import { rm } from "node:fs/promises";
import { patternParameters, placeholder } from "../src/rehearsal/permissions/deployed-roles.ts";
import { packageDeployment } from "./packaging.ts";
import { rolesIn } from "./template-roles.ts";

export const rolesFile = new URL("../src/rehearsal/permissions/roles.json", import.meta.url);

const ways = ["open", "via-service"] as const;

/** Packages the deployment once for each way. */
export async function extractRoles(): Promise<string> {
  const patterns = Object.fromEntries(patternParameters.map((name) => [name, placeholder(name)]));
  const extracted = ways.map(async (autoScalingChecks) => {
    const params = { ...patterns, autoScalingChecks };
    const { folder, resources } = await packageDeployment({ stage: "dev", region: "eu-west-1", params });
    await rm(folder, { recursive: true });
    return [autoScalingChecks, rolesIn(resources)] as const;
  });
  return `${JSON.stringify(Object.fromEntries(await Promise.all(extracted)), null, 1)}\n`;
}
