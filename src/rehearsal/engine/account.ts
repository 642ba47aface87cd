/**
 * The account that a rehearsal plays in: every modelled service over one world and one set of executions, with
 * what happens there by itself, a schedule that fires or an instance that becomes ready.
 */
import { rehearsedDeployment } from "../../core/deployment.ts";
import { applicationAutoScaling } from "../twin/application-auto-scaling.ts";
import { cloudFormation } from "../twin/cloudformation.ts";
import { cloudwatch } from "../twin/cloudwatch.ts";
import { dynamodb } from "../twin/dynamodb.ts";
import { type BusEvent, type EventBridge, eventBridge } from "../twin/event-bridge.ts";
import { sagemaker } from "../twin/sagemaker.ts";
import { sagemakerRuntime } from "../twin/sagemaker-runtime.ts";
import { type Firing, type Scheduler, scheduler } from "../twin/scheduler.ts";
import { defaultGroup } from "../twin/scheduler-groups.ts";
import type { Service } from "../twin/service.ts";
import { serviceQuotas } from "../twin/service-quotas.ts";
import { stepFunctions } from "../twin/step-functions.ts";
import { sts } from "../twin/sts.ts";
import type { World } from "../world/world.ts";
import { type AslDefinition, prepareDefinition } from "./definition.ts";
import { refusalOf } from "./delivery.ts";
import type { Due } from "./driver.ts";
import type { RunningExecutions } from "./executions.ts";
import { stackOf } from "./stack.ts";

export interface AccountOptions {
  readonly world: World;
  readonly executions: RunningExecutions;
  readonly definition: AslDefinition;
  readonly machineName: string;
  /** Told of each event put on the default bus. */
  readonly onEvent?: (event: BusEvent) => void;
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
  /** Whether nothing of a release is still to come by itself: no update, no job, no schedule. */
  calm(): boolean;
}

export function openAccount(options: AccountOptions): Account {
  const { world, executions, definition, machineName, onEvent } = options;
  const schedules = scheduler({
    groups: [rehearsedDeployment.scheduleGroup],
    isTarget: (arn) => arn === executions.stateMachineArn,
  });
  const bus = eventBridge(onEvent === undefined ? {} : { listener: onEvent });
  const machine = {
    arn: executions.stateMachineArn,
    name: machineName,
    roleArn: `arn:aws:iam::123456789012:role/${machineName}`,
    definition: JSON.stringify(
      prepareDefinition(definition, rehearsedDeployment.region, rehearsedDeployment.account).definition,
    ),
    createdMs: world.startMs,
  };
  return {
    services: [
      sagemaker(world, bus.publish),
      sagemakerRuntime(world),
      applicationAutoScaling(world),
      cloudwatch(world),
      serviceQuotas({ quotas: () => world.quotas }),
      dynamodb({ startMs: world.startMs }),
      bus,
      schedules,
      stepFunctions({ machine, executions }),
      cloudFormation([stackOf(rehearsedDeployment, world.startMs)]),
      sts(rehearsedDeployment),
    ],
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
function deliver({ input, name }: Firing, { executions, onUndelivered }: AccountOptions): void {
  const refused = refusalOf(() => executions.start({ input }));
  if (refused !== undefined) onUndelivered?.(`schedule ${name}: ${refused}`);
}

function isAtRest({ state }: World): boolean {
  for (const endpoint of state.endpoints.values()) if (endpoint.update !== undefined) return false;
  for (const job of state.trainingJobs.values())
    if (job.status === "InProgress" || job.status === "Stopping") return false;
  return true;
}
