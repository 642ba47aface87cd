/**
 * Streams made by hand: calls of steps and of outside hands over a real world and its real services, with a table
 * that answers what the test says. No step of ours is at work.
 */

import { type Invocation, runInFrame } from "#twin/engine";
import {
  applicationAutoScaling,
  cloudwatch,
  ecr,
  ecs,
  eventBridge,
  type Input,
  kms,
  type Service,
  sagemaker,
  scheduler,
  serviceQuotas,
} from "#twin/services";
import { createWorld, type World, WorldSpec } from "#twin/world";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { Change, ResourceRef } from "../../../src/core/release/change.ts";
import type { JsonValue } from "../../../src/core/release/json-value.ts";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import type { InvariantName } from "../../../src/rehearsal/invariants/checker.ts";
import { createInvariants } from "../../../src/rehearsal/invariants/invariants.ts";
import { plan as samplePlan } from "./rehearsed.ts";

const startMs = Date.UTC(2026, 0, 5, 8);
export const endpoint = samplePlan.endpoint.name;
export const releaseId = "chat-assistant-v7-production";
export const scalingOf = (variant: string) => `endpoint/${endpoint}/variant/${variant}`;

export interface By {
  readonly state: string;
  readonly stage?: number;
  readonly execution?: string;
  /** Calls with the same name are of one invocation; by default each call has its own. */
  readonly invocation?: string;
}

export interface Stream {
  readonly world: World;
  readonly nowMs: number;
  /** Lets time pass. */
  wait(minutes: number): void;
  /** A step's call: `sagemaker.UpdateEndpoint`. Answers undefined where AWS refused it. */
  ours(by: By | string, operation: string, input?: Input): Promise<unknown>;
  /** A step's call that its role does not allow: it never reaches its service. */
  denied(by: By | string, operation: string, input?: Input): void;
  /** Somebody else's call. */
  outside(operation: string, input: Input): Promise<unknown>;
  /** Writes the lock item of the endpoint, whole. */
  lock(item: {
    holder?: string | undefined;
    release?: string;
    promoted?: boolean;
    remainder?: readonly unknown[];
  }): Promise<void>;
  /** Leaves the lock with what could not be put back, as a step that closes writes it. */
  remainder(remainder: readonly unknown[]): Promise<void>;
  /** Records a change in the ledger, or what became of it. */
  change(
    change: Pick<Change, "id" | "state"> & { resource?: ResourceRef; before?: JsonValue; after?: JsonValue },
  ): Promise<void>;
  /** A write of another item. */
  put(operation: "PutItem" | "UpdateItem", input: Input): Promise<void>;
  entered(state: string, document: unknown, execution?: string): void;
  started(execution: string, input: unknown): void;
  finish(): Promise<{ name: InvariantName; what: string }[]>;
  /** Figures after `finish`. */
  readonly figures: ReturnType<typeof createInvariants>["figures"];
}

/** What is reported of a stream that ends in the middle of a release: all but what is not yet put back. */
export async function reported(s: Stream): Promise<{ name: InvariantName; what: string }[]> {
  return (await s.finish()).filter(({ name }) => name !== "no-orphans");
}

const firstRun = "rehearsal";
export const arnOf = (execution: string) =>
  `arn:aws:states:eu-west-1:123456789012:execution:slipway-dev-release:${execution}`;

export function createStream(spec: Readonly<Record<string, unknown>> = {}, own: Partial<Plan> = {}): Stream {
  const plan = { ...samplePlan, ...own };
  const world = createWorld({
    seed: 1,
    startMs,
    account: accountOf(plan),
    spec: WorldSpec.parse({ description: "Made by hand.", ...spec }),
  });
  const schedules = scheduler();
  const table = createTable();
  const invariants = createInvariants({ world, plan, schedules: () => namesOf(schedules) });
  const services = invariants.watch([
    ...[sagemaker(world), applicationAutoScaling(world), cloudwatch(world)],
    ...[serviceQuotas({ quotas: () => world.quotas }), schedules, table.service, ecs(world)],
    ...[ecr(world), kms(world), eventBridge()],
  ]);
  const clock = { nowMs: startMs };
  let invocations = 0;
  let fence = 0;

  async function call(operation: string, input: Input): Promise<unknown> {
    const { service, operation: name, at } = callOf(operation, input, clock.nowMs);
    const run = services.find((each) => each.name === service)?.operations[name];
    if (run === undefined) throw new Error(`there is no ${operation}`);
    world.advanceTo(at);
    try {
      return await run(input, { service, operation: name, input, at });
    } catch (error) {
      if (error instanceof Error && error.constructor.name === "AwsError") return undefined;
      throw error;
    } finally {
      clock.nowMs += 20;
    }
  }

  function denied(by: By | string, operation: string, input: Input = {}) {
    const of: By = typeof by === "string" ? { state: by } : by;
    const { state, stage, execution = firstRun, invocation } = of;
    invocations += 1;
    const frame = { execution, state, stage, invocation: invocation ?? `invocation-${invocations}` };
    invariants.onCalled({ call: callOf(operation, input, clock.nowMs), frame });
    return frame;
  }

  function ours(by: By | string, operation: string, input: Input = {}): Promise<unknown> {
    const { execution, invocation: id, ...where } = denied(by, operation, input);
    const invocation = invocationOf({ id, execution, ...where });
    return runInFrame({ execution, invocation, call: { ordinal: 1 } }, () => call(operation, input));
  }

  const item: {
    holder?: unknown;
    promoted?: boolean;
    remainder?: readonly unknown[];
    changes: Record<string, Change>;
  } = { changes: {} };
  const write = async (execution = firstRun) => {
    table.answer({ fence, ...item });
    await ours({ state: "Ledger", execution }, "dynamodb.UpdateItem", {
      Key: attributes({ pk: "lock", sk: `endpoint/${endpoint}` }),
    });
  };

  return {
    world,
    figures: invariants.figures,
    get nowMs() {
      return clock.nowMs;
    },
    wait: (minutes) => {
      clock.nowMs += minutes * 60_000;
    },
    ours,
    denied,
    outside: call,
    async lock({ holder, release = releaseId, promoted, remainder }) {
      fence += holder === undefined ? 0 : 1;
      delete item.holder;
      delete item.promoted;
      delete item.remainder;
      if (holder === undefined) item.changes = {};
      else item.holder = { releaseId: release, execution: arnOf(holder) };
      if (promoted !== undefined) item.promoted = promoted;
      if (remainder !== undefined) item.remainder = remainder;
      await write(holder);
    },
    async remainder(remainder) {
      item.remainder = remainder;
      table.answer({ fence, ...item });
      await ours("CloseRelease", "dynamodb.UpdateItem", {
        Key: attributes({ pk: "lock", sk: `endpoint/${endpoint}` }),
        ExpressionAttributeValues: attributes({ ":remainder": remainder }),
      });
    },
    async change({ id, state, ...given }) {
      const known = item.changes[id];
      const seq = known?.seq ?? Object.keys(item.changes).length + 1;
      const { resource, before = null, after = null } = { ...known, ...given };
      if (resource === undefined) throw new Error(`change ${id} names no resource`);
      const at = known?.at ?? new Date(clock.nowMs).toISOString();
      item.changes[id] = { id, seq, resource, before, after, state, at };
      await write();
    },
    async put(operation, input) {
      table.answer(undefined);
      await ours("Ledger", `dynamodb.${operation}`, input);
    },
    entered: (state, document, execution = firstRun) =>
      invariants.onEntered({ execution, state, stage: undefined, document, atMs: clock.nowMs }),
    started: (name, input) =>
      invariants.onStatus({ name, input: JSON.stringify(input), status: "RUNNING" } as never),
    async finish() {
      world.advanceTo(clock.nowMs);
      const violations = Object.values(invariants.finish()).flat();
      return violations.map(({ invariant: name, what }) => ({ name, what }));
    },
  };
}

function callOf(operation: string, input: Input, at: number) {
  const [service = "", name = ""] = operation.split(".");
  return { service, operation: name, input, at };
}

function invocationOf(of: Pick<Invocation, "id" | "execution" | "state" | "stage">): Invocation {
  return {
    ...of,
    ordinal: 1,
    calls: 1,
    timers: new Map(),
    open: new Map(),
    crash: () => {},
    sandbox: { frozen: false, held: [], left: new Set() },
    answered: false,
    dead: false,
  };
}

function namesOf({ operations }: Service): string[] {
  const answer = operations.ListSchedules?.({}, callOf("scheduler.ListSchedules", {}, 0));
  return (answer as { Schedules: { Name: string }[] }).Schedules.map(({ Name }) => Name);
}

/** A table that answers every write with what it was told to. */
function createTable(): { service: Service; answer(item: object | undefined): void } {
  let answer: Readonly<Record<string, unknown>> = {};
  const write = () => answer as never;
  return {
    answer: (item) => {
      answer = item === undefined ? {} : { Attributes: attributes(item) };
    },
    service: {
      name: "dynamodb",
      protocol: { kind: "json", version: "1.0", targetPrefix: "DynamoDB_20120810" },
      operations: { UpdateItem: write, PutItem: write },
    },
  };
}

/** Plain data as DynamoDB's attribute values. */
export function attributes(item: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, attribute(value)]));
}

function attribute(value: unknown): unknown {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return Array.isArray(value) ? { L: value.map(attribute) } : { M: attributes(value as object) };
}
