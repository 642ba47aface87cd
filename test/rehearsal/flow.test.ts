/**
 * The deployed flow with steps that only answer: where each answer and each failure of each step leads, how often it is
 * tried before that, and how long it may take.
 */
import { describe, expect, test } from "vitest";
import definition from "../../statemachines/release.asl.json" with { type: "json" };
import { run } from "./engine/tiny.ts";

type Step = (nth: number) => unknown;
type Steps = Readonly<Record<string, Step>>;

const release = {
  OpenRelease: () => ({ route: "production", reason: "", waitSeconds: 30 }),
  PlanCapacity: () => ({ status: "fits", waitSeconds: 30 }),
  CheckGates: () => ({ status: "pass" }),
  PrewarmInference: () => ({ status: "done", waitSeconds: 30 }),
  PrewarmTraining: () => ({ status: "done", waitSeconds: 30 }),
  CheckCapacity: () => ({ status: "ready", waitSeconds: 30 }),
  KeepCapacity: () => ({ status: "kept", waitSeconds: 30 }),
  ProveWarmth: () => ({ status: "warm", waitSeconds: 30 }),
  ProveCapacity: () => ({ status: "enough", waitSeconds: 30 }),
  SendLoad: () => ({ sent: 1 }),
  ShiftTraffic: () => ({ status: "shifted", index: 0, waitSeconds: 30 }),
  CheckKpis: () => ({ decision: "promote", waitSeconds: 30 }),
  HandOver: () => ({ outcome: "handed-over", reason: "", to: "next" }),
  PromoteModel: () => ({ status: "done", waitSeconds: 30 }),
  RollBack: () => ({ status: "done", waitSeconds: 30 }),
  ScaleDown: () => ({ status: "done", waitSeconds: 30 }),
  CloseRelease: () => ({ outcome: "promoted", reason: "" }),
} as const satisfies Steps;
type Task = keyof typeof release;

const training: Steps = { OpenRelease: () => ({ route: "capacity", reason: "" }) };
const tested: Steps = { OpenRelease: () => ({ route: "production", reason: "", plan: { loadTest: {} } }) };
const gated: Steps = { OpenRelease: () => ({ route: "production", reason: "", plan: { gates: {} } }) };
const parted = { status: "testing", parts: [{ nth: 1 }] };
/** A part of a load is sent, and then it is enough. */
const spread: Steps = {
  OpenRelease: () => ({ schema: 1, release: {}, route: "production", reason: "", plan: { loadTest: {} } }),
  ProveCapacity: (nth) => (nth === 1 ? parted : { status: "enough" }),
};
const kept: Steps = { OpenRelease: () => ({ route: "keep", reason: "" }) };
const failed: Steps = { CheckKpis: () => ({ decision: "roll-back", waitSeconds: 30 }) };
const elsewhere = { goesOn: "in-new-execution" };
const long: Steps = { CheckKpis: () => ({ decision: "continue", waitSeconds: 30, ...elsewhere }) };
/** Steps with which a run comes to a task. */
const comesTo = (task: Task): Steps =>
  ({
    PrewarmTraining: training,
    KeepCapacity: kept,
    ProveCapacity: tested,
    CheckGates: gated,
    SendLoad: spread,
    RollBack: failed,
    HandOver: long,
  })[task as string] ?? {};

/** What these steps answer besides, always. */
const besides: Readonly<Record<string, object>> = {
  OpenRelease: { resume: "PlanCapacity" },
  PlanCapacity: { goesOn: "here" },
  ShiftTraffic: { goesOn: "here" },
  CheckKpis: { goesOn: "here" },
};

const named = (name: string) => Object.assign(new Error(name), { name });

/** The states that an execution enters, how it ends, and when each task was invoked, seconds. */
async function walked(steps: Steps) {
  const entered: string[] = [];
  const invoked: Record<string, number[]> = {};
  const all: Steps = { ...release, ...steps };
  const began = Date.UTC(2026, 0, 5, 8);
  const stepsOn = () =>
    Object.fromEntries(
      Object.entries(all).map(([name, step]) => [
        name,
        async () => {
          invoked[name] = [...(invoked[name] ?? []), (Date.now() - began) / 1000];
          const answer = (await step(invoked[name].length)) as object;
          return { ...besides[name], ...answer };
        },
      ]),
    );
  const { record } = await run({
    definition: definition as never,
    stepsOn,
    onEntered: ({ state }) => void entered.push(state),
    functionTimeoutSeconds: Object.fromEntries(Object.keys(release).map((name) => [name, 3600])),
  });
  return { entered, invoked: (task: Task) => invoked[task] ?? [], record };
}

/** What follows the first entry into a state. */
const following = (entered: readonly string[], state: string): string | undefined =>
  entered[entered.indexOf(state) + 1];

/** A step that answers otherwise the first time it is asked, and as usual from then on. */
const firstly =
  (task: Task, answer: unknown): Step =>
  (nth) =>
    nth === 1 ? answer : release[task]();

const tasks = Object.keys(release) as Task[];
const waysOut: Readonly<Record<Task, string>> = {
  // Nothing has been changed yet.
  OpenRelease: "CloseRelease",
  PlanCapacity: "CloseRelease",
  CheckGates: "CloseRelease",
  PrewarmInference: "RollBack",
  PrewarmTraining: "RollBack",
  CheckCapacity: "RollBack",
  // Its lease goes on, whatever becomes of this look.
  KeepCapacity: "CloseRelease",
  ProveWarmth: "RollBack",
  ProveCapacity: "RollBack",
  // The round counts for nothing, and the release goes on.
  SendLoad: "SenderLost",
  ShiftTraffic: "RollBack",
  CheckKpis: "RollBack",
  PromoteModel: "RollBack",
  HandOver: "RollBack",
  // Nothing behind it would do better: what is left is told, and the lock is kept.
  RollBack: "CloseRelease",
  ScaleDown: "CloseRelease",
  CloseRelease: "ClosingFailed",
};

test("a release goes from its opening to its promotion", async () => {
  const { entered, record } = await walked({});

  expect(entered).toEqual([
    ...["OpenRelease", "Opened", "PlanCapacity", "Planned", "PrewarmInference", "Prewarmed"],
    ...["WaitForCapacity", "CheckCapacity", "CapacityChecked", "ProveWarmth", "WarmthProved"],
    ...["ShiftTraffic", "Shifted", "Bake", "CheckKpis", "Judged", "PromoteModel"],
    ...["ScaleDown", "ScaledDownYet", "CloseRelease", "HowItEnded", "Promoted"],
  ]);
  expect(record.status).toBe("SUCCEEDED");
});

describe.each(tasks)("a failing %s", (task) => {
  const failing = (name: string, times = Number.POSITIVE_INFINITY): Steps => ({
    ...comesTo(task),
    [task]: (nth) => {
      if (nth <= times) throw named(name);
      return release[task]();
    },
  });

  test.each([
    ...["AwsThrottled", "AwsUnavailable", "LedgerContended", "States.Timeout"],
    ...["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"],
    ...["Lambda.ClientExecutionTimeoutException", "Lambda.TooManyRequestsException", "Lambda.Unknown"],
    ...[
      "Sandbox.Timedout",
      "Runtime.ExitError",
      "Runtime.OutOfMemory",
      "Runtime.NodejsExit",
      "Runtime.NodeJsExit",
    ],
  ])("is tried again after %s, and goes on as if nothing had been", async (name) => {
    const usual = await walked(comesTo(task));
    const { entered, invoked } = await walked(failing(name, 1));

    expect(invoked(task)).toHaveLength(usual.invoked(task).length + 1);
    expect(entered).toEqual(usual.entered);
  });

  test("is tried for minutes where that goes on, and then the release walks out", async () => {
    const { entered, invoked } = await walked(failing("AwsUnavailable"));
    const tries = invoked(task);

    expect(tries).toHaveLength(7);
    expect(following(entered, task)).toBe(waysOut[task]);
  });

  test("is not tried again where that would not help, and the release walks out", async () => {
    const { entered, invoked } = await walked(failing("AwsRefused", 1));

    expect(invoked(task)).toHaveLength(1);
    expect(following(entered, task)).toBe(waysOut[task]);
  });

  test("that has lost its lock touches nothing more", async () => {
    const { entered } = await walked(failing("LockLost", 1));

    // A sender has touched nothing, and who asks next finds the lock gone.
    const own = ["CloseRelease", "SendLoad"].includes(task);
    expect(following(entered, task)).toBe(own ? waysOut[task] : "CloseRelease");
  });

  test("is given up after 100 s without an answer, and tried again", async () => {
    const hanging: Steps = {
      ...comesTo(task),
      [task]: (nth) =>
        nth === 1 ? new Promise((resolve) => setTimeout(resolve, 3_000_000)) : release[task](),
    };
    const { invoked } = await walked(hanging);
    const [first = 0, second = 0] = invoked(task);

    expect(second - first).toBeGreaterThanOrEqual(100);
    expect(second - first).toBeLessThan(105);
  });
});

test("what is no valid input ends as that, with nothing to close", async () => {
  const throwing = () => {
    throw named("BadInput");
  };

  expect((await walked({ OpenRelease: throwing })).entered).toEqual(["OpenRelease", "BadInput"]);
});

describe("what a step answers leads on", () => {
  const way = (task: Task, answer: object, next: string, more: Steps = {}) =>
    [task, answer, next, more] as const;

  test.each([
    way("OpenRelease", { route: "ignored", reason: "" }, "Ignored"),
    way("OpenRelease", { route: "ended", closing: { outcome: "refused", reason: "" } }, "HowItEnded"),
    way("OpenRelease", { route: "queued", waitSeconds: 30 }, "WaitForLock"),
    way(
      "OpenRelease",
      { route: "handed-over", handOver: { outcome: "handed-over", reason: "", to: "next" } },
      "HandedOver",
    ),
    way("OpenRelease", { route: "scale-down" }, "ScaleDown"),
    way("OpenRelease", { route: "compensate" }, "RollBack"),
    way("OpenRelease", { route: "production" }, "PlanCapacity"),
    way("OpenRelease", { route: "capacity" }, "PlanCapacity"),
    way("OpenRelease", { route: "production", resume: "ShiftTraffic" }, "ShiftTraffic"),
    way("OpenRelease", { route: "production", resume: "CheckKpis" }, "CheckKpis"),
    way("PlanCapacity", { status: "waiting", ...elsewhere }, "HandOver"),
    way("ShiftTraffic", { status: "waiting", ...elsewhere }, "HandOver"),
    way("ShiftTraffic", { status: "held", ...elsewhere }, "HandOver"),
    way("CheckKpis", { decision: "continue", ...elsewhere }, "HandOver"),
    way("HandOver", { outcome: "handed-over", reason: "", to: "next" }, "HandedOver", long),
    way("ShiftTraffic", { status: "held", waitSeconds: 30 }, "Hold"),
    way("ShiftTraffic", { status: "short", waitSeconds: 30 }, "Hold"),
    way("ShiftTraffic", { status: "short", ...elsewhere }, "HandOver"),
    way("PlanCapacity", { status: "refused" }, "CloseRelease"),
    way("PlanCapacity", { status: "waiting", waitSeconds: 30 }, "WaitForEndpoint"),
    way("PlanCapacity", { status: "fits" }, "PrewarmInference"),
    way("PlanCapacity", { status: "fits" }, "CheckGates", gated),
    way("PlanCapacity", { status: "refused" }, "CloseRelease", gated),
    way("CheckGates", { status: "pass" }, "PrewarmInference", gated),
    way("CheckGates", { status: "refused" }, "CloseRelease", gated),
    way("PlanCapacity", { status: "fits" }, "PrewarmTraining", training),
    way("PlanCapacity", { status: "refused" }, "CloseRelease", training),
    way("PrewarmTraining", { status: "waiting", waitSeconds: 30 }, "WaitToPrewarmTraining", training),
    way("PrewarmTraining", { status: "done", waitSeconds: 30 }, "WaitForCapacity", training),
    way("PrewarmInference", { status: "waiting", waitSeconds: 30 }, "WaitToPrewarm"),
    way("PrewarmInference", { status: "done", waitSeconds: 30 }, "WaitForCapacity"),
    way("CheckCapacity", { status: "waiting", waitSeconds: 30 }, "WaitMoreForCapacity"),
    way("CheckCapacity", { status: "failed" }, "RollBack"),
    way("CheckCapacity", { status: "ready" }, "ProveWarmth"),
    way("CheckCapacity", { status: "ready" }, "CloseRelease", training),
    way("CheckCapacity", { status: "failed" }, "RollBack", training),
    way("ProveWarmth", { status: "warm" }, "ShiftTraffic"),
    way("ProveWarmth", { status: "warm" }, "ProveCapacity", tested),
    way("ProveWarmth", { status: "warming", waitSeconds: 30 }, "WaitForWarmth"),
    way("ProveWarmth", { status: "cold" }, "RollBack"),
    way("ProveCapacity", { status: "testing", waitSeconds: 1 }, "WaitToTest", tested),
    way("ProveCapacity", parted, "SpreadLoad", spread),
    way("ProveCapacity", { status: "raise", needs: {} }, "ByMeasured", tested),
    way("ProveCapacity", { status: "enough" }, "ShiftTraffic", tested),
    way("ProveCapacity", { status: "open" }, "ShiftTraffic", tested),
    way("ProveCapacity", { status: "not-enough" }, "RollBack", tested),
    way("ProveCapacity", { status: "stopped" }, "RollBack", tested),
    way("ShiftTraffic", { status: "shifted" }, "Bake"),
    way("ShiftTraffic", { status: "complete" }, "PromoteModel"),
    way("ShiftTraffic", { status: "waiting", waitSeconds: 30 }, "WaitForShift"),
    way("ShiftTraffic", { status: "blocked" }, "RollBack"),
    way("CheckKpis", { decision: "continue", waitSeconds: 30 }, "BakeOn"),
    way("CheckKpis", { decision: "raise" }, "ShiftTraffic"),
    way("CheckKpis", { decision: "raise", ...elsewhere }, "HandOver"),
    way("CheckKpis", { decision: "advance" }, "ShiftTraffic"),
    way("CheckKpis", { decision: "step-back" }, "ShiftTraffic"),
    way("CheckKpis", { decision: "restore" }, "ShiftTraffic"),
    way("CheckKpis", { decision: "promote" }, "PromoteModel"),
    way("CheckKpis", { decision: "roll-back" }, "RollBack"),
    way("RollBack", { status: "waiting", waitSeconds: 30 }, "WaitForWayBack", failed),
    way("RollBack", { status: "done" }, "ScaleDown", failed),
    way("ScaleDown", { status: "waiting", waitSeconds: 30 }, "WaitForScaleDown"),
    way("ScaleDown", { status: "done" }, "CloseRelease"),
    way("CloseRelease", { outcome: "promoted", reason: "" }, "Promoted"),
    way("CloseRelease", { outcome: "done", reason: "" }, "Done"),
    way("CloseRelease", { outcome: "refused", reason: "" }, "Refused"),
    way("CloseRelease", { outcome: "superseded", reason: "" }, "Superseded"),
    way("CloseRelease", { outcome: "stopped", reason: "" }, "Stopped"),
    way("CloseRelease", { outcome: "rolled-back", reason: "" }, "RolledBack"),
    way("CloseRelease", { outcome: "failed", reason: "" }, "Failed"),
    way("CloseRelease", { outcome: "unheard-of", reason: "" }, "Failed"),
  ])("%s %j: to %s", async (task, answer, next, more) => {
    const { entered } = await walked({ ...more, [task]: firstly(task, answer) });
    const choice = following(entered, task) ?? "";

    expect([choice, following(entered, choice)]).toContain(next);
    // Whoever waits asks the same step again.
    const again = ["Wait", "BakeOn"].some((name) => next.startsWith(name)) && next !== "WaitForCapacity";
    if (again) expect(entered.filter((one) => one === task)).toHaveLength(2);
  });
});

test("an execution that never comes to an end is ended after twenty days", async () => {
  const day = 86_400;
  const { record } = await walked({ CheckKpis: () => ({ decision: "continue", waitSeconds: 2 * day }) });

  expect(record.status).toBe("TIMED_OUT");
  expect((record.stopMs ?? 0) - record.startMs).toBe(20 * day * 1000);
});
