/** The record of each release: claimed once, by one execution, and closed with its ledger. */
import { describe, expect, test } from "vitest";
import { declaredFreezes, declareFreeze, liftFreeze } from "../../src/aws/freezes.ts";
import { allLeases, endLease, forgetLease, noteLease } from "../../src/aws/leases.ts";
import { applyPlan, readPlan } from "../../src/aws/plans.ts";
import {
  claimedBy,
  claimRelease,
  closeRecord,
  latestAttempt,
  readRelease,
  recordPlanning,
} from "../../src/aws/releases.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Change } from "../../src/core/release/change.ts";
import { isPassed } from "../../src/core/release/reaping.ts";
import { plan } from "../core/example.ts";
import { openAccount, startMs } from "./account.ts";
import { executionArn } from "./executions.ts";
import { releaseOf } from "./releases.ts";

/** Those that the sweep has to end. */
const passedLeases = async (aws: Parameters<typeof allLeases>[0], nowMs: number) =>
  (await allLeases(aws)).filter((each) => isPassed(each, nowMs));

const request = {
  model: "chat-assistant",
  version: 7,
  milestone: "production",
  trigger: "manual",
  again: false,
} as const;
const startedAt = "2026-11-23T09:00:00.000Z";

describe("a release", () => {
  test("is claimed by the execution that comes first; claiming it again is one claim", async () => {
    const { aws } = openAccount();

    expect(await claimRelease(aws, releaseOf(7), plan)).toBe(true);
    expect(await claimRelease(aws, releaseOf(7), plan)).toBe(true);
    expect(await claimRelease(aws, releaseOf(7, { execution: executionArn("other") }), plan)).toBe(false);
  });

  test("keeps the plan that it was claimed with, whichever comes later", async () => {
    const { aws } = openAccount();
    await claimRelease(aws, releaseOf(7), plan);
    await claimRelease(aws, releaseOf(7), { ...plan, alarms: ["another"] });

    expect(await readRelease(aws, "chat-assistant-v7-production")).toMatchObject({ plan });
  });

  test("is claimed by exactly one of many executions that come at one moment", async () => {
    const { aws } = openAccount();
    const executions = Array.from({ length: 8 }, (_, nth) => executionArn(`execution-${nth}`));

    const claims = await Promise.all(
      executions.map((execution) => claimRelease(aws, releaseOf(7, { execution }), plan)),
    );

    expect(claims.filter((won) => won)).toHaveLength(1);
  });

  test("whose claim's answer was lost is claimed all the same", async () => {
    const account = openAccount();
    account.lose("PutItem", 1);

    expect(await claimRelease(account.aws, releaseOf(7), plan)).toBe(true);
  });

  test("keeps what was planned, and how it ended, with its ledger", async () => {
    const { aws } = openAccount();
    await claimRelease(aws, releaseOf(7), plan);
    const planning = {
      status: "fits",
      reason: "8 ml.g5.xlarge",
      waitSeconds: 30,
      since: startedAt,
      turns: 1,
      goesOn: "here",
    } as const;
    const closing = { outcome: "rolled-back", reason: "errors", releaseId: "x", drifted: [] } as const;
    const change: Change = {
      id: "model",
      seq: 1,
      resource: { kind: "model", name: "m" },
      before: null,
      after: {},
      state: "undone",
      at: startedAt,
    };

    await recordPlanning(aws, "chat-assistant-v7-production", planning);
    const closed = {
      releaseId: "chat-assistant-v7-production",
      closing: { ...closing, drifted: [] },
      closedAt: startedAt,
      changes: [change],
    };
    await closeRecord(aws, closed);
    await closeRecord(aws, closed);

    expect(await readRelease(aws, "chat-assistant-v7-production")).toMatchObject({
      status: "closed",
      closing,
      closedAt: startedAt,
      planning,
      changes: [change],
    });
    expect(await claimRelease(aws, releaseOf(7), plan)).toBe(false);
  });

  test("has attempts, of which the latest is found by its number and not by its letters", async () => {
    const { aws } = openAccount();
    for (const attempt of [1, 2, 9, 10])
      await claimRelease(
        aws,
        releaseOf(7, { attempt, id: `chat-assistant-v7-production${attempt > 1 ? `-r${attempt}` : ""}` }),
        plan,
      );

    const latest = await latestAttempt(aws, "chat-assistant-v7-production");

    expect(latest?.release.attempt).toBe(10);
    expect((await readRelease(aws, "chat-assistant-v7-production-r2"))?.release.attempt).toBe(2);
  });

  test("that an execution claimed is found by what it was asked for, as long as it is open", async () => {
    const { aws } = openAccount();
    const { execution } = releaseOf(7);
    expect(await claimedBy(aws, request, { execution, startedAt })).toBeUndefined();
    await claimRelease(aws, releaseOf(7), plan);

    expect((await claimedBy(aws, request, { execution, startedAt }))?.release.id).toBe(
      "chat-assistant-v7-production",
    );
    expect(await claimedBy(aws, request, { execution: executionArn("other"), startedAt })).toBeUndefined();
  });
});

describe("a plan in force", () => {
  test("is read as it was applied, and the newest one counts", async () => {
    const { aws } = openAccount();
    expect(await readPlan(aws, "chat-assistant")).toBeUndefined();
    await applyPlan(aws, plan, startedAt);

    const dearer = { ...plan, budget: { ...plan.budget, usdPerRelease: 200 } };
    expect(await readPlan(aws, "chat-assistant")).toEqual(plan);
    await applyPlan(aws, dearer, startedAt);

    expect(await readPlan(aws, "chat-assistant")).toEqual(dearer);
  });

  test("that this code does not read is refused by name", async () => {
    const { aws } = openAccount();
    await applyPlan(aws, { ...plan, canary: true } as Plan, startedAt);

    await expect(readPlan(aws, "chat-assistant")).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringMatching(
        /^the plan in force of chat-assistant is not one that this code reads: canary: expected one of the keys .*, found "canary"$/,
      ),
    });
  });
});

describe("leases", () => {
  const lease = { releaseId: "chat-assistant-2026-11-23-training", until: "2026-11-23T12:00:00Z" };
  const noonMs = Date.parse(lease.until);

  test("are all found, on however many pages: a page of DynamoDB's has 1 MB", async () => {
    const { aws } = openAccount();
    const others = Array.from({ length: 1100 }, (_, i) => `a${i}-`.padEnd(1000, "x"));
    for (const releaseId of others) await noteLease(aws, { releaseId, until: "2026-11-24T12:00:00Z" });
    await noteLease(aws, lease);

    expect(await passedLeases(aws, noonMs + 300_000)).toEqual([lease]);
  });

  test("have passed five minutes after their end, so that their schedule comes first", async () => {
    const { aws } = openAccount();
    await noteLease(aws, lease);

    expect(await passedLeases(aws, noonMs + 299_000)).toEqual([]);
    expect(await passedLeases(aws, noonMs + 300_000)).toEqual([lease]);
  });

  test("noted again move their end; forgotten ones never pass", async () => {
    const { aws } = openAccount();
    await noteLease(aws, lease);
    await noteLease(aws, { ...lease, until: "2026-11-23T14:00:00Z" });
    expect(await passedLeases(aws, noonMs + 3_600_000)).toEqual([]);

    await forgetLease(aws, lease.releaseId);
    await forgetLease(aws, lease.releaseId);

    expect(await passedLeases(aws, noonMs + 86_400_000)).toEqual([]);
  });

  test("that have passed start the machine at its end, once in ten minutes", async () => {
    const account = openAccount();

    for (const minutes of [0, 4, 10]) {
      account.wait(minutes);
      await endLease(account.tools, lease);
    }

    expect(account.executions.started()).toEqual([
      {
        name: expect.stringMatching(/^lease-slipway-dev-chat-assistant-2026-11-23-training-\d+-[0-9a-z]{8}$/),
        input: { scaleDown: { releaseId: lease.releaseId } },
      },
      {
        name: expect.stringMatching(/^lease-slipway-dev-chat-assistant-2026-11-23-training-\d+-[0-9a-z]{8}$/),
        input: { scaleDown: { releaseId: lease.releaseId } },
      },
    ]);
  });
});

describe("declared freezes", () => {
  test("hold for their endpoint or for all, until they are lifted", async () => {
    const { aws } = openAccount();
    const freeze = { by: "ann", reason: "incident" };
    await declareFreeze(aws, "chat-assistant", freeze);
    await declareFreeze(aws, "*", { ...freeze, until: new Date(startMs).toISOString() });
    await declareFreeze(aws, "other", freeze);

    const standing = await declaredFreezes(aws, "chat-assistant");
    await liftFreeze(aws, "*");
    await liftFreeze(aws, "*");

    expect(standing).toHaveLength(2);
    expect(await declaredFreezes(aws, "chat-assistant")).toMatchObject([{ sk: "chat-assistant", by: "ann" }]);
  });

  test("hold however many others there are: a page of DynamoDB's has 1 MB", async () => {
    const { aws } = openAccount();
    const reason = "x".repeat(300_000);
    for (const other of ["a", "b", "c", "ca"]) await declareFreeze(aws, other, { by: "ann", reason });
    await declareFreeze(aws, "chat-assistant", { by: "ann", reason: "incident" });

    expect(await declaredFreezes(aws, "chat-assistant")).toMatchObject([{ reason: "incident" }]);
  });
});
