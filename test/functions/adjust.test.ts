/** The minimum of an endpoint's fleet is set by what was learnt of it, watched, and put back where that did harm. */
import { expect, test } from "vitest";
import { declareFreeze, liftFreeze } from "../../src/aws/freezes.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { noteRule } from "../../src/aws/watched-bounds.ts";
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
