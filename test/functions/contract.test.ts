/** What holds for every step: its name, its contract on both sides, its errors' names, and that it obeys its lock. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { allStates } from "#twin/engine";
import { AwsError } from "#twin/vocabulary";
import * as functions from "../../functions/index.ts";
import { giveOrder } from "../../src/aws/locks.ts";
import { retryableErrors, SlipwayError, terminalErrors } from "../../src/core/errors.ts";
import type { LoadPart } from "../../src/core/load/senders.ts";
import type { Document } from "../../src/core/release/document/document.ts";
import { turnOf, turnsOf } from "../../src/core/release/turns.ts";
import definition from "../../statemachines/release.asl.json" with { type: "json" };
import type { Account } from "../aws/account.ts";
import { loadTested } from "../core/example.ts";
import { Run, trainingDue } from "./run.ts";

/** Retries back off by a random part of their delay; none of it keeps the tests short. */
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

const context = { functionName: "step" } as never;
const tasks = allStates(definition)
  .filter(([, { Type }]) => Type === "Task")
  .map(([name]) => name);
/** Steps that need the lock, and those of them that go forward. */
const locked = tasks.filter((name) => !["OpenRelease", "CloseRelease"].includes(name));
const forward = locked.filter((name) => !["RollBack", "ScaleDown", "PromoteModel"].includes(name));

const part: LoadPart = {
  ...{ nth: 1, of: 2, round: 0, startAt: "2026-01-05T09:00:00.000Z", name: "peak" },
  ...{ requestsPerSecond: 600, seconds: 20, rampSeconds: 5, mostRequests: 10_000 },
};

/** A release that the step is about. */
async function inReleaseOf(name: string): Promise<{ readonly account: Account; readonly doc: Document }> {
  if (name === "SendLoad") {
    const { account, doc } = await Run.warm({ plan: loadTested });
    return { account, doc: { ...doc, part } as Document };
  }
  if (name !== "PrewarmTraining") return Run.shifted();
  const run = await Run.begin({ event: trainingDue });
  await run.plan();
  return run;
}

function stepOf({ wire }: Account, name: string) {
  const step = functions.stepsOn(wire)[name];
  if (step === undefined) throw new Error(`expected a step ${name}`);
  return (event: unknown) => step(event, context);
}

test("there is one step for each Task state", () => {
  const steps = functions.stepsOn({ handle: () => Promise.reject(new Error("unused")) });

  expect(Object.keys(steps).sort()).toEqual([...tasks].sort());
});

/** Files of functions/ by the names of their states. */
const fileOf = (name: string) =>
  `../../functions/${name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.ts`;

/** Steps after which a release may go on in a new execution. */
const turning = ["PlanCapacity", "ShiftTraffic", "CheckKpis"];

test.each(turning)(
  "%s is given when its execution began, and goes on elsewhere after weeks",
  async (name) => {
    const { doc, account } = await Run.shifted();
    const { contract } = (await import(fileOf(name))) as { contract: { input: typeof Document } };
    const nowMs = account.now() + 15 * 86_400_000;

    expect(turnOf(contract.input.parse(doc), { waits: true, nowMs }).goesOn).toBe("in-new-execution");
  },
);

test.each(turning)("%s is given all that says how many turns its execution has taken", async (name) => {
  const { doc } = await Run.shifted();
  const { contract } = (await import(fileOf(name))) as { contract: { input: typeof Document } };
  const counted = { turns: 700, goesOn: "here" } as const;

  for (const document of [
    { ...doc, queue: { turns: 700 } },
    { ...doc, planning: doc.planning && { ...doc.planning, ...counted } },
    ...(name === "PlanCapacity" ? [] : [{ ...doc, stage: doc.stage && { ...doc.stage, ...counted } }]),
  ])
    expect(turnsOf(contract.input.parse(document))).toBe(701);
});

test.each(tasks)("%s says what it is given and what it answers", async (name) => {
  const { contract } = (await import(fileOf(name))) as { contract: Record<string, unknown> };

  const given = ["OpenRelease", "CloseRelease"].includes(name) ? [] : ["document"];
  expect(Object.keys(contract).sort()).toEqual([...given, "input", "output"]);
});

/** How far a release must be for a step, of these four. */
const progress = ["opened", "planned", "joined", "staged"];
const takes = [
  ["PlanCapacity", "opened"],
  ["HandOver", "opened"],
  ["PrewarmInference", "planned"],
  ["CheckCapacity", "planned"],
  ["ProveWarmth", "planned"],
  ["ProveCapacity", "joined"],
  ["ShiftTraffic", "joined"],
  ["CheckKpis", "staged"],
  ["PromoteModel", "staged"],
] as const;

test.each(takes)("%s takes a release that is %s or further, and none before", async (name, least) => {
  const { doc } = await Run.shifted();
  const { planning, prewarm, capacity, warmth, stage, ...opened } = doc;
  const planned = { ...opened, planning };
  const joined = { ...planned, prewarm, capacity, warmth };
  const { contract } = (await import(fileOf(name))) as { contract: { input: typeof Document } };

  const takes = (given: unknown) => contract.input.safeParse(given).success;

  expect([opened, planned, joined, doc].map(takes)).toEqual(
    progress.map((_, nth) => nth >= progress.indexOf(least)),
  );
  expect(takes({ ...doc, planning: { ...planning, needs: undefined } })).toBe(least === "opened");
  if (least === "staged") expect(takes({ ...doc, stage: { ...stage, shiftedAt: undefined } })).toBe(false);
});

test("PrewarmTraining takes capacity alone, once it fits", async () => {
  const { doc } = await inReleaseOf("PrewarmTraining");
  const { contract } = (await import(fileOf("PrewarmTraining"))) as { contract: { input: typeof Document } };
  const waits = { ...doc, planning: { ...doc.planning, status: "waiting" } };
  const given = [doc, { ...doc, planning: undefined }, waits, (await Run.shifted()).doc];

  expect(given.map((each) => contract.input.safeParse(each).success)).toEqual([true, false, false, false]);
});

describe("every step", () => {
  test.each(tasks)(
    "%s refuses a document that no step produced, by name, and asks AWS for nothing",
    async (name) => {
      const { account } = await Run.begin();
      const calls = account.calls.length;

      for (const document of [null, "text", {}, { release: { id: 7 } }])
        await expect(stepOf(account, name)(document)).rejects.toMatchObject({
          name: "BadState",
          message: expect.stringContaining("the step's input is not what its contract says"),
        });

      expect(account.calls).toHaveLength(calls);
    },
  );

  test.each(forward)("%s refuses a document of another schema, and asks AWS for nothing", async (name) => {
    const run = await inReleaseOf(name);
    const calls = run.account.calls.length;

    await expect(stepOf(run.account, name)({ ...run.doc, schema: 99 })).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringContaining("schema: expected "),
    });

    expect(run.account.calls).toHaveLength(calls);
  });

  test.each(locked)("%s does nothing for a release whose lock is another's", async (name) => {
    const run = await inReleaseOf(name);
    const writes = run.account.writes().length;
    const document = { ...run.doc, release: { ...run.doc.release, fence: run.doc.release.fence - 1 } };

    await expect(stepOf(run.account, name)(document)).rejects.toMatchObject({ name: "LockLost" });

    expect(run.account.writes()).toHaveLength(writes);
  });

  test.each(forward)("%s goes no further once the release is ordered back", async (name) => {
    const run = await inReleaseOf(name);
    const { id: releaseId, execution, subject, openedAt } = run.doc.release;
    const order = { kind: "stop", by: "ann", at: openedAt } as const;
    await giveOrder(run.account.aws, subject, { to: { releaseId, execution, since: openedAt }, order });
    const writes = run.account.writes().length;

    await expect(stepOf(run.account, name)(run.doc)).rejects.toMatchObject({
      name: "Stopped",
    });

    expect(run.account.writes()).toHaveLength(writes);
  });

  test.each(locked)("%s names a table that cannot be reached, so that it is tried again", async (name) => {
    const run = await inReleaseOf(name);
    run.account.fail("GetItem", new AwsError("InternalServerError", "no", { statusCode: 500 }));

    await expect(stepOf(run.account, name)(run.doc)).rejects.toMatchObject({ name: "AwsUnavailable" });
  });

  test("throws only errors whose names the state machine knows", async () => {
    const run = await Run.shifted();
    const known = [...retryableErrors, ...terminalErrors] as string[];
    const operations = ["DescribeEndpoint", "GetMetricData", "GetItem", "UpdateItem"];
    const errors = [
      new AwsError("ThrottlingException", "slow down"),
      new AwsError("InternalFailure", "no", { statusCode: 500 }),
      new AwsError("AccessDeniedException", "no", { statusCode: 403 }),
    ];
    const names: string[] = [];

    for (const name of locked)
      for (const operation of operations)
        for (const error of errors) {
          run.account.fail(operation, error);
          await stepOf(
            run.account,
            name,
          )(run.doc).catch((thrown: Error) => {
            names.push(thrown instanceof SlipwayError ? thrown.name : `${name}: ${thrown.name}`);
          });
          run.account.mend();
        }

    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});
