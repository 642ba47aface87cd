/**
 * The account that an application is rehearsed in: every modelled service over one world and one set of executions, with
 * what happens there by itself, a schedule that fires or an instance that becomes ready.
 */
import { applicationAutoScaling } from "../services/application-auto-scaling.ts";
import { cloudFormation } from "../services/cloudformation.ts";
import { cloudTrail } from "../services/cloudtrail.ts";
import { cloudwatch } from "../services/cloudwatch.ts";
import { costExplorer } from "../services/cost-explorer.ts";
import { dynamodb } from "../services/dynamodb.ts";
import { ecr } from "../services/ecr.ts";
import { ecs } from "../services/ecs.ts";
import { type BusEvent, type EventBridge, eventBridge } from "../services/event-bridge.ts";
import { iam } from "../services/iam.ts";
import { kms } from "../services/kms.ts";
import { lambda } from "../services/lambda.ts";
import { pricing } from "../services/pricing.ts";
import { s3 } from "../services/s3.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { sagemakerRuntime } from "../services/sagemaker-runtime.ts";
import { type Firing, type Scheduler, scheduler } from "../services/scheduler.ts";
import { defaultGroup } from "../services/scheduler-groups.ts";
import { secretsManager } from "../services/secrets.ts";
import type { Call, Service } from "../services/service.ts";
import { serviceQuotas } from "../services/service-quotas.ts";
import { sns } from "../services/sns.ts";
import { stepFunctions } from "../services/step-functions.ts";
import { severalMachines } from "../services/step-functions-machines.ts";
import { sts } from "../services/sts.ts";
import type { World } from "../world/region.ts";
import { account, region, type VisibleState } from "../world/state.ts";
import type { Stack } from "./application.ts";
import type { AslDefinition } from "./asl.ts";
import { prepareDefinition } from "./definition.ts";
import { refusalOf } from "./delivery.ts";
import type { Due } from "./driver.ts";
import type { RunningExecutions } from "./executions.ts";

/** A stack in the account, with the executions of its machine. */
export interface Housed {
  readonly stack: Pick<
    Stack,
    | "name"
    | "description"
    | "outputs"
    | "machineName"
    | "tables"
    | "buckets"
    | "keys"
    | "secrets"
    | "roles"
    | "scheduleGroup"
  >;
  readonly executions: RunningExecutions;
}

export interface AccountOptions {
  readonly world: World;
  readonly definition: AslDefinition;
  readonly stacks: readonly [Housed, ...Housed[]];
  /** Told of each event put on the default bus. */
  readonly onEvent?: (event: BusEvent) => void;
  /** Throws AwsError when the role of a schedule may not start the state machine that it names, by its ARN. */
  readonly mayStart?: ((scheduleRole: string, machine: string) => void) | undefined;
  /** Whose call it is, an ARN; absent: whoever's key it was signed with. */
  readonly callerOf?: ((call: Call) => string) | undefined;
  /** Told of what a target refused, as Scheduler's dead-letter queue would be. */
  readonly onUndelivered?: (what: string) => void;
}

export interface Account {
  readonly services: readonly Service[];
  readonly eventBridge: EventBridge;
  /** The schedules that exist, as `GROUP/NAME`, or `NAME` in the default group. */
  schedules(): readonly string[];
  /** Moments at which something happens by itself. */
  readonly dues: readonly Due[];
  /** Whether nothing is still to come by itself: no update, no job, no schedule. */
  calm(): boolean;
}

export function openAccount(options: AccountOptions): Account {
  const { world, definition, stacks, onEvent, callerOf } = options;
  const [own, ...others] = stacks;
  for (const { stack } of stacks) furnish(world, stack);
  const schedules = scheduler({
    groups: stacks.flatMap(({ stack }) => stack.scheduleGroup ?? []),
    isTarget: (arn) => stacks.some(({ executions }) => executions.stateMachineArn === arn),
  });
  const bus = eventBridge(onEvent === undefined ? {} : { listener: onEvent });
  const shown = JSON.stringify(prepareDefinition(definition, region, account).definition);
  const served = (housed: Housed) => servedMachine(housed, { shown, createdMs: world.startMs });
  const trail = cloudTrail({ world, region, account, callerOf });
  return {
    services: trail.recording([
      sagemaker(world, bus.publish),
      sagemakerRuntime(world),
      applicationAutoScaling(world),
      ecs(world),
      lambda(world),
      s3(world),
      ecr(world),
      kms(world),
      cloudwatch(world),
      serviceQuotas({ quotas: () => world.quotas }),
      costExplorer({ world, prices: () => world.account.listPrices ?? {}, region, account }),
      pricing({ prices: () => world.account.listPrices ?? {}, region }),
      dynamodb({
        world,
        startMs: world.startMs,
        tables: stacks.flatMap(({ stack }) => stack.tables ?? []),
      }),
      bus,
      schedules,
      severalMachines([served(own), ...others.map(served)]),
      cloudFormation(stacks.map((each) => described(each, world.startMs))),
      sns({ account, region }),
      secretsManager({ account, region, secrets: secretsOf(stacks), createdMs: world.startMs }),
      iam({ world, account, roles: stacks.flatMap(({ stack }) => stack.roles ?? []) }),
      sts({ account }),
      trail,
    ]),
    eventBridge: bus,
    schedules: () => namesOf(schedules),
    dues: [
      { nextMs: () => world.nextChangeMs(), run: (atMs) => world.advanceTo(atMs) },
      {
        nextMs: () => schedules.nextDueMs(),
        run: (atMs) => eachAlone(schedules.due(atMs), (firing) => deliver(firing, options)),
      },
    ],
    calm: () => schedules.nextDueMs() === undefined && isAtRest(world),
  };
}

/** Puts what a stack has of S3 and of KMS into the account. */
export function furnish(
  { state, startMs }: World,
  { buckets = [], keys = [] }: Pick<Stack, "buckets" | "keys">,
): void {
  for (const { name, objectLock } of buckets) state.buckets.set(name, { region, objectLock });
  for (const { id, spec } of keys) {
    const key = { id, spec, creationMs: startMs, manager: "CUSTOMER", state: "Enabled" } as const;
    state.keys.set(id, { ...key, rotates: false, replicas: [] });
  }
}

const secretsOf = (stacks: readonly Housed[]): Record<string, string> =>
  Object.assign({}, ...stacks.map(({ stack }) => stack.secrets ?? {}));

function namesOf(schedules: Scheduler): string[] {
  const call = { service: schedules.name, operation: "ListSchedules", input: {}, at: 0 };
  const listed = schedules.operations.ListSchedules?.({}, call) as {
    Schedules: { Name: string; GroupName: string }[];
  };
  return listed.Schedules.map(({ GroupName, Name }) =>
    GroupName === defaultGroup ? Name : `${GroupName}/${Name}`,
  );
}

/** Does the work for every item, also where it fails for one; throws the first failure once all is done. */
function eachAlone<Item>(items: readonly Item[], work: (item: Item) => void): void {
  const failures: unknown[] = [];
  for (const item of items)
    try {
      work(item);
    } catch (failure) {
      failures.push(failure);
    }
  if (failures.length > 0) throw failures[0];
}

/**
 * Scheduler starts an execution under a name of its own making. What StartExecution refuses here, no retry would
 * mend: it is dropped and told.
 */
function deliver({ input, name, target }: Firing, { stacks, mayStart, onUndelivered }: AccountOptions): void {
  const machine = stacks.find(({ executions }) => executions.stateMachineArn === target.Arn);
  const refused = refusalOf(() => {
    mayStart?.(target.RoleArn, target.Arn);
    machine?.executions.start({ input });
  });
  if (refused !== undefined) onUndelivered?.(`schedule ${name}: ${refused}`);
}

/** A stack as CloudFormation tells of it. */
function described({ stack: { name, description = "", outputs = {} } }: Housed, createdMs: number) {
  return { name, account, region, createdMs, description, outputs };
}

/** A machine as Step Functions tells of it; `shown` is its definition, JSON text. */
function servedMachine(
  { stack: { machineName: name }, executions }: Housed,
  { shown, createdMs }: { shown: string; createdMs: number },
) {
  const { stateMachineArn: arn } = executions;
  const roleArn = `arn:aws:iam::${account}:role/${name}`;
  const machine = { arn, name, roleArn, definition: shown, createdMs };
  return { arn, service: stepFunctions({ machine, executions }) };
}

function isAtRest({ state }: VisibleState): boolean {
  for (const endpoint of state.endpoints.values()) if (endpoint.update !== undefined) return false;
  for (const job of state.trainingJobs.values())
    if (job.status === "InProgress" || job.status === "Stopping") return false;
  for (const { id, changing } of state.scalables.values())
    if (changing || state.scalableTargets.get(id)?.pull !== undefined) return false;
  return true;
}
