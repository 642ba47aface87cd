import { describe, expect, it } from "vitest";
import { type RunningExecutions, statusEvent } from "#twin/engine";
import { dayMs, machine, run, sleep, startMs, task } from "./tiny.ts";

const definition = machine("Hold", { Hold: task({ TimeoutSeconds: 600, End: true }) });
/** Holds an execution for as many seconds as its input says. */
const stepsOn = () => ({
  Hold: async (event: unknown) => {
    await sleep((event as { seconds: number }).seconds * 1000);
    return { held: Date.now() - startMs };
  },
});

/** Runs with `during` looking on while the first execution is under way; gives what it saw. */
async function seeing<T>(during: (executions: RunningExecutions) => T) {
  const seen: T[] = [];
  const ran = await run({ definition, stepsOn }, { seconds: 10 }, (engine) =>
    seen.push(during(engine.executions)),
  );
  return { ...ran, seen: seen[0] as T };
}
const nameOf = (start: () => unknown): string => {
  try {
    start();
    return "started";
  } catch (error) {
    return (error as Error).name;
  }
};

describe("StartExecution", () => {
  it("is idempotent for the same name and input while that execution runs", async () => {
    const { seen, engine } = await seeing((executions) =>
      executions.start({ name: "first", input: '{"seconds":10}' }),
    );

    expect(seen.startMs).toBe(startMs);
    expect(engine.executions.list()).toHaveLength(1);
  });

  it("refuses a name that is taken, a name and an input that are not valid", async () => {
    const { seen } = await seeing((executions) => [
      nameOf(() => executions.start({ name: "first", input: '{"seconds":11}' })),
      nameOf(() => executions.start({ name: "no spaces", input: "{}" })),
      nameOf(() => executions.start({ name: "a", input: "{" })),
      nameOf(() => executions.start({ name: "b", input: JSON.stringify("x".repeat(262_143)) })),
    ]);

    expect(seen).toEqual([
      "ExecutionAlreadyExists",
      "InvalidName",
      "InvalidExecutionInput",
      "InvalidExecutionInput",
    ]);
  });

  it("takes every name that is legal, and no other", async () => {
    const legal = ["release.v7+hotfix", "(a)=b@c!", "größe-7", "'quoted'"];
    const odd = [...'<>{}[]?*"#%\\^|~`$&,;:/ \t\u0000\u007f\u0085'].map((char) => `a${char}b`);

    const { seen } = await seeing((executions) => {
      const start = (name: string) => nameOf(() => executions.start({ name, input: '{"seconds":1}' }));
      return { legal: legal.map(start), odd: [...odd, "x".repeat(81), ""].map(start) };
    });

    expect(seen.legal).toEqual(legal.map(() => "started"));
    expect(new Set(seen.odd)).toEqual(new Set(["InvalidName"]));
  });

  it("keeps a name for 90 days after its execution ended", async () => {
    const { engine } = await seeing(() => undefined);
    const again = () => nameOf(() => engine.executions.start({ name: "first", input: '{"seconds":1}' }));
    const tooEarly = again();
    engine.clock.moveTo(startMs + 91 * dayMs);

    expect([tooEarly, again()]).toEqual(["ExecutionAlreadyExists", "started"]);
  });

  it("gives unnamed executions names of their own, the same for the same seed", async () => {
    const names = async () =>
      (await seeing((executions) => [1, 2].map(() => executions.start({ input: '{"seconds":1}' }).name)))
        .seen;

    const [once, twice] = [await names(), await names()];

    expect(new Set(once).size).toBe(2);
    expect(twice).toEqual(once);
  });
});

describe("executions", () => {
  it("run side by side, each on its own course", async () => {
    const { engine } = await seeing((executions) => {
      executions.start({ name: "second", input: '{"seconds":5}' });
      executions.start({ name: "third", input: '{"seconds":20}' });
    });

    const ends = engine.executions.list().map(({ name, status, output }) => [name, status, output]);
    expect(ends).toEqual([
      ["third", "SUCCEEDED", '{"held":20000}'],
      ["second", "SUCCEEDED", '{"held":5000}'],
      ["first", "SUCCEEDED", '{"held":10000}'],
    ]);
  });

  it("are listed by status, newest first", async () => {
    const { seen } = await seeing((executions) => {
      executions.start({ name: "second", input: '{"seconds":5}' });
      executions.stop("arn:aws:states:eu-west-1:123456789012:execution:tiny:first", {});
      return [executions.list("RUNNING"), executions.list("ABORTED")].map((list) =>
        list.map((one) => one.name),
      );
    });

    expect(seen).toEqual([["second"], ["first"]]);
  });

  it("that do not exist are refused by name", async () => {
    const { engine } = await seeing(() => undefined);

    for (const ask of ["describe", "history"] as const)
      expect(nameOf(() => engine.executions[ask]("arn:none"))).toBe("ExecutionDoesNotExist");
    expect(nameOf(() => engine.executions.stop("arn:none", {}))).toBe("ExecutionDoesNotExist");
  });

  it("tell of each change of status, as EventBridge would", async () => {
    const told: unknown[] = [];
    await run(
      { definition, stepsOn, onStatus: (record) => told.push(statusEvent(record, told.length + 1)) },
      { seconds: 10 },
    );

    const envelope = { "detail-type": "Step Functions Execution Status Change", source: "aws.states" };
    expect(told).toMatchObject([
      {
        ...envelope,
        time: "2026-01-05T08:00:00Z",
        detail: { name: "first", status: "RUNNING", stopDate: null },
      },
      {
        ...envelope,
        time: "2026-01-05T08:00:10Z",
        detail: {
          status: "SUCCEEDED",
          startDate: startMs,
          stopDate: startMs + 10_000,
          output: '{"held":10000}',
        },
      },
    ]);
  });
});
