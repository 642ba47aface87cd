/** The minimum of an endpoint's fleet is set by what was learnt of it, watched, and put back where that did harm. */
import { describe, expect, test } from "vitest";
import { declareFreeze, liftFreeze } from "../../src/aws/freezes.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeLock } from "../../src/aws/locks.ts";
import { carryOut } from "../../src/aws/persons-orders.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { noteRule } from "../../src/aws/watched-bounds.ts";
import { beginItem } from "../../src/aws/written-items.ts";
import type { LaterSpike } from "../../src/core/release/later-spike.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import { adjusting, daily, endpoint, entries, keptOf, looking, outcomes, plan, within } from "./adjusted.ts";
import { manual, opening } from "./run.ts";
import { beforeCall, denied, minimum, registered, targetOf } from "./watched.ts";

/** Eight instances, where four have room for all that comes. */
const ample = daily(15, 26);
/** Which comes to five times as much at noon, more than six take. */
const growing = daily(15, 26, { traffic: { changes: [{ atMinute: 180, factor: 5 }] } });
const iso = (account: Account) => new Date(account.now()).toISOString();
const lowered = async (spec = ample) => {
  const account = await adjusting(spec);
  await looking(account, 1);
  expect(minimum(account)).toBe(6);
  return account;
};

test("a fleet that is larger than it needs to be is lowered by steps, each of which is watched and kept", async () => {
  const account = await adjusting(ample);
  const { set } = await looking(account, 80, 60);

  expect(set).toEqual([
    expect.stringMatching(/minimum 8 → 6, since the risk of too little in 28 days is .* by 5 weeks of load$/),
    expect.stringMatching(/minimum 6 → 5/),
    expect.stringMatching(/minimum 5 → 4/),
  ]);
  const each = ["lowered", "kept"];
  expect(await outcomes(account)).toEqual([...each, ...each, ...each]);
  expect(account.published().map(({ subject, outcome }) => [subject, outcome])).toEqual(
    [...each, ...each, ...each].map((outcome) => [`endpoint/${endpoint}`, outcome]),
  );
  expect(account.counted).toEqual([]);
  expect((await entries(account))[1]?.why).toMatch(/^no harm found in 14\d\d minutes since 2026-11-23T10/);
  expect((await keptOf(account))?.hold).toMatchObject({ own: 8, set: 4 });
});

test("harm puts it back within minutes, is told once, and keeps the same from being tried again", async () => {
  const account = await lowered(growing);
  const { set } = await looking(account, 3);

  expect(set).toEqual([
    expect.stringMatching(
      /minimum 6 → 8, since .* worse at 2026-11-23T12:0[0-3].* than at the same time before/,
    ),
  ]);
  expect(await outcomes(account)).toEqual(["lowered", "put-back"]);
  expect(account.counted).toEqual(["AdjustmentHarm"]);
  const [, back] = await entries(account);
  // The load came at 12:00, and while the fleet grows for it nothing is set.
  expect(back?.at).toMatch(/^2026-11-23T12:[012]/);
  expect((await looking(account, 24, 60)).lines).toEqual([
    expect.stringMatching(/speaks for \d, and 6 was put back at 2026-11-23T12:.* by an evidence of 5/),
  ]);
  expect(await keptOf(account)).not.toHaveProperty("hold");
  await noteRule(account.aws, plan, iso(account));
  expect((await looking(account, 1)).lines).toEqual([]);
});

test("harm is put back in a freeze too, in which nothing is lowered", async () => {
  const account = await adjusting(growing);
  const freeze = () => declareFreeze(account.aws, "*", { by: "ops", reason: "the launch" });
  await freeze();
  await looking(account, 2);
  expect(minimum(account)).toBe(8);
  await liftFreeze(account.aws, "*");
  await looking(account, 1);
  expect(minimum(account)).toBe(6);
  await freeze();

  await looking(account, 2);
  expect(minimum(account)).toBe(8);
});

test("a hand on it ends the watch, and what it set stays", async () => {
  const account = await lowered(growing);
  targetOf(account).minCapacity = 5;
  const { set, lines } = await looking(account, 3);

  expect(set).toEqual([]);
  expect(minimum(account)).toBe(5);
  expect(lines).toEqual([
    expect.stringMatching(/somebody else has set its minimum to 5, where it was 6 \(before Slipway: 8\)/),
  ]);
  expect(await outcomes(account)).toEqual(["lowered", "left"]);
  expect(await keptOf(account)).not.toHaveProperty("adjusting");
});

test("a release has the endpoint to itself, and its minutes are not judged", async () => {
  const account = await lowered(growing);
  await opening(manual, account);
  const { set, lines } = await looking(account, 3);

  expect(set).toEqual([]);
  expect(lines).toEqual([`${endpoint}: the release chat-assistant-v7-production has the endpoint to itself`]);
  const trial = (await keptOf(account))?.adjusting?.trial;
  expect(trial?.minutes).toBeLessThan(60);
  expect(Date.parse(trial?.heldUntil ?? "")).toBeGreaterThan(account.now());
});

test("nobody is let down by what cannot be seen: it is put back at the end of its time", async () => {
  const account = await lowered(daily(15, 26, { metrics: { outages: [{ atMinute: 20, minutes: 3000 }] } }));
  const { set } = await looking(account, 30, 30);

  expect(set).toEqual([
    expect.stringMatching(/minimum 6 → 8, since only \d+ of 1440 minutes since could be compared/),
  ]);
});

test("who dies once it is set has set it all the same, and it is watched", async () => {
  const account = await adjusting(ample);
  let isSet = false;
  const dieOnceSet = () => {
    if (isSet) throw new Error("the sandbox is gone");
  };
  beforeCall(account.aws.table, ["Put", "Update"], dieOnceSet);
  beforeCall(account.aws.scaling, "RegisterScalableTarget", () => {
    isSet = true;
  });
  await expect(looking(account, 0.1)).rejects.toThrow(/sandbox is gone/);
  expect(minimum(account)).toBe(6);
  expect(await keptOf(account)).not.toHaveProperty("adjusting.trial");
  isSet = false;
  account.wait(1);
  await looking(account, 0.1);

  expect(registered(account)).toBe(1);
  expect(await outcomes(account)).toEqual(["lowered"]);
  expect((await keptOf(account))?.adjusting?.trial).toMatchObject({ from: 8, to: 6 });
});

test("a plan that no longer asks for it is given back what was there before", async () => {
  const account = await lowered();
  await applyPlan(account.aws, sample, iso(account));
  await looking(account, 1);

  expect(minimum(account)).toBe(8);
  expect(await keptOf(account)).toBeUndefined();
});

test("what AWS refuses is asked again ever more seldom", async () => {
  const account = await adjusting(ample);
  account.fail("GetMetricData", denied, 1000);

  expect((await looking(account, 3)).lines).toEqual([expect.stringMatching(/AccessDeniedException/)]);
  expect(account.calls.filter(({ operation }) => operation === "GetMetricData").length).toBeLessThan(8);
});

describe("more than there is", () => {
  const busy = daily(40, 90);

  test("stays within the account's quota beside other endpoints, and what it lacks is told", async () => {
    const others = [{ name: "other", instances: 5 }];
    const account = await adjusting({ ...busy, quotaInstances: 15, others });
    const { set, lines } = await looking(account, 1);

    expect(set).toEqual([expect.stringMatching(/minimum 8 → 10, since the risk of too little/)]);
    expect(lines).toEqual([
      expect.stringMatching(
        /speaks for \d+, and the account's quota of 15 ml.g5.xlarge beside 5 of other endpoints allows 10 at most$/,
      ),
    ]);
  });

  test("is refused by name where the quota has room for none", async () => {
    const account = await adjusting({ ...busy, quotaInstances: 8 });
    const { set, lines } = await looking(account, 1);

    expect(set).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(
        /: what is known speaks for \d+, and the account's quota of 8 ml.g5.xlarge allows 8/,
      ),
    ]);
    expect(registered(account)).toBe(0);
    expect((await keptOf(account))?.line?.text).toMatch(/the account's quota of 8/);
  });

  test("is bounded by what the plan pays for", async () => {
    const account = await adjusting(busy, asking({ within: { ...within, maxUsdPerHour: 3 } }));
    const { set, lines } = await looking(account, 1);

    expect(set).toEqual([expect.stringMatching(/minimum 8 → 10/)]);
    expect(lines).toEqual([
      expect.stringMatching(
        /and proposals.within.maxUsdPerHour \(\$3.00 above 8, at \$1.41 each\) allows 10/,
      ),
    ]);
  });

  test("is not asked of quotas where less is wished for", async () => {
    const account = await lowered();

    expect(account.calls.map(({ operation }) => operation)).not.toContain("ListServiceQuotas");
  });
});

describe("a person takes the last change back", () => {
  const ann = "arn:aws:iam::123456789012:user/ann";
  const undo = (account: Account, by = ann) =>
    carryOut(
      account.aws,
      { order: "undo-adjustment", endpoint, reason: "a campaign" },
      { who: { arn: by, person: by, isNamed: true }, nowMs: account.now() },
    );

  test("while it is watched: it is set by the next look, is theirs, rings nothing, and is not tried again", async () => {
    const account = await lowered();
    const { said, done } = await undo(account);

    expect({ said, done }).toEqual({
      done: true,
      said: expect.stringMatching(/^endpoint chat-assistant: its minimum goes back from 6 to 8 within five/),
    });
    expect((await undo(account, "arn:aws:iam::123456789012:user/bob")).said).toMatch(
      /ordered already, by .*ann/,
    );
    expect(minimum(account)).toBe(6);
    const { set } = await looking(account, 0.1);

    expect(set).toEqual([`${endpoint}: minimum 6 → 8, since ${ann} ordered so: a campaign`]);
    expect(await outcomes(account)).toEqual(["lowered", "undone"]);
    expect(account.published().map(({ outcome }) => outcome)).toEqual(["lowered", "undone"]);
    expect(account.counted).toEqual([]);
    const after = await keptOf(account);
    expect(after?.adjusting).toMatchObject({ undone: { from: 8, to: 6, evidence: 5, by: ann } });
    for (const gone of ["hold", "ordered", "adjusting.trial", "adjusting.last"])
      expect(after).not.toHaveProperty(gone);

    const later = await looking(account, 50, 60);
    expect(later.set).toEqual([]);
    expect(later.lines[0]).toMatch(
      /speaks for \d, and arn.*ann took 6 back at .* by an evidence of 5, which is 5 by now: no less is tried until/,
    );
    await expect(undo(account)).rejects.toThrow(
      /expected one whose minimum was adjusted by itself and stands, found 6, which .*ann took back/,
    );
    await noteRule(account.aws, plan, iso(account));
    expect((await looking(account, 1)).set).toEqual([expect.stringMatching(/minimum 8 → 6/)]);
  });

  test("once it was kept, and one that raised it", async () => {
    const kept = await adjusting(ample);
    await looking(kept, 25, 60);
    expect(await outcomes(kept)).toEqual(["lowered", "kept"]);
    await undo(kept);
    expect((await looking(kept, 0.1)).set).toEqual([expect.stringMatching(/minimum 6 → 8/)]);

    const raised = await adjusting(daily(40, 90));
    await looking(raised, 1);
    expect(minimum(raised)).toBe(12);
    await undo(raised);
    expect((await looking(raised, 0.1)).set).toEqual([expect.stringMatching(/minimum 12 → 8, since .*ann/)]);
    const { set, lines } = await looking(raised, 30, 60);
    expect(set).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/ann took 12 back .*: no more is tried until/)]);
  });

  test("waits while a release has the endpoint, and is carried out as it goes", async () => {
    const account = await lowered();
    await opening(manual, account);
    await undo(account);
    expect((await looking(account, 1)).set).toEqual([]);
    const subject = `endpoint/${endpoint}`;
    const { holder } = await readLock(account.aws, subject);
    await freeLock(account.aws, { subject, execution: holder?.execution ?? "" });

    expect((await looking(account, 0.2)).set).toEqual([expect.stringMatching(/minimum 6 → 8, since .*ann/)]);
  });

  test("who dies once it is set has set it all the same: it is set once, and told as theirs", async () => {
    const account = await lowered();
    await undo(account);
    let isSet = false;
    beforeCall(account.aws.table, ["Put", "Update"], () => {
      if (isSet) throw new Error("the sandbox is gone");
    });
    beforeCall(account.aws.scaling, "RegisterScalableTarget", () => {
      isSet = true;
    });
    await expect(looking(account, 0.1)).rejects.toThrow(/sandbox is gone/);
    isSet = false;
    account.wait(1);
    await looking(account, 0.2);

    expect(registered(account)).toBe(2);
    expect(await outcomes(account)).toEqual(["lowered", "undone"]);
    expect(await keptOf(account)).not.toHaveProperty("ordered");
  });

  test("a hand that was first is told, and nothing is set", async () => {
    const account = await lowered();
    await undo(account);
    targetOf(account).minCapacity = 5;
    const { set } = await looking(account, 0.2);

    expect(set).toEqual([]);
    expect(minimum(account)).toBe(5);
    expect(await outcomes(account)).toEqual(["lowered", "left"]);
    expect(await keptOf(account)).not.toHaveProperty("ordered");
  });

  test("of what was never adjusted it is refused, and nothing is written", async () => {
    const account = await adjusting(ample);
    await expect(undo(account)).rejects.toThrow(/stands, found none of chat-assistant/);
    await expect(
      carryOut(
        account.aws,
        { order: "undo-adjustment", endpoint: "another", reason: "a test" },
        { who: { arn: ann, person: ann, isNamed: true }, nowMs: account.now() },
      ),
    ).rejects.toThrow(/expected one whose minimum is adjusted by itself, found "another"/);
    expect(await keptOf(account)).not.toHaveProperty("ordered");
  });
});

const sent = { at: "2026-11-23T10:49:30.000Z", until: "2026-11-23T11:02:00.000Z" };
const spike: LaterSpike = {
  releaseId: "chat-assistant-v6-production",
  model: plan.model,
  version: 6,
  subject: `endpoint/${endpoint}`,
  milestone: "production",
  spike: { times: 2, minutes: 10, afterPromotion: { at: "10:00", timeZone: "UTC", withinDays: 1 } },
  requestsPerSecond: 60,
  since: "2026-11-22T09:00:00.000Z",
  written: 0,
  sent: [sent],
  end: { at: sent.until, outcome: "not-taken", reason: "late" },
  toldAt: sent.until,
};

describe("a spike of ours while it is watched", () => {
  /** Four times the load at 10:50 for ten minutes, which six do not take. */
  const spiked = daily(15, 26, {
    traffic: {
      changes: [
        { atMinute: 110, factor: 6 },
        { atMinute: 120, factor: 1 },
      ],
    },
  });
  test("is no harm of the step", async () => {
    const account = await lowered(spiked);
    await beginItem(account.aws, "spike", spike);
    await looking(account, 5);

    expect(await outcomes(account)).toEqual(["lowered"]);
    const trial = (await keptOf(account))?.adjusting?.trial;
    // From 9:05 until 15:00 all that are published but the thirteen in which it was sent.
    expect(trial?.minutes).toBeGreaterThan(330);
    expect(trial?.minutes).toBeLessThanOrEqual(355 - 13);
  });

  test.each([
    ["which nobody sent", undefined],
    ["sent to another endpoint", { ...spike, subject: "endpoint/another" }],
    [
      "of another hour",
      { ...spike, sent: [{ at: "2026-11-23T09:49:30.000Z", until: "2026-11-23T10:02:00.000Z" }] },
    ],
  ])("load %s is", async (_what, other) => {
    const account = await lowered(spiked);
    if (other !== undefined) await beginItem(account.aws, "spike", other);
    await looking(account, 5);

    expect(await outcomes(account)).toEqual(["lowered", "put-back"]);
  });
});

/** Nothing is asked of what is known until the day with the load of noon is over. */
test.each([
  ["our own spike is nobody's load, and weighs nothing", true, /too little in 28 days is 0\.00\d+ % with 4/],
  ["the same of users' makes the risk larger", false, /too little in 28 days is 0\.0[2-9]\d* % with 4/],
])("%s", async (_what, isOurs, expected) => {
  const noon = { atMinute: 180, factor: 9 };
  const account = await adjusting(
    daily(15, 26, { traffic: { changes: [noon, { atMinute: 200, factor: 1 }] } }),
  );
  await declareFreeze(account.aws, "*", { by: "ops", reason: "the launch" });
  const sent = { at: "2026-11-23T11:59:30.000Z", until: "2026-11-23T12:21:00.000Z" };
  const ours: LaterSpike = { ...spike, sent: [sent] };
  if (isOurs) await beginItem(account.aws, "spike", ours);
  await looking(account, 36, 60);
  await liftFreeze(account.aws, "*");

  expect((await looking(account, 0.5)).set).toEqual([expect.stringMatching(expected)]);
});

const asking = (proposals: object) =>
  ({ ...plan, proposals: { ...plan.proposals, ...proposals } }) as typeof plan;
const nobody = (): void => undefined;

test.each<[string, RegExp, typeof plan, (account: Account) => void]>([
  [
    "outside of its bounds",
    /its minimum is 8, and proposals.within is 2 to 6/,
    asking({ within: { minInstances: 2, maxInstances: 6 } }),
    nobody,
  ],
  [
    "at its bounds",
    /speaks for 4, and proposals.within allows 8 at least/,
    asking({ within: { ...within, minInstances: 8 } }),
    nobody,
  ],
  [
    "without a policy",
    /speaks for 4, and no policy of v6 would make its fleet smaller/,
    plan,
    (account) => targetOf(account).policies.clear(),
  ],
  [
    "suspended",
    /somebody has suspended its scaling/,
    plan,
    (account) =>
      Object.assign(targetOf(account), {
        suspended: { ...targetOf(account).suspended, DynamicScalingInSuspended: true },
      }),
  ],
  [
    "that nothing scales",
    /v6 has no scalable target/,
    plan,
    ({ world }) => world.state.scalableTargets.clear(),
  ],
])("a fleet %s stays as it is, which is said", async (_what, line, of, act) => {
  const account = await adjusting(ample, of);
  act(account);

  expect(await looking(account, 1)).toEqual({ set: [], lines: [expect.stringMatching(line)] });
  expect(registered(account)).toBe(0);
});

test("what its team has declined is not made by itself either", async () => {
  const account = await adjusting(ample, asking({ declined: { on: "2026-11-20", evidence: 4 } }));

  expect(await looking(account, 1)).toEqual({ set: [], lines: [] });
});

test("a fleet that is too small for what is known is raised at once, and that is not watched", async () => {
  const account = await adjusting(daily(40, 90));
  const { set } = await looking(account, 1);

  expect(set).toEqual([expect.stringMatching(/minimum 8 → 12, since the risk of too little/)]);
  expect(await outcomes(account)).toEqual(["raised"]);
  expect(await keptOf(account)).not.toHaveProperty("adjusting.trial");
});
