import { afterAll, describe, expect, it } from "vitest";
import type { Observer } from "#twin/engine";
import type { Operation, Service } from "#twin/services";
import { rehearseHere } from "../../../src/rehearsal/release/rehearsal.ts";
import type {
  RehearsalRequest,
  ReleaseProgress,
  ReleaseScene,
} from "../../../src/rehearsal/release/request.ts";
import { openThread, rehearse } from "../../../src/rehearsal/release/thread.ts";
import { machine, task } from "./tiny.ts";
import { parts, request } from "./tiny-release.ts";

const entry = new URL("./tiny-release.ts", import.meta.url);

describe("a rehearsal", () => {
  it("tells how the first execution ended, and waits for what it left to come", async () => {
    const record = await rehearseHere(request, parts);

    expect(record).toMatchObject({ outcome: "promoted", reason: "tiny is InService", seed: 1 });
    expect(record.executions.map(({ name, outcome }) => [name === "rehearsal", outcome])).toEqual([
      [true, "promoted"],
      [false, "rolled-back"],
    ]);
    expect(record.executions[1]?.startSeconds).toBe(3600);
    expect(record.virtualSeconds).toBeGreaterThan(3600);
    expect(record.awsCalls).toEqual({ "sagemaker.DescribeEndpoint": 2, "scheduler.CreateSchedule": 1 });
    expect(record).toMatchObject({ lambdaInvocations: 3, transitions: 8, refusals: [], undelivered: [] });
    expect(record.timeline).toHaveLength(60);
    expect(record.after).toEqual(record.before);
  });

  it("gives each stage its share, its span and what was entered in it", async () => {
    const { stages } = await rehearseHere(request, parts);

    expect(stages).toMatchObject([{ index: 0, trafficPercent: 100, entries: { Bake: 1, Promoted: 1 } }]);
    const [stage] = stages;
    expect((stage?.untilSeconds ?? 0) - (stage?.fromSeconds ?? 0)).toBeCloseTo(600, 0);
  });

  it("is the same to the byte for the same request, and another for another seed", async () => {
    const text = async (seed: number) => JSON.stringify(await rehearseHere({ ...request, seed }, parts));

    const [once, twice, other] = [await text(1), await text(1), await text(2)];

    expect(twice).toBe(once);
    expect(other).not.toBe(once);
  });

  it("delivers later events, drops what StartExecution refuses, and says so", async () => {
    const also = [
      { afterSeconds: 1, event: request.event, name: "rehearsal" },
      { afterSeconds: 2, event: { goal: "other" }, name: "rehearsal" },
      { afterSeconds: 3, event: { goal: "other" }, name: "second" },
    ];

    const record = await rehearseHere({ ...request, also }, parts);

    expect(record.executions.map(({ name }) => name).slice(0, 2)).toEqual(["rehearsal", "second"]);
    expect(record.undelivered).toEqual([
      "ExecutionAlreadyExists: Execution Already Exists: 'arn:aws:states:eu-west-1:123456789012:execution:slipway-dev-release:rehearsal'",
    ]);
  });

  it("stops the first execution when the request says so", async () => {
    const record = await rehearseHere({ ...request, stopAfterSeconds: [60] }, parts);

    expect(record).toMatchObject({ outcome: "aborted", reason: "stopped by hand" });
    expect(record.executions[0]).toMatchObject({ status: "ABORTED", stopSeconds: 60 });
  });

  it("ends a run that never ends as hung, at its cap", async () => {
    const definition = machine("Wait", {
      Wait: { Type: "Wait", Seconds: 3600, Next: "Again" },
      Again: {
        Type: "Choice",
        Choices: [{ Variable: "$.x", IsPresent: true, Next: "Over" }],
        Default: "Wait",
      },
      Over: { Type: "Succeed" },
    });

    const record = await rehearseHere({ ...request, capDays: 2 }, { ...parts, definition });

    expect(record).toMatchObject({ outcome: "hung", virtualSeconds: 2 * 86_400 });
  });

  it("names what the twin does not model", async () => {
    const definition = machine("Ask", {
      Ask: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Over" }], Next: "Over" }),
      Over: { Type: "Succeed" },
    });
    const headers = {
      "x-amz-target": "SageMaker.CreateHubContentReference",
      "content-type": "application/x-amz-json-1.1",
    };

    const record = await rehearseHere(request, {
      definition,
      stepsOn: (wire) => ({
        Ask: () =>
          wire.handle({
            method: "POST",
            hostname: "api.sagemaker.eu-west-1.amazonaws.com",
            path: "/",
            headers,
            body: "{}",
          }),
      }),
    });

    expect(record.refusals).toEqual([expect.stringContaining("CreateHubContentReference")]);
  });
});

/** The same service, of whose calls each is told before it has an effect. */
function eachCall(service: Service, told: () => void): Service {
  const watched = ([name, operation]: [string, Operation]): [string, Operation] => [
    name,
    (input, call) => {
      told();
      return operation(input, call);
    },
  ];
  return { ...service, operations: Object.fromEntries(Object.entries(service.operations).map(watched)) };
}

describe("whoever watches a rehearsal", () => {
  it("is told of calls, entries and statuses with the world at their moment, and its findings are in the record", async () => {
    const seen: string[] = [];
    const record = await rehearseHere(request, {
      ...parts,
      observe: [
        ({ world, schedules }): Observer => ({
          name: "watcher",
          called: (call, invocation) =>
            seen.push(`called ${call.operation} by ${invocation?.state} ${world.nowMs === call.at}`),
          effected: ({ call, result }) => seen.push(`effected ${call.operation} ${"answer" in result}`),
          entered: ({ state }) => seen.push(`entered ${state}`),
          status: ({ status }) => seen.push(status),
          findings: () => ({ schedulesLeft: schedules().length }),
        }),
      ],
    });

    expect(seen.slice(0, 5)).toEqual([
      "RUNNING",
      "entered Look",
      "called DescribeEndpoint by Look true",
      "effected DescribeEndpoint true",
      "entered How",
    ]);
    expect(record.findings).toEqual({ watcher: { schedulesLeft: 0 } });
  });

  it("finds the world at the moment of all that it is told, for it cannot move it", async () => {
    const lags = new Map<string, number[]>();
    const observe = ({ world }: ReleaseScene): Observer => {
      const look = (what: string) =>
        void lags.set(what, [...(lags.get(what) ?? []), Date.now() - world.nowMs]);
      return {
        name: "looker",
        watch: (services) => services.map((service) => eachCall(service, () => look("watched"))),
        called: () => look("called"),
        effected: () => look("effected"),
        entered: () => look("entered"),
        status: () => look("status"),
        leftOver: () => look("left over"),
        findings: () => look("findings"),
      };
    };
    const forgetful: typeof parts.stepsOn = (wire) => ({
      ...parts.stepsOn(wire),
      Look: async () => void setTimeout(() => {}, 90_000),
    });

    await rehearseHere(request, { ...parts, stepsOn: forgetful, observe: [observe] });

    expect(Object.fromEntries([...lags].map(([what, all]) => [what, [...new Set(all)]]))).toEqual({
      watched: [0],
      called: [0],
      effected: [0],
      entered: [0],
      status: [0],
      "left over": [0],
      findings: [0],
    });
  });

  it("may stand before the services", async () => {
    let asked = 0;
    const observer: Observer = {
      name: "guard",
      watch: (services) => services.map((service) => eachCall(service, () => (asked += 1))),
      findings: () => asked,
    };

    const record = await rehearseHere(request, { ...parts, observe: [() => observer] });

    expect(record.findings).toEqual({ guard: 3 });
  });

  it("and fails, fails the rehearsal instead of the step", async () => {
    const called = () => {
      throw new Error("a defect of the watcher");
    };

    const rehearsed = rehearseHere(request, {
      ...parts,
      observe: [() => ({ name: "broken", called, findings: () => null })],
    });

    await expect(rehearsed).rejects.toThrow("a defect of the watcher");
  });
});

describe("rules and rates", () => {
  const swept: string[] = [];
  const functionsOn = () => ({
    sweep: async (event: unknown) => {
      swept.push(String((event as { detail?: { status: string } }).detail?.status ?? "by the clock"));
    },
  });

  it("invoke functions on status changes, and by the clock for as long as the account is watched", async () => {
    swept.length = 0;
    const record = await rehearseHere(
      { ...request, event: { goal: "roll back" }, settleSeconds: 1300 },
      {
        ...parts,
        functionsOn,
        rules: [
          {
            function: "sweep",
            matches: (event) => event.source === "aws.states" && event.detail.status === "FAILED",
          },
        ],
        rates: [{ function: "sweep", everySeconds: 600, event: {} }],
      },
    );

    expect(swept).toEqual(["FAILED", "by the clock", "by the clock"]);
    expect(record.lambdaInvocations).toBe(1 + 3);
    expect(record.dropped).toEqual([]);
  });

  it("invoke at the same seconds of each period, whenever the event came, where they have some", async () => {
    const times: number[] = [];
    const sweep = async () => times.push(Date.now() / 1000);
    await rehearseHere(
      { ...request, settleSeconds: 1300 },
      {
        ...parts,
        functionsOn: () => ({ sweep }),
        rates: [{ function: "sweep", everySeconds: 600, phaseSeconds: 37, event: {} }],
      },
    );

    expect(times.length).toBeGreaterThan(1);
    expect(times.map((at) => Math.floor(at) % 600)).toEqual(times.map(() => 37));
  });
});

describe("a rehearsal in its own thread", () => {
  const thread = openThread(entry);
  afterAll(() => thread.close());

  it("gives the same record as here, tells its progress, and leaves this thread's clock alone", async () => {
    const progress: ReleaseProgress[] = [];
    const before = Date;

    const record = await thread.rehearse(request, (one) => progress.push(one));

    expect(JSON.stringify(record)).toBe(JSON.stringify(await rehearseHere(request, parts)));
    expect(Date).toBe(before);
    expect(progress[0]).toEqual({ kind: "status", atSeconds: 0, execution: "rehearsal", status: "RUNNING" });
    expect(progress).toContainEqual(
      expect.objectContaining({ kind: "entered", state: "Bake", stage: 0, trafficPercent: 100 }),
    );
  });

  it("takes one request after another", async () => {
    const requests: RehearsalRequest[] = [request, { ...request, event: { goal: "roll back" } }, request];
    const outcomes: string[] = [];

    for (const one of requests) outcomes.push((await thread.rehearse(one)).outcome);

    expect(outcomes).toEqual(["promoted", "rolled-back", "promoted"]);
  });

  it("fails with the defect's own message, and serves on", async () => {
    const faults = [
      { kind: "throttled", point: { at: "entry", state: "Look", stage: undefined, occurrence: 1 } },
    ] as const;

    await expect(thread.rehearse({ ...request, faults })).rejects.toThrow(
      /^expected one of stop, somebody-\S+, .* at entry:Look@1, found throttled$/,
    );
    expect((await thread.rehearse(request)).outcome).toBe("promoted");
  });

  it("may live for one run only", async () => {
    expect((await rehearse(request, { entry })).outcome).toBe("promoted");
  });
});
