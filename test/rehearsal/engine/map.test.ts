/** A Map state as AWS runs one, inline: its items side by side in virtual time, what fails in it, and what is told of it. */
import { describe, expect, it } from "vitest";
import { edgesOf, prepareDefinition } from "#twin/engine";
import { machine, minuteMs, run, sleep, startMs, task } from "./tiny.ts";

const named = (name: string) => Object.assign(new Error(name), { name });
const input = { run: "a", items: [{ n: 1 }, { n: 2 }, { n: 3 }] };
type Fields = Record<string, unknown>;

const mapped = (fields: Fields = {}, send: Fields = {}, more: Fields = {}) =>
  machine("Spread", {
    Spread: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemSelector: { "run.$": "$.run", "nth.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value" },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Send",
        States: {
          Send: task({ End: true, ...send }),
          ...(more as Record<string, { Type: string }>),
        },
      },
      ResultPath: "$.sent",
      Next: "After",
      ...fields,
    },
    After: { Type: "Pass", End: true },
  });

type Sent = { readonly nth: number; readonly item: { readonly n: number }; readonly run: string };
const steps = (Send: (sent: Sent) => Promise<unknown>) => () => ({
  Send: (sent: unknown) => Send(sent as Sent),
});

describe("items", () => {
  it("are run side by side, each with what is selected for it, and answered in their order", async () => {
    const Send = async ({ nth, item, run: of }: Sent) => {
      await sleep((4 - item.n) * 10_000);
      return { nth, n: item.n, of, at: Date.now() - startMs };
    };

    const { record } = await run({ definition: mapped(), stepsOn: steps(Send) }, input);

    expect(JSON.parse(record.output ?? "")).toEqual({
      ...input,
      sent: [
        { nth: 0, n: 1, of: "a", at: 30_000 },
        { nth: 1, n: 2, of: "a", at: 20_000 },
        { nth: 2, n: 3, of: "a", at: 10_000 },
      ],
    });
    expect(record.stopMs).toBe(startMs + 30_000);
  });

  it("are no more at a time than MaxConcurrency, which takes the next as soon as one ends", async () => {
    const begun: number[] = [];
    const Send = async ({ item }: Sent) => {
      begun.push(Date.now() - startMs);
      await sleep(item.n * 10_000);
    };

    await run({ definition: mapped({ MaxConcurrency: 2 }), stepsOn: steps(Send) }, input);

    expect(begun).toEqual([0, 0, 10_000]);
  });

  it("are 40 at a time where nothing is said of that", async () => {
    const begun: number[] = [];
    const Send = async () => {
      begun.push(Date.now() - startMs);
      await sleep(1_000);
    };
    const items = Array.from({ length: 50 }, (_, n) => ({ n }));

    await run({ definition: mapped(), stepsOn: steps(Send) }, { run: "a", items });

    expect(Map.groupBy(begun, (at) => at).get(0)).toHaveLength(40);
    expect(Map.groupBy(begun, (at) => at).get(1_000)).toHaveLength(10);
  });

  it("may be none, and may be all of the input", async () => {
    const none = await run({ definition: mapped(), stepsOn: steps(async () => 1) }, { run: "a", items: [] });
    const { ItemsPath: _, ItemSelector: __, ...bare } = mapped().States.Spread ?? { Type: "" };
    const { ResultPath: ___, ...all } = bare as Fields;
    const whole = { ...mapped(), States: { ...mapped().States, Spread: { Type: "Map", ...all } } };
    const given = await run({ definition: whole, stepsOn: steps(async (one) => one) }, [1, "b"]);

    expect(JSON.parse(none.record.output ?? "").sent).toEqual([]);
    expect(JSON.parse(given.record.output ?? "")).toEqual([1, "b"]);
  });

  it("that are no array fail the execution, and no Catch takes that", async () => {
    const definition = mapped({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "After" }] });

    const { record } = await run({ definition, stepsOn: steps(async () => 1) }, { run: "a", items: 3 });

    expect(record).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });

  it("end the execution where what they answer together passes 262,144 bytes", async () => {
    const { record } = await run(
      { definition: mapped(), stepsOn: steps(async () => "x".repeat(100_000)) },
      input,
    );

    expect(record).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });
});

const retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 60, MaxAttempts: 2, BackoffRate: 1 }];
const lost = { Lost: { Type: "Pass", Parameters: { "lost.$": "$.Error" }, End: true } };

describe("what fails in a Map", () => {
  it("is tried again and caught within an item, and touches no other", async () => {
    const definition = mapped(
      {},
      { Retry: retry, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Lost" }] },
      lost,
    );
    let attempts = 0;
    const Send = async ({ item }: Sent) => {
      if (item.n !== 2) return item.n;
      attempts += 1;
      throw named("Busy");
    };

    const { record, engine } = await run({ definition, stepsOn: steps(Send) }, input);

    expect(JSON.parse(record.output ?? "").sent).toEqual([1, { lost: "Busy" }, 3]);
    expect(attempts).toBe(3);
    expect([...engine.executions.walked]).toEqual(["Send: Retry", "Send: Catch States.ALL → Lost"]);
    expect(edgesOf(definition).map(({ name }) => name)).toEqual([
      "Send: Retry",
      "Send: Catch States.ALL → Lost",
    ]);
    // Spread, three times Send, two retries, Lost, After.
    expect(engine.executions.transitions).toBe(1 + 3 + 2 + 1 + 1);
  });

  it("fails it by its name and stops the others, whose Lambdas run on and whose retries never come", async () => {
    const done: string[] = [];
    const whole = mapped(
      { Catch: [{ ErrorEquals: ["Lost"], ResultPath: "$.failure", Next: "After" }] },
      { Retry: retry },
    );
    const After = { Type: "Wait", Seconds: 300, End: true };
    const definition = { ...whole, States: { ...whole.States, After } };
    const Send = async ({ item }: Sent) => {
      done.push(`${item.n} begun`);
      if (item.n === 1) throw named("Busy");
      if (item.n === 2) {
        await sleep(5_000);
        throw named("Lost");
      }
      await sleep(20_000);
      done.push("3 done");
    };

    const { record, engine } = await run({ definition, stepsOn: steps(Send) }, input);

    expect(JSON.parse(record.output ?? "").failure.Error).toBe("Lost");
    expect(record.stopMs).toBe(startMs + 305_000);
    expect(done).toEqual(["1 begun", "2 begun", "3 begun", "3 done"]);
    const events = engine.executions.history(record.executionArn);
    expect(
      events.filter(({ type }) => /Iteration|Map/.test(type)).map(({ type, index }) => [type, index]),
    ).toEqual([
      ["MapStateEntered", undefined],
      ["MapStateStarted", undefined],
      ["MapIterationStarted", 0],
      ["MapIterationStarted", 1],
      ["MapIterationStarted", 2],
      ["MapIterationFailed", 1],
      ["MapIterationAborted", 0],
      ["MapIterationAborted", 2],
      ["MapStateFailed", undefined],
      ["MapStateExited", undefined],
    ]);
  });

  it("has the whole Map tried again by the Map's own Retry", async () => {
    let attempts = 0;
    const Send = async ({ item }: Sent) => {
      if (item.n === 3 && ++attempts < 3) throw named("Busy");
      return item.n;
    };

    const { record, engine } = await run(
      { definition: mapped({ Retry: retry }), stepsOn: steps(Send) },
      input,
    );

    expect(JSON.parse(record.output ?? "").sent).toEqual([1, 2, 3]);
    expect(record.stopMs).toBe(startMs + 2 * minuteMs);
    expect([...engine.executions.walked]).toEqual(["Spread: Retry"]);
  });

  it("fails it where an item ends in a Fail state, by the name that this has", async () => {
    const definition = mapped(
      { Catch: [{ ErrorEquals: ["TooBad"], ResultPath: "$.failure", Next: "After" }] },
      { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Worse" }] },
      { Worse: { Type: "Fail", Error: "TooBad", Cause: "so" } },
    );

    const { record } = await run({ definition, stepsOn: steps(() => Promise.reject(named("Busy"))) }, input);

    expect(JSON.parse(record.output ?? "").failure).toEqual({ Error: "TooBad", Cause: "so" });
  });
});

describe("an execution within a Map", () => {
  it("is stopped at once, and nothing more of any item is begun", async () => {
    const begun: number[] = [];
    const definition = mapped({ MaxConcurrency: 2 }, { Retry: retry });
    const Send = async ({ item }: Sent) => {
      begun.push(item.n);
      if (item.n === 1) throw named("Busy");
      await sleep(50_000);
    };

    const { record, engine } = await run({ definition, stepsOn: steps(Send) }, input, ({ executions }) => {
      setTimeout(() => executions.stop(executions.list()[0]?.executionArn ?? "", {}), 10_000);
    });

    expect(record).toMatchObject({ status: "ABORTED", stopMs: startMs + 10_000 });
    expect(begun).toEqual([1, 2]);
    expect(engine.clock.nowMs()).toBe(startMs + 50_000);
  });

  it("tells of each item what it did, each event after the one that it follows on", async () => {
    const { record, engine } = await run(
      { definition: mapped({ MaxConcurrency: 1 }), stepsOn: steps(async ({ item }) => item.n) },
      { run: "a", items: [{ n: 1 }, { n: 2 }] },
    );

    const events = engine.executions.history(record.executionArn);
    expect(events.map(({ id, previousEventId, type }) => `${id} after ${previousEventId}: ${type}`)).toEqual([
      "1 after 0: ExecutionStarted",
      "2 after 0: MapStateEntered",
      "3 after 2: MapStateStarted",
      "4 after 3: MapIterationStarted",
      "5 after 4: TaskStateEntered",
      "6 after 5: LambdaFunctionScheduled",
      "7 after 6: LambdaFunctionStarted",
      "8 after 7: LambdaFunctionSucceeded",
      "9 after 8: TaskStateExited",
      "10 after 9: MapIterationSucceeded",
      "11 after 9: MapIterationStarted",
      "12 after 11: TaskStateEntered",
      "13 after 12: LambdaFunctionScheduled",
      "14 after 13: LambdaFunctionStarted",
      "15 after 14: LambdaFunctionSucceeded",
      "16 after 15: TaskStateExited",
      "17 after 16: MapIterationSucceeded",
      "18 after 17: MapStateSucceeded",
      "19 after 17: MapStateExited",
      "20 after 19: PassStateEntered",
      "21 after 20: PassStateExited",
      "22 after 21: ExecutionSucceeded",
    ]);
    expect(events[2]).toMatchObject({ length: 2 });
    expect(events[10]).toMatchObject({ name: "Spread", index: 1 });
  });
});

describe("a Map", () => {
  const refused = (definition: ReturnType<typeof machine>) => () =>
    prepareDefinition(definition, "eu-west-1", "123456789012");

  it.each([
    ["Spread.ItemReader: not modelled", mapped({ ItemReader: {} })],
    ["Spread.MaxConcurrencyPath: not modelled", mapped({ MaxConcurrencyPath: "$.n" })],
    ["Spread.ToleratedFailureCount: not modelled", mapped({ ToleratedFailureCount: 1 })],
    ["Spread.Parameters: not modelled", mapped({ Parameters: {} })],
    ["Spread.ItemProcessor: expected one, found none", mapped({ ItemProcessor: undefined })],
    [
      "Spread.ItemProcessor.ProcessorConfig.Mode: expected INLINE, found DISTRIBUTED",
      mapped({
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED" },
          StartAt: "Send",
          States: { Send: task({ End: true }) },
        },
      }),
    ],
    [
      "Spread: whether States.TaskFailed takes what fails in a Map is not modelled",
      mapped({ Catch: [{ ErrorEquals: ["States.TaskFailed"], Next: "After" }] }),
    ],
    [
      "Spread.ItemSelector.all.$: of $$.Execution only Id and Name are modelled in a Map",
      mapped({ ItemSelector: { "all.$": "$$.Execution.Input" } }),
    ],
    [
      "Send: within a Map only Id and Name of $$.Execution, and $$.StateMachine, are modelled",
      mapped({}, { Parameters: { "at.$": "$$.Execution.StartTime" } }),
    ],
    ["Send.TimeoutSeconds: expected a number of seconds", mapped({}, { TimeoutSeconds: undefined })],
    ["Worse.Error: expected the name by which the Map fails", mapped({}, {}, { Worse: { Type: "Fail" } })],
    ["After: expected one state of that name, found several", mapped({}, {}, { After: { Type: "Succeed" } })],
    ["Again.Type: a Map within a Map is not modelled", mapped({}, {}, { Again: mapped().States.Spread })],
  ])("is refused by name: %s", (problem, definition) => {
    expect(refused(definition)).toThrow(problem);
  });
});
