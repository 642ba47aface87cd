import { describe, expect, it } from "vitest";
import { mostEvents, prepareDefinition } from "#twin/engine";
import { bus, busClient, dayMs, machine, minuteMs, run, sleep, startMs, task } from "./tiny.ts";

const retried = { ErrorEquals: ["States.ALL"], IntervalSeconds: 60, MaxAttempts: 5, BackoffRate: 1 };
const caught = { ErrorEquals: ["States.ALL"], Next: "Compensate" };
const failing = () => Promise.reject(new Error("no"));

/** Stops the execution that `run` starts, some virtual time after its start. */
const stopAfter = (ms: number) => (engine: Parameters<NonNullable<Parameters<typeof run>[2]>>[0]) => {
  const [record] = engine.executions.list();
  setTimeout(
    () => engine.executions.stop(record?.executionArn ?? "", { error: "Stopped", cause: "by hand" }),
    ms,
  );
};

describe("a stop", () => {
  const definition = machine("Work", {
    Work: task({ Retry: [retried], Catch: [caught], Next: "Pause" }),
    Pause: { Type: "Wait", Seconds: 3600, Next: "Compensate" },
    Compensate: task({ End: true }),
  });

  it("during a retry back-off invokes nothing more and runs no Catch", async () => {
    const invoked: string[] = [];
    const steps = {
      Work: () => {
        invoked.push("Work");
        return failing();
      },
      Compensate: async () => invoked.push("Compensate"),
    };

    const { record, engine } = await run({ definition, stepsOn: () => steps }, {}, stopAfter(90_000));

    expect(invoked).toEqual(["Work", "Work"]);
    expect(record).toMatchObject({
      status: "ABORTED",
      error: "Stopped",
      cause: "by hand",
      stopMs: startMs + 90_000,
    });
    expect(engine.clock.nowMs()).toBe(startMs + 90_000);
  });

  it("during a task lets the Lambda run to its end, and goes no further", async () => {
    const done: string[] = [];
    const steps = {
      Work: async () => {
        await sleep(30_000);
        done.push(`Work at ${Date.now() - startMs}`);
      },
      Compensate: async () => done.push("Compensate"),
    };

    const { record, engine } = await run({ definition, stepsOn: () => steps }, {}, stopAfter(10_000));

    expect(done).toEqual(["Work at 30000"]);
    expect(record).toMatchObject({ status: "ABORTED", stopMs: startMs + 10_000 });
    const events = engine.executions.history(record.executionArn);
    expect(events.at(-1)).toMatchObject({ type: "ExecutionAborted", previousEventId: 0 });
    expect(events.map(({ previousEventId }) => previousEventId).slice(0, 4)).toEqual([0, 0, 2, 3]);
    expect(events[2]).toMatchObject({
      type: "LambdaFunctionScheduled",
      resource: expect.stringMatching(/^arn:aws:lambda:/),
      timeoutInSeconds: expect.any(Number),
    });
    expect(events[2]?.input).toEqual(JSON.parse(record.input));
  });

  it("during a wait ends it there", async () => {
    const done: string[] = [];
    const steps = { Work: async () => 1, Compensate: async () => done.push("Compensate") };

    const { record } = await run({ definition, stepsOn: () => steps }, {}, stopAfter(10 * minuteMs));

    expect(done).toEqual([]);
    expect(record).toMatchObject({ status: "ABORTED", stopMs: startMs + 10 * minuteMs });
  });

  it("after the end changes nothing", async () => {
    const short = machine("Done", { Done: { Type: "Succeed" } });

    const { record, engine } = await run({ definition: short, stepsOn: () => ({}) });

    expect(engine.executions.stop(record.executionArn, {}).status).toBe("SUCCEEDED");
  });
});

describe("time-outs", () => {
  it("of a task are States.Timeout, and leave its Lambda running", async () => {
    const done: string[] = [];
    const definition = machine("Work", {
      Work: task({
        TimeoutSeconds: 20,
        Catch: [{ ErrorEquals: ["States.Timeout"], ResultPath: "$.error", Next: "After" }],
        Next: "After",
      }),
      After: { Type: "Pass", End: true },
    });

    const { record, engine } = await run({
      definition,
      functionTimeoutSeconds: { Work: 120 },
      stepsOn: () => ({
        Work: async () => {
          await sleep(50_000);
          done.push(`at ${Date.now() - startMs}`);
        },
      }),
    });

    expect(JSON.parse(record.output ?? "").error.Error).toBe("States.Timeout");
    expect((record.stopMs ?? 0) - startMs).toBe(20_000);
    expect(done).toEqual(["at 50000"]);
    expect(engine.executions.history(record.executionArn).map((event) => event.type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionTimedOut",
      "TaskStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("of the machine end it as TIMED_OUT without error or cause, also during a back-off", async () => {
    let attempts = 0;
    const definition = machine(
      "Work",
      { Work: task({ Retry: [retried], Catch: [caught], End: true }), Compensate: task({ End: true }) },
      { TimeoutSeconds: 100 },
    );
    const steps = {
      Work: () => {
        attempts += 1;
        return failing();
      },
      Compensate: failing,
    };

    const { record, engine } = await run({ definition, stepsOn: () => steps });

    expect(engine.executions.history(record.executionArn).at(-1)).toMatchObject({
      type: "ExecutionTimedOut",
      error: "States.Timeout",
      previousEventId: 0,
    });
    expect(record).toMatchObject({
      status: "TIMED_OUT",
      error: undefined,
      cause: undefined,
      stopMs: startMs + 100_000,
    });
    expect(attempts).toBe(2);
  });

  it("do not fire while a slow twin is at work in no virtual time", async () => {
    const { service } = bus();
    const slow = {
      ...service,
      operations: {
        PutEvents: async () => {
          for (let i = 0; i < 2000; i++) await new Promise((resolve) => setImmediate(resolve));
          return { FailedEntryCount: 0, Entries: [] };
        },
      },
    };

    const { record } = await run({
      definition: machine("Work", { Work: task({ TimeoutSeconds: 1, End: true }) }),
      services: () => [slow],
      stepsOn: (wire) => ({ Work: () => busClient(wire).put("x") }),
    });

    expect(record.status).toBe("SUCCEEDED");
  });
});

describe("limits", () => {
  it("counts a task's five events and three for each retry, two for a choice, one for a Fail", async () => {
    const definition = machine("Work", {
      Work: task({
        Retry: [{ ...retried, MaxAttempts: 2 }],
        Catch: [{ ...caught, ResultPath: "$.error" }],
        Next: "Which",
      }),
      Compensate: { Type: "Pass", Next: "Which" },
      Which: {
        Type: "Choice",
        Choices: [{ Variable: "$.error", IsPresent: true, Next: "Bad" }],
        Default: "Good",
      },
      Good: { Type: "Succeed" },
      Bad: { Type: "Fail", Error: "RolledBack", CausePath: "$.error.Error" },
    });

    const { record, engine } = await run({ definition, stepsOn: () => ({ Work: failing }) });

    expect(record).toMatchObject({ status: "FAILED", error: "RolledBack", cause: "Error" });
    const events = engine.executions.history(record.executionArn);
    expect(events.map((event) => event.id)).toEqual(events.map((_, i) => i + 1));
    expect(events).toHaveLength(1 + (2 + 3 * 3) + 2 + 2 + 1 + 1);
    expect(engine.executions.transitions).toBe(1 + 2 + 1 + 1 + 1);
  });

  it("fails an execution whose 25,000th event is not its success", async () => {
    const definition = machine("Pause", {
      Pause: { Type: "Wait", Seconds: 1, Next: "Again" },
      Again: {
        Type: "Choice",
        Choices: [{ Variable: "$.never", IsPresent: true, Next: "Done" }],
        Default: "Pause",
      },
      Done: { Type: "Succeed" },
    });

    const { record, engine } = await run({ definition, stepsOn: () => ({}) });

    expect(record).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
    });
    expect(engine.executions.history(record.executionArn)).toHaveLength(mostEvents);
  });

  it("ends in States.DataLimitExceeded, which States.ALL does not catch, when a result or a document passes 262,144 bytes", async () => {
    const text = (bytes: number) => "x".repeat(bytes - 2);
    const one = machine("Work", {
      Work: task({ Catch: [caught], End: true }),
      Compensate: task({ End: true }),
    });
    const sum = machine("Work", {
      Work: task({ ResultPath: "$.a", Catch: [caught], Next: "More" }),
      More: task({ ResultPath: "$.b", Catch: [caught], End: true }),
      Compensate: task({ End: true }),
    });
    const steps = (bytes: number) => ({
      Work: async () => text(bytes),
      More: async () => text(bytes),
      Compensate: failing,
    });

    const fits = await run({ definition: one, stepsOn: () => steps(262_144) });
    const tooLong = await run({ definition: one, stepsOn: () => steps(262_145) });
    const together = await run({ definition: sum, stepsOn: () => steps(140_000) });

    expect(fits.record.status).toBe("SUCCEEDED");
    for (const { record } of [tooLong, together])
      expect(record).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });

  it("runs three virtual weeks of a looping machine, short of the cap, without a false time-out", async () => {
    let polls = 0;
    const definition = machine("Poll", {
      Poll: task({ Next: "Over" }),
      Over: {
        Type: "Choice",
        Choices: [{ Variable: "$.over", BooleanEquals: true, Next: "Done" }],
        Default: "Pause",
      },
      Pause: { Type: "Wait", Seconds: 600, Next: "Poll" },
      Done: { Type: "Succeed" },
    });

    const { record } = await run({
      definition,
      stepsOn: () => ({
        Poll: async () => {
          polls += 1;
          return { over: Date.now() - startMs >= 19 * dayMs };
        },
      }),
    });

    expect(record.status).toBe("SUCCEEDED");
    expect(polls).toBe(19 * 144 + 1);
  });
});

describe("a definition", () => {
  it("finds $$.Execution and $$.StateMachine in its context", async () => {
    const definition = machine("Tell", {
      Tell: {
        Type: "Pass",
        Parameters: {
          "id.$": "$$.Execution.Id",
          "name.$": "$$.Execution.Name",
          "input.$": "$$.Execution.Input",
          "at.$": "$$.Execution.StartTime",
          "machine.$": "$$.StateMachine.Id",
        },
        End: true,
      },
    });

    const { record } = await run({ definition, stepsOn: () => ({}) }, { model: "m" });

    expect(JSON.parse(record.output ?? "")).toEqual({
      id: "arn:aws:states:eu-west-1:123456789012:execution:tiny:first",
      name: "first",
      input: { model: "m" },
      at: "2026-01-05T08:00:00.000Z",
      machine: "arn:aws:states:eu-west-1:123456789012:stateMachine:tiny",
    });
  });

  it("is refused, each mistake by its path, where the interpreter would run it otherwise than AWS", () => {
    const definition = machine("A", {
      A: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        HeartbeatSeconds: 5,
        Next: "B",
      },
      B: { Type: "Wait", Seconds: 3_000_000, Next: "C" },
      C: { Type: "Pass", Parameters: { "n.$": "$$.State.Name" }, ResultPath: "$", Next: "D" },
      D: { Type: "Parallel", Branches: [], End: true },
    });

    const refused = () => prepareDefinition(definition, "eu-west-1", "123456789012");

    expect(refused).toThrow("A.HeartbeatSeconds: not modelled");
    expect(refused).toThrow("A.TimeoutSeconds: expected a number of seconds, found none");
    expect(refused).toThrow("A.Resource: expected a Lambda function, found");
    expect(refused).toThrow("B.Seconds: expected at most 2147483 seconds, found 3000000");
    expect(refused).toThrow(
      "C.Parameters.n.$: only $$.Execution and $$.StateMachine are modelled, found $$.State.Name",
    );
    expect(refused).toThrow('C.ResultPath: "$" is what its absence means');
    expect(refused).toThrow("D.Type: Parallel is not modelled");
  });
});
