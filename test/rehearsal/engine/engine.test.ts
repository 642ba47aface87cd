import { describe, expect, it } from "vitest";
import { bus, busClient, machine, minuteMs, run, startMs, task } from "./tiny.ts";

const definition = machine("Greet", {
  Greet: task({
    Parameters: { "name.$": "$.name", "execution.$": "$$.Execution.Name" },
    ResultPath: "$.greeted",
    Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 30, MaxAttempts: 3, BackoffRate: 2 }],
    Next: "Pause",
  }),
  Pause: { Type: "Wait", Seconds: 600, Next: "Part" },
  Part: task({ End: true }),
});

describe("the engine", () => {
  it("runs a machine with a retry, a wait and SDK calls in virtual time", async () => {
    const events = bus();
    let attempts = 0;

    const { record, ended, engine } = await run(
      {
        definition,
        services: () => [events.service],
        stepsOn: (wire) => ({
          Greet: async (event) => {
            attempts += 1;
            if (attempts < 3) throw Object.assign(new Error("not yet"), { name: "Flaky" });
            await busClient(wire).put(JSON.stringify(event));
            return { attempts };
          },
          Part: async (event) => ({ ...(event as object), at: Date.now() }),
        }),
      },
      { name: "Ada" },
    );

    expect(ended).toEqual({ ended: "done" });
    expect(record.status).toBe("SUCCEEDED");
    const output = JSON.parse(record.output ?? "");
    expect(output.greeted).toEqual({ attempts: 3 });
    const [sent] = events.received;
    expect(JSON.parse(sent?.detail ?? "")).toEqual({ name: "Ada", execution: "first" });
    const sentAfterMs = (sent?.atMs ?? 0) - startMs;
    expect(sentAfterMs).toBeGreaterThan(90_000);
    expect(sentAfterMs).toBeLessThan(90_100);
    expect(output.at - (sent?.atMs ?? 0)).toBeGreaterThanOrEqual(10 * minuteMs);
    expect(engine.executions.transitions).toBe(5);
    expect(engine.awsCalls()).toEqual({ "eventbridge.PutEvents": 1 });
    expect(engine.lambda.invocations).toBe(4);
  });

  it("fails with the twin's own defect, which no step's Catch may hide", async () => {
    const { service } = bus();
    const broken = {
      ...service,
      operations: {
        PutEvents: () => {
          throw new TypeError("a defect of the twin");
        },
      },
    };

    const ran = run({
      definition: machine("Send", {
        Send: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Fine" }], Next: "Fine" }),
        Fine: { Type: "Succeed" },
      }),
      services: () => [broken],
      stepsOn: (wire) => ({ Send: () => busClient(wire).put("x") }),
    });

    await expect(ran).rejects.toThrow("a defect of the twin");
  });

  it("fails when a Task state has no step", async () => {
    const ran = run({ definition, stepsOn: () => ({}) }, { name: "Ada" });

    await expect(ran).rejects.toThrow("there is no step for the state Greet");
  });
});
