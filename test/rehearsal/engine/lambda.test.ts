import { describe, expect, it } from "vitest";
import type { LambdaContextLike, Step } from "#twin/engine";
import { bus, busClient, machine, run, sleep, startMs, task } from "./tiny.ts";

const single = machine("Work", { Work: task({ TimeoutSeconds: 60, End: true }) });

/** What the execution failed with, the Cause parsed. */
async function failureOf(step: Step, more = {}) {
  const { record } = await run({ definition: single, stepsOn: () => ({ Work: step }), ...more });
  expect(record.status).toBe("FAILED");
  return { error: record.error, cause: JSON.parse(record.cause ?? "null") };
}

describe("a Lambda's failure, as Step Functions sees it", () => {
  it("carries the thrown error's name, and a Cause without anything of this machine", async () => {
    const failure = await failureOf(async () => {
      throw Object.assign(new Error("no more of it"), { name: "AwsRefused" });
    });

    expect(failure).toEqual({
      error: "AwsRefused",
      cause: { errorType: "AwsRefused", errorMessage: "no more of it", trace: ["AwsRefused: no more of it"] },
    });
  });

  it("names the type of a thrown value that is no error", async () => {
    const failure = await failureOf(async () => {
      throw "just text";
    });

    expect(failure).toEqual({
      error: "string",
      cause: { errorType: "string", errorMessage: "just text", trace: [] },
    });
  });

  it("is Sandbox.Timedout when the function's own time is up, also when it awaits what never comes", async () => {
    const definition = machine("Work", { Work: task({ TimeoutSeconds: 60, End: true }) });
    const failures = [];
    for (const step of [() => sleep(50_000), () => new Promise(() => {})])
      failures.push(await failureOf(step, { definition, functionTimeoutSeconds: { Work: 30 } }));

    for (const { error, cause } of failures) {
      expect(error).toBe("Sandbox.Timedout");
      expect(cause.errorMessage).toMatch(
        /^RequestId: [0-9a-f-]{36} Error: Task timed out after 30\.00 seconds$/,
      );
    }
  });

  it("is an Error when the result is not JSON, and says when it is too large for Lambda", async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;

    expect((await failureOf(async () => circular)).cause.errorMessage).toBe(
      "Unable to stringify response body",
    );
    expect((await failureOf(async () => "x".repeat(6_291_557))).error).toBe("Function.ResponseSizeTooLarge");
  });
});

describe("a Lambda's invocation", () => {
  it("gets a copy of its input, and hands back what JSON keeps of its result", async () => {
    const { record } = await run(
      {
        definition: single,
        stepsOn: () => ({ Work: async (event) => ({ event, at: new Date(0), gone: undefined }) }),
      },
      { n: 1 },
    );

    expect(JSON.parse(record.output ?? "")).toEqual({ event: { n: 1 }, at: "1970-01-01T00:00:00.000Z" });
  });

  it("knows the time left, its request id and its function's name", async () => {
    const { record } = await run({
      definition: single,
      functionTimeoutSeconds: { Work: 40 },
      stepsOn: () => ({
        Work: async (_event, context: LambdaContextLike) => {
          const before = context.getRemainingTimeInMillis();
          await sleep(15_000);
          return {
            before,
            after: context.getRemainingTimeInMillis(),
            id: context.awsRequestId,
            name: context.functionName,
          };
        },
      }),
    });

    const output = JSON.parse(record.output ?? "");
    expect(output).toMatchObject({ before: 40_000, after: 25_000, name: "tiny" });
    expect(output.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("leaves nothing running in a sandbox that timed out: no timer fires, no call is answered or made", async () => {
    const events = bus();
    const after: string[] = [];
    await run({
      definition: machine("Work", {
        Work: task({ End: true, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Later" }] }),
        Later: { Type: "Wait", Seconds: 600, End: true },
      }),
      functionTimeoutSeconds: { Work: 10 },
      services: () => [events.service],
      stepsOn: (wire) => ({
        Work: async () => {
          setTimeout(() => after.push("timer"), 11_000);
          await sleep(9_998);
          await busClient(wire).put("in time");
          after.push("answered");
          await busClient(wire).put("too late");
        },
      }),
    });

    expect(after).toEqual([]);
    expect(events.received).toEqual([]);
  });

  it("keeps the effect of a call whose answer comes after the time-out", async () => {
    const events = bus();
    const { record } = await run({
      definition: single,
      functionTimeoutSeconds: { Work: 10 },
      services: () => [events.service],
      stepsOn: (wire) => ({ Work: () => busClient(wire).put("sent") }),
      faults: [
        {
          kind: "slow",
          point: {
            at: "call",
            state: "Work",
            stage: undefined,
            occurrence: 1,
            operation: "eventbridge.PutEvents",
            ordinal: 1,
          },
        },
      ],
      slowMs: 20_000,
    });

    expect(record.error).toBe("Sandbox.Timedout");
    expect(events.received.map((event) => event.detail)).toEqual(["sent"]);
    expect((record.stopMs ?? 0) - startMs).toBe(10_000);
  });
});
