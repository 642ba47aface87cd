/** Between releases the minimum of an endpoint's fleet follows its load, and leaves to others what is theirs. */
import { PutScheduledActionCommand } from "@aws-sdk/client-application-auto-scaling";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { watchLoad } from "../../functions/watch-load.ts";
import { takeLock } from "../../src/aws/locks.ts";
import { applyPlan, removePlan } from "../../src/aws/plans.ts";
import { boundsSince, noteRule } from "../../src/aws/watched-bounds.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import { manual, opening } from "./run.ts";
import {
  accountWith,
  beforeCall,
  busy,
  bySchedule,
  denied,
  endpoint,
  inForce,
  kept,
  look,
  looking,
  minimum,
  plan,
  raised,
  registered,
  rule,
  targetOf,
} from "./watched.ts";

/** Retries back off by a random part of their delay; none of it keeps the tests short. */
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("as the load goes", () => {
  test("a bound on it is said", async () => {
    const tight = { ...plan, scaling: { ...rule, maxInstances: 9 } };
    const account = await accountWith({ plan: tight, spec: busy });

    expect(await looking(account, 20)).toEqual([
      expect.stringMatching(/^chat-assistant: the load takes 1\d, and the plan's maxInstances allows less$/),
    ]);
    expect(minimum(account)).toBe(9);
  });

  test("money bounds it by the price of what serves", async () => {
    const account = await accountWith({
      plan: { ...plan, scaling: { ...rule, maxUsdPerHour: 2.9 } },
      spec: busy,
    });

    await looking(account, 20);
    expect(minimum(account)).toBe(10);
  });

  test("where no plan has a rule, one query is all that is asked", async () => {
    const account = await accountWith({ plan: sample, spec: busy });
    const before = account.calls.length;
    account.wait(15);

    expect(await watchLoad(bySchedule, account.tools)).toEqual({
      ...{ watched: 0, set: [], harmed: 0, lines: [], failed: 0 },
    });
    expect(account.calls.slice(before).map(({ operation }) => operation)).toEqual(["Query"]);
  });
});

/** What comes of a release's taking the endpoint. */
const taken = (account: Account) =>
  takeLock(account.aws, {
    subject: `endpoint/${endpoint}`,
    releaseId: "chat-assistant-v7-production",
    execution: `${account.aws.environment.stateMachineArn}:a`,
    since: new Date(account.now()).toISOString(),
  });

describe("beside releases", () => {
  test("a release that holds the endpoint, or waits for it, has it to itself", async () => {
    const account = await accountWith({ plan, spec: busy });
    await opening(manual, account);

    expect(await looking(account, 20)).toEqual([
      "chat-assistant: the release chat-assistant-v7-production has the endpoint to itself",
    ]);
    expect(minimum(account)).toBe(8);
    expect(registered(account)).toBe(0);
  });

  test("no release takes the endpoint in the moment in which its minimum is set", async () => {
    const account = await accountWith({ plan, spec: busy });
    account.wait(15);
    const took: unknown[] = [];
    beforeCall(account.aws.scaling, "RegisterScalableTarget", async () => took.push(await taken(account)));

    expect(await look(account)).toMatchObject({ set: [expect.any(String)] });
    expect(took).toEqual([{ held: false, waiting: [], adjustingUntil: expect.any(String) }]);
    expect(await taken(account)).toMatchObject({ held: true });
  });

  test("nor is it set in the moment in which a release takes the endpoint", async () => {
    const account = await accountWith({ plan, spec: busy });
    account.wait(15);
    beforeCall(account.aws.cloudwatch, "GetMetricData", () => opening(manual, account));

    expect(await look(account)).toMatchObject({ set: [], lines: [expect.stringMatching(/just taken/)] });
    expect(registered(account)).toBe(0);
  });

  test("who dies while setting it bars nobody for longer than a minute", async () => {
    const account = await accountWith({ plan, spec: busy });
    account.wait(15);
    let isDead = false;
    const die = () => {
      isDead = true;
      throw new Error("the sandbox is gone");
    };
    beforeCall(account.aws.scaling, "RegisterScalableTarget", die);
    beforeCall(account.aws.table, "Update", () => (isDead ? die() : undefined));
    expect(await look(account)).toMatchObject({ failed: 1 });
    vi.restoreAllMocks();

    const died = account.now();
    const looks: Opening[] = [];
    for (let seconds = 0; seconds < 60 && looks.at(-1)?.route !== "production"; ) {
      const look = await opening(manual, account);
      looks.push(look);
      seconds = look.route === "queued" ? look.waitSeconds : 0;
      account.wait(seconds / 60);
    }
    expect(looks.map(({ route }) => route)).toEqual(["queued", "queued", "queued", "queued", "production"]);
    expect(looks[0]?.reason).toMatch(
      /^endpoint\/chat-assistant is having its minimum set, or a spike rehearsed, until .* at the latest$/,
    );
    expect(account.now() - died).toBeLessThan(60_000);
    expect(registered(account)).toBe(0);
  });
});

describe("what is theirs", () => {
  test("a hand that changes the minimum is left alone and told, until the plan is applied again", async () => {
    const account = await raised();
    targetOf(account).minCapacity = 6;

    expect(await looking(account, 30)).toEqual([
      expect.stringMatching(
        /^chat-assistant: somebody else has set its minimum to 6, where it was 1\d \(before Slipway: 8\); it stays so until the plan is applied again$/,
      ),
    ]);
    expect(minimum(account)).toBe(6);
    await noteRule(account.aws, plan, new Date(account.now()).toISOString());
    await looking(account, 5);
    expect(minimum(account)).toBeGreaterThan(8);
    expect((await kept(account))[0]?.hold).toMatchObject({ own: 6 });
    expect((await kept(account))[0]?.line).toBeUndefined();
  });

  test.each<[string, RegExp, (account: Account) => void]>([
    [
      "a suspension",
      /somebody has suspended its scaling/,
      (account) => suspend(account, "DynamicScalingInSuspended"),
    ],
    [
      "another",
      /somebody has suspended its scaling/,
      (account) => suspend(account, "DynamicScalingOutSuspended"),
    ],
    ["no target", /v6 has no scalable target/, ({ world }) => world.state.scalableTargets.clear()],
    ["no endpoint", /is not there any more/, ({ world }) => void world.state.endpoints.delete(endpoint)],
  ])("%s leaves nothing to be set, which is said once", async (_what, line, act) => {
    const account = await accountWith({ plan, spec: busy });
    act(account);

    expect(await looking(account, 30)).toEqual([expect.stringMatching(line)]);
    expect(registered(account)).toBe(0);
    expect((await kept(account))[0]?.line?.since).toBe(new Date(account.now() - 25 * 60_000).toISOString());
  });

  test("a scheduled action that sets the minimum is not contended with", async () => {
    const account = await accountWith({ plan, spec: busy });
    await account.aws.scaling.send(
      new PutScheduledActionCommand({
        ServiceNamespace: "sagemaker",
        ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
        ResourceId: `endpoint/${endpoint}/variant/v6`,
        ScheduledActionName: "weekend",
        Schedule: "cron(0 20 ? * SAT *)",
        ScalableTargetAction: { MinCapacity: 4, MaxCapacity: 16 },
      }),
    );

    expect(await looking(account, 15)).toEqual([
      expect.stringMatching(/the scheduled action weekend sets its minimum/),
    ]);
    expect(minimum(account)).toBe(8);
  });

  test("a change in the second before ours is left alone", async () => {
    const account = await accountWith({ plan, spec: busy });
    account.wait(15);
    beforeCall(account.aws.scaling, "DescribeScalableTargets", (nth) => {
      if (nth === 2) targetOf(account).minCapacity = 3;
    });

    expect(await look(account)).toMatchObject({
      set: [],
      lines: [expect.stringMatching(/just been changed by somebody else/)],
    });
    expect(minimum(account)).toBe(3);
  });
});

function suspend(account: Account, which: "DynamicScalingInSuspended" | "DynamicScalingOutSuspended"): void {
  const target = targetOf(account);
  Object.assign(target, { suspended: { ...target.suspended, [which]: true } });
}

describe("what AWS refuses", () => {
  test.each(["GetMetricData", "DescribeEndpoint", "DescribeScalableTargets"])("%s too", async (operation) => {
    const account = await accountWith({ plan, spec: busy });
    account.fail(operation, denied, 1000);

    expect(await looking(account, 120)).toEqual([expect.stringMatching(/AccessDeniedException/)]);
    expect(account.calls.filter((call) => call.operation === operation)).toHaveLength(5);
  });

  test("what only fails for now is tried at the next look, and another endpoint is seen to", async () => {
    const account = await accountWith({ plan, spec: busy });
    await noteRule(
      account.aws,
      { ...plan, model: "another", endpoint: { ...plan.endpoint, name: "an-earlier-one" } },
      "2026-11-23T09:00:00.000Z",
    );
    account.wait(15);
    account.fail(
      "DescribeScalableTargets",
      new AwsError("ServiceUnavailable", "later", { statusCode: 503 }),
      9,
    );

    expect(await look(account)).toMatchObject({ failed: 1 });
    account.mend();
    expect((await look(account)).set).toHaveLength(1);
  });
});

describe("who dies at it", () => {
  test("has set it all the same: the next one knows, and writes it down", async () => {
    const account = await accountWith({ plan, spec: busy });
    account.wait(15);
    let isSet = false;
    const dieOnceSet = () => {
      if (isSet) throw new Error("the sandbox is gone");
    };
    beforeCall(account.aws.table, ["Put", "Update"], dieOnceSet);
    beforeCall(account.aws.scaling, "RegisterScalableTarget", () => {
      isSet = true;
    });
    expect(await look(account)).toMatchObject({ failed: 1 });
    vi.restoreAllMocks();
    const high = minimum(account);

    expect(high).toBeGreaterThan(8);
    expect((await kept(account))[0]).not.toHaveProperty("hold");
    account.settle();
    account.wait(1);
    await look(account);
    expect((await kept(account))[0]).toMatchObject({ hold: { own: 8 } });
    expect((await kept(account))[0]).not.toHaveProperty("intent");
    expect((await boundsSince(account.aws, ""))[0]).toMatchObject({ from: 8, to: high });
  });

  test("of two at once, one sets it", async () => {
    const account = await accountWith({ plan, spec: busy });
    account.wait(15);
    const looks = await Promise.all([look(account), look(account)]);

    expect(looks.flatMap(({ set }) => set)).toHaveLength(1);
    expect(registered(account)).toBe(1);
  });
});

describe("nothing asks for it any more", () => {
  test("a plan that is removed gives the bounds back, and nothing is kept", async () => {
    const account = await raised();
    await removePlan(account.aws, plan.model, await inForce(account));
    await looking(account, 15);

    expect(minimum(account)).toBe(8);
    expect(await kept(account)).toEqual([]);
    expect((await boundsSince(account.aws, "")).at(-1)).toMatchObject({
      to: 8,
      why: "no plan in force has a rule for it any more",
    });
  });

  test.each<[string, Plan]>([
    ["without its rule", sample],
    ["for another endpoint", { ...plan, endpoint: { ...plan.endpoint, name: "another" } }],
  ])("so does one that is applied %s", async (_what, next) => {
    const account = await raised();
    await applyPlan(account.aws, next, new Date(account.now()).toISOString());
    await looking(account, 15);

    expect(minimum(account)).toBe(8);
    expect((await kept(account)).map((one) => one.endpoint)).not.toContain(endpoint);
  });

  test("bounds that somebody has changed are not given back", async () => {
    const account = await raised();
    targetOf(account).minCapacity = 5;
    await removePlan(account.aws, plan.model, await inForce(account));
    const lines = await looking(account, 15);

    expect(minimum(account)).toBe(5);
    expect(lines).toEqual([expect.stringMatching(/somebody else has set its minimum to 5/)]);
    expect(await kept(account)).toEqual([]);
  });

  test("a release that is under way is waited for", async () => {
    const account = await raised();
    await opening(manual, account);
    await removePlan(account.aws, plan.model, await inForce(account));
    const high = minimum(account);
    await looking(account, 10);

    expect(minimum(account)).toBe(high);
    expect(await kept(account)).toHaveLength(1);
  });

  test("a second model's plan with a rule for the same endpoint is refused by name", async () => {
    const account = await accountWith({ plan });

    await expect(
      applyPlan(account.aws, { ...plan, model: "another" }, "2026-11-23T09:00:00.000Z"),
    ).rejects.toThrow(
      /scaling: expected one plan with a rule for endpoint chat-assistant, found another model's/,
    );
  });
});
