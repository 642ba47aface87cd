/** Closing: how a release ended is worked out from what was recorded, written down once, and its lock given back. */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { closeRelease } from "../../functions/close-release.ts";
import { pastReleases } from "../../src/aws/history.ts";
import { allLeases } from "../../src/aws/leases.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { giveOrder } from "../../src/aws/locks.ts";
import { readRelease } from "../../src/aws/releases.ts";
import type { Closing } from "../../src/core/release/closing.ts";
import type { Document } from "../../src/core/release/document/document.ts";
import { executionArn } from "../aws/executions.ts";
import { planWith } from "../core/example.ts";
import { accountWith, manual, opening, Run, trainingDue } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const quick = planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] } });

function close(run: Run, more: Partial<Document> = {}): Promise<Closing> {
  const { execution, openedAt: startedAt } = run.doc.release;
  return closeRelease({ execution, startedAt, input: manual, document: { ...run.doc, ...more } }, run.tools);
}
const record = (run: Run) => readRelease(run.account.aws, run.doc.release.id);
const holder = async (run: Run) => (await readLock(run.account.aws, run.doc.release.subject)).holder;

/** What was measured, in order. */
const points = ({ account }: Run) =>
  account.measured.map(({ name, value, dimensions }) => [name, value, dimensions]);

describe("a release that was promoted", () => {
  test("says at which shares it did no harm, and is closed with its ledger", async () => {
    const run = await Run.shifted({ plan: quick });
    await run.promote();
    await run.scaleDown();

    const closing = await close(run);

    expect(closing).toMatchObject({
      outcome: "promoted",
      releaseId: "chat-assistant-v7-production",
      drifted: [],
    });
    expect(closing.reason).toMatch(/^no evidence of harm at 100 %; /);
    expect(await record(run)).toMatchObject({ status: "closed", closing });
    expect((await record(run))?.changes?.every(({ state }) => state === "kept")).toBe(true);
    expect(await holder(run)).toBeUndefined();
    expect(run.account.published().at(-1)).toMatchObject({ state: "closed", outcome: "promoted" });
    expect(points(run)).toEqual([
      ["TrafficPercent", 100, { endpoint: "chat-assistant" }],
      ["ReleaseClosed", 1, { endpoint: "chat-assistant", outcome: "promoted" }],
      ["MinutesToPromotion", expect.any(Number), { endpoint: "chat-assistant" }],
    ]);
  });

  test("keeps which version served before it", async () => {
    const run = await Run.shifted({ plan: quick });
    await run.promote();
    await run.scaleDown();
    await close(run);

    const { past } = await pastReleases(run.account.aws, 0);
    expect(past[0]?.servedBefore).toEqual({ version: 6 });
  });

  test("keeps the noise that its KPIs were judged by, and nothing of what was not measured", async () => {
    const run = await Run.shifted({ plan: quick });
    await run.judge();
    await run.promote();
    await run.scaleDown();
    await close(run);

    const { past } = await pastReleases(run.account.aws, 0);
    expect(past[0]?.retrospective?.noise).toMatchObject([
      { kpi: "errors", of: "counts", logSd: { atMost: expect.any(Number) }, hostLogSd: expect.any(Object) },
      { kpi: "latency", of: "means", intervals: expect.any(Number) },
    ]);
  });

  test.each([
    ["after its date says by how much", -7, /; 7 min after it was due, 2026-11-23T/],
    [
      "by its date says nothing of it, however long stable took to leave",
      0,
      /^no evidence of harm[^;]*;(?!.*due)/,
    ],
  ])("%s", async (_, dueMinutes, reason) => {
    const run = await Run.shifted({ plan: quick });
    await run.promote();
    const dueAt = new Date(run.tools.now() + dueMinutes * 60_000).toISOString();
    run.account.wait(30);
    await run.scaleDown();

    const closing = await close(run, { release: { ...run.doc.release, dueAt } });

    expect(closing.reason).toMatch(reason);
  });

  test("is promoted whatever failed afterwards", async () => {
    const run = await Run.shifted({ plan: quick });
    await run.promote();
    await run.scaleDown();

    expect(await close(run, { failure: { Error: "AwsRefused", Cause: "no" } })).toMatchObject({
      outcome: "promoted",
    });
  });
});

test("a release whose record is gone is closed all the same, and its lock is free", async () => {
  const run = await Run.begin();
  await run.plan();
  const { table, environment } = run.account.aws;
  const base = run.doc.release.id;
  await table.send(
    new DeleteCommand({
      TableName: environment.table,
      Key: { pk: `release#${base}`, sk: "attempt#0001" },
    }),
  );

  expect(await close(run)).toMatchObject({ outcome: "refused" });
  expect(await holder(run)).toBeUndefined();
});

test("a promoted release of whose planning nothing is known any more is closed all the same", async () => {
  const run = await Run.shifted({ plan: quick });
  await run.promote();
  await run.scaleDown();
  const { planning, ...doc } = run.doc;
  run.doc = doc;

  expect(planning).toBeDefined();
  expect(await close(run)).toMatchObject({ outcome: "promoted" });
});

describe("a release that was not", () => {
  test("is refused when nothing was touched, with the reason of the refusal", async () => {
    const run = await Run.begin({ spec: { quotaInstances: 12 } });
    await run.plan();

    expect(await close(run)).toMatchObject({
      outcome: "refused",
      reason: "the release needs 24 ml.g5.xlarge at its peak, the account's quota is 12",
    });
    expect(await record(run)).toMatchObject({ status: "closed", changes: [] });
  });

  test("and launched nothing has learnt nothing, and leaves its model's calendar alone", async () => {
    const run = await Run.begin({ spec: { quotaInstances: 12 } });
    await run.plan();
    const calls = run.account.calls.length;

    await close(run);

    const made = run.account.calls.slice(calls).map(({ operation }) => operation);
    expect(made).toContain("PutEvents");
    expect(made).not.toContain("GetSchedule");
  });

  test("is rolled back once anything was touched, with the verdict's sentence", async () => {
    const stages = [50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 15 }));
    const halves = planWith({ rollout: { stages } });
    const run = await Run.shifted({ plan: halves, spec: { candidate: { errorFactor: 8 } } });
    const { reason } = await run.bake();
    await run.wayBack();
    await run.scaleDown();

    expect(await close(run)).toMatchObject({ outcome: "rolled-back", reason });
    expect(points(run)).toEqual([
      ["TrafficPercent", 50, { endpoint: "chat-assistant" }],
      ["TrafficPercent", 0, { endpoint: "chat-assistant" }],
      ["ReleaseClosed", 1, { endpoint: "chat-assistant", outcome: "rolled-back" }],
      ["MinutesToRestore", expect.any(Number), { endpoint: "chat-assistant" }],
    ]);
  });

  test.each([
    [
      "a failure",
      { failure: { Error: "AwsRefused", Cause: '{"errorMessage":"no such role"}' } },
      "AwsRefused: no such role",
    ],
    [
      "a shift that was blocked",
      { stage: { ...stage(), turns: 1, goesOn: "here", status: "blocked", reason: "not in time" } as const },
      "not in time",
    ],
    [
      "a candidate that stayed cold",
      { warmth: { ...progress("loading"), status: "cold", rounds: 9, proven: 0 } as const },
      "loading",
    ],
    [
      "capacity that did not come",
      { capacity: { ...progress("no capacity"), status: "failed" } as const },
      "no capacity",
    ],
  ])("tells of %s", async (_, more, reason) => {
    const run = await Run.warm();
    await run.wayBack();
    await run.scaleDown();

    expect(await close(run, more)).toMatchObject({ outcome: "rolled-back", reason });
  });

  test.each([
    ["supersede", "superseded"],
    ["stop", "stopped"],
    ["roll-back", "rolled-back"],
  ] as const)("and was ordered to %s ends as %s", async (kind, outcome) => {
    const run = await Run.warm();
    const { id: releaseId, execution, subject, openedAt } = run.doc.release;
    await giveOrder(run.account.aws, subject, {
      to: { releaseId, execution, since: openedAt },
      order: { kind, by: "ann", at: openedAt },
    });
    await run.wayBack();
    await run.scaleDown();

    expect(await close(run)).toMatchObject({ outcome });
  });

  test("tells what someone else changed and was left alone", async () => {
    const run = await Run.warm();
    await run.scaleDown();

    const { drifted } = await close(run);

    expect(drifted).toContain("model slipway-dev-chat-assistant-v7-production-ziuu2ucq");
    expect(run.account.published().at(-1)).toMatchObject({ state: "closed", drifted });
  });
});

describe("a milestone of capacity alone", () => {
  async function primed(event: unknown = trainingDue): Promise<Run> {
    const run = await Run.begin({ event });
    await run.plan();
    await run.prewarmTraining();
    run.account.wait(30);
    await run.capacity();
    return run;
  }

  test("is done once its capacity is there; its lease is noted until the schedule ends it", async () => {
    const run = await primed();

    expect(await close(run)).toMatchObject({ outcome: "done", reason: "the warm pool is available" });

    expect(await allLeases(run.account.aws)).toMatchObject([
      { releaseId: "chat-assistant-2026-11-23-training", until: "2026-11-23T12:00:00Z" },
    ]);
    expect((await record(run))?.changes?.map(({ state }) => state)).toEqual(["applied", "applied"]);
  });

  test.each([
    [
      "too late for its date says by how much",
      5,
      "the warm pool is available; 4 min after it was due, 2026-11-23T09:05:00.000Z",
    ],
    ["in time for its date says nothing of it", 40, "the warm pool is available"],
  ])("%s", async (_, leadMinutes, reason) => {
    const scheduledTime = "2026-11-23T09:00:00Z";
    const milestone = { model: "chat-assistant", kind: "training", scheduledTime, leadMinutes };
    const run = await primed({ milestone });

    const closing = await close(run);
    expect(closing.reason).toBe(reason);
    expect(run.account.published().at(-1)).toMatchObject({
      state: "closed",
      lateMinutes: closing.lateMinutes,
    });
  });

  test("is not late at the end of its lease", async () => {
    const scheduledTime = "2026-11-23T09:00:00Z";
    const milestone = { model: "chat-assistant", kind: "training", scheduledTime, leadMinutes: 15 };
    const run = await primed({ milestone });
    await run.scaleDown();

    const { outcome, reason } = await close(run);

    expect(outcome).toBe("done");
    expect(reason).not.toContain("due");
  });

  test("is done again at the end of its lease, which is then forgotten", async () => {
    const run = await primed();
    await run.scaleDown();

    expect(await close(run)).toMatchObject({ outcome: "done" });

    expect(await allLeases(run.account.aws)).toEqual([]);
  });

  test("that failed is rolled back, and leaves no lease", async () => {
    const run = await primed();
    run.doc = { ...run.doc, capacity: { ...progress("no pool"), status: "failed" } };
    await run.wayBack();
    await run.scaleDown();

    expect(await close(run)).toMatchObject({ outcome: "rolled-back", reason: "no pool" });
    expect(await allLeases(run.account.aws)).toEqual([]);
  });
});

describe("a release that could not put everything back", () => {
  const denied = new AwsError("AccessDeniedException", "not authorized", { statusCode: 403 });

  async function left(): Promise<{ run: Run; closing: Closing }> {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await Run.warm();
    await run.wayBack();
    run.account.fail("DeleteModel", denied, 1000);
    await run.scaleDown();
    return { run, closing: await close(run) };
  }

  test("has failed, says what is left and who refused it, and keeps its lock", async () => {
    const { run, closing } = await left();
    const { modelName } = run.needs.candidate;
    const remainder = [
      {
        resource: { kind: "model", name: modelName },
        is: expect.anything(),
        should: null,
        refusedBy: "AwsRefused: AccessDeniedException: not authorized",
        since: expect.stringMatching(/^2026-/),
      },
    ];

    expect(closing).toMatchObject({ outcome: "failed", remainder });
    expect(closing.reason).toMatch(
      /^not everything could be put back: model .* \(AwsRefused: AccessDeniedException: not authorized\)\. /,
    );
    expect(await record(run)).toMatchObject({ status: "remainder", closing });
    expect(await readLock(run.account.aws, run.doc.release.subject)).toMatchObject({
      holder: { releaseId: run.doc.release.id },
      remainder,
    });
    expect(run.account.published().at(-1)).toMatchObject({ state: "remainder", outcome: "failed" });
    expect(new Set(Object.values(await run.changes()))).toEqual(new Set(["undone", "applied"]));
  });

  test("bars new releases there, by name", async () => {
    const { run } = await left();
    run.account.executions.end("release");

    const other = await opening({ model: "chat-assistant", version: 6 }, run.account, "next");

    expect(other).toMatchObject({ route: "ended", closing: { outcome: "refused" } });
    expect(other.reason).toMatch(
      /^chat-assistant-v7-production could not put everything back at endpoint\/chat-assistant since 2026-.*: model .*"slipway free endpoint\/chat-assistant"/,
    );
    expect(await readLock(run.account.aws, run.doc.release.subject)).not.toHaveProperty("queue.0");
  });

  test("is closed by the next compensation once nothing refuses it, and its lock is free", async () => {
    const { run } = await left();
    run.account.executions.end("release");
    run.account.mend();
    const { id: releaseId } = run.doc.release;
    const event = { compensate: { releaseId, why: "what could not be put back" } };

    const again = await Run.begin({ account: run.account, event, name: "compensate" });
    await again.wayBack();
    await again.scaleDown();
    const closing = await close(again);

    expect(closing).toMatchObject({ outcome: "rolled-back", reason: event.compensate.why });
    expect(closing).not.toHaveProperty("remainder");
    expect(await record(run)).toMatchObject({ status: "closed" });
    expect(await readLock(run.account.aws, run.doc.release.subject)).not.toHaveProperty("remainder");
    expect(await holder(run)).toBeUndefined();
  });
});

test("a promotion from which nothing has followed yet is not closed, although no intent says what is to follow", async () => {
  const run = await Run.shifted({ plan: quick });
  await run.bake();
  await (await run.ledger()).promote();

  const closing = await close(run);

  const { joinConfig, finalConfig } = run.needs;
  expect(closing).toMatchObject({ outcome: "failed" });
  expect(closing.remainder).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ resource: { kind: "routing", name: "chat-assistant" }, should: finalConfig }),
      expect.objectContaining({ resource: { kind: "endpoint-config", name: joinConfig }, should: null }),
    ]),
  );
  // Newest first, as it would be undone.
  expect(closing.remainder?.map(({ resource }) => resource.kind)).toEqual([
    ...["endpoint-config", "routing", "scaling", "scaling"],
  ]);
  expect(await holder(run)).toBeDefined();
});

test("a pool that may not be ended at the end of its lease is left, and named", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const run = await Run.begin({ event: trainingDue });
  await run.plan();
  await run.prewarmTraining();
  run.account.wait(30);
  run.account.fail("UpdateTrainingJob", new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 99);
  await run.scaleDown();

  const closing = await close(run);

  expect(closing).toMatchObject({
    outcome: "failed",
    remainder: [{ resource: { kind: "training-job" }, should: null }],
  });
  expect(await run.changes()).toMatchObject({ "lease-end": "undone", primer: "applied" });
});

test("a document that cannot be read does not free a lock with open changes under it", async () => {
  const run = await Run.shifted();
  const { execution, openedAt: startedAt, subject } = run.doc.release;
  const document = { Error: "BadState", Cause: "not a document" };

  const closing = await closeRelease({ execution, startedAt, input: manual, document }, run.tools);

  expect(closing).toMatchObject({ outcome: "failed" });
  expect(closing.remainder?.map(({ resource }) => resource.kind).sort()).toEqual([
    "endpoint-config",
    "model",
    "routing",
    "scaling",
    "scaling",
    "weights",
  ]);
  // Nobody has refused anything: it is left since now.
  const closedAt = new Date(run.account.now()).toISOString();
  expect(new Set(closing.remainder?.map(({ since }) => since))).toEqual(new Set([closedAt]));
  expect((await readLock(run.account.aws, subject)).holder?.execution).toBe(execution);
});

describe("closing again", () => {
  test("gives the same answer and changes nothing", async () => {
    const run = await Run.warm();
    await run.wayBack();
    await run.scaleDown();
    const first = await close(run);
    const before = await record(run);

    run.account.wait(10);

    expect(await close(run)).toEqual(first);
    expect(await record(run)).toEqual(before);
  });

  test("after the lock went to another without a closing is told as failed", async () => {
    const run = await Run.warm();
    run.doc = { ...run.doc, release: { ...run.doc.release, fence: 0 } };

    expect(await close(run)).toMatchObject({
      outcome: "failed",
      reason:
        "chat-assistant-v7-production lost the lock of endpoint/chat-assistant; what it left is the new holder's",
    });
    expect(await holder(run)).toBeDefined();
  });
});

describe("an opening that failed half-way", () => {
  const failed = { Error: "AwsUnavailable", Cause: '{"errorMessage":"no answer"}' };

  test("is refused, and gives the release and the lock that it claimed back", async () => {
    const account = await accountWith();
    const opened = await opening(manual, account);
    const startedAt = new Date(account.now()).toISOString();
    expect(opened.route).toBe("production");

    const closing = await closeRelease(
      { execution: executionArn("release"), startedAt, input: manual, document: failed },
      account.tools,
    );

    expect(closing).toEqual({
      outcome: "refused",
      reason: "AwsUnavailable: no answer",
      releaseId: "chat-assistant-v7-production",
      drifted: [],
    });
    expect(await readRelease(account.aws, "chat-assistant-v7-production")).toMatchObject({
      status: "closed",
    });
    expect((await readLock(account.aws, "endpoint/chat-assistant")).holder).toBeUndefined();
  });

  test("while it waited gives its place in the queue back, and leaves the holder its lock", async () => {
    const account = await accountWith();
    const subject = "endpoint/chat-assistant";
    await opening({ model: "chat-assistant", version: 6 }, account, "first");
    expect((await opening(manual, account)).route).toBe("queued");
    const startedAt = new Date(account.now()).toISOString();

    const closing = await closeRelease(
      { execution: executionArn("release"), startedAt, input: manual, document: failed },
      account.tools,
    );

    expect(closing).toMatchObject({ outcome: "refused", releaseId: "chat-assistant-v7-production" });
    const { holder, queue } = await readLock(account.aws, subject);
    expect(holder?.execution).toBe(executionArn("first"));
    expect(queue).toEqual([]);
    expect(await readRelease(account.aws, "chat-assistant-v7-production")).toMatchObject({
      status: "closed",
      closing,
      changes: [],
    });
  });

  test("before it claimed anything has nothing to give back, and takes nothing from who holds it", async () => {
    const account = await accountWith();
    await opening(manual, account, "other");
    const startedAt = new Date(account.now()).toISOString();

    const closing = await closeRelease(
      { execution: executionArn("release"), startedAt, input: manual, document: failed },
      account.tools,
    );

    expect(closing).toMatchObject({ outcome: "refused", releaseId: "" });
    expect((await readLock(account.aws, "endpoint/chat-assistant")).holder?.execution).toBe(
      executionArn("other"),
    );
  });
});

function progress(reason: string) {
  return { reason, waitSeconds: 30, since: "2026-11-23T09:00:00.000Z" };
}

function stage() {
  return { ...progress(""), index: 0, trafficPercent: 5, raises: 0, lockedMinutes: 0 };
}
