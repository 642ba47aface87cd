/** A release goes on in a new execution: said on the lock first, started once, and taken up when the one before is over. */
import { describe, expect, test } from "vitest";
import { handOver } from "../../functions/hand-over.ts";
import { openRelease } from "../../functions/open-release.ts";
import { reapLeases } from "../../functions/reap-leases.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { statusOfLocks } from "../../src/aws/lock-status.ts";
import { giveOrder } from "../../src/aws/locks.ts";
import { order } from "../../src/aws/orders.ts";
import { readRelease } from "../../src/aws/releases.ts";
import { executionArn } from "../aws/executions.ts";
import { opening, Run } from "./run.ts";

const subject = "endpoint/chat-assistant";
const bySchedule = { sweep: "schedule" } as const;

/** A release half-way, and what its hand-over answered. */
async function handedOver() {
  const run = await Run.shifted();
  await run.judge();
  const answer = await handOver(run.opened(), run.tools);
  const input = { goOn: { releaseId: run.doc.release.id, document: run.opened() } };
  const takeUp = () => opening(input, run.account, answer.to);
  return { run, answer, takeUp };
}

/** A release whose first share is on its way. */
async function shiftingRun() {
  const run = await Run.warm();
  await run.shiftOnce();
  return run;
}

/** An opening of an execution that was started before. */
function late(run: Run, name: string, document: unknown) {
  const input = { goOn: { releaseId: run.doc.release.id, document } };
  const startedAt = new Date(run.account.now()).toISOString();
  return openRelease({ execution: executionArn(name), startedAt, input }, run.tools);
}

describe("a hand-over", () => {
  test("names the new execution on the lock, starts it with the document, and leaves the lock where it is", async () => {
    const { run, answer } = await handedOver();

    const { holder, fence, successor } = await readLock(run.account.aws, subject);
    expect(answer).toMatchObject({ outcome: "handed-over", to: successor?.name });
    expect(holder?.execution).toBe(run.doc.release.execution);
    expect(fence).toBe(run.doc.release.fence);
    expect(run.account.executions.started().at(-1)).toEqual({
      name: answer.to,
      input: { goOn: { releaseId: run.doc.release.id, document: run.opened() } },
    });
  });

  test("that comes twice starts one execution", async () => {
    const { run, answer } = await handedOver();
    const started = run.account.executions.started().length;

    expect(await handOver(run.opened(), run.tools)).toEqual(answer);
    expect(run.account.executions.started()).toHaveLength(started);
  });

  test("to an execution that is over already fails: the release walks back", async () => {
    const { run, answer } = await handedOver();
    run.account.executions.end(answer.to);

    await expect(handOver(run.opened(), run.tools)).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringContaining(`${answer.to} is over`),
    });
  });

  test("is none once the release is ordered back", async () => {
    const run = await Run.shifted();
    const { holder } = await readLock(run.account.aws, subject);
    if (holder === undefined) throw new Error("nobody holds the lock");
    const at = new Date(run.account.now()).toISOString();
    await giveOrder(run.account.aws, subject, { to: holder, order: { kind: "stop", by: "ann", at } });

    await expect(handOver(run.opened(), run.tools)).rejects.toMatchObject({ name: "Stopped" });
    expect((await readLock(run.account.aws, subject)).successor).toBeUndefined();
  });
});

describe("the new execution", () => {
  test("waits while the one before runs, and says for whom", async () => {
    const { run, takeUp } = await handedOver();

    expect(await takeUp()).toMatchObject({
      route: "queued",
      waitSeconds: 2,
      reason: expect.stringContaining(`is held by ${run.doc.release.id} `),
    });
  });

  test("then takes the lock over under a new fence, with the document, and shuts the one before out", async () => {
    const { run, answer, takeUp } = await handedOver();
    run.account.executions.end("release", "SUCCEEDED");

    const taken = await takeUp();

    const { judgement, planning, release } = run.doc;
    expect(taken).toMatchObject({
      route: "production",
      resume: "CheckKpis",
      planning: { needs: planning?.needs },
      release: { ...release, execution: executionArn(answer.to), fence: release.fence + 1 },
      judgement: { ...judgement, turns: 0, goesOn: "here" },
      stage: { shiftedAt: run.doc.stage?.shiftedAt, turns: 0 },
    });
    expect(await takeUp()).toEqual(taken);
    const lock = await readLock(run.account.aws, subject);
    expect(lock).toMatchObject({ fence: release.fence + 1, holder: { execution: executionArn(answer.to) } });
    expect(lock.successor).toBeUndefined();
    await expect(run.judge()).rejects.toMatchObject({ name: "LockLost" });
  });

  test.each([
    ["PlanCapacity", () => Run.begin()],
    ["ShiftTraffic", shiftingRun],
  ] as const)("goes on at %s where the release had come so far", async (resume, come) => {
    const run = await come();
    const { to } = await handOver(run.opened(), run.tools);
    run.account.executions.end("release", "SUCCEEDED");

    const input = { goOn: { releaseId: run.doc.release.id, document: run.opened() } };
    expect(await opening(input, run.account, to)).toMatchObject({ route: "production", resume });
  });

  test("puts everything back where the one before did not end by handing over", async () => {
    const { run, takeUp } = await handedOver();
    run.account.executions.end("release", "ABORTED");
    run.account.wait(3);

    const taken = await takeUp();

    expect(taken).toMatchObject({
      route: "compensate",
      promoted: false,
      plan: { model: "chat-assistant" },
      planning: { needs: run.needs },
    });
    expect(taken.reason).toContain("ended before");
  });

  test("puts everything back where it cannot read the document", async () => {
    const { run, answer } = await handedOver();
    run.account.executions.end("release", "SUCCEEDED");

    expect(await late(run, answer.to, { schema: 99 })).toMatchObject({ route: "compensate" });
  });

  test("of another name takes nothing up", async () => {
    const { run } = await handedOver();
    run.account.executions.end("release", "SUCCEEDED");
    const input = { goOn: { releaseId: run.doc.release.id, document: run.opened() } };

    expect(await opening(input, run.account, "somebody")).toMatchObject({ route: "ignored" });
    expect((await readLock(run.account.aws, subject)).holder?.execution).toBe(run.doc.release.execution);
  });

  test("takes nothing up from who was faster", async () => {
    const { run, answer } = await handedOver();
    run.account.executions.end("release", "ABORTED");
    run.account.executions.end(answer.to);
    await reapLeases(bySchedule, run.tools);
    const compensation = (await readLock(run.account.aws, subject)).compensation?.name ?? "";
    run.account.wait(3);
    await opening(run.account.executions.started().at(-1)?.input, run.account, compensation);

    expect(await late(run, answer.to, run.opened())).toMatchObject({ route: "ignored" });
  });
});

describe("between the two executions", () => {
  test("the sweep leaves the release alone, and status says that it is at work", async () => {
    const { run } = await handedOver();
    run.account.executions.end("release", "SUCCEEDED");

    expect(await reapLeases(bySchedule, run.tools)).toMatchObject({ found: 1, did: [], failed: 0 });
    expect(await statusOfLocks(run.account.aws, run.account.now())).toMatchObject([{ state: "at-work" }]);
  });

  test("a new execution that Step Functions does not know yet is not dead: it has five minutes", async () => {
    const run = await Run.shifted();
    const { start } = run.account.executions;
    Object.assign(run.account.executions, {
      start: () => run.account.executions.describe(executionArn("release")),
    });
    await handOver(run.opened(), run.tools);
    Object.assign(run.account.executions, { start });
    run.account.executions.end("release", "SUCCEEDED");

    expect(await reapLeases(bySchedule, run.tools)).toMatchObject({ did: [] });
    run.account.wait(6);
    expect((await reapLeases(bySchedule, run.tools)).did).toEqual([expect.stringContaining(" started")]);
  });

  test("the sweep compensates once the new execution is over, and is told of its end as well", async () => {
    const { run, answer } = await handedOver();
    run.account.executions.end("release", "SUCCEEDED");
    run.account.executions.end(answer.to, "FAILED");
    const detail = { executionArn: executionArn(answer.to), status: "FAILED" };

    expect((await reapLeases({ detail }, run.tools)).did).toEqual([expect.stringContaining(" started")]);
  });

  test("an order ends the new execution, and stands on the lock", async () => {
    const { run, answer } = await handedOver();
    run.account.executions.end("release", "SUCCEEDED");
    const { id: releaseId } = run.doc.release;

    const said = await order(run.account.aws, {
      releaseId,
      kind: "stop",
      by: "ann",
      nowMs: run.account.now(),
    });

    expect(said).toEqual({ said: `${releaseId} is stopped; the sweep undoes what it left`, done: true });
    expect(run.account.executions.describe(executionArn(answer.to)).status).toBe("ABORTED");
    expect((await readLock(run.account.aws, subject)).order).toMatchObject({ kind: "stop", by: "ann" });
  });
});

test("the record still names the execution that opened the release", async () => {
  const { run, takeUp } = await handedOver();
  run.account.executions.end("release", "SUCCEEDED");
  await takeUp();

  const record = await readRelease(run.account.aws, run.doc.release.id);
  expect(record).toMatchObject({ status: "open", release: { execution: executionArn("release") } });
});
