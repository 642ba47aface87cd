import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import {
  createTwin,
  type ExecutionEvent,
  type ExecutionRecord,
  type Executions,
  stepFunctions,
} from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import { reaching } from "./twin-handler.ts";

const startMs = Date.UTC(2026, 0, 5, 9);
const machine = {
  arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway",
  name: "slipway",
  roleArn: "arn:aws:iam::123456789012:role/slipway",
  definition: '{"StartAt":"OpenRelease"}',
  createdMs: startMs,
};
const arnOf = (name: string) => `arn:aws:states:eu-west-1:123456789012:execution:slipway:${name}`;

/** Executions that run until they are stopped, with the history they are given. */
function endless(history: readonly ExecutionEvent[]): Executions {
  const records = new Map<string, ExecutionRecord>();
  const find = (arn: string) => {
    const record = records.get(arn);
    if (!record) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return record;
  };
  return {
    start({ name = "unnamed", input = "{}" }) {
      const ids = { executionArn: arnOf(name), stateMachineArn: machine.arn, name };
      const ended = { stopMs: undefined, output: undefined, error: undefined, cause: undefined };
      const record: ExecutionRecord = { ...ids, status: "RUNNING", startMs, input, ...ended };
      records.set(record.executionArn, record);
      return record;
    },
    stop(arn, { error, cause }) {
      const stopped: ExecutionRecord = {
        ...find(arn),
        status: "ABORTED",
        stopMs: startMs + 1500,
        error,
        cause,
      };
      records.set(arn, stopped);
      return stopped;
    },
    describe: find,
    list: (status) =>
      [...records.values()].filter((record) => (status ?? record.status) === record.status).reverse(),
    history: (arn) => (find(arn) ? history : []),
  };
}

const events: readonly ExecutionEvent[] = [
  { id: 1, previousEventId: 0, type: "ExecutionStarted", atMs: startMs, input: { a: 1 } },
  {
    id: 2,
    previousEventId: 1,
    type: "TaskStateEntered",
    atMs: startMs + 1,
    name: "OpenRelease",
    input: { a: 1 },
  },
  {
    id: 3,
    previousEventId: 2,
    type: "LambdaFunctionScheduled",
    atMs: startMs + 1,
    input: { b: 2 },
    resource: "arn:aws:lambda:eu-west-1:123456789012:function:openRelease",
    timeoutInSeconds: 90,
  },
  { id: 4, previousEventId: 3, type: "LambdaFunctionSucceeded", atMs: startMs + 1, output: [1] },
  {
    id: 5,
    previousEventId: 4,
    type: "LambdaFunctionFailed",
    atMs: startMs + 2,
    error: "Throttled",
    cause: "{}",
  },
  { id: 6, previousEventId: 5, type: "ExecutionFailed", atMs: startMs + 3, error: "Throttled", cause: "{}" },
];

function openService() {
  const service = stepFunctions({ machine, executions: endless(events) });
  const client = new SFNClient(reaching(createTwin([service], () => startMs)));
  const start = (name: string, input = "{}") =>
    client.send(new StartExecutionCommand({ stateMachineArn: machine.arn, name, input }));
  return { client, start };
}

describe("Step Functions of the twin", () => {
  it("starts an execution and describes it as it was started", async () => {
    const { client, start } = openService();

    const started = await start("release-1", '{"plan":"chat"}');
    const described = await client.send(new DescribeExecutionCommand({ executionArn: started.executionArn }));

    expect(started).toMatchObject({ executionArn: arnOf("release-1"), startDate: new Date(startMs) });
    expect(described).toMatchObject({
      status: "RUNNING",
      name: "release-1",
      input: '{"plan":"chat"}',
      stateMachineArn: machine.arn,
      redriveCount: 0,
    });
    expect(described.stopDate).toBeUndefined();
  });

  it("stops an execution with error and cause", async () => {
    const { client, start } = openService();
    const { executionArn } = await start("release-1");

    const stop = new StopExecutionCommand({ executionArn, error: "Stopped", cause: "by hand" });
    const { stopDate } = await client.send(stop);

    const after = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(stopDate).toEqual(new Date(startMs + 1500));
    expect(after).toMatchObject({ status: "ABORTED", error: "Stopped", cause: "by hand", stopDate });
  });

  it("lists executions by status, newest first, page by page", async () => {
    const { client, start } = openService();
    for (const name of ["one", "two", "three", "over"]) await start(name);
    await client.send(new StopExecutionCommand({ executionArn: arnOf("over") }));
    const query = { stateMachineArn: machine.arn, statusFilter: "RUNNING", maxResults: 2 } as const;

    const first = await client.send(new ListExecutionsCommand(query));
    const second = await client.send(new ListExecutionsCommand({ ...query, nextToken: first.nextToken }));

    expect(first.executions?.map(({ name }) => name)).toEqual(["three", "two"]);
    expect(second.executions?.map(({ name }) => name)).toEqual(["one"]);
    expect(second.nextToken).toBeUndefined();
  });

  it("tells the history in either order, with each event's details under its type", async () => {
    const { client, start } = openService();
    const { executionArn } = await start("release-1");

    const forward = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    const back = await client.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
    );

    const whole = { truncated: false };
    expect(forward.events?.map(({ timestamp: _, previousEventId: __, ...event }) => event)).toEqual([
      {
        id: 1,
        type: "ExecutionStarted",
        executionStartedEventDetails: { input: '{"a":1}', inputDetails: whole, roleArn: machine.roleArn },
      },
      {
        id: 2,
        type: "TaskStateEntered",
        stateEnteredEventDetails: { name: "OpenRelease", input: '{"a":1}', inputDetails: whole },
      },
      {
        id: 3,
        type: "LambdaFunctionScheduled",
        lambdaFunctionScheduledEventDetails: {
          resource: "arn:aws:lambda:eu-west-1:123456789012:function:openRelease",
          input: '{"b":2}',
          inputDetails: whole,
          timeoutInSeconds: 90,
        },
      },
      {
        id: 4,
        type: "LambdaFunctionSucceeded",
        lambdaFunctionSucceededEventDetails: { output: "[1]", outputDetails: whole },
      },
      {
        id: 5,
        type: "LambdaFunctionFailed",
        lambdaFunctionFailedEventDetails: { error: "Throttled", cause: "{}" },
      },
      {
        id: 6,
        type: "ExecutionFailed",
        executionFailedEventDetails: { error: "Throttled", cause: "{}" },
      },
    ]);
    expect(back.events?.map(({ id }) => id)).toEqual([6]);
    expect(back.nextToken).toBeDefined();
  });

  it("leaves data out where it is told to", async () => {
    const { client, start } = openService();
    const { executionArn } = await start("release-1", '{"plan":"chat"}');

    const described = await client.send(
      new DescribeExecutionCommand({ executionArn, includedData: "METADATA_ONLY" }),
    );
    const history = await client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );

    expect(described.input).toBeUndefined();
    expect(history.events?.[0]?.executionStartedEventDetails).toEqual({ roleArn: machine.roleArn });
    expect(history.events?.[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      resource: "arn:aws:lambda:eu-west-1:123456789012:function:openRelease",
      timeoutInSeconds: 90,
    });
  });

  it("shows the state machine", async () => {
    const { client } = openService();

    const shown = await client.send(new DescribeStateMachineCommand({ stateMachineArn: machine.arn }));

    expect(shown).toMatchObject({
      name: "slipway",
      type: "STANDARD",
      status: "ACTIVE",
      definition: machine.definition,
    });
  });

  it.each([
    [new DescribeExecutionCommand({ executionArn: arnOf("nobody") }), "ExecutionDoesNotExist"],
    [new StopExecutionCommand({ executionArn: "release-1" }), "InvalidArn"],
    [new StartExecutionCommand({ stateMachineArn: `${machine.arn}-2` }), "StateMachineDoesNotExist"],
    [new ListExecutionsCommand({ stateMachineArn: machine.arn, nextToken: "bm9uZQ==" }), "InvalidToken"],
    [new ListExecutionsCommand({ stateMachineArn: machine.arn, maxResults: 1001 }), "ValidationException"],
  ])("answers a request it cannot serve with AWS's error (%#)", async (command, name) => {
    const { client } = openService();

    const answer = client.send(command as DescribeExecutionCommand);

    await expect(answer).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it("refuses by name what it does not model", async () => {
    const { client, start } = openService();
    const { executionArn } = await start("release-1");

    const answer = client.send(new RedriveExecutionCommand({ executionArn }));

    await expect(answer).rejects.toThrow("the twin does not model StepFunctions.RedriveExecution");
  });
});
