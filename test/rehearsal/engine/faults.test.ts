import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createFaultInjector,
  type Fault,
  type FaultKind,
  formatFault,
  formatPoint,
  type Point,
  parsePoint,
} from "#twin/engine";
import { AwsError } from "#twin/vocabulary";
import { stageOf } from "../../../src/rehearsal/release/stage-facts.ts";
import { bus, busClient, machine, run, startMs, task } from "./tiny.ts";

const retry = { ErrorEquals: ["States.ALL"], IntervalSeconds: 30, MaxAttempts: 2, BackoffRate: 1 };
const definition = machine("Send", {
  Send: task({ Retry: [retry], ResultPath: null, Next: "Later" }),
  Later: { Type: "Wait", Seconds: 60, Next: "Which" },
  Which: { Type: "Choice", Choices: [{ Variable: "$.x", IsPresent: true, Next: "Good" }], Default: "Good" },
  Good: { Type: "Succeed" },
});
const call: Point = {
  at: "call",
  state: "Send",
  stage: undefined,
  occurrence: 1,
  operation: "eventbridge.PutEvents",
  ordinal: 1,
};
const invocation: Point = { at: "invocation", state: "Send", stage: undefined, occurrence: 1 };

/** One run with one fault: what the step sent and when the execution ended, and how. */
async function withFault(kind: FaultKind, point: Point) {
  const events = bus();
  const tries: string[] = [];
  const { record, engine } = await run({
    definition,
    faults: [{ kind, point }],
    services: () => [events.service],
    stepsOn: (wire) => ({
      Send: async () => {
        tries.push("tried");
        await busClient(wire).put(`sent ${tries.length}`);
        tries.push("returned");
      },
    }),
  });
  const failed = engine.executions
    .history(record.executionArn)
    .find((event) => event.type === "LambdaFunctionFailed");
  return {
    status: record.status,
    sent: events.received.map((event) => event.detail),
    tries,
    error: failed?.error,
    seconds: ((record.stopMs ?? 0) - startMs) / 1000 - 60,
    applied: engine.injector.applied.map(formatFault),
  };
}

describe("a fault at the wire", () => {
  it.each(["throttled", "server-error", "time-out-before"] as const)(
    "%s keeps the effect away, and the SDK's own retry makes it good",
    async (kind) => {
      const { status, sent, tries, applied } = await withFault(kind, call);

      expect({ status, sent, tries }).toEqual({
        status: "SUCCEEDED",
        sent: ["sent 1"],
        tries: ["tried", "returned"],
      });
      expect(applied).toEqual([`${kind}=call:Send/eventbridge.PutEvents#1@1`]);
    },
  );

  it("response-lost applies the effect and loses the answer: the SDK's retry applies it again", async () => {
    const { status, sent } = await withFault("response-lost", call);

    expect({ status, sent }).toEqual({ status: "SUCCEEDED", sent: ["sent 1", "sent 1"] });
  });

  it("stopped-meanwhile ends the execution during the call, and the sandbox works on", async () => {
    const { status, sent, tries } = await withFault("stopped-meanwhile", call);

    expect({ status, sent, tries }).toEqual({
      status: "ABORTED",
      sent: ["sent 1"],
      tries: ["tried", "returned"],
    });
  });

  it("slow answers late, and time-out-before is noticed late", async () => {
    const slow = await withFault("slow", call);
    const timedOut = await withFault("time-out-before", call);

    expect(slow.sent).toEqual(["sent 1"]);
    expect(slow.seconds).toBeGreaterThan(8);
    expect(timedOut.seconds).toBeGreaterThan(10);
  });

  it.each([
    ["crash-before-call", ["sent 2"]],
    ["crash-after-call", ["sent 1", "sent 2"]],
  ] as const)("%s ends the sandbox there, and the state's Retry starts a new one", async (kind, expected) => {
    const { status, sent, tries, error } = await withFault(kind, call);

    expect({ status, sent }).toEqual({ status: "SUCCEEDED", sent: expected });
    expect(tries).toEqual(["tried", "tried", "returned"]);
    expect(error).toBe("Runtime.ExitError");
  });
});

describe("a fault after the effect", () => {
  it.each(["response-lost", "crash-after-call"] as const)("%s loses a refusal too", async (kind) => {
    const { service } = bus();
    let calls = 0;
    const PutEvents = () => {
      calls += 1;
      throw new AwsError("ValidationException", "no");
    };

    const { record, engine } = await run({
      definition: machine("Send", { Send: task({ End: true }) }),
      faults: [{ kind, point: call }],
      services: () => [{ ...service, operations: { PutEvents } }],
      stepsOn: (wire) => ({ Send: () => busClient(wire).put("x") }),
    });

    expect(engine.injector.applied).toHaveLength(1);
    expect([calls, record.error]).toEqual(
      kind === "response-lost" ? [2, "ValidationException"] : [1, "Runtime.ExitError"],
    );
  });
});

describe("a fault at a Lambda", () => {
  it("crash-before does nothing at all", async () => {
    const { sent, tries, error } = await withFault("crash-before", invocation);

    expect({ sent, tries, error }).toEqual({
      sent: ["sent 1"],
      tries: ["tried", "returned"],
      error: "Runtime.ExitError",
    });
  });

  it("crash-after does everything and loses the result", async () => {
    const { sent, error } = await withFault("crash-after", invocation);

    expect({ sent, error }).toEqual({ sent: ["sent 1", "sent 3"], error: "Runtime.ExitError" });
  });

  it("crash-after hides the step's own failure", async () => {
    const { record } = await run({
      definition: machine("Send", { Send: task({ End: true }) }),
      faults: [{ kind: "crash-after", point: invocation }],
      stepsOn: () => ({ Send: () => Promise.reject(new Error("its own")) }),
    });

    expect(record.error).toBe("Runtime.ExitError");
  });

  it("lambda-time-out does everything and answers nothing until time is up", async () => {
    const { sent, status, seconds } = await withFault("lambda-time-out", invocation);

    expect({ sent, status }).toEqual({ sent: ["sent 1", "sent 3"], status: "SUCCEEDED" });
    expect(seconds).toBeGreaterThan(60 + 30);
  });
});

describe("a fault at the engine", () => {
  it.each(["Send", "Later", "Which", "Good"])("stops the execution on entering %s", async (state) => {
    const { status, applied } = await withFault("stop", {
      at: "entry",
      state,
      stage: undefined,
      occurrence: 1,
    });

    expect(status).toBe("ABORTED");
    expect(applied).toEqual([`stop=entry:${state}@1`]);
  });

  it("keeps the Lambda of the state it stops at from running", async () => {
    const { sent, tries } = await withFault("stop", {
      at: "entry",
      state: "Send",
      stage: undefined,
      occurrence: 1,
    });

    expect({ sent, tries }).toEqual({ sent: [], tries: [] });
  });
});

describe("the injector", () => {
  it("lists the points of a run in order, counting occurrences", async () => {
    const events = bus();
    let failures = 1;
    const { engine } = await run({
      definition,
      services: () => [events.service],
      stepsOn: (wire) => ({
        Send: async () => {
          await busClient(wire).put("a");
          if (failures-- > 0) throw new Error("once");
        },
      }),
    });

    expect(engine.injector.points.map(formatPoint)).toEqual([
      "entry:Send@1",
      "invocation:Send@1",
      "call:Send/eventbridge.PutEvents#1@1",
      "invocation:Send@2",
      "call:Send/eventbridge.PutEvents#1@2",
      "entry:Later@1",
      "entry:Which@1",
      "entry:Good@1",
    ]);
  });

  it("applies each fault once", () => {
    const fault: Fault = { kind: "throttled", point: call };
    const { occurrence: _, ...place } = call;
    const injector = createFaultInjector([fault]);

    expect([injector.reach(place), injector.reach(place)]).toEqual(["throttled", undefined]);
    expect(injector.applied).toEqual([fault]);
  });

  it("refuses a fault that cannot happen at its point", () => {
    expect(() => createFaultInjector([{ kind: "throttled", point: invocation }])).toThrow(
      "expected one of crash-before, crash-after, lambda-time-out at invocation:Send@1, found throttled",
    );
  });
});

describe("a point's text", () => {
  const count = fc.integer({ min: 1, max: 10_000 });
  const stage = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });
  const state = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
  const operation = fc.constantFrom(
    "sagemaker.UpdateEndpoint",
    "service-quotas.ListServiceQuotas",
    "s3.GetObject",
  );
  const point: fc.Arbitrary<Point> = fc.oneof(
    fc.record({
      at: fc.constant("call" as const),
      state,
      stage,
      occurrence: count,
      operation,
      ordinal: count,
    }),
    fc.record({
      at: fc.constantFrom("invocation" as const, "entry" as const),
      state,
      stage,
      occurrence: count,
    }),
  );

  it("is read back as the same point", () => {
    const readBack = fc.property(point, (one) => {
      expect(parsePoint(formatPoint(one))).toEqual(one);
    });

    fc.assert(readBack, { seed: 1 });
  });

  it.each(["", "call:Send@1", "entry:Send/a.B#1@1", "entry:Send", "exit:Send@1"])(
    "is refused: %j",
    (text) => {
      expect(parsePoint(text)).toBeUndefined();
    },
  );

  it("takes a document's stage from `stage` or `stage.index`", () => {
    expect(
      [{ stage: 2 }, { stage: { index: 0 } }, { stage: { index: -1 } }, { stage: "2" }, null].map(stageOf),
    ).toEqual([2, 0, undefined, undefined, undefined]);
  });
});
