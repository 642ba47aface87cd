/** One case on the second engine: its world and account, who is at work, and what came of it. */
import type { IncomingMessage } from "node:http";
import { type SFNClient, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { applyPlanOn } from "../../functions/index.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { openAccount } from "../../src/rehearsal/engine/account.ts";
import type { RunningExecutions } from "../../src/rehearsal/engine/executions.ts";
import { deliveryMs } from "../../src/rehearsal/engine/functions.ts";
import { createRandomness } from "../../src/rehearsal/engine/randomness.ts";
import { endOf } from "../../src/rehearsal/engine/run-record.ts";
import { snapshotOf } from "../../src/rehearsal/engine/snapshot.ts";
import { seconds } from "../../src/rehearsal/engine/stage-facts.ts";
import { statusEvent } from "../../src/rehearsal/engine/status-event.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import type { BusEvent } from "../../src/rehearsal/twin/event-bridge.ts";
import { createTwin, type Twin } from "../../src/rehearsal/twin/twin.ts";
import { createWorld } from "../../src/rehearsal/world/world.ts";
import { callsOf } from "./calls.ts";
import type { Case } from "./cases.ts";
import { type Ended, interpreterOf } from "./interpreter.ts";
import type { Lambdas } from "./lambdas.ts";
import { isWaiting } from "./lambdas.ts";
import { changesOf, type Ran } from "./outcome.ts";
import { Timekeeper } from "./timekeeper.ts";

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Run {
  nowMs(): number;
  look(): void;
  fail(error: unknown): void;
  answer(request: IncomingMessage, body: Buffer): Promise<HttpAnswer>;
  /** Resolves when all is over. */
  ran(): Promise<Ran & { readonly event: unknown }>;
}

export interface RunParts {
  readonly lambdas: Lambdas;
  readonly client: SFNClient;
  /** The interpreter's address. */
  readonly states: string;
}

const { stateMachineArn } = rehearsedDeployment;
const executionArn = (name: string) => `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
const first = "rehearsal";

export async function openRun(
  { request, approves }: Case,
  { lambdas, client, states }: RunParts,
): Promise<Run> {
  const { seed, plan, startMs = 0, settleSeconds = 0, stopAfterSeconds = [] } = request;
  const world = createWorld({ seed, startMs, spec: request.world, plan });
  const { uuidOf } = createRandomness(seed);
  const awsCalls: Record<string, number> = {};
  const ended: Ended[] = [];
  /** Of all executions, in the order in which they began. */
  const names: string[] = [];
  let event: unknown = request.event;
  /** Requests of ours that set something off at the interpreter, and things that are still to be set off. */
  let ordering = 0;
  let toCome = 0;
  let lastStopMs = 0;

  const order = async (work: () => Promise<unknown>): Promise<void> => {
    ordering += 1;
    try {
      await work();
    } catch (error) {
      keeper.fail(error);
    }
    ordering -= 1;
    keeper.look();
  };
  const start = (input: unknown, name = uuidOf("execution", names.length + 1)): void => {
    const text = typeof input === "string" ? input : JSON.stringify(input);
    void order(() => client.send(new StartExecutionCommand({ stateMachineArn, name, input: text })));
  };
  const later = (ms: number, what: () => void): void => {
    toCome += 1;
    void keeper.wait(ms).over.then(() => {
      toCome -= 1;
      what();
      keeper.look();
    });
  };
  const onEvent = (said: BusEvent): void => {
    for (const rule of releaseParts.rules ?? []) {
      if (!rule.matches(said)) continue;
      const { function: name } = rule;
      if (name !== undefined) invokeLater(name, said);
      else {
        event = said;
        later(deliveryMs, () => start(said, names.length === 0 ? first : undefined));
      }
    }
  };
  const invokeLater = (name: string, said: unknown): void =>
    later(deliveryMs, () => void order(() => interpreter.invoke(name, said)));

  const account = openAccount({
    ...{
      world,
      executions: elsewhere(start),
      definition: releaseParts.definition,
      machineName: "release",
      onEvent,
    },
    onUndelivered: (what) => keeper.fail(new Error(what)),
  });
  const twin = createTwin(account.services, () => keeper.nowMs, {
    intercept: (call, next) => {
      const operation = `${call.service}.${call.operation}`;
      awsCalls[operation] = (awsCalls[operation] ?? 0) + 1;
      return next();
    },
  });
  const settledMs = () => lastStopMs + settleSeconds * 1000;
  const rates = (releaseParts.rates ?? []).map((rate) => {
    let nextMs = startMs + rate.everySeconds * 1000;
    const run = () => {
      nextMs += rate.everySeconds * 1000;
      invokeLater(rate.function, rate.event);
    };
    return { nextMs: () => nextMs, run };
  });
  const allOver = () => names.length > 0 && names.length === ended.length;
  const settling = {
    nextMs: () => (allOver() && settledMs() > keeper.nowMs ? settledMs() : undefined),
    run: () => {},
  };
  const keeper: Timekeeper = new Timekeeper({
    startMs,
    dues: [...account.dues, ...rates, settling],
    quiet: () =>
      ordering === interpreter.invokingForEvents() &&
      interpreter.resting() &&
      lambdas.invocations.length === interpreter.invoking() &&
      lambdas.invocations.every(isWaiting),
    done: () =>
      allOver() && toCome + interpreter.invoking() === 0 && account.calm() && settledMs() <= keeper.nowMs,
  });
  const interpreter = interpreterOf({
    ...{ lambdas, keeper },
    onBegin: (name) => void names.push(name),
    onEnd: (end) => {
      ended.push(end);
      lastStopMs = keeper.nowMs;
      onEvent(statusEvent(end.record, ended.length));
    },
  });
  const calls = callsOf({
    keeper,
    lambdas,
    twin,
    states,
    seed,
    count: (operation) => {
      awsCalls[operation] = (awsCalls[operation] ?? 0) + 1;
    },
  });

  await putInForce(twin, plan, new Date(startMs).toISOString());
  world.advanceTo(startMs);
  if (approves === undefined) start(request.event, first);
  else {
    await approve(twin, `${plan.model}/${approves}`);
    // That was no call of the release.
    delete awsCalls["sagemaker.UpdateModelPackage"];
  }
  for (const after of stopAfterSeconds)
    later(after * 1000, () => {
      const stop = { executionArn: executionArn(first), error: "Stopped", cause: "stopped by hand" };
      void order(() => client.send(new StopExecutionCommand(stop)));
    });

  return {
    nowMs: () => keeper.nowMs,
    look: () => keeper.look(),
    fail: (error) => keeper.fail(error),
    answer: (asked, body) =>
      /^\/(aws|states)\//.test(asked.url ?? "") ? calls.answer(asked, body) : interpreter.answer(asked, body),
    async ran() {
      await keeper.run();
      world.advanceTo(keeper.nowMs);
      const changes = world.history.map(({ atMs, ...change }) => ({
        atSeconds: seconds(atMs, startMs),
        ...change,
      }));
      return {
        executions: ended
          .toSorted((a, b) => names.indexOf(a.record.name) - names.indexOf(b.record.name))
          .map(({ record, entered, events }) => ({
            ...{ name: record.name, ...endOf(record), states: entered, historyEvents: events },
          })),
        ...changesOf(changes),
        after: snapshotOf(world, account.schedules()),
        awsCalls,
        refusals: twin.refusals,
        event,
      };
    },
  };
}

/** What the account needs of executions that run elsewhere: that they can be started. */
function elsewhere(start: (input: unknown, name?: string) => void): RunningExecutions {
  const refuse = (): never => {
    throw new Error("the executions run elsewhere: expected the call at the interpreter");
  };
  return {
    ...{ stateMachineArn, running: 0, lastStopMs: 0, transitions: 0 },
    start: ({ name, input = "{}" }) => start(input, name) as never,
    ...{ stop: refuse, describe: refuse, list: refuse, history: refuse },
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
    ...{ method: "POST", hostname: "127.0.0.1", path: "/", query: {} },
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "SageMaker.UpdateModelPackage" },
    body: JSON.stringify({ ModelPackageArn, ModelApprovalStatus: "Approved" }),
  });
  if (statusCode !== 200)
    throw new Error(`UpdateModelPackage: ${statusCode} ${new TextDecoder().decode(body)}`);
}
