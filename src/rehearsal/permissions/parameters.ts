/** The parameters of a deployment that is as narrow as it can be for one plan, and the gate of such a deployment. */

import { type Gate, openGate, type Roles } from "#twin/permissions";
import { clusterArn } from "#twin/services";
import { tagsAt, type WorldView } from "#twin/world";
import { type Deployment, rehearsedDeployment } from "../../core/deployment.ts";
import { gatesOf } from "../../core/gates/settings.ts";
import { leasedOf } from "../../core/plan/alongside/alongside.ts";
import type { TargetScope } from "../../core/plan/alongside/define.ts";
import { leasableOf } from "../../core/plan/alongside/kinds.ts";
import { releasedPlans } from "../../core/plan/milestone-plan.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { loadTestObjects } from "../load-test-objects.ts";
import { type RoleParameters, rolesWith } from "./deployed-roles.ts";

/** What a deployment is made for, and what it was given beyond the narrowest. */
export interface Deployed {
  readonly plan: Plan;
  /** Other plans of the same deployment. */
  readonly beside?: readonly { readonly plan: Plan }[] | undefined;
  readonly roles?: Partial<RoleParameters> | undefined;
  readonly checksComeViaService?: boolean | undefined;
}

/** The endpoint by its name, and the roles by theirs: what a deployment for these plans alone would be given. */
function narrowest(
  plans: readonly Plan[],
  world: WorldView,
  { stack, webhookSecret = "none" }: Deployment,
): RoleParameters {
  const serving = [...world.state.models.values()].map(({ definition }) => definition.ExecutionRoleArn);
  const training = plans.flatMap(({ milestones }) =>
    Object.values(milestones).map((milestone) => milestone?.pool?.roleArn),
  );
  const payloads = plans.flatMap(payloadsIn);
  const buckets = [...world.state.modelPackages.values()].map(({ modelData }) => bucketIn(modelData.uri));
  const names = (namespace: TargetScope["namespace"]) => plans.flatMap((plan) => namesIn(plan, namespace));
  return {
    endpoints: onePattern(plans.flatMap(releasedPlans).map(({ endpoint }) => endpoint.name.toLowerCase())),
    workloadRoles: onePattern(roleNames(serving)),
    trainingRoles: onePattern(roleNames(training)),
    ownNames: `${stack}-*`,
    mlflowSecret: webhookSecret,
    services: onePattern(names("ecs"), "none/none"),
    functions: onePattern(names("lambda"), "none:none"),
    tables: onePattern(names("dynamodb"), "none"),
    evaluations: onePattern(
      [...world.state.objects.keys()].filter(
        (name) => !payloads.includes(name) && !buckets.includes(bucketIn(name)),
      ),
      "none/none",
    ),
    payloads: onePattern(payloads, "none/none"),
    modelBuckets: onePattern(plans.some(asksOfModelData) ? buckets : []),
    ...clustersOf(plans, world),
    autoScalingChecks: "open",
  };
}

/** The clusters that plans raise by the ids in their ARNs, and the roles that their nodes run with. */
function clustersOf(
  plans: readonly Plan[],
  world: WorldView,
): Pick<RoleParameters, "clusters" | "nodeRoles"> {
  const raised = plans.flatMap(({ milestones }) =>
    Object.values(milestones).flatMap((one) => one?.cluster ?? []),
  );
  const roles = raised.map(
    ({ name, instanceGroup }) =>
      world.state.clusters.get(name)?.groups.get(instanceGroup)?.definition.ExecutionRole,
  );
  return {
    clusters: onePattern(raised.map(({ name }) => clusterArn(name).split("/")[1] ?? "")),
    nodeRoles: onePattern(roleNames(roles)),
  };
}

/** `arn:aws:iam::123456789012:role/service/chat-serving` → `service/chat-serving` */
const roleNames = (arns: readonly unknown[]): string[] =>
  arns.flatMap((arn) => String(arn).split(":role/")[1] ?? []);

/** What a plan lists alongside of a service's: `service/prod/tokenizer` → `prod/tokenizer`. */
const namesIn = ({ alongside = [] }: Plan, namespace: TargetScope["namespace"]): string[] =>
  alongside
    .map((entry) => leasedOf(entry))
    .map(({ kind, name }) => leasableOf(kind).scopeOf(name))
    .filter((scope) => scope.namespace === namespace)
    .map(({ resourceId }) => resourceId.replace(/^\w+[/:]/, ""));

/** `s3://chat-payloads/v1.jsonl` → `chat-payloads/v1.jsonl`; beside a manifest what it names, as an account has it for the plan. */
const payloadsIn = (plan: Plan): string[] => Object.keys(loadTestObjects(plan));

/** `chat-models/v7/model.tar.gz`, or the same after `s3://` → `chat-models` */
const bucketIn = (name: string): string => name.replace("s3://", "").split("/")[0] ?? "";

const asksOfModelData = (plan: Plan): boolean => gatesOf(plan).includes("artefact-encryption");

/** Of several names, what they begin with. */
function onePattern(all: readonly string[], none = "none"): string {
  const names = [...new Set(all)];
  const [first = none, ...others] = names;
  if (others.length === 0) return first;
  let shared = first;
  while (!others.every((name) => name.startsWith(shared))) shared = shared.slice(0, -1);
  return `${shared}*`;
}

const prepared = new Map<string, Roles>();

export function rolesOf(
  { plan, beside = [], roles }: Deployed,
  world: WorldView,
  deployment = rehearsedDeployment,
): Roles {
  const plans = [plan, ...beside.map((one) => one.plan)];
  const parameters = { ...narrowest(plans, world, deployment), ...roles };
  const key = JSON.stringify([deployment.stack, parameters]);
  const deployed = prepared.get(key) ?? rolesWith(parameters, deployment.stack);
  prepared.set(key, deployed);
  return deployed;
}

/** The gate of such a deployment, with its own roles or with others. */
export function gateOf(
  deployed: Deployed,
  world: WorldView,
  deployment = rehearsedDeployment,
  roles = rolesOf(deployed, world, deployment),
): Gate {
  const facts = {
    volumeKeyOf: (config: string) => {
      const key = world.state.endpointConfigs.get(config)?.rest.KmsKeyId;
      return typeof key === "string" ? key : undefined;
    },
    tagsOf: (arn: string) => ({ "slipway:release": undefined, ...tagsAt(world.state, arn) }),
    hasLinkedRole: (namespace: string) =>
      [...world.state.scalableTargets.values()].some((target) => target.namespace === namespace),
    checksComeViaService: deployed.checksComeViaService ?? true,
    partitionKeyOf: () => "pk",
  };
  return openGate(roles, facts, deployment.stateMachineArn);
}
