/**
 * The candidate and what serves, as gates go by them: volumes by the configuration that the endpoint is on, models as they are.
 * A candidate that has not joined yet is described as it is to be made: like what serves (models.ts, moves.ts).
 */
import {
  type ContainerDefinition,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigCommandOutput,
  DescribeModelCommand,
  type DescribeModelCommandOutput,
} from "@aws-sdk/client-sagemaker";
import { containersOf } from "../../../core/capacity/serving.ts";
import {
  type ContainerFacts,
  type DescribedSide,
  type GateLook,
  type Looked,
  partOf,
} from "../../../core/gates/facts.ts";
import type { Needs } from "../../../core/release/release.ts";
import type { ServingPlatform } from "../../../core/release/serving-platform.ts";
import type { Aws } from "../../clients.ts";
import { modelDataOf, type RegisteredVersion, registeredVersion } from "../../model-registry.ts";

type Sides = ReturnType<ServingPlatform["describe"]>;

export async function describeSides(
  aws: Aws,
  { name, needs, look }: { readonly name: string; readonly needs: Needs; readonly look: GateLook },
): Sides {
  const config = await configOf(aws, name, look);
  const serving = await modelNamed(aws, needs.stable.modelName, look);
  const isJoined = "value" in config && hasVariant(config.value, needs.candidate.variant);
  const [candidate, own, theirs] = await Promise.all([
    isJoined ? modelNamed(aws, needs.candidate.modelName, look) : undefined,
    versionOf(aws, needs.candidate.packageArn, { like: serving, look }),
    versionServing(aws, serving, look),
  ]);
  return {
    candidate: {
      ...sideOf({
        called: calledBy(needs.candidate.packageArn),
        fleet: needs.candidate,
        config,
        version: own,
      }),
      model: candidate === undefined ? madeLike(serving, own) : partOf(candidate, modelFacts),
    },
    serving: {
      ...sideOf({ called: "what serves", fleet: needs.stable, config, version: theirs }),
      model: partOf(serving, modelFacts),
      containers: containersOfModel(serving, theirs),
    },
  };
}

/** What the fleets of an endpoint are made of, by the configuration that it is on. */
export async function fleetsMade(
  aws: Aws,
  { name, look }: { readonly name: string; readonly look: GateLook },
): ReturnType<ServingPlatform["made"]> {
  const config = await configOf(aws, name, look);
  if ("unknown" in config) return config;
  const { ProductionVariants: variants = [] } = config.value;
  const fleets = variants.map(async ({ VariantName: variant = "", ModelName = "" }) => {
    const model = await modelNamed(aws, ModelName, look);
    const [first] = "value" in model ? containersOf(model.value) : [];
    return {
      variant,
      containers: containersOfModel(model, await versionServing(aws, model, look)),
      specification: first?.InferenceSpecificationName,
    };
  });
  return { value: await Promise.all(fleets) };
}

const containersOfModel = (model: Looked<Model>, version: Looked<RegisteredVersion>) =>
  "value" in version ? containersIn(version) : partOf(model, containersWithout);

type Config = DescribeEndpointConfigCommandOutput;
type Model = DescribeModelCommandOutput;

async function configOf({ sagemaker }: Aws, EndpointName: string, look: GateLook): Promise<Looked<Config>> {
  const endpoint = await look(`endpoint ${EndpointName}`, (abortSignal) =>
    sagemaker.send(new DescribeEndpointCommand({ EndpointName }), { abortSignal }),
  );
  if ("unknown" in endpoint) return endpoint;
  const { EndpointConfigName } = endpoint.value;
  return look(`configuration ${EndpointConfigName}`, (abortSignal) =>
    sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }), { abortSignal }),
  );
}

const modelNamed = ({ sagemaker }: Aws, ModelName: string, look: GateLook): Promise<Looked<Model>> =>
  look(`model ${ModelName}`, (abortSignal) =>
    sagemaker.send(new DescribeModelCommand({ ModelName }), { abortSignal }),
  );

const versionOf = (
  aws: Aws,
  arn: string,
  { like, look }: { readonly like: Looked<Model>; readonly look: GateLook },
): Promise<Looked<RegisteredVersion>> =>
  look(calledBy(arn), (signal) => {
    const [first] = "value" in like ? containersOf(like.value) : [];
    return registeredVersion(aws, arn, { specification: first?.InferenceSpecificationName, signal });
  });

/** A model may have been made of an image, without the registry. */
async function versionServing(
  aws: Aws,
  model: Looked<Model>,
  look: GateLook,
): Promise<Looked<RegisteredVersion>> {
  if ("unknown" in model) return model;
  const arn = containersOf(model.value)[0]?.ModelPackageName;
  if (arn === undefined) return { unknown: "what serves was made of no version of the registry" };
  return versionOf(aws, arn, { like: model, look });
}

interface SideAsked {
  readonly called: string;
  readonly fleet: { readonly variant: string; readonly instanceType: string };
  readonly config: Looked<Config>;
  readonly version: Looked<RegisteredVersion>;
}

function sideOf({ called, fleet, config, version }: SideAsked): Omit<DescribedSide, "model"> {
  return {
    called,
    volume: partOf(config, ({ KmsKeyId: keyId = null, ProductionVariants = [] }) => {
      const own = ProductionVariants.find(({ VariantName }) => VariantName === fleet.variant);
      return { value: { instanceType: own?.InstanceType ?? fleet.instanceType, keyId } };
    }),
    containers: containersIn(version),
    version,
    arns: [
      ...("value" in version ? [version.value.arn] : []),
      ...("value" in config ? [config.value.EndpointConfigArn ?? ""] : []),
    ],
    captured: partOf(config, ({ DataCaptureConfig }) => ({
      value: [DataCaptureConfig?.DestinationS3Uri].flatMap((uri) => uri ?? []),
    })),
  };
}

const containersIn = (version: Looked<RegisteredVersion>): Looked<readonly ContainerFacts[]> =>
  partOf(version, ({ containers }) => ({ value: containers }));

/** Of a model that was made of an image: it has no digest but the one that its image may be named by. */
const containersWithout = (model: Model): Looked<readonly ContainerFacts[]> => ({
  value: (model.PrimaryContainer === undefined ? (model.Containers ?? []) : [model.PrimaryContainer]).map(
    (container: ContainerDefinition) => ({
      image: container.Image ?? "",
      registered: undefined,
      data: modelDataOf(container),
    }),
  ),
});

const hasVariant = ({ ProductionVariants = [] }: Config, variant: string): boolean =>
  ProductionVariants.some(({ VariantName }) => VariantName === variant);

const modelFacts = (model: Model) => ({
  value: {
    isIsolated: model.EnableNetworkIsolation === true,
    isInVpc: model.VpcConfig !== undefined,
    containers: containersOf(model).length,
  },
});

/** The next model has the surroundings of the one that serves, and the containers of its own version. */
const madeLike = (serving: Looked<Model>, own: Looked<RegisteredVersion>) =>
  partOf(serving, (model) =>
    partOf(own, ({ containers }) => ({
      value: { ...modelFacts(model).value, containers: containers.length },
    })),
  );

/** By the version at the end of its ARN. */
const calledBy = (arn: string): string => `version ${arn.split("/").at(-1)}`;
