/** A Lambda that has answered is frozen, and goes on when its sandbox is used again: what it left at work is told. */
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { LeftOver, Steps, WireHandler } from "#twin/engine";
import type { Wire } from "../../../src/aws/clients.ts";
import type { Step as BareStep } from "../../../src/aws/lambda.ts";
import { bus, busClient, machine, run, sleep, startMs, task } from "./tiny.ts";

/** Two functions in one sandbox, ten minutes apart. */
const definition = machine("First", {
  First: task({ Next: "Pause", Catch: [{ ErrorEquals: ["States.ALL"], Next: "Pause" }] }),
  Pause: { Type: "Wait", Seconds: 600, Next: "Second" },
  Second: task({ End: true, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Over" }] }),
  Over: { Type: "Succeed" },
});

/** What is left at work, and what reached the bus, in seconds since the start. */
async function ranWith(stepsOn: (wire: WireHandler) => Steps, seconds = 10) {
  const events = bus();
  const told: LeftOver[] = [];
  const functionTimeoutSeconds = { First: seconds, Second: seconds };
  const services = () => [events.service];
  const onLeftOver = (one: LeftOver) => void told.push(one);
  const { record } = await run({ definition, functionTimeoutSeconds, services, onLeftOver, stepsOn });
  const secondsOf = (atMs: number) => Math.floor((atMs - startMs) / 1000);
  return {
    record,
    left: told.map(({ what, atMs }) => `${secondsOf(atMs)} s: ${what}`),
    arrived: events.received.map(({ detail, atMs }) => `${secondsOf(atMs)} s: ${detail}`),
  };
}

const soon = () => sleep(1_000);

describe("work that a Lambda leaves behind when it answers", () => {
  it("stands still, and goes on when the next invocation uses its sandbox", async () => {
    const { left, arrived } = await ranWith((wire) => ({
      First: async () => void sleep(5_000).then(() => busClient(wire).put("late")),
      Second: soon,
    }));

    expect(arrived).toEqual(["600 s: late"]);
    expect(left).toEqual([
      "0 s: First had answered with a timer under way",
      "600 s: AWSEvents.PutEvents left after First had answered",
    ]);
  });

  it("is told of where a call is under way: what has left arrives, and its answer waits for the thaw", async () => {
    const heard: number[] = [];
    const { left, arrived } = await ranWith((wire) => ({
      First: async () => {
        void busClient(wire)
          .put("sent")
          .then(() => heard.push(Date.now()));
        await sleep(2);
      },
      Second: soon,
    }));

    expect(arrived).toEqual(["0 s: sent"]);
    expect(heard.map((atMs) => Math.floor((atMs - startMs) / 1000))).toEqual([600]);
    expect(left).toEqual(["0 s: First had answered with AWSEvents.PutEvents under way"]);
  });

  it("dies with the sandbox, where the next invocation dies before it is due", async () => {
    const { left, arrived } = await ranWith((wire) => ({
      First: async () => void sleep(5_000).then(() => busClient(wire).put("late")),
      Second: () => sleep(60_000),
    }));

    // It was due while the sandbox was frozen: it goes on at once, before the time-out.
    expect(arrived).toHaveLength(1);
    expect(left).toHaveLength(2);
    const { arrived: none } = await ranWith(
      (wire) => ({
        First: async () => void sleep(605_000).then(() => busClient(wire).put("late")),
        Second: () => sleep(60_000),
      }),
      3,
    );
    expect(none).toEqual([]);
  });

  it("is nothing where a step awaits all that it begins", async () => {
    const { left, arrived } = await ranWith((wire) => ({
      First: () => busClient(wire).put("in time"),
      Second: soon,
    }));

    expect(arrived).toEqual(["0 s: in time"]);
    expect(left).toEqual([]);
  });
});

afterEach(() => {
  vi.doUnmock("@middy/core");
  vi.resetModules();
});

const contract = { input: z.looseObject({}), output: z.object({}) };
type Careless = BareStep<object, object>;
const put = (Detail: string) => new PutEventsCommand({ Entries: [{ Source: "a", DetailType: "b", Detail }] });

/** One of two calls fails while the other, and what was to follow it, is still to come. */
const careless: Careless = async (_, { aws }) => {
  const long = async () => {
    await aws.events.send(put("first"));
    await sleep(300);
    await aws.events.send(put("second"));
  };
  await Promise.all([long(), sleep(12).then(() => Promise.reject(new RangeError("no")))]);
  return {};
};

/** A step bare, or in the chain of every Lambda, on a tiny wire. */
async function standing(how: "bare" | "chained", step: Careless): Promise<(wire: WireHandler) => Steps> {
  const { lambda } = await import("../../../src/aws/lambda.ts");
  const { connect } = await import("../../../src/aws/clients.ts");
  return (wire) => {
    const aws = connect(wire as unknown as Wire);
    const bare = (event: unknown) => step(event as object, { aws } as never);
    return { First: how === "bare" ? bare : lambda(step, contract, aws), Second: soon };
  };
}

/** As middy's own default has it. */
function middyEndsEarly(): void {
  vi.doMock("@middy/core", async (load: () => Promise<typeof import("@middy/core")>) => {
    const { default: middy } = await load();
    const early = (handler: never) => middy(handler, { timeoutEarlyInMillis: 5 });
    return { default: early };
  });
}

describe("a step in the chain of every Lambda", () => {
  it("has no call under way when it answers, and none that leaves later, though one of several failed", async () => {
    const bare = await ranWith(await standing("bare", careless));
    const { left, arrived, record } = await ranWith(await standing("chained", careless));

    expect(record.status).toBe("SUCCEEDED");
    expect(bare.left).toHaveLength(2);
    expect(bare.arrived).toEqual(["0 s: first", "600 s: second"]);
    expect(left).toEqual([]);
    expect(arrived).toEqual(["0 s: first"]);
  });

  const slow: Careless = async (_, { aws }) => {
    await sleep(9_996);
    await aws.events.send(put("late"));
    return {};
  };

  it("that runs out of time is dead", async () => {
    const { left, arrived } = await ranWith(await standing("chained", slow));

    expect(left).toEqual([]);
    expect(arrived).toEqual([]);
  });

  it("would go on much later, were it answered for before its time is out", async () => {
    vi.resetModules();
    middyEndsEarly();

    const { left, arrived } = await ranWith(await standing("chained", slow));

    expect(arrived).toEqual(["610 s: late"]);
    expect(left).toEqual([
      "9 s: First had answered with a timer under way",
      "609 s: AWSEvents.PutEvents left after First had answered",
    ]);
  });
});
