/**
 * An account of the twin's services in process, with the real clients on its wire: what the steps and the files of
 * src/aws are tested against. Its clock stands still until a test turns it.
 */

import { furnish } from "#twin/engine";
import {
  type Answer,
  applicationAutoScaling,
  type Call,
  ConnectionLost,
  callerBy,
  cloudFormation,
  cloudTrail,
  cloudwatch,
  costExplorer,
  createTwin,
  dynamodb,
  ecr,
  ecs,
  eventBridge,
  type IamRole,
  iam,
  kms,
  lambda,
  pricing,
  type Service,
  s3,
  sagemaker,
  sagemakerRuntime,
  scheduler,
  secretsManager,
  serviceQuotas,
  sns,
  stepFunctions,
  sts,
} from "#twin/services";
import type { Json } from "#twin/vocabulary";
import { createWorld, type World, WorldSpec } from "#twin/world";
import { connect, type Wire } from "../../src/aws/clients.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import { type Deployment, rehearsedDeployment } from "../../src/core/deployment.ts";
import { releasedPlans } from "../../src/core/plan/milestone-plan.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { ReleaseMeasure } from "../../src/core/release/measures.ts";
import { accountOf } from "../../src/rehearsal/account-of-plan.ts";
import { placeOf } from "../../src/rehearsal/release/application.ts";
import { plan as samplePlan } from "../core/example.ts";
import { reaching } from "../rehearsal/twin/twin-handler.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { type HeldExecutions, heldExecutions, machine } from "./executions.ts";

export const startMs = Date.UTC(2026, 10, 23, 9);
const minuteMs = 60_000;

export interface Account {
  readonly tools: Tools;
  readonly aws: Tools["aws"];
  readonly wire: Wire;
  readonly world: World;
  /** To be asked behind everybody's back. */
  readonly services: readonly Service[];
  readonly executions: HeldExecutions;
  /** Every call that reached the account, oldest first, reads too. */
  readonly calls: readonly Call[];
  /** Names of the calls that change something, but for the table's; oldest first. */
  writes(): string[];
  /** Details of the events published, oldest first. */
  published(): readonly Readonly<Record<string, Json>>[];
  /** What was counted for alarms, and what was logged. */
  readonly counted: readonly string[];
  readonly measured: readonly ReleaseMeasure[];
  readonly logged: readonly string[];
  /** Has calls of an operation fail before they take effect, with an AwsError or without any answer. */
  fail(operation: string, error: Error, times?: number): void;
  /** Has the nth call from here on, counted from 1, fail before it takes effect. */
  failNth(nth: number, error: Error): void;
  /** Has calls of an operation take effect, and their answer never come. */
  lose(operation: string, times?: number): void;
  /** Has all calls answered again. */
  mend(): void;
  now(): number;
  /** Time goes by, minutes. */
  wait(minutes: number): void;
  /** Waits until the endpoint is at rest. */
  settle(): void;
}

interface Options {
  readonly spec?: SpecInput;
  readonly plan?: Plan;
  readonly seed?: number;
  /** Whose stack CloudFormation knows. */
  readonly deployment?: Deployment;
  readonly startMs?: number;
  /** What AWS's price list has, where it is another than the world's; a test may change it. */
  readonly listPrices?: Record<string, number>;
  /** What roles IAM has; absent: those of the deployment. */
  readonly roles?: readonly IamRole[];
}

/** Auto scaling leaves the fleet at its size unless a test asks for more. */
const steady = { description: "test", scaling: { minPercent: 100 } };
const reads = /^(Describe|Get|List|Query|Scan|Search|BatchGet)/;

export function openAccount(options: Options = {}): Account {
  const { spec = {}, plan = samplePlan, seed = 1, deployment = rehearsedDeployment } = options;
  const begunMs = options.startMs ?? startMs;
  const world = createWorld({
    seed,
    startMs: begunMs,
    spec: WorldSpec.parse({ ...steady, ...spec }),
    account: accountOf(
      plan,
      undefined,
      releasedPlans(plan)
        .slice(1)
        .map((one) => ({ plan: one })),
    ),
  });
  const clock = { ms: begunMs };
  const now = () => clock.ms;
  const calls: Call[] = [];
  const faults: {
    /** Of an operation, or of the call of this number. */
    operation: string | number;
    times: number;
    apply: (next: () => Promise<Answer>) => Promise<Answer>;
  }[] = [];
  const bus = eventBridge();
  const executions = heldExecutions(now);
  furnish(world, placeOf(deployment));
  const services = servicesOf(
    { world, executions, listPrices: options.listPrices, roles: options.roles },
    bus,
    deployment,
  );
  const twin = createTwin(services, now, {
    intercept: async (call, next) => {
      calls.push(call);
      const marks = [call.operation, calls.length];
      const fault = faults.find(({ operation, times }) => marks.includes(operation) && times > 0);
      if (fault === undefined) return next();
      fault.times -= 1;
      return fault.apply(next);
    },
  });
  const wire = reaching(twin).requestHandler as unknown as Wire;
  const aws = connect(wire);
  const counted: string[] = [];
  const measured: ReleaseMeasure[] = [];
  const logged: string[] = [];
  const log: Tools["log"]["warn"] = (message) => {
    logged.push(String(message));
  };
  return {
    tools: {
      aws,
      now,
      invocation: "00000000-0000-4000-8000-000000000000",
      log: { info: log, warn: log },
      count: (what) => void counted.push(what),
      measure: (one) => void measured.push(one),
    },
    aws,
    wire,
    world,
    services,
    executions,
    calls,
    counted,
    measured,
    logged,
    now,
    writes: () =>
      calls
        .filter(({ service, operation }) => service !== "dynamodb" && !reads.test(operation))
        .map((call) => call.operation),
    published: () => bus.events.map(({ detail }) => detail),
    fail: (operation, error, times = 3) =>
      void faults.push({ operation, times, apply: () => Promise.reject(error) }),
    failNth: (nth, error) =>
      void faults.push({ operation: calls.length + nth, times: 1, apply: () => Promise.reject(error) }),
    lose: (operation, times = 3) => {
      const apply = async (next: () => Promise<Answer>) => {
        await next();
        throw new ConnectionLost("the answer was lost");
      };
      faults.push({ operation, times, apply });
    },
    mend: () => void faults.splice(0),
    wait(minutes) {
      clock.ms += minutes * minuteMs;
      world.advanceTo(clock.ms);
    },
    settle() {
      for (let tenths = 0; tenths < 6 * 240; tenths++) {
        if (![...world.state.endpoints.values()].some(({ update }) => update !== undefined)) return;
        this.wait(1 / 6);
      }
      throw new Error("expected the endpoint to come to rest within four hours");
    },
  };
}

function servicesOf(
  {
    world,
    executions,
    listPrices,
    roles,
  }: {
    world: World;
    executions: HeldExecutions;
    listPrices: Options["listPrices"];
    roles: Options["roles"];
  },
  bus: Service,
  deployment: Deployment,
): Service[] {
  const trail = cloudTrail({ world, ...deployment, callerOf: callerIn(deployment) });
  return trail.recording([
    sagemaker(world),
    sagemakerRuntime(world),
    applicationAutoScaling(world),
    ecs(world),
    lambda(world),
    s3(world),
    ecr(world),
    kms(world),
    cloudwatch(world),
    serviceQuotas({ quotas: () => world.quotas }),
    costExplorer({ world, prices: () => listPrices ?? world.account.listPrices ?? {}, ...deployment }),
    pricing({ prices: () => listPrices ?? world.account.listPrices ?? {}, region: deployment.region }),
    dynamodb({ startMs: world.startMs, world, tables: placeOf(rehearsedDeployment).tables }),
    bus,
    scheduler({ groups: [rehearsedDeployment.scheduleGroup] }),
    stepFunctions({ machine, executions }),
    cloudFormation([{ ...deployment, ...placeOf(deployment), createdMs: world.startMs }]),
    sns(deployment),
    secretsManager({ ...deployment, secrets: placeOf(deployment).secrets ?? {}, createdMs: world.startMs }),
    iam({ ...deployment, world, roles: roles ?? placeOf(deployment).roles }),
    sts(deployment),
    trail,
  ]) as Service[];
}

/** What is signed with no key is a step's; of whoever has one, the key says who. */
const callerIn =
  ({ stack, region, account }: Deployment) =>
  ({ accessKey }: Call): string =>
    accessKey === undefined
      ? `arn:aws:sts::${account}:assumed-role/${stack}-shiftTraffic-${region}-lambdaRole/${stack}-shiftTraffic`
      : callerBy(accessKey, account).arn;
