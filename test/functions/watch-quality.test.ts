/** Days after a promotion: what was published is read once it is due, harm is told once, and what the plan says follows. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchQuality } from "../../functions/watch-quality.ts";
import { keepPast } from "../../src/aws/history.ts";
import { takeLock } from "../../src/aws/locks.ts";
import { watchQuality as begin, keepQuality, qualityWatches } from "../../src/aws/quality.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { Quality } from "../../src/core/plan/quality.ts";
import { revertingPlan } from "../../src/core/plan/reverting.ts";
import type { Outcome } from "../../src/core/release/closing.ts";
import type { PastRelease } from "../../src/core/release/past.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import { accountWith } from "./run.ts";
import { denied } from "./watched.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const metric = { namespace: "Team", metric: "Accuracy", dimensions: {} };
const quality = Quality.parse({
  qualityDays: 3,
  kpis: [{ kind: "value", name: "accuracy", metric, better: "higher" }],
});
const watched = (more: Partial<Quality> = {}): Plan => ({ ...sample, quality: { ...quality, ...more } });
const subject = `endpoint/${sample.endpoint.name}`;
const released = (version: number) => ({
  id: `chat-assistant-v${version}-production`,
  subject,
  execution: "arn:aws:states:eu-west-1:123456789012:execution:m:e",
  fence: 1,
  model: sample.model,
  version,
  milestone: "production",
});
const bySchedule = { quality: "schedule" } as const;
const look = ({ tools }: Account) => watchQuality(bySchedule, tools);
const watches = async ({ aws }: Account) => (await qualityWatches(aws)).watches;
const published = ({ calls }: Account) => calls.filter(({ operation }) => operation === "PutEvents").length;
const started = ({ executions }: Account) =>
  executions.list().filter(({ name }) => name.startsWith("revert-"));

/** The sample's account, in which version 6 serves and is the one that is watched; each day's value as a test says. */
async function account(valueOn: (day: number) => number | undefined, plan = watched()): Promise<Account> {
  const there = await accountWith({ plan });
  const since = Math.ceil(there.now() / hourMs) * hourMs;
  const points = [];
  for (let day = -30; day < 10; day++)
    for (let hour = 0; hour < 24; hour++) {
      const value = valueOn(day);
      if (value !== undefined)
        points.push({ atMs: since + day * dayMs + hour * hourMs, values: [[value, 10]] as const });
    }
  const { namespace, metric: name, dimensions } = metric;
  there.world.state.metrics.custom.set(JSON.stringify([namespace, name, []]), {
    namespace,
    name,
    dimensions,
    points,
  });
  const at = new Date(there.now()).toISOString();
  await begin(there.tools, released(6), { plan, openedAt: at, closedAt: at });
  await past(there, 6);
  return there;
}

async function past(
  { aws, now }: Account,
  version: number,
  outcome: Outcome = "promoted",
  { ageMs = 0, servedBefore }: { ageMs?: number } & Pick<PastRelease, "servedBefore"> = {},
) {
  const { id: releaseId, model, milestone } = released(version);
  const at = new Date(now() - ageMs).toISOString();
  const times = { openedAt: at, closedAt: at };
  await keepPast(aws, {
    releaseId,
    model,
    version,
    milestone,
    attempt: 1,
    ...times,
    outcome,
    reason: "",
    left: 0,
    servedBefore,
  });
}

const noisy = (day: number) => 0.9 + 0.002 * Math.sin(2.3 * day * day + day);
const worse = (day: number) => noisy(day) - (day >= 0 ? 0.05 : 0);
/** Two hours into the next day that is due. */
const days = (there: Account, many: number) => there.wait(many * 24 * 60 + 120);

describe("a version that is watched", () => {
  test("is as good: nothing is told before its days are over, and once then", async () => {
    const there = await account(noisy);
    expect(await look(there)).toEqual({ watched: 1, ended: [], harmed: 0, failed: [] });
    days(there, 1);
    expect(await look(there)).toEqual({ watched: 1, ended: [], harmed: 0, failed: [] });
    const [first] = await watches(there);
    expect(first?.kpis[0]?.days.map((value) => value !== null)).toEqual([true, false, false]);
    days(there, 2);
    expect((await look(there)).ended).toEqual([
      expect.stringMatching(/^chat-assistant-v6-production: kept, accuracy: no harm/),
    ]);
    expect(published(there)).toBe(1);
    expect(await look(there)).toEqual({ watched: 0, ended: [], harmed: 0, failed: [] });
    expect(published(there)).toBe(1);
  });

  test("is worse: that is told once, counted for the alarm, and nothing is started unless the plan says so", async () => {
    const there = await account(worse);
    days(there, 1);
    expect(await look(there)).toMatchObject({
      harmed: 1,
      ended: [expect.stringContaining("accuracy is 5.")],
    });
    await look(there);
    expect(there.counted).toEqual(["QualityHarm"]);
    expect(published(there)).toBe(1);
    expect(started(there)).toEqual([]);
  });

  test("of which nothing is published is unknown, and never kept", async () => {
    const there = await account((day) => (day < 0 ? noisy(day) : undefined));
    days(there, 4);
    expect((await look(there)).ended).toEqual([
      "chat-assistant-v6-production: unknown, accuracy: 0 of 3 days were published",
    ]);
  });

  test("is not asked for anything while nothing is due, and another look at the same time changes nothing", async () => {
    const there = await account(noisy);
    const asked = () => there.calls.filter(({ operation }) => operation === "GetMetricData").length;
    await look(there);
    expect(asked()).toBe(0);
    days(there, 1);
    await look(there);
    const once = asked();
    await look(there);
    expect(asked()).toBe(once);
    const [stale] = await watches(there);
    if (stale === undefined) throw new Error("nothing is watched");
    await keepQuality(there.aws, stale);
    await expect(keepQuality(there.aws, stale)).rejects.toMatchObject({ name: "LedgerContended" });
  });

  test("is told of by whoever comes next where the one who found it died before", async () => {
    const there = await account(noisy);
    const [watch] = await watches(there);
    if (watch === undefined) throw new Error("nothing is watched");
    await keepQuality(there.aws, {
      ...watch,
      end: { at: watch.since, outcome: "harm", reason: "accuracy fell" },
    });
    expect(await look(there)).toMatchObject({ harmed: 1 });
    expect(published(there)).toBe(1);
  });
});

describe("beside other releases", () => {
  test("another promotion ends it, and what comes after it is the other one's", async () => {
    const there = await account((day) => noisy(day) - (day >= 1 ? 0.05 : 0));
    there.wait(60);
    await past(there, 8);
    days(there, 3);
    expect((await look(there)).ended).toEqual([
      "chat-assistant-v6-production: superseded, chat-assistant-v8-production was promoted meanwhile",
    ]);
  });

  test("one that went back leaves out the day that it had a part of; one under way is waited for", async () => {
    const there = await account(worse);
    there.wait(6 * 60);
    await past(there, 8, "rolled-back", { ageMs: 60_000 });
    days(there, 1);
    expect((await look(there)).ended).toEqual([]);
    const dayOne = async () => (await watches(there))[0]?.kpis[0]?.days;
    expect(await dayOne()).toEqual([null, null, null]);
    const at = new Date(there.now()).toISOString();
    await takeLock(there.aws, { subject, releaseId: "other", execution: "arn:other", since: at });
    days(there, 1);
    expect((await look(there)).ended).toEqual([]);
    expect(await dayOne()).toEqual([null, null, null]);
  });
});

describe("with onHarm: revert", () => {
  const harmed = async (prepare: (there: Account) => Promise<unknown> = async () => undefined) => {
    const there = await account(worse, watched({ onHarm: "revert" }));
    await past(there, 5, "promoted", { ageMs: 40 * dayMs });
    days(there, 3);
    await prepare(there);
    return { there, look: await look(there) };
  };

  test("what served before is released again, once", async () => {
    const { there, look: seen } = await harmed();
    expect(seen.ended[0]).toContain("lower");
    const [execution] = started(there);
    expect(JSON.parse(execution?.input ?? "null")).toMatchObject({
      model: sample.model,
      version: 5,
      again: true,
      revert: true,
      note: expect.stringContaining("accuracy is 5."),
    });
    const [watch] = await watches(there);
    expect(watch?.followed).toBe(`version 5 is released again by execution ${execution?.name}`);
    if (watch === undefined) throw new Error("nothing is watched");
    const { toldAt: _, followed: __, ...untold } = watch;
    await keepQuality(there.aws, untold);
    await look(there);
    expect(started(there)).toHaveLength(1);
  });

  test("after a first release that is what served before it, which Slipway never promoted", async () => {
    const there = await account(worse, watched({ onHarm: "revert" }));
    await past(there, 6, "promoted", { servedBefore: { version: 5 } });
    days(there, 3);
    await look(there);
    const [execution] = started(there);
    expect(JSON.parse(execution?.input ?? "null")).toMatchObject({ version: 5, again: true, revert: true });
    expect((await watches(there))[0]?.followed).toMatch(/^version 5 is released again by execution revert-/);
  });

  test("nothing is where another version serves, or none did before", async () => {
    const { there } = await harmed(async ({ world }) => {
      for (const [name, model] of world.state.models)
        world.state.models.set(name, JSON.parse(JSON.stringify(model).replaceAll("/6", "/4")));
    });
    expect((await watches(there))[0]?.followed).toMatch(/^nothing is taken back: version 4 serves/);
    expect(started(there)).toEqual([]);
    const alone = await account(worse, watched({ onHarm: "revert" }));
    days(alone, 3);
    await look(alone);
    expect((await watches(alone))[0]?.followed).toMatch(/^nothing is taken back: the history of/);
  });
});

test("what is watched is what served in production by a plan that asks for it; a revert is not", async () => {
  const there = await accountWith({ plan: watched() });
  const at = new Date(there.now()).toISOString();
  const times = { openedAt: at, closedAt: at };
  await begin(there.tools, released(7), { plan: sample, ...times });
  await begin(there.tools, { ...released(7), milestone: "staging" }, { plan: watched(), ...times });
  await begin(there.tools, released(7), { plan: revertingPlan(watched()), ...times });
  expect(await watches(there)).toEqual([]);
  await begin(there.tools, released(7), { plan: watched(), ...times });
  const [first] = await watches(there);
  await begin(there.tools, released(7), { plan: watched({ qualityDays: 9 }), ...times });
  expect(await watches(there)).toEqual([first]);
});

test("that it may not be written down keeps no release from its end", async () => {
  const there = await accountWith({ plan: watched() });
  const at = new Date(there.now()).toISOString();
  there.fail("PutItem", denied);
  await begin(there.tools, released(7), { plan: watched(), openedAt: at, closedAt: at });
  expect(there.logged.join()).toContain("the quality of a version is not watched");
  there.mend();
  expect(await watches(there)).toEqual([]);
});
