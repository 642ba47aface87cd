/** Training capacity after its release has closed: its pool is primed again before it ends, and given back with its lease. */
import { ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { closeRelease } from "../../functions/close-release.ts";
import { keepCapacity } from "../../functions/keep-capacity.ts";
import { reapLeases } from "../../functions/reap-leases.ts";
import { putInForce, see } from "../../src/aws/applying.ts";
import { allLeases, endLease } from "../../src/aws/leases.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { standingSchedules, targetOf } from "../../src/aws/milestones.ts";
import { readRelease } from "../../src/aws/releases.ts";
import { slipLaterDates } from "../../src/aws/slipping.ts";
import { stepsTo } from "../../src/core/calendar/application.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import type { Held } from "../../src/core/release/undoing.ts";
import { executionArn } from "../aws/executions.ts";
import { plan as sample } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { opening, Run, trainingDue } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const id = "chat-assistant-2026-11-23-training";
const subject = "pool/chat-assistant/training";

/** A pool that is there, its release closed. */
async function held(spec: SpecInput = {}, plan = sample): Promise<Run> {
  const run = await Run.begin({ event: trainingDue, spec, plan });
  await run.plan();
  await run.prewarmTraining();
  run.account.wait(30);
  await run.capacity();
  await closed(run, run.doc, "release");
  return run;
}

function closed({ account: { tools } }: Run, document: unknown, name: string) {
  const execution = executionArn(name);
  return closeRelease({ execution, startedAt: "", input: trainingDue, document }, tools);
}

let nth = 0;
/** The machine as the sweep starts it: opened, asked until nothing is waited for, and closed. */
async function keep(run: Run) {
  const name = `keep-${++nth}`;
  let doc: Record<string, unknown> = await opening({ keep: { releaseId: id } }, run.account, name);
  if (doc.route !== "keep") return { doc, kept: undefined, closing: undefined };
  for (let look = 0; look < 60; look++) {
    const keeping = await keepCapacity(doc as Parameters<typeof keepCapacity>[0], run.tools);
    doc = { ...doc, keeping };
    if (keeping.status !== "waiting") break;
    run.account.wait(keeping.waitSeconds / 60);
  }
  return { doc, kept: doc.keeping, closing: await closed(run, doc, name) };
}

const jobs = ({ account }: Run) =>
  [...account.world.state.trainingJobs.values()].map(({ name, status, warmPool }) => [
    /primer(-\d+)?(?=-[a-z0-9]{8}$)/.exec(name)?.[0] ?? name,
    status,
    warmPool?.status,
  ]);
const leased = async ({ account }: Run) => (await allLeases(account.aws))[0];

describe("a pool whose lease goes on", () => {
  test("is left alone while it lasts long enough, and looked at a quarter of an hour before it ends", async () => {
    const run = await held();
    const { keepBy } = (await leased(run)) ?? {};
    const pool = [...run.account.world.state.trainingJobs.values()][0];
    const endsMs = (pool?.trainingEndMs ?? 0) + 60 * 60_000;
    expect(Date.parse(keepBy ?? "")).toBeCloseTo(endsMs - 15 * 60_000, -4);

    const { kept, closing } = await keep(run);

    expect(kept).toMatchObject({ status: "kept", reason: "the warm pool is available" });
    expect(closing).toMatchObject({ outcome: "done" });
    expect(jobs(run)).toEqual([["primer", "Completed", "Available"]]);
    expect((await readLock(run.account.aws, subject)).holder).toBeUndefined();
  });

  test("is primed again on its own instances before it ends; what is over is forgotten", async () => {
    const run = await held();
    run.account.wait(30);
    const { closedAt, closing } = (await readRelease(run.account.aws, id)) ?? {};

    const { kept } = await keep(run);

    expect(kept).toMatchObject({ status: "kept", reason: "the warm pool is available" });
    expect(jobs(run)).toEqual([
      ["primer", "Completed", "Reused"],
      ["primer-2", "Completed", "Available"],
    ]);
    run.account.wait(45);
    await keep(run);
    expect(jobs(run).at(-1)).toEqual(["primer-3", "Completed", "Available"]);
    const record = await readRelease(run.account.aws, id);
    expect(record?.changes?.map((change) => change.id)).toEqual(["lease-end", "primer-3"]);
    // How the release ended was said when it did.
    expect(record).toMatchObject({ closedAt, closing });
    expect(run.account.published().filter(({ state }) => state === "closed")).toHaveLength(1);
  });

  test("that is lost is primed on new instances", async () => {
    const run = await held();
    run.account.wait(90);
    expect(jobs(run)).toEqual([["primer", "Completed", "Terminated"]]);

    const { kept } = await keep(run);

    expect(kept).toMatchObject({ status: "kept" });
    expect(jobs(run)).toEqual([
      ["primer", "Completed", "Terminated"],
      ["primer-2", "Completed", "Available"],
    ]);
  });

  test("is not primed for a lease that is about to end", async () => {
    const run = await held();
    run.account.wait(148);

    const { kept } = await keep(run);

    expect(kept).toMatchObject({ status: "kept" });
    expect(jobs(run)).toHaveLength(1);
  });

  test("that a job has is left to it, and primed again once that has left none", async () => {
    const run = await held({ training: { jobs: [{ atMinute: 35, minutes: 40 }] } });
    run.account.wait(30);

    expect((await keep(run)).kept).toMatchObject({
      status: "kept",
      reason: "training job chat-assistant-train-1 has the pool",
    });
    expect(jobs(run)).toEqual([
      ["primer", "Completed", "Reused"],
      ["chat-assistant-train-1", "InProgress", undefined],
    ]);
    run.account.wait(30);
    await keep(run);

    expect(jobs(run).at(-1)).toEqual(["primer-2", "Completed", "Available"]);
  });

  test("that cannot be had goes on being leased: its owners are told, and the next sweep tries again", async () => {
    const run = await held();
    run.account.wait(90);
    run.account.world.state.poolInstances = 0;

    const { kept, closing } = await keep(run);

    expect(kept).toMatchObject({ status: "lost" });
    // What never came has cost nothing.
    expect(Date.parse((await leased(run))?.keepBy ?? "")).toBeLessThanOrEqual(run.account.now());
    expect(closing).toMatchObject({ outcome: "done" });
    expect(run.account.published().at(-1)).toMatchObject({ state: "capacity-lost" });
    expect(await leased(run)).toMatchObject({ releaseId: id });
    run.account.world.state.poolInstances = 100;
    expect((await keep(run)).kept).toMatchObject({ status: "kept" });
    expect(jobs(run).at(-1)).toEqual(["primer-3", "Completed", "Available"]);
  });

  test("that comes and is not kept costs what its job does: it is not tried again for an hour", async () => {
    const run = await held();
    run.account.wait(90);
    const quotas = run.account.world.quotas as unknown as { use: string; instances: number }[];
    for (const quota of quotas) if (quota.use === "training warm pool") quota.instances = 0;

    const { kept } = await keep(run);

    expect(kept).toMatchObject({ status: "lost", reason: "the warm pool is Terminated" });
    const { keepBy = "" } = (await leased(run)) ?? {};
    expect((Date.parse(keepBy) - run.account.now()) / 60_000).toBeCloseTo(60, 0);
  });

  test("keeps its lease when SageMaker says no for good", async () => {
    const run = await held();
    run.account.wait(30);
    const doc = await opening({ keep: { releaseId: id } }, run.account, "denied");
    run.account.fail("CreateTrainingJob", new AwsError("AccessDeniedException", "no"));
    const refused = keepCapacity(doc as Parameters<typeof keepCapacity>[0], run.tools);
    await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
    const failure = { Error: "AccessDeniedException", Cause: '{"errorMessage":"no"}' };

    expect(await closed(run, { ...doc, failure }, "denied")).toMatchObject({ outcome: "done" });

    expect(run.account.published().at(-1)).toMatchObject({ state: "capacity-lost", reason: "no" });
    run.account.mend();
    expect((await keep(run)).kept).toMatchObject({ status: "kept" });
    expect(jobs(run).at(-1)).toEqual(["primer-2", "Completed", "Available"]);
  });

  test.each([1, 2, 3, 4, 5])(
    "is seen to on, whoever fails at call %i while it forgets what is over",
    async (nth) => {
      const run = await held();
      run.account.wait(30);
      const doc = await opening({ keep: { releaseId: id } }, run.account, "died");
      const look = () => keepCapacity(doc as Parameters<typeof keepCapacity>[0], run.tools);
      await look();
      run.account.wait(2);
      run.account.failNth(nth, new AwsError("AccessDeniedException", "no"));
      await look().catch(() => undefined);
      run.account.mend();
      run.account.executions.end("died", "FAILED");
      run.account.wait(10);

      const next = await opening({ compensate: { releaseId: id, why: "it died" } }, run.account, "next");

      expect(next).toMatchObject({ route: "keep" });
    },
  );

  test("is evidenced where nobody lived to say that it was primed again", async () => {
    const run = await held();
    run.account.wait(30);
    const doc = await opening({ keep: { releaseId: id } }, run.account, "unsaid");
    const { release } = doc as unknown as { release: Held };
    const ledger = await Ledger.open(run.account.aws, release);
    const resource = { kind: "training-job", name: "primer-2" } as const;
    const at = new Date(run.account.now()).toISOString();
    await ledger.intend(
      { id: "primer-2", resource, before: null, after: { instances: 1 }, at },
      { begins: true },
    );

    await closed(run, { ...doc, failure: { Error: "AccessDeniedException", Cause: "{}" } }, "unsaid");

    const { holder, evidence } = await readLock(run.account.aws, subject);
    expect(holder).toBeUndefined();
    const claims = Object.values(evidence?.claimed ?? {}).map((text) => JSON.parse(text));
    expect(claims).toContainEqual(expect.objectContaining({ what: "begun", changes: ["primer-2"] }));
  });

  test("is given back whole at the end of its lease, however often it was primed", async () => {
    const run = await held();
    run.account.wait(30);
    await keep(run);
    const doc = await opening({ scaleDown: { releaseId: id } }, run.account, "end");
    run.doc = { ...run.doc, release: (doc as unknown as typeof run.doc).release };

    await run.scaleDown();

    expect(jobs(run).map(([, , pool]) => pool)).toEqual(["Reused", "Terminated"]);
  });
});

describe("the sweep", () => {
  const sweep = ({ tools }: Run) => reapLeases({ sweep: "schedule" }, tools);
  const started = ({ account }: Run) =>
    account.executions.list().filter(({ name }) => name.startsWith("keep-slipway")).length;

  test("starts the machine for a pool that would not last, once it is due and while nobody is at work on it", async () => {
    const run = await held();
    await sweep(run);
    expect(started(run)).toBe(0);
    run.account.wait(30);
    await sweep(run);
    expect(started(run)).toBe(1);

    await opening({ keep: { releaseId: id } }, run.account, "at-work");
    run.account.wait(10);
    await sweep(run);

    expect(started(run)).toBe(1);
  });
});

describe("a milestone whose work has not succeeded by the end of its hold", () => {
  const late = { extendMinutes: 60, laterDates: "move" as const };
  const training = { ...sample.milestones.training, late };
  const production = { when: { at: "2026-11-24T09:00:00", timeZone: "UTC", start: "ahead" as const } };
  const plan = Plan.parse({ ...sample, milestones: { training, production } });
  const endOfLease = { scaleDown: { releaseId: id } };
  const schedules = ({ account }: Run) => account.aws.scheduler.send(new ListSchedulesCommand({}));

  async function ended(run: Run, name: string, input: unknown = endOfLease) {
    let doc: Record<string, unknown> = await opening(input, run.account, name);
    if (doc.route !== "keep") return doc;
    const keeping = await keepCapacity(doc as Parameters<typeof keepCapacity>[0], run.tools);
    doc = { ...doc, keeping };
    await closed(run, doc, name);
    return doc;
  }

  /** At the end of a lease that was seen to. */
  async function atItsEnd(): Promise<Run> {
    const run = await held({}, plan);
    for (let look = 0; look < 4; look++) {
      run.account.wait(34);
      await keep(run);
    }
    run.account.wait((Date.parse("2026-11-23T12:00:30Z") - run.account.now()) / 60_000);
    return run;
  }

  test("is held on for as long as its plan allows, once; its owners are told, and given back then", async () => {
    const run = await atItsEnd();

    expect(await ended(run, "end")).toMatchObject({
      route: "keep",
      reason: `the lease of ${id} is over, and training job chat-assistant-train-* has not succeeded: it is held for 60 minutes more`,
    });

    expect(await leased(run)).toMatchObject({ releaseId: id, until: "2026-11-23T13:00:00Z" });
    expect(run.account.published().at(-1)).toMatchObject({
      state: "late",
      until: "2026-11-23T13:00:00Z",
      moved: [],
    });
    const extension = (await schedules(run)).Schedules?.map(({ Name }) => Name);
    expect(extension).toContainEqual(expect.stringContaining("-extension-"));
    run.account.wait(61);
    expect(await ended(run, "again")).toMatchObject({
      route: "scale-down",
      reason: `the lease of ${id} is over, and training job chat-assistant-train-* has not succeeded`,
    });
  });

  test("moves the later dates that stand, by as much, however often that is told", async () => {
    const run = await atItsEnd();
    const { aws } = run.account;
    const standing = async () => (await standingSchedules(aws, plan.model)).production?.expression;
    const steps = stepsTo(plan, await see(aws, plan.model, run.account.now()), {
      target: targetOf(aws),
      nowMs: run.account.now(),
    });
    await putInForce(aws, plan, { steps, at: new Date(run.account.now()).toISOString(), by: "somebody" });
    const before = (await standing()) ?? "";

    const doc = await ended(run, "end");

    expect(run.account.published().at(-1)).toMatchObject({ state: "late", moved: ["production"] });
    const at = (text: string) => Date.parse(`${/at\((.+)\)/.exec(text)?.[1]}Z`);
    expect(at((await standing()) ?? "") - at(before)).toBe(60 * 60_000);
    expect(await slipLaterDates(run.tools, (doc as unknown as { release: Held }).release)).toEqual([]);
    expect(at((await standing()) ?? "") - at(before)).toBe(60 * 60_000);
  });

  test("is told and held on although its dates may not be moved", async () => {
    const run = await atItsEnd();
    run.account.fail("GetSchedule", new AwsError("AccessDeniedException", "no"), 100);
    const doc = await opening(endOfLease, run.account, "end");
    run.account.mend();
    const keeping = await keepCapacity(doc as Parameters<typeof keepCapacity>[0], run.tools);
    run.account.fail("GetSchedule", new AwsError("AccessDeniedException", "no"), 100);

    await closed(run, { ...doc, keeping }, "end");

    expect(run.account.published().at(-1)).toMatchObject({ state: "late", moved: [] });
    expect(run.account.logged.join()).toContain("later dates were not moved");
  });

  test("has its pool primed to the end of its hold, since that may be put off", async () => {
    const run = await held({}, plan);
    run.account.wait((Date.parse("2026-11-23T11:56:00Z") - run.account.now()) / 60_000);

    expect((await keep(run)).kept).toMatchObject({ status: "kept" });

    expect(jobs(run).at(-1)).toEqual(["primer-2", "Completed", "Available"]);
  });

  test("ends where work completes it, late or not", async () => {
    const run = await atItsEnd();
    await ended(run, "end");

    const why = "training job chat-assistant-train-1 is Completed";
    expect(await ended(run, "completed", { scaleDown: { releaseId: id, why } })).toMatchObject({
      route: "scale-down",
      reason: why,
    });
  });
});

describe("work that has succeeded", () => {
  const ended = (name: string, detail: object = {}) => ({
    source: "aws.sagemaker",
    "detail-type": "SageMaker Training Job State Change",
    detail: {
      TrainingJobName: name,
      TrainingJobStatus: "Completed",
      CreationTime: Date.parse("2026-11-23T09:30:00Z"),
      ...detail,
    },
  });
  const leaseEnds = ({ account }: Run) =>
    account.executions.list().filter(({ name }) => name.startsWith("give-back-slipway-dev-"));
  let event = 0;
  const told = (run: Run, what: object) => opening(what, run.account, `event-${++event}`);

  test("ends the lease that it completes, once however often it is told, and says why", async () => {
    const run = await held();
    const why = "training job chat-assistant-train-7 is Completed";

    expect(await told(run, ended("chat-assistant-train-7"))).toMatchObject({
      route: "handed-over",
      reason: expect.stringContaining(`${why}: give-back-slipway-dev-`),
    });
    await told(run, ended("chat-assistant-train-7"));

    expect(leaseEnds(run).map(({ input }) => JSON.parse(input ?? ""))).toEqual([
      { scaleDown: { releaseId: id, why } },
    ]);
  });

  test("ends one that was extended within the same ten minutes", async () => {
    const run = await held();
    const [lease] = await allLeases(run.account.aws);
    await endLease(run.tools, lease ?? { releaseId: id, until: "" });

    await told(run, ended("chat-assistant-train-7"));

    expect(leaseEnds(run)).toHaveLength(1);
  });

  test.each([
    ["under another name", "search-train-7", {}],
    ["that was begun before the release was opened", "chat-assistant-train-6", { CreationTime: 0 }],
  ])("%s ends none", async (_, name, detail) => {
    const run = await held();

    expect(await told(run, ended(name, detail))).toMatchObject({ route: "ignored" });

    expect(leaseEnds(run)).toEqual([]);
  });

  test("that is the stack's own ends none, whatever the plan names", async () => {
    const { training } = sample.milestones;
    const any = { ...training, completedBy: { trainingJob: "s*" } } as typeof training;
    const run = await held({}, { ...sample, milestones: { ...sample.milestones, training: any } });

    expect(await told(run, ended("slipway-dev-chat-assistant-primer"))).toEqual({
      route: "ignored",
      reason: "training job slipway-dev-chat-assistant-primer is Completed: it is our own",
    });
    expect(leaseEnds(run)).toEqual([]);
    await told(run, ended("search-train-7"));
    expect(leaseEnds(run)).toHaveLength(1);
  });

  test("is no completion once no lease waits for it", async () => {
    const { account } = await Run.begin();

    expect(await opening(ended("chat-assistant-train-7"), account, "event")).toEqual({
      route: "ignored",
      reason: "training job chat-assistant-train-7 is Completed: no lease waits for it",
    });
  });
});
