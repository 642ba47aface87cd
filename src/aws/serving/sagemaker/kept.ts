/** What a release made and another took the place of, as it is now: its content, whose it says it is, and who is on it. */
import { DescribeEndpointCommand, paginateListEndpoints, paginateListTags } from "@aws-sdk/client-sagemaker";
import type { ResourceRef } from "../../../core/release/change.ts";
import type { KeptSeen } from "../../../core/release/kept.ts";
import { isEndpointConfig } from "../../../core/release/resources.ts";
import type { Aws } from "../../clients.ts";
import { ifThere } from "../../errors.ts";
import { isRefusal } from "../../refusals.ts";
import { describeConfig, describeModel, readConfig, readModel } from "./models.ts";

export async function keptSeen(aws: Aws, resource: ResourceRef): Promise<KeptSeen> {
  const isConfig = isEndpointConfig(resource);
  const { name } = resource;
  const arn = isConfig
    ? (await describeConfig(aws, name))?.EndpointConfigArn
    : (await describeModel(aws, name))?.ModelArn;
  if (arn === undefined) return { content: null };
  const content = isConfig ? await readConfig(aws, name) : await readModel(aws, name);
  return { content, madeBy: await releaseOf(aws, arn), usedBy: await userOf(aws, resource) };
}

/** The release that a thing is tagged with; undefined where it has no such tag. */
async function releaseOf({ sagemaker: client }: Aws, ResourceArn: string): Promise<string | undefined> {
  for await (const { Tags = [] } of paginateListTags({ client }, { ResourceArn }))
    for (const { Key, Value } of Tags) if (Key === "slipway:release") return Value;
  return undefined;
}

/** An endpoint of the account that is on a configuration or a model, moves to it, or may not be looked at. */
async function userOf(aws: Aws, resource: ResourceRef): Promise<string | undefined> {
  for await (const page of paginateListEndpoints({ client: aws.sagemaker, pageSize: 100 }, {}))
    for (const { EndpointName = "" } of page.Endpoints ?? [])
      if (await isOn(aws, EndpointName, resource)) return EndpointName;
  return undefined;
}

async function isOn(aws: Aws, EndpointName: string, resource: ResourceRef): Promise<boolean> {
  try {
    const found = await ifThere(() => aws.sagemaker.send(new DescribeEndpointCommand({ EndpointName })));
    const configs = [found?.EndpointConfigName, found?.PendingDeploymentSummary?.EndpointConfigName].filter(
      (config) => config !== undefined,
    );
    if (isEndpointConfig(resource)) return configs.includes(resource.name);
    const models = await Promise.all(configs.map((config) => modelsOf(aws, config)));
    return models.some((some) => some.includes(resource.name));
  } catch (error) {
    // What may not be looked at may be on anything.
    if (isRefusal(error)) return true;
    throw error;
  }
}

async function modelsOf(aws: Aws, config: string): Promise<(string | undefined)[]> {
  const found = await describeConfig(aws, config);
  return [...(found?.ProductionVariants ?? []), ...(found?.ShadowProductionVariants ?? [])].map(
    ({ ModelName }) => ModelName,
  );
}
