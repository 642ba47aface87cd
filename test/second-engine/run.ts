/** One case on the second engine: its world and account, who is at work, and what came of it. */

import type { IncomingMessage } from "node:http";
import type { SFNClient } from "@aws-sdk/client-sfn";
import {
  type Account,
  createRandomness,
  openAccount,
  type RunningExecutions,
  seconds,
  snapshotOf,
  statusEvent,
} from "#twin/engine";
import { createTwin, type Twin } from "#twin/services";
import { createWorld, type World } from "#twin/world";
import { applyPlanOn } from "../../functions/index.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { accountOf } from "../../src/rehearsal/account-of-plan.ts";
import { placeOf, ratesFor } from "../../src/rehearsal/release/application.ts";
import { endOf } from "../../src/rehearsal/release/end.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { callsOf } from "./calls.ts";
import type { Case } from "./cases.ts";
import { type Ended, interpreterOf } from "./interpreter.ts";
import type { Lambdas } from "./lambdas.ts";
import { isWaiting } from "./lambdas.ts";
import { changesOf, type Ran } from "./outcome.ts";
import { type Due, Timekeeper } from "./timekeeper.ts";
import { Triggers } from "./triggers.ts";

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface RunParts {
  readonly lambdas: Lambdas;
  readonly client: SFNClient;
  /** The interpreter's address. */
  readonly states: string;
}

const { stateMachineArn } = rehearsedDeployment;
/** What a rehearsal calls its first execution. */
const first = "rehearsal";

export class Run {
  readonly keeper: Timekeeper;
  readonly #case: Case;
  readonly #world: World;
  readonly #account: Account;
  readonly #twin: Twin;
  readonly #triggers: Triggers;
  readonly #interpreter: ReturnType<typeof interpreterOf>;
  readonly #calls: ReturnType<typeof callsOf>;
  readonly #awsCalls: Record<string, number> = {};
  readonly #ended: Ended[] = [];
  /** Of all executions, in the order in which they began. */
  readonly #names: string[] = [];

  constructor(each: Case, { lambdas, client, states }: RunParts) {
    const { seed, plan, startMs, world: spec } = each.request;
    const { uuidOf } = createRandomness(seed);
    this.#case = each;
    this.#world = createWorld({ seed, startMs, spec, account: accountOf(plan, each.request.event) });
    this.#triggers = new Triggers({
      client,
      keeper: () => this.keeper,
      invoke: (name, event) => this.#interpreter.invoke(name, event),
      nextName: () => (this.#names.length === 0 ? first : uuidOf("execution", this.#names.length + 1)),
    });
    this.#account = openAccount({
      world: this.#world,
      stacks: [
        {
          stack: { ...placeOf(rehearsedDeployment), machineName: "release" },
          executions: elsewhere(this.#triggers),
        },
      ],
      definition: releaseParts.definition,
      onEvent: (event) => this.#triggers.deliver(event),
      onUndelivered: (what) => this.keeper.fail(new Error(what)),
    });
    const count = (operation: string) => {
      this.#awsCalls[operation] = (this.#awsCalls[operation] ?? 0) + 1;
    };
    this.#twin = createTwin(this.#account.services, () => this.keeper.nowMs, {
      intercept: (call, next) => {
        count(`${call.service}.${call.operation}`);
        return next();
      },
    });
    this.keeper = new Timekeeper({
      startMs,
      dues: [...this.#account.dues, ...this.#rates(), this.#settling()],
      quiet: () => this.#quiet(lambdas),
      done: () => this.#done(),
    });
    this.#interpreter = interpreterOf({
      lambdas,
      keeper: this.keeper,
      onBegin: (name) => void this.#names.push(name),
      onEnd: (end) => {
        this.#ended.push(end);
        this.#triggers.deliver(statusEvent(end.record, this.#ended.length));
      },
    });
    this.#calls = callsOf({ keeper: this.keeper, lambdas, twin: this.#twin, states, seed, count });
  }

  /** Puts the plan in force, delivers the event, and resolves when all is over. */
  async ran(): Promise<Ran & { readonly event: unknown }> {
    const { request, approves } = this.#case;
    const { plan, startMs } = request;
    await putInForce(this.#twin, plan, new Date(startMs).toISOString());
    this.#world.advanceTo(startMs);
    if (approves === undefined) this.#triggers.start(request.event, first);
    else {
      await approve(this.#twin, `${plan.model}/${approves}`);
      // That was no call of the release.
      delete this.#awsCalls["sagemaker.UpdateModelPackage"];
    }
    for (const after of request.stopAfterSeconds ?? []) this.#triggers.stopLater(first, after * 1000);
    await this.keeper.run();
    this.#world.advanceTo(this.keeper.nowMs);
    return { ...this.#record(), event: this.#triggers.lastStarting ?? request.event };
  }

  answer(asked: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    const { url = "" } = asked;
    return /^\/(aws|states)\//.test(url)
      ? this.#calls.answer(asked, body)
      : this.#interpreter.answer(asked, body);
  }

  #quiet(lambdas: Lambdas): boolean {
    const interpreter = this.#interpreter;
    return (
      this.#triggers.ordering === interpreter.invokingForEvents() &&
      interpreter.resting() &&
      lambdas.invocations.length === interpreter.invoking() &&
      lambdas.invocations.every(isWaiting)
    );
  }

  #done(): boolean {
    return (
      this.#allOver() &&
      this.#triggers.toCome + this.#interpreter.invoking() === 0 &&
      this.#account.calm() &&
      this.#settledMs() <= this.keeper.nowMs
    );
  }

  #allOver(): boolean {
    return this.#names.length > 0 && this.#names.length === this.#ended.length;
  }

  #settledMs(): number {
    const lastStopMs = Math.max(0, ...this.#ended.map(({ record }) => record.stopMs ?? 0));
    return lastStopMs + (this.#case.request.settleSeconds ?? 0) * 1000;
  }

  /** Holds the run for a while after the last execution has ended. */
  #settling(): Due {
    const nextMs = () =>
      this.#allOver() && this.#settledMs() > this.keeper.nowMs ? this.#settledMs() : undefined;
    return { nextMs, run: () => {} };
  }

  /** What the clock invokes. */
  #rates(): Due[] {
    return ratesFor([this.#case.request.plan], releaseParts.rates ?? []).map((rate) => {
      let nextMs = this.#case.request.startMs + rate.everySeconds * 1000;
      const run = () => {
        nextMs += rate.everySeconds * 1000;
        this.#triggers.invokeLater(rate.function, rate.event);
      };
      return { nextMs: () => nextMs, run };
    });
  }

  #record(): Ran {
    const { startMs } = this.#case.request;
    const changes = this.#world.events.map(({ atMs, ...change }) => ({
      atSeconds: seconds(atMs, startMs),
      ...change,
    }));
    const began = ({ record }: Ended) => this.#names.indexOf(record.name);
    return {
      executions: this.#ended
        .toSorted((a, b) => began(a) - began(b))
        .map(({ record, entered, events }) => ({
          name: record.name,
          ...endOf(record),
          states: entered,
          historyEvents: events,
        })),
      ...changesOf(changes),
      after: snapshotOf(this.#world, this.#account.schedules()),
      awsCalls: this.#awsCalls,
      refusals: this.#twin.refusals,
    };
  }
}

/** What the account needs of executions that run elsewhere: that they can be started. */
function elsewhere(triggers: Triggers): RunningExecutions {
  const refuse = (): never => {
    throw new Error("the executions run elsewhere: expected the call at the interpreter");
  };
  return {
    stateMachineArn,
    running: 0,
    lastStopMs: 0,
    transitions: 0,
    walked: new Set<string>(),
    start: ({ name, input = "{}" }) => triggers.start(input, name) as never,
    stop: refuse,
    describe: refuse,
    list: refuse,
    history: refuse,
  };
}

/** As before the event in a rehearsal, but at once. */
async function putInForce(twin: Twin, plan: Case["request"]["plan"], at: string): Promise<void> {
  const handle = async (asked: Parameters<Twin["handle"]>[0]) => ({ response: await twin.handle(asked) });
  await applyPlanOn({ handle }, plan, { at });
}

/** As a person does it with the AWS command line. */
async function approve(twin: Twin, version: string): Promise<void> {
  const { account, region } = rehearsedDeployment;
  const ModelPackageArn = `arn:aws:sagemaker:${region}:${account}:model-package/${version}`;
  const { statusCode, body } = await twin.handle({
    method: "POST",
    hostname: "127.0.0.1",
    path: "/",
    query: {},
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "SageMaker.UpdateModelPackage" },
    body: JSON.stringify({ ModelPackageArn, ModelApprovalStatus: "Approved" }),
  });
  if (statusCode !== 200)
    throw new Error(`UpdateModelPackage: ${statusCode} ${new TextDecoder().decode(body)}`);
}
