/** What serves and what is to serve, described whole, so that what kind of endpoint it is can be told. */
import { DescribeEndpointCommand, DescribeModelPackageCommand } from "@aws-sdk/client-sagemaker";
import type { Serving } from "../../../core/capacity/serving.ts";
import { scalingOf } from "../../../core/release/resources.ts";
import { readScaling } from "../../application-auto-scaling.ts";
import type { Aws } from "../../clients.ts";
import { describeConfig, describeModel } from "./models.ts";

/** Reads what there is before a release; the variant that serves is the endpoint's first. */
export async function describeServing(
  aws: Aws,
  { endpointName, packageArn }: { endpointName: string; packageArn: string },
): Promise<Serving> {
  const { sagemaker } = aws;
  const [endpoint, found] = await Promise.all([
    sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName })),
    sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: packageArn })),
  ]);
  const config = await describeConfig(aws, endpoint.EndpointConfigName ?? "");
  const variant = endpoint.ProductionVariants?.[0]?.VariantName ?? "";
  const own = config?.ProductionVariants?.find(({ VariantName }) => VariantName === variant);
  const [model, scaling] = await Promise.all([
    describeModel(aws, own?.ModelName ?? ""),
    readScaling(aws, scalingOf(endpointName, variant).name),
  ]);
  return { endpointName, endpoint, config, model, package: found, scaling };
}
