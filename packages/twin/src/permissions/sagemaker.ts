/**
 * What SageMaker asks of its caller.
 *
 * Sources: Service Authorization Reference, Amazon SageMaker AI; SageMaker developer guide, API permissions
 * reference. UpdateEndpoint asks for the configuration too (aws/aws-cdk#11594, aws-controllers-k8s/community#1889).
 * Unconfirmed, and modelled because it is stricter: that CreateEndpointConfig asks for the models it names, and
 * CreateModel for the model package.
 */
import { clusterArn } from "../services/sagemaker-cluster-shapes.ts";
import type { Input } from "../services/service.ts";
import { region } from "../world/state.ts";
import { arnOf, passRole, type Requirement, type Requires, text } from "./requirement.ts";

const service = "sagemaker.amazonaws.com";

/** "arn:…:endpoint/…" is lower case whatever the name's case (prometheus-community/yet-another-cloudwatch-exporter#1178). */
const sagemakerArn = (type: string, name: string) => arnOf("sagemaker", `${type}/${name.toLowerCase()}`);

/** An operation on the one thing that a member names. */
const on =
  (operation: string, type: string, member: string): Requires =>
  (input) => [{ action: `sagemaker:${operation}`, resource: sagemakerArn(type, text(input, member)) }];

/**
 * The same where a condition may ask for tags: `aws:ResourceTag/…` is a key of both types of resource (Service Authorization
 * Reference). Of keys that nobody is known to have or to lack it may not.
 */
const onTagged =
  (operation: string, type: string, member: string): Requires =>
  (input, facts) => {
    const resource = sagemakerArn(type, text(input, member));
    const tags = Object.entries(facts.tagsOf(resource));
    const keys = Object.fromEntries(
      tags.map(([key, value]) => [`aws:resourcetag/${key.toLowerCase()}`, value]),
    );
    return [{ action: `sagemaker:${operation}`, resource, keys }];
  };

/** "Resource-level restrictions are not available on List- calls." */
const list =
  (operation: string): Requires =>
  () => [{ action: `sagemaker:${operation}`, resource: "*" }];

/** An operation on a cluster, whose ARN has an id of SageMaker's and no name. */
const onCluster =
  (operation: string): Requires =>
  (input) => {
    const name = text(input, "ClusterName");
    const resource = name.startsWith("arn:") ? name : clusterArn(name);
    return [{ action: `sagemaker:${operation}`, resource }];
  };

export const sagemaker: Readonly<Record<string, Requires>> = {
  ListEndpoints: list("ListEndpoints"),
  ListModelPackages: list("ListModelPackages"),
  DescribeEndpoint: on("DescribeEndpoint", "endpoint", "EndpointName"),
  DescribeEndpointConfig: on("DescribeEndpointConfig", "endpoint-config", "EndpointConfigName"),
  DescribeModel: on("DescribeModel", "model", "ModelName"),
  DescribeModelPackage: (input) => [
    { action: "sagemaker:DescribeModelPackage", resource: packageArn(text(input, "ModelPackageName")) },
  ],
  DescribeTrainingJob: on("DescribeTrainingJob", "training-job", "TrainingJobName"),
  StopTrainingJob: on("StopTrainingJob", "training-job", "TrainingJobName"),
  UpdateTrainingJob: on("UpdateTrainingJob", "training-job", "TrainingJobName"),
  DeleteEndpointConfig: onTagged("DeleteEndpointConfig", "endpoint-config", "EndpointConfigName"),
  DeleteModel: onTagged("DeleteModel", "model", "ModelName"),
  ListTags: (input) => [{ action: "sagemaker:ListTags", resource: text(input, "ResourceArn").toLowerCase() }],
  UpdateEndpointWeightsAndCapacities: on("UpdateEndpointWeightsAndCapacities", "endpoint", "EndpointName"),

  CreateModel: (input) => {
    const packages = [input.PrimaryContainer, input.Containers].flat().flatMap(packageOf);
    return [
      { action: "sagemaker:CreateModel", resource: sagemakerArn("model", text(input, "ModelName")) },
      ...packages.map((resource) => ({ action: "sagemaker:CreateModel", resource })),
      ...tagging(input, sagemakerArn("model", text(input, "ModelName"))),
      ...passRole(input.ExecutionRoleArn, service),
    ];
  },
  CreateEndpointConfig: (input) => {
    const action = "sagemaker:CreateEndpointConfig";
    const variants = [input.ProductionVariants, input.ShadowProductionVariants].flat() as (
      | Input
      | undefined
    )[];
    const models = new Set(variants.flatMap((variant) => variant?.ModelName ?? []).map(String));
    return [
      { action, resource: sagemakerArn("endpoint-config", text(input, "EndpointConfigName")) },
      ...[...models].map((model) => ({ action, resource: sagemakerArn("model", model) })),
      ...tagging(input, sagemakerArn("endpoint-config", text(input, "EndpointConfigName"))),
      ...passRole(input.ExecutionRoleArn, service),
    ];
  },
  UpdateEndpoint: (input, facts) => {
    const action = "sagemaker:UpdateEndpoint";
    const config = text(input, "EndpointConfigName");
    return [
      { action, resource: sagemakerArn("endpoint", text(input, "EndpointName")) },
      { action, resource: sagemakerArn("endpoint-config", config) },
      ...lendKey(facts.volumeKeyOf(config)),
    ];
  },
  DescribeTrainingPlan: on("DescribeTrainingPlan", "training-plan", "TrainingPlanName"),
  SearchTrainingPlanOfferings: list("SearchTrainingPlanOfferings"),
  CreateTrainingPlan: (input) => {
    const resource = sagemakerArn("training-plan", text(input, "TrainingPlanName"));
    return [{ action: "sagemaker:CreateTrainingPlan", resource }, ...tagging(input, resource)];
  },
  ListClusters: list("ListClusters"),
  DescribeCluster: onCluster("DescribeCluster"),
  ListClusterNodes: onCluster("ListClusterNodes"),
  // That the role of a group's nodes is passed again with each update is unconfirmed, and stricter.
  UpdateCluster: (input, facts) => [
    ...onCluster("UpdateCluster")(input, facts),
    ...([input.InstanceGroups].flat() as (Input | undefined)[]).flatMap((group) =>
      passRole(group?.ExecutionRole, service),
    ),
  ],
  CreateTrainingJob: (input) => [
    {
      action: "sagemaker:CreateTrainingJob",
      resource: sagemakerArn("training-job", text(input, "TrainingJobName")),
    },
    ...tagging(input, sagemakerArn("training-job", text(input, "TrainingJobName"))),
    ...passRole(input.RoleArn, service),
    ...lendKey((input.ResourceConfig as Input | undefined)?.VolumeKmsKeyId),
  ],
};

export const sagemakerRuntime: Readonly<Record<string, Requires>> = {
  InvokeEndpoint: on("InvokeEndpoint", "endpoint", "EndpointName"),
};

function packageOf(container: unknown): string[] {
  const name = (container as Input | undefined)?.ModelPackageName;
  return typeof name === "string" ? [packageArn(name)] : [];
}

/**
 * "To add tags while creating a resource, the caller needs sagemaker:AddTags" (SageMaker developer guide, permissions for
 * creating resources with tags; stated so for domains and models by the errors that people report).
 */
const tagging = ({ Tags }: Input, resource: string): Requirement[] =>
  Array.isArray(Tags) && Tags.length > 0 ? [{ action: "sagemaker:AddTags", resource }] : [];

/** A package is named by its ARN, or by a name alone. */
const packageArn = (name: string) =>
  name.startsWith("arn:") ? name.toLowerCase() : sagemakerArn("model-package", name);

/**
 * "kms:CreateGrant (required only if the associated EndPointConfig has a KmsKeyId specified)", said of CreateEndpoint
 * and taken to hold for UpdateEndpoint, which makes instances as well, and of CreateTrainingJob, where the job's role
 * may have it instead; DescribeKey is unconfirmed and stricter.
 */
function lendKey(key: unknown): Requirement[] {
  if (typeof key !== "string") return [];
  const resource = key.startsWith("arn:") ? key : arnOf("kms", `key/${key}`);
  const keys = { "kms:viaservice": `sagemaker.${region}.amazonaws.com` };
  return ["kms:CreateGrant", "kms:DescribeKey"].map((action) => ({ action, resource, keys }));
}
