/**
 * The account that a rehearsal plays in: every modelled service over one world and one set of executions, with
 * what happens there by itself, a schedule that fires or an instance that becomes ready.
 */
import { applicationAutoScaling } from "../twin/application-auto-scaling.ts";
import { cloudwatch } from "../twin/cloudwatch.ts";
import { dynamodb } from "../twin/dynamodb.ts";
import { type BusEvent, type EventBridge, eventBridge } from "../twin/event-bridge.ts";
import { sagemaker } from "../twin/sagemaker.ts";
import { sagemakerRuntime } from "../twin/sagemaker-runtime.ts";
import { type Firing, type Scheduler, scheduler } from "../twin/scheduler.ts";
import type { Service } from "../twin/service.ts";
import { serviceQuotas } from "../twin/service-quotas.ts";
import { stepFunctions } from "../twin/step-functions.ts";
import type { World } from "../world/world.ts";
import type { AslDefinition } from "./definition.ts";
import type { Due } from "./driver.ts";
import type { RunningExecutions } from "./executions.ts";

export interface AccountOptions {
  readonly world: World;
  readonly executions: RunningExecutions;
  readonly definition: AslDefinition;
  readonly machineName: string;
  /** Told of each event put on the default bus. */
  readonly onEvent?: (event: BusEvent) => void;
}

export interface Account {
  readonly services: readonly Service[];
  readonly eventBridge: EventBridge;
  /** Names of the schedules that exist. */
  schedules(): readonly string[];
  /** Moments at which something happens by itself. */
  readonly dues: readonly Due[];
  /** Whether nothing of a release is still to come by itself: no update, no job, no schedule. */
  calm(): boolean;
}

export function openAccount({
  world,
  executions,
  definition,
  machineName,
  onEvent,
}: AccountOptions): Account {
  const schedules = scheduler();
  const bus = eventBridge(onEvent === undefined ? {} : { listener: onEvent });
  const machine = {
    arn: executions.stateMachineArn,
    name: machineName,
    roleArn: `arn:aws:iam::123456789012:role/${machineName}`,
    definition: JSON.stringify(definition),
    createdMs: world.startMs,
  };
  return {
    services: [
      sagemaker(world),
      sagemakerRuntime(world),
      applicationAutoScaling(world),
      cloudwatch(world),
      serviceQuotas({ quotas: () => world.quotas }),
      dynamodb({ startMs: world.startMs }),
      bus,
      schedules,
      stepFunctions({ machine, executions }),
    ],
    eventBridge: bus,
    schedules: () => namesOf(schedules),
    dues: [
      { nextMs: () => world.nextChangeMs(), run: (atMs) => world.advanceTo(atMs) },
      {
        nextMs: () => schedules.nextDueMs(),
        run: (atMs) => schedules.due(atMs).forEach((firing) => void deliver(firing, executions)),
      },
    ],
    calm: () => schedules.nextDueMs() === undefined && isAtRest(world),
  };
}

function namesOf(schedules: Scheduler): string[] {
  const call = { service: schedules.name, operation: "ListSchedules", input: {}, at: 0 };
  const listed = schedules.operations.ListSchedules?.({}, call) as { Schedules: { Name: string }[] };
  return listed.Schedules.map((schedule) => schedule.Name);
}

/** Scheduler starts an execution under a name of its own making. */
function deliver({ target, input, name }: Firing, executions: RunningExecutions): void {
  if (target.Arn !== executions.stateMachineArn)
    throw new Error(`schedule ${name}: the target ${target.Arn} is not modelled, only the state machine is`);
  executions.start({ input });
}

function isAtRest({ state }: World): boolean {
  for (const endpoint of state.endpoints.values()) if (endpoint.update !== undefined) return false;
  for (const job of state.trainingJobs.values())
    if (job.status === "InProgress" || job.status === "Stopping") return false;
  return true;
}
