/**
 * What serves, as SageMaker describes it, reduced to what tells its kind. Members have AWS's names (API reference of
 * DescribeEndpoint, DescribeEndpointConfig, DescribeModel and DescribeModelPackage).
 */
import type { Scaling } from "./scaling.ts";

/** A variant, by its configuration or by the endpoint; whatever is there is so by its presence. */
export interface VariantDescription {
  readonly VariantName?: string | undefined;
  readonly ModelName?: string | undefined;
  readonly InstanceType?: string | undefined;
  readonly VolumeSizeInGB?: number | undefined;
  readonly ServerlessConfig?: unknown;
  readonly CurrentServerlessConfig?: unknown;
  readonly InstancePools?: unknown;
  readonly CapacityReservationConfig?: { readonly MlReservationArn?: string | undefined } | undefined;
  readonly ManagedInstanceScaling?: { readonly Status?: string | undefined } | undefined;
}

export interface DeploymentConfigDescription {
  readonly AutoRollbackConfiguration?:
    | { readonly Alarms?: readonly { readonly AlarmName?: string | undefined }[] | undefined }
    | undefined;
}

export interface EndpointDescription {
  readonly EndpointConfigName?: string | undefined;
  readonly ProductionVariants?: readonly VariantDescription[] | undefined;
  readonly ShadowProductionVariants?: readonly VariantDescription[] | undefined;
  readonly AsyncInferenceConfig?: unknown;
  readonly LastDeploymentConfig?: DeploymentConfigDescription | undefined;
}

export interface ConfigDescription {
  readonly KmsKeyId?: string | undefined;
  readonly ProductionVariants?: readonly VariantDescription[] | undefined;
  readonly ShadowProductionVariants?: readonly VariantDescription[] | undefined;
  readonly AsyncInferenceConfig?: unknown;
}

export interface ContainerDescription {
  readonly Mode?: string | undefined;
  readonly MultiModelConfig?: unknown;
  readonly Environment?: Readonly<Record<string, string>> | undefined;
  readonly ModelPackageName?: string | undefined;
  readonly InferenceSpecificationName?: string | undefined;
  readonly ImageConfig?: { readonly RepositoryAccessMode?: string | undefined } | undefined;
  readonly ContainerMetricsConfig?: unknown;
  readonly AdditionalModelDataSources?: readonly unknown[] | undefined;
}

export interface ModelDescription {
  readonly PrimaryContainer?: ContainerDescription | undefined;
  readonly Containers?: readonly ContainerDescription[] | undefined;
}

export interface PackageDescription {
  readonly ModelPackageStatus?: string | undefined;
  readonly InferenceSpecification?:
    | { readonly Containers?: readonly ContainerDescription[] | undefined }
    | undefined;
  readonly AdditionalInferenceSpecifications?:
    | readonly {
        readonly Name?: string | undefined;
        readonly Containers?: readonly ContainerDescription[] | undefined;
      }[]
    | undefined;
}

/** Everything that a release finds before it changes anything. */
export interface Serving {
  readonly endpointName: string;
  readonly endpoint: EndpointDescription;
  /** Undefined where somebody has deleted it, or where there is none. */
  readonly config: ConfigDescription | undefined;
  /** The model of the variant that serves; undefined where somebody has deleted it. */
  readonly model: ModelDescription | undefined;
  /** The version to be released. */
  readonly package: PackageDescription;
  /** Of the variant that serves; null where none is registered. */
  readonly scaling: Scaling | null;
}

/** The containers of a model, whichever way it names them. */
export const containersOf = ({ PrimaryContainer, Containers = [] }: ModelDescription) =>
  PrimaryContainer === undefined ? Containers : [PrimaryContainer];

/** What a package runs: its own specification, or the additional one of that name; undefined where it has none. */
export function specificationOf(
  { InferenceSpecification, AdditionalInferenceSpecifications = [] }: PackageDescription,
  name: string | undefined,
): readonly ContainerDescription[] | undefined {
  if (name === undefined) return InferenceSpecification?.Containers;
  return AdditionalInferenceSpecifications.find((each) => each.Name === name)?.Containers;
}
