/** Releases that were opened when names did not carry the stack: they end under the names that their ledgers have. */
import { describe, expect, test } from "vitest";
import { make } from "../../src/aws/changes.ts";
import { executionArnOf } from "../../src/aws/executions.ts";
import { heldLocks, writeLock } from "../../src/aws/lock-item.ts";
import { reap } from "../../src/aws/reaper.ts";
import { primerOf } from "../../src/aws/sagemaker-training.ts";
import { candidateModel, readConfig, readModel } from "../../src/aws/serving/sagemaker/models.ts";
import { isCompensation } from "../../src/core/release/reaping.ts";
import { Run, trainingDue } from "./run.ts";

const training = "chat-assistant-2026-11-23-training";

/** A training milestone whose lease and job were made under the names of then. */
async function primed(): Promise<Run> {
  const run = await Run.begin({ event: trainingDue });
  await run.plan();
  const ledger = await run.ledger();
  const pool = run.doc.plan.milestones.training?.pool;
  if (pool === undefined) throw new Error("the sample plan has no training pool");
  await make(run.tools, ledger, {
    id: "lease-end",
    resource: { kind: "schedule", name: `${training}-lease` },
    to: { at: "2026-11-23T12:00:00", input: JSON.stringify({ scaleDown: { releaseId: training } }) },
  });
  const job = { kind: "training-job", name: `${training}-primer` } as const;
  await make(run.tools, ledger, { id: "primer", resource: job, to: primerOf(pool) });
  return run;
}

describe("a training milestone", () => {
  test("finds its pool, starts no second one, and gives it back with its schedule", async () => {
    const run = await primed();
    const made = run.account.writes();

    await run.prewarmTraining();
    run.account.wait(30);

    expect(run.account.writes()).toEqual(made);
    expect(await run.capacity()).toMatchObject({ status: "ready", reason: "the warm pool is available" });
    expect(await run.scaleDown()).toMatchObject({ status: "done", drifted: [] });
    expect(run.account.world.state.trainingJobs.get(`${training}-primer`)?.instances).toEqual([]);
    expect(await run.changes()).toEqual({ "lease-end": "undone", primer: "undone" });
  });
});

describe("a production release", () => {
  /** Planned when names were the release's own. */
  async function planned(): Promise<Run> {
    const run = await Run.begin();
    await run.plan();
    const { id } = run.doc.release;
    const { needs } = run;
    run.doc = {
      ...run.doc,
      planning: {
        status: "fits",
        reason: "",
        waitSeconds: 30,
        since: "2026-11-23T09:00:00Z",
        turns: 1,
        goesOn: "here",
        needs: {
          ...needs,
          candidate: { ...needs.candidate, modelName: id },
          joinConfig: `${id}-join`,
          finalConfig: `${id}-final`,
        },
      },
    };
    return run;
  }

  test("joins and is undone under the names that were planned", async () => {
    const run = await planned();
    await run.prewarm();
    run.account.settle();
    await run.capacity();

    expect((await run.endpoint()).config).toBe("chat-assistant-v7-production-join");
    expect(await run.wayBack()).toMatchObject({ status: "done" });
    expect(await run.scaleDown()).toMatchObject({ status: "done", drifted: [] });
    expect([...run.account.world.state.models.keys()]).toEqual(["chat-assistant-v6"]);
    expect([...run.account.world.state.endpointConfigs.keys()]).toEqual(["chat-assistant-config-v6"]);
  });

  test("whose execution died half-way finishes what it had intended, under the intended name", async () => {
    const run = await planned();
    const { needs } = run;
    const { packageArn } = needs.candidate;
    const to = await candidateModel(run.account.aws, {
      servingModel: needs.stable.modelName,
      packageArn,
      planned: {},
    });
    const resource = { kind: "model", name: needs.candidate.modelName } as const;
    const ledger = await run.ledger();
    await ledger.intend({ id: "model", resource, before: null, after: to, at: "2026-11-23T09:00:00Z" });

    await run.prewarm();

    expect(await readModel(run.account.aws, "chat-assistant-v7-production")).not.toBeNull();
    expect(await readConfig(run.account.aws, "chat-assistant-v7-production-join")).not.toBeNull();
  });

  test("is compensated under the name that a sweep of then had decided on", async () => {
    const run = await planned();
    const { subject } = run.doc.release;
    const name = "compensate-chat-assistant-v7-production-1-1";
    await writeLock(run.account.aws, subject, {
      UpdateExpression: "SET compensation = :decided",
      ExpressionAttributeValues: { ":decided": { attempt: 1, name, at: "2026-11-23T09:00:00Z" } },
    });
    run.account.executions.end("release");
    const [lock] = await heldLocks(run.account.aws);
    if (lock === undefined) throw new Error("expected a lock that is held");

    expect(await reap(run.tools, lock)).toMatchObject({
      did: `chat-assistant-v7-production: ${name} started`,
    });
    expect(isCompensation(executionArnOf(run.account.aws, name))).toBe(true);
  });
});
