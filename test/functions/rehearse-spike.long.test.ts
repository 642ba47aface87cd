/** A spike at low hours after a promotion: when it is sent and what of, what puts it off, what ends it, and what is left of one that died. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { rehearseSpike } from "../../functions/rehearse-spike.ts";
import { declareFreeze } from "../../src/aws/freezes.ts";
import { awaitSpike, keepSpike, laterSpikes } from "../../src/aws/later-spikes.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { enqueue, freeLock, takeLock } from "../../src/aws/locks.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { AfterPromotion } from "../../src/core/plan/low-hours.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { revertingPlan } from "../../src/core/plan/reverting.ts";
import type { LaterSpike } from "../../src/core/release/later-spike.ts";
import type { Account } from "../aws/account.ts";
import { brieflyTested, plan as sample } from "../core/example.ts";
import { accountWith } from "./run.ts";

const subject = `endpoint/${sample.endpoint.name}`;
const released = {
  id: "chat-assistant-v6-production",
  subject,
  execution: "arn:aws:states:eu-west-1:123456789012:execution:m:e",
  fence: 1,
  model: sample.model,
  version: 6,
  milestone: "production",
};
const afterPromotion = (more: object = {}) => AfterPromotion.parse({ at: "10:00", withinDays: 2, ...more });

function planWith({ instances = 8, more = {} }: { instances?: number; more?: object } = {}): Plan {
  const spike = { times: 2, minutes: 1, afterPromotion: afterPromotion(more) };
  return {
    ...sample,
    endpoint: { ...sample.endpoint, instances },
    requirements: { ...sample.requirements, peakRequestsPerSecond: 12 },
    loadTest: { ...brieflyTested, maxRequests: 20_000, spike },
  };
}

interface Given {
  readonly plan?: Plan;
  /** Of users, each minute. */
  readonly requestsPerSecond?: number;
}

/** Version 6 was promoted at nine, and an hour of few users begins at ten. */
async function account({ plan = planWith(), requestsPerSecond = 3 }: Given = {}): Promise<Account> {
  const recording = { everySeconds: 60, requests: [60 * requestsPerSecond] };
  const there = await accountWith({ plan, spec: { traffic: { recording } } });
  const closedAt = new Date(there.now()).toISOString();
  await awaitSpike(there.tools, released, { plan, planning: undefined, closedAt });
  return there;
}

/** Time goes by to whatever is waited for next, and no request takes any; `during` happens once so many seconds are over. */
async function look(
  there: Account,
  during: readonly (readonly [seconds: number, what: () => unknown])[] = [],
) {
  const startMs = there.now();
  const waiting = during.map(([seconds, resolve]) => ({ atMs: startMs + 1000 * seconds, resolve }));
  const until = (atMs: number) => new Promise<void>((resolve) => void waiting.push({ atMs, resolve }));
  const aws = { ...there.aws, pacing: { nowMs: there.now, until } };
  let isOver = false;
  const looked = rehearseSpike({ spike: "schedule" }, { ...there.tools, aws }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
    const [next] = waiting.toSorted((one, other) => one.atMs - other.atMs);
    if (next === undefined || isOver) continue;
    waiting.splice(waiting.indexOf(next), 1);
    there.wait(Math.max(0, next.atMs - there.now()) / 60_000);
    await next.resolve();
  }
  return looked;
}

const sent = ({ calls }: Account) => calls.filter(({ operation }) => operation === "InvokeEndpoint").length;
const told = (there: Account) => there.published().filter(({ state }) => state === "spike");
async function kept({ aws }: Account): Promise<LaterSpike> {
  const [spike] = (await laterSpikes(aws)).spikes;
  if (spike === undefined) throw new Error("expected a spike that is to come, found none");
  return spike;
}

describe("in its hour", () => {
  test("it is sent once, on top of the users' load, to what it was asked for, and told", async () => {
    const there = await account();
    expect(await look(there)).toEqual({ awaited: 1, ended: [], notTaken: 0, failed: [] });
    expect(sent(there)).toBe(0);
    there.wait(61);
    const before = there.writes().length;
    expect((await look(there)).ended).toEqual([
      expect.stringMatching(
        /^chat-assistant-v6-production: taken, 2 × 12 requests\/s for 1 min to 8 instances, of which up to 3\.\d+ were users': \d+ of 1,\d\d\d requests later than 1500 ms, /,
      ),
    ]);
    // Twice twelve without three of users', for a minute and half of the ramp's half: Poisson, six sigma.
    expect(Math.abs(sent(there) - 75 * 20.6)).toBeLessThan(6 * Math.sqrt(75 * 20.6));
    expect(new Set(there.writes().slice(before))).toEqual(new Set(["InvokeEndpoint", "PutEvents"]));
    expect(told(there)).toEqual([expect.objectContaining({ outcome: "taken", version: 6 })]);
    expect(there.counted).toEqual([]);
    expect((await readLock(there.aws, subject)).adjusting).toBeUndefined();
    const once = sent(there);
    there.wait(24 * 60);
    expect(await look(there)).toEqual({ awaited: 0, ended: [], notTaken: 0, failed: [] });
    expect(sent(there)).toBe(once);
  });

  test("a fleet that does not take it is told of within seconds, and nothing is taken back", async () => {
    const there = await account({ plan: planWith({ instances: 1 }) });
    there.wait(61);
    const startMs = there.now();
    const { ended, notTaken } = await look(there);
    expect(ended[0]).toMatch(/: not-taken, 2 × 12 requests\/s .* failed, [\d.]+ % where 5 % may be$/);
    expect(notTaken).toBe(1);
    expect(there.counted).toEqual(["SpikeNotTaken"]);
    expect((there.now() - startMs) / 1000).toBeLessThan(60);
    expect(there.executions.list()).toEqual([]);
  });

  test("it is not begun where it would not end in it", async () => {
    const there = await account();
    there.wait(60 + 58);
    await look(there);
    expect(sent(there)).toBe(0);
    expect((await kept(there)).putOff).toBeUndefined();
  });
});

describe("it is put off", () => {
  const looked = async (there: Account) => {
    there.wait(61);
    await look(there);
    expect(sent(there)).toBe(0);
    expect(told(there)).toEqual([]);
    return (await kept(there)).putOff?.reason;
  };

  test("while a release has the endpoint, and comes in the same hour once it has gone", async () => {
    const there = await account();
    await takeLock(there.aws, {
      subject,
      releaseId: "other",
      execution: "arn:other",
      since: "2026-11-23T09:00:00.000Z",
    });
    expect(await looked(there)).toBe("the release other has the endpoint");
    await freeLock(there.aws, { subject, execution: "arn:other" });
    there.wait(5);
    expect((await look(there)).ended[0]).toContain("taken");
  });

  test("in a freeze, declared or the plan's", async () => {
    const there = await account();
    await declareFreeze(there.aws, "*", { by: "me", reason: "sale" });
    expect(await looked(there)).toContain("frozen by me until lifted: sale");
    const window = { from: "2026-11-23T00:00:00Z", to: "2026-11-24T00:00:00Z", reason: "sale" };
    const own = planWith();
    const frozen = await account({ plan: { ...own, freezes: { ...own.freezes, windows: [window] } } });
    expect(await looked(frozen)).toContain("frozen until 2026-11-24T00:00:00Z");
  });

  test("where users are not few, or nobody knows how many they are", async () => {
    expect(await looked(await account({ requestsPerSecond: 7 }))).toMatch(
      /^[67]\.?\d* requests\/s came in the busiest of the last ten minutes, more than half of the 12 /,
    );
    expect(await looked(await account({ requestsPerSecond: 0 }))).toContain("is not known");
  });

  test("where the endpoint moves", async () => {
    const there = await account();
    const endpoint = there.world.state.endpoints.get(sample.endpoint.name);
    if (endpoint === undefined) throw new Error("expected the endpoint");
    there.wait(61);
    endpoint.status = "Updating";
    await look(there);
    expect((await kept(there)).putOff?.reason).toBe("the endpoint is Updating");
  });

  test("for so many days, and then given up with what it was", async () => {
    const there = await account({ requestsPerSecond: 7 });
    for (const minutes of [61, 24 * 60]) {
      there.wait(minutes);
      expect((await look(there)).ended).toEqual([]);
    }
    there.wait(60);
    expect((await look(there)).ended).toEqual([
      expect.stringMatching(/given-up, in 2 low hours it could not be sent: [67]\.?\d* requests\/s came/),
    ]);
    expect(sent(there)).toBe(0);
  });
});

describe("it is over before it came", () => {
  test("where another version serves", async () => {
    const there = await account();
    for (const [name, model] of there.world.state.models)
      there.world.state.models.set(name, JSON.parse(JSON.stringify(model).replaceAll("/6", "/5")));
    there.wait(61);
    expect((await look(there)).ended[0]).toContain("superseded, version 5 serves");
  });

  test("where the plan in force asks for none any more; another hour of it is the one that counts", async () => {
    const there = await account();
    const later = planWith({ more: { at: "11:00" } });
    await applyPlan(there.aws, later, new Date(there.now()).toISOString());
    there.wait(61);
    expect((await look(there)).ended).toEqual([]);
    expect((await kept(there)).spike.afterPromotion.at).toBe("11:00");
    expect(sent(there)).toBe(0);
    await applyPlan(there.aws, sample, new Date(there.now()).toISOString());
    there.wait(60);
    expect((await look(there)).ended[0]).toContain("withdrawn, the plan in force asks for none any more");
    expect(sent(there)).toBe(0);
  });
});

describe("in the middle of it", () => {
  test("no release begins; one that comes for the endpoint ends it, and it is not sent twice in its hour", async () => {
    const there = await account();
    there.wait(61);
    const claim = () => ({
      subject,
      releaseId: "urgent",
      execution: "arn:urgent",
      since: new Date(there.now()).toISOString(),
    });
    const startMs = there.now();
    let refused: unknown;
    const comes = async () => {
      refused = await takeLock(there.aws, claim());
      await enqueue(there.aws, claim());
    };
    expect((await look(there, [[20, comes]])).ended).toEqual([]);
    expect(refused).toMatchObject({ held: false, adjustingUntil: expect.any(String) });
    expect((there.now() - startMs) / 1000).toBeLessThan(50);
    expect(await takeLock(there.aws, claim())).toMatchObject({ held: true });
    expect((await kept(there)).putOff?.reason).toContain("a release came for the endpoint");
    await freeLock(there.aws, claim());
    const once = sent(there);
    // By then its own requests are none of the last ten minutes' any more.
    for (const minutes of [5, 15]) {
      there.wait(minutes);
      await look(there);
    }
    expect(sent(there)).toBe(once);
    there.wait(24 * 60 - 20);
    expect((await look(there)).ended[0]).toContain("taken");
  });

  test("an alarm of the plan's that goes off ends it: it was not taken", async () => {
    const there = await account({ plan: { ...planWith(), alarms: ["team"] } });
    let isRinging = false;
    const at = { updatedMs: there.now(), stateUpdatedMs: there.now() };
    const alarm = {
      name: "team",
      definition: { AlarmName: "team" },
      state: "OK",
      stateReason: "",
      rule: () => isRinging,
      ...at,
    } as const;
    there.world.state.compositeAlarms.set("team", { ...alarm });
    there.wait(61);
    const rings = () => {
      isRinging = true;
    };
    const { ended } = await look(there, [[30, rings]]);
    expect(ended[0]).toMatch(/: not-taken, .*team/);
  });

  test("where nobody can look any more, it ends, and says nothing of the fleet", async () => {
    const there = await account();
    there.wait(61);
    const error = new AwsError("InternalServerError", "down", { statusCode: 500 });
    const { ended, failed } = await look(there, [[10, () => there.fail("UpdateItem", error, 3)]]);
    expect({ ended, failed }).toEqual({ ended: [], failed: [] });
    expect((await kept(there)).putOff?.reason).toContain("could not be watched any more");
  });

  test("a sender that dies is known: nothing is sent again in that hour, and the lock is free within a minute", async () => {
    const there = await account();
    there.wait(61);
    const error = new AwsError("InternalServerError", "down", { statusCode: 500 });
    const { failed } = await look(there, [[80, () => there.fail("PutItem", error, 99)]]);
    expect(failed).toHaveLength(1);
    there.mend();
    expect((await kept(there)).sending).toBeDefined();
    const once = sent(there);
    for (let nth = 0; nth < 8; nth++) {
      there.wait(5);
      await look(there);
    }
    expect(sent(there)).toBe(once);
    expect(await kept(there)).toMatchObject({
      putOff: { reason: "whatever sent it stopped in the middle of it, and nobody knows what it came to" },
    });
    const since = new Date(there.now()).toISOString();
    expect(await takeLock(there.aws, { subject, releaseId: "o", execution: "arn:o", since })).toMatchObject({
      held: true,
    });
    await freeLock(there.aws, { subject, execution: "arn:o" });
    there.wait(24 * 60 - 40);
    expect((await look(there)).ended[0]).toContain("taken");
  });

  test("requests that are refused say nothing of the fleet", async () => {
    const there = await account();
    there.wait(61);
    const error = new AwsError("AccessDeniedException", "no", { statusCode: 403 });
    there.fail("InvokeEndpoint", error, Number.POSITIVE_INFINITY);
    expect((await look(there)).ended).toEqual([]);
    expect((await kept(there)).putOff?.reason).toContain("AccessDeniedException");
  });
});

test("it is told of by whoever comes next where the one who found it died before", async () => {
  const there = await account();
  const spike = await kept(there);
  await keepSpike(there.aws, { ...spike, end: { at: spike.since, outcome: "not-taken", reason: "late" } });
  expect(await look(there)).toMatchObject({ notTaken: 1 });
  expect(told(there)).toHaveLength(1);
  await expect(keepSpike(there.aws, spike)).rejects.toMatchObject({ name: "LedgerContended" });
});

test("one is awaited of what was promoted in production by a plan that asks for it, once; never of a revert", async () => {
  const there = await accountWith({ plan: planWith() });
  const closedAt = new Date(there.now()).toISOString();
  const given = { planning: { needs: { designRequestsPerSecond: 17 } }, closedAt };
  await awaitSpike(there.tools, released, { plan: sample, ...given });
  await awaitSpike(there.tools, { ...released, milestone: "staging" }, { plan: planWith(), ...given });
  await awaitSpike(there.tools, released, { plan: revertingPlan(planWith()), ...given });
  expect((await laterSpikes(there.aws)).spikes).toEqual([]);
  await awaitSpike(there.tools, released, { plan: planWith(), ...given });
  const first = await kept(there);
  expect(first).toMatchObject({ requestsPerSecond: 17, since: closedAt });
  await awaitSpike(there.tools, released, { plan: planWith({ more: { at: "23:00" } }), ...given });
  expect(await kept(there)).toEqual(first);
});
