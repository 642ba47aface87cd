/** A training plan that people buy: who may ask and agree, what is looked at again, and that whoever dies at it buys once. */
import { describe, expect, test } from "vitest";
import { ConnectionLost } from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import { applyLimits } from "../../src/aws/capacity-limits.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { orderPurchase } from "../../src/aws/purchase-orders.ts";
import { everyPurchase, purchaseEntries } from "../../src/aws/purchases.ts";
import { lineOf } from "../../src/core/audit/line.ts";
import { Pack } from "../../src/core/evidence/pack.ts";
import { CapacityLimits } from "../../src/core/plan/capacity-limits.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { personOf } from "../../src/core/release/person.ts";
import type { OrderReply, PurchaseOrder } from "../../src/core/request/persons-order.ts";
import { changesText } from "../../src/report/audited-changes.ts";
import { assessmentResults } from "../../src/report/oscal.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";

const { training, ...others } = sample.milestones;
const plan: Plan = {
  ...sample,
  team: {
    model: { owners: ["ann"], contact: "#chat-models" },
    capacity: { owners: ["cleo", "Dan"], contact: "#ml-capacity" },
  },
  milestones: {
    ...others,
    ...(training?.pool !== undefined && {
      training: { ...training, pool: { ...training.pool, instanceType: "ml.p4d.24xlarge" } },
    }),
  },
};
const of = { model: plan.model, milestone: "training" as const };
const arnOf = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
const name = /^slipway-dev-chat-assistant-training-[0-9a-z]{8}$/;

async function open(own: Plan = plan): Promise<Account> {
  const account = openAccount({ plan: own });
  await applyPlan(account.aws, own, new Date(account.now()).toISOString());
  return account;
}
/** As the function that takes orders has them. */
const say = (account: Account, who: string, order: PurchaseOrder): Promise<OrderReply> =>
  orderPurchase(account.tools, order, {
    who: personOf(who.startsWith("arn:") ? who : arnOf(who)),
    pseudonym: `person-${who}`,
    nowMs: account.now(),
  });

interface Asking {
  readonly who?: string;
  readonly maxUsd?: number;
  readonly nth?: number;
  readonly until?: string;
  readonly model?: string;
}
async function offered(account: Account, model = plan.model): Promise<string[]> {
  const wrong = { ...of, model, order: "ask-purchase", offering: "tpo-0", maxUsd: 1, reason: "why" } as const;
  const why = await say(account, "ann", wrong).then(
    ({ said }) => said,
    (error: Error) => error.message,
  );
  return why.match(/tpo-[1-9]\d*-\d+/g) ?? [];
}
async function ask(account: Account, { who = "ann", maxUsd = 5000, nth = 0, until, model }: Asking = {}) {
  const offering = (await offered(account, model))[nth] ?? "";
  const asked = { ...of, order: "ask-purchase", offering, maxUsd, reason: "the launch" } as const;
  return say(account, who, { ...asked, ...(until && { until }), ...(model && { model }) });
}
const show = (account: Account) => say(account, "ann", { ...of, order: "show-purchase" });
async function agree(account: Account, who = "cleo"): Promise<OrderReply> {
  const { seen = "0".repeat(64) } = await show(account);
  return say(account, who, { ...of, order: "agree-purchase", reason: "budgeted", seen });
}
const end = (account: Account, who = "eve") =>
  say(account, who, { ...of, order: "end-purchase", reason: "not now" });

const bought = ({ world }: Account) =>
  [...world.state.trainingPlans.values()].filter((one) => one.bought !== undefined);
/** Calls that reached SageMaker, whether or not anything came of them. */
const sent = ({ calls }: Account) =>
  calls.filter(({ operation }) => operation === "CreateTrainingPlan").length;
async function packsOf({ aws }: Account): Promise<Pack[]> {
  const { evidence } = await readLock(aws, "pool/chat-assistant/training");
  return Object.values(evidence?.claimed ?? {}).map((text) => Pack.parse(JSON.parse(text)));
}

const told = async (account: Account) => (await purchaseEntries(account.aws)).map(({ said }) => said);

test("one asks, an owner of capacity agrees, and it is bought, told, and in evidence with who and for what", async () => {
  const account = await open();
  const asking = await ask(account);
  expect(asking.said).toMatch(
    /^training of chat-assistant: ann asks to buy 2 ml\.p4d\.24xlarge from .+ until .+ for \d+\.\d\d USD up front \(offering tpo-.*; 5000 USD at most\): the launch; an owner of capacity has to agree until 2026-11-24T09:00:00\.000Z$/,
  );
  expect([bought(account), sent(account)]).toEqual([[], 0]);

  const { said, done } = await agree(account);
  expect(done).toBe(true);
  const [plan_] = bought(account);
  expect(plan_).toMatchObject({
    name: expect.stringMatching(name),
    ...{ instanceType: "ml.p4d.24xlarge", instances: 2, target: "training-job" },
  });
  expect(plan_?.bought?.tags).toEqual({
    "slipway:plan": "chat-assistant",
    "slipway:milestone": "training",
  });
  expect(said.split("\n")).toEqual([
    expect.stringContaining("asked by ann, agreed by cleo; it is Pending"),
    plan_?.arn,
    `TrainingPlanArn: ${plan_?.arn} # of training jobs`,
  ]);
  const fee = plan_?.bought?.fee;
  const packs = await packsOf(account);
  const who = { asked: "person-ann", agreed: "person-cleo" };
  expect(packs).toMatchObject([
    { what: "purchase-agreed", trainingPlan: plan_?.name, fee, currency: "USD", maxUsd: 5000, ...who },
    { what: "bought", trainingPlan: plan_?.name, fee, currency: "USD", maxUsd: 5000, ...who },
  ]);
  const people = { "person-ann": "ann", "person-cleo": "cleo" };
  const lines = packs.map((pack, nth) => lineOf(nth + 1, pack));
  const page = { width: 200, paint: paintOf(false) };
  const told = changesText({ changes: lines, people, erased: {} } as never, page);
  expect(told.join("\n")).toMatch(/asked for by ann, agreed to by cleo/);
  const chain = {
    head: { subject: "pool/chat-assistant/training", at: "2026-11-23T09:00:00.000Z", sequence: 2 },
    keyid: "key",
    packs: packs.map((pack, nth) => ({ sequence: nth + 1, pack })),
  };
  const sworn = JSON.stringify(assessmentResults(chain as never, (text: string) => text));
  expect(sworn).toContain(
    `Training plan ${plan_?.name} was agreed to be bought for chat-assistant for 226.13 USD.`,
  );
  expect(sworn).toContain(`Training plan ${plan_?.name} was bought for chat-assistant for 226.13 USD.`);
  expect(account.published().map(({ state }) => state)).toEqual(["purchase-asked", "purchased"]);

  account.wait(10);
  expect((await show(account)).said).toContain("it is Scheduled");
  // The next is asked for anew, under another name.
  await ask(account, { nth: 1 });
  await agree(account, "dan");
  expect(new Set(bought(account).map((one) => one.name)).size).toBe(2);
});

describe("who may", () => {
  test("agree is an owner of capacity whom AWS knows by name, and not who has asked; the same is asked for once", async () => {
    const account = await open();
    await ask(account, { who: "cleo" });
    await ask(account, { who: "cleo" });
    expect(await purchaseEntries(account.aws)).toHaveLength(1);

    await expect(agree(account, "cleo")).rejects.toThrow(
      /expected a second person, found cleo, who has asked/,
    );
    await expect(agree(account, "ann")).rejects.toThrow(
      /expected an owner of capacity \(cleo or dan; #ml-capacity\), found ann/,
    );
    const shared = "arn:aws:sts::123456789012:assumed-role/deploy/dan";
    await expect(agree(account, shared)).rejects.toThrow(/expected somebody whom AWS knows by name/);
    await expect(ask(account, { who: shared })).rejects.toThrow(/expected somebody whom AWS knows by name/);
    const digest = { order: "agree-purchase", reason: "blind", seen: "0".repeat(64) } as const;
    await expect(say(account, "dan", { ...of, ...digest })).rejects.toThrow(/has changed since it was shown/);
    expect(sent(account)).toBe(0);
    expect((await agree(account, "dan")).done).toBe(true);
  });

  test("without a team nobody may ask; of what nobody asks for, or that is over or ended, nobody may agree", async () => {
    const { team: _, ...alone } = plan;
    await expect(ask(await open(alone))).rejects.toThrow(/expected a plan in force with a team/);
    const account = await open();
    await expect(agree(account)).rejects.toThrow(/expected something asked for/);
    await ask(account, { until: new Date(account.now() + 3_600_000).toISOString() });
    account.wait(60);
    await expect(agree(account)).rejects.toThrow(/expected something asked for/);
    await ask(account);
    expect((await end(account)).said).toBe("training of chat-assistant: nothing is asked for any more");
    await expect(agree(account)).rejects.toThrow(/expected something asked for/);
    await expect(end(account)).rejects.toThrow(/expected something asked for/);
    await expect(ask(account, { until: "2026-11-27T09:00:01.000Z" })).rejects.toThrow(/within 72 hours/);
    expect(sent(account)).toBe(0);
  });

  test("of what is asked for already another is not asked for, nor does one model's asking touch another's", async () => {
    const account = await open();
    const other = { ...plan, model: "claims-reader", endpoint: { ...plan.endpoint, name: "claims-reader" } };
    await applyPlan(account.aws, other, new Date(account.now()).toISOString());
    await ask(account);
    await expect(ask(account, { nth: 1 })).rejects.toThrow(/expected nothing asked for so far, found: /);
    await ask(account, { who: "eve", model: "claims-reader" });
    await agree(account);
    expect(await everyPurchase(account.aws, account.now())).toMatchObject([
      { asked: { model: "claims-reader", by: { person: "eve" } }, calls: 0 },
    ]);
    expect(bought(account)).toHaveLength(1);
  });
});

describe("before it is bought", () => {
  const refusals: readonly (readonly [string, (account: Account) => unknown, RegExp])[] = [
    [
      "its fee",
      ({ world }) => {
        for (const one of world.state.planOfferings.values()) one.fee += 0.01;
      },
      /was 2 ml\.p4d\.24xlarge .* when it was asked for, and is 2 .*; ask again/,
    ],
    [
      "that it is there",
      ({ world }) => {
        for (const one of world.state.planOfferings.values()) one.isOffered = false;
      },
      /offering tpo-\S+ is gone; ask for another/,
    ],
    [
      "the budget",
      ({ aws, now }) =>
        applyPlan(
          aws,
          { ...plan, budget: { ...plan.budget, usdPerMonth: 200 } },
          new Date(now()).toISOString(),
        ),
      /budget\.usdPerMonth: expected 200 at most, found 226\.13 USD/,
    ],
    [
      "the limits",
      ({ aws }) =>
        applyLimits(aws, {
          ...{ version: 1, appliedAt: "2026-11-23T09:00:00.000Z", appliedBy: arnOf("dan") },
          limits: CapacityLimits.parse({
            ...{ owner: "infrastructure", contact: "#infra", allowed: { instanceTypes: ["ml.g5.*"] } },
            ceilings: { usdPerMonth: 226 },
          }),
        }),
      /ceilings\.usdPerMonth: expected 226 at most, by infrastructure .*\n.*expected ml\.g5\.\*, by infrastructure/,
    ],
  ];
  test.each(refusals)(
    "%s is looked at again, and what is not as it was is not bought",
    async (_, change, why) => {
      const account = await open();
      await ask(account);
      await change(account);
      await expect(agree(account)).rejects.toThrow(why);
      expect([await told(account), sent(account)]).toEqual([["asked"], 0]);
    },
  );

  test("a fee above the most that is asked for is not even asked for; nor is what SageMaker does not offer", async () => {
    const account = await open();
    await expect(ask(account, { maxUsd: 226.12 })).rejects.toThrow(
      "--max-usd: expected 226.12 at most, found 226.13 USD",
    );
    await expect(
      say(account, "ann", { ...of, order: "ask-purchase", offering: "x", maxUsd: 1, reason: "why" }),
    ).rejects.toThrow(/--offering: expected one .* that is offered .*, found "x"/);
    expect(await purchaseEntries(account.aws)).toEqual([]);
  });

  test("what was bought in the same month counts with it, and a call that may have been made does", async () => {
    const budget = { ...plan.budget, usdPerMonth: 400 };
    const account = await open({ ...plan, budget });
    await ask(account);
    await agree(account);
    await expect(ask(account, { nth: 1 })).rejects.toThrow(
      /expected 400 at most, found 226\.13 USD \(226\.13 USD was paid for others of this month\)/,
    );
    account.wait(9 * 24 * 60);
    await ask(account, { nth: 1 });
  });
});

test("of two milestones that are too much together, and agreed to at once, no more is bought than the budget has room for", async () => {
  const budget = { ...plan.budget, usdPerMonth: 400 };
  const { training: pool } = plan.milestones;
  const account = await open({
    ...plan,
    budget,
    milestones: { ...plan.milestones, "data-collection": pool },
  });
  const first = await ask(account);
  const [id = ""] = /tpo-\d+-\d+/.exec(first.said) ?? [];
  const other = { model: plan.model, milestone: "data-collection" as const };
  const wanted = { offering: id, maxUsd: 5000, reason: "labels" };
  await say(account, "ann", { order: "ask-purchase", ...other, ...wanted });
  const { seen = "" } = await say(account, "cleo", { order: "show-purchase", ...other });
  const both = await Promise.allSettled([
    agree(account),
    say(account, "cleo", { order: "agree-purchase", ...other, reason: "budgeted", seen }),
  ]);
  expect(both.map(({ status }) => status)).toContain("rejected");
  expect(bought(account).length).toBeLessThanOrEqual(1);
  expect(sent(account)).toBe(bought(account).length);
});

describe("whoever dies at it", () => {
  const down = () => new ConnectionLost("the machine is gone");
  /** Every call from the nth on is lost. */
  const dieAfter = (account: Account, nth: number) => {
    for (let each = 1; each <= 60; each++) account.failNth(nth + each, down());
  };
  test("has bought it once, whatever the call, and who agrees again finishes it", async () => {
    const whole = await open();
    await ask(whole);
    const before = whole.calls.length;
    await agree(whole);
    const most = whole.calls.length - before;
    expect(most).toBeGreaterThan(10);
    for (let nth = 0; nth <= most; nth++) {
      const account = await open();
      await ask(account);
      dieAfter(account, nth);
      await agree(account).catch(() => undefined);
      account.mend();
      const [out, isThere] = [sent(account), bought(account).length > 0];
      const again = await agree(account, "dan").catch(() => undefined);
      if (out > 0) expect(sent(account), `after call ${nth}`).toBe(out);
      // Of what is recorded as bought already nothing is asked for any more.
      if (isThere && again !== undefined) expect(again.done, `after call ${nth}`).toBe(true);
      account.wait(11);
      await agree(account).catch(() => undefined);
      expect(bought(account), `after call ${nth}`).toHaveLength(1);
      expect(await told(account)).toContain("bought");
      expect((await packsOf(account)).map(({ what }) => what)).toEqual(["purchase-agreed", "bought"]);
    }
  });

  test("and one whose answer is lost is found by its name", async () => {
    const account = await open();
    await ask(account);
    account.lose("CreateTrainingPlan", 1);
    expect((await agree(account)).done).toBe(true);
    expect(bought(account)).toHaveLength(1);
  });

  test("two who agree at once buy it once", async () => {
    const account = await open();
    await ask(account);
    const both = await Promise.all([agree(account), agree(account, "dan")]);
    expect(both.map(({ done }) => done).toSorted()).toEqual([false, true]);
    expect([bought(account).length, sent(account)]).toEqual([1, 1]);
  });

  test("one that is refused for days is not bought, and is once it may be; it may be ended instead", async () => {
    const account = await open();
    const until = new Date(account.now() + 71 * 3_600_000).toISOString();
    await ask(account, { until });
    account.fail("CreateTrainingPlan", new AwsError("AccessDeniedException", "not authorized"), 99);
    for (let day = 0; day < 2; day++) {
      await expect(agree(account)).rejects.toThrow(
        /nothing was bought: AccessDeniedException.*; agree again/,
      );
      account.wait(24 * 60);
    }
    expect(await told(account)).toEqual(["agreed", "asked", "buying", "buying", "not-bought", "not-bought"]);
    account.mend();
    expect((await agree(account)).done).toBe(true);
    expect(bought(account)).toHaveLength(1);
  });

  test("one of which nobody knows is not ended, nor bought again before it is certain, nor after its time", async () => {
    const account = await open();
    await ask(account);
    account.fail("CreateTrainingPlan", down(), 99);
    expect(await agree(account)).toMatchObject({
      done: false,
      said: expect.stringContaining("was not seen"),
    });
    account.mend();
    await expect(end(account)).rejects.toThrow(/expected no call that may have gone out/);
    const first = sent(account);
    expect(await agree(account)).toMatchObject({
      done: false,
      said: expect.stringMatching(/may be under way since .* agree again after 2026-11-23T09:10:00\.000Z/),
    });
    expect(sent(account)).toBe(first);
    account.wait(25 * 60);
    await expect(agree(account)).rejects.toThrow(/nothing was bought; it was to be agreed to until/);
    expect([bought(account), sent(account)]).toEqual([[], first]);
    await ask(account);
  });

  test("SageMaker that cannot be asked buys nothing, and where it cannot be looked nothing goes out", async () => {
    const account = await open();
    await ask(account);
    account.fail("SearchTrainingPlanOfferings", new AwsError("AccessDeniedException", "not authorized"), 99);
    await expect(agree(account)).rejects.toThrow(/not authorized/);
    expect([await told(account), sent(account)]).toEqual([["asked"], 0]);
  });
});
