/** A minimum that is set between releases is claimed once as evidence, whoever dies at it and whoever else takes numbers. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { claimMinimum } from "../../src/aws/evidence-minima.ts";
import { readLock, writeLock } from "../../src/aws/lock-item.ts";
import { removePlan } from "../../src/aws/plans.ts";
import type { MinimumPack, Pack } from "../../src/core/evidence/pack.ts";
import { retainedUntil } from "../../src/core/evidence/retention.ts";
import type { Account } from "../aws/account.ts";
import {
  accountWith,
  beforeCall,
  busy,
  denied,
  endpoint,
  inForce,
  look,
  looking,
  minimum,
  plan,
  targetOf,
} from "./watched.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

const subject = `endpoint/${endpoint}`;

/** Fifteen minutes after its load has come. */
async function busyAccount(): Promise<Account> {
  const account = await accountWith({ plan, spec: busy });
  account.wait(15);
  return account;
}

const evidenceIn = async ({ tools }: Account) => (await readLock(tools.aws, subject)).evidence;
const claimed = async (account: Account): Promise<Pack[]> =>
  Object.values((await evidenceIn(account))?.claimed ?? {}).map((text) => JSON.parse(text));

const set: Partial<MinimumPack> = {
  subject,
  resource: { kind: "scaling", name: `${subject}/variant/v6` },
  before: { min: 8 },
  after: { min: 12 },
  model: plan.model,
  because: "load",
};

test("is claimed as adjusted, in a chain that it begins", async () => {
  const account = await busyAccount();
  await look(account);

  expect(minimum(account)).toBe(12);
  expect(await claimed(account)).toEqual([expect.objectContaining({ ...set, what: "adjusted" })]);
  expect(await evidenceIn(account)).toMatchObject({ next: 2 });
  await looking(account, 30);
  expect(await claimed(account)).toHaveLength(1);
});

test("is kept for as long as the plan has evidence kept, also where that is gone once the minimum is put back", async () => {
  const account = await accountWith({ plan: { ...plan, evidence: { retentionDays: 2190 } }, spec: busy });
  account.wait(15);
  await look(account);
  await removePlan(account.aws, plan.model, await inForce(account));
  await looking(account, 30);

  expect(minimum(account)).toBe(8);
  const packs = await claimed(account);
  expect(packs).toMatchObject([{ after: { min: 12 } }, { after: { min: 8 } }]);
  for (const pack of packs) expect(retainedUntil(pack)).toBe(Date.parse(pack.at) + 2190 * 86_400_000);
});

test("follows on what was claimed before, whose number stays", async () => {
  const account = await busyAccount();
  await writeLock(account.tools.aws, subject, {
    UpdateExpression: "SET evidence = :evidence",
    ExpressionAttributeValues: { ":evidence": { next: 8, claimed: { 7: "{}" } } },
  });
  await look(account);

  const { claimed: all = {}, next } = (await evidenceIn(account)) ?? {};
  expect(next).toBe(9);
  expect(all["7"]).toBe("{}");
  expect(JSON.parse(all["8"] ?? "null")).toMatchObject({ what: "adjusted" });
});

test("takes another number where somebody has just taken its own", async () => {
  const account = await busyAccount();
  await writeLock(account.tools.aws, subject, {
    UpdateExpression: "SET evidence = :evidence",
    ExpressionAttributeValues: { ":evidence": { next: 3, claimed: {} } },
  });
  let taken = false;
  beforeCall(account.aws.table, "Update", async () => {
    if (taken || minimum(account) !== 12) return;
    taken = true;
    await writeLock(account.tools.aws, subject, {
      UpdateExpression: "SET evidence = :evidence",
      ExpressionAttributeValues: { ":evidence": { next: 4, claimed: { 3: "{}" } } },
    });
  });
  await look(account);

  expect(taken).toBe(true);
  expect(Object.keys((await evidenceIn(account))?.claimed ?? {})).toEqual(["3", "4"]);
});

test.each([
  ["before its call", false, "adjustment-begun", 8],
  ["after its call", true, "adjustment-begun", 12],
] as const)("by one that dies %s it is claimed by the next look", async (_, isMade, what, min) => {
  const account = await busyAccount();
  let isDead = false;
  const die = () => {
    if (isDead) throw new Error("the sandbox is gone");
  };
  beforeCall(account.aws.scaling, "RegisterScalableTarget", () => {
    isDead = true;
    if (!isMade) die();
  });
  beforeCall(account.aws.table, ["Put", "Update"], die);
  expect(await look(account)).toMatchObject({ failed: 1 });
  vi.restoreAllMocks();
  vi.spyOn(Math, "random").mockReturnValue(0);
  expect(await claimed(account)).toEqual([]);
  expect(minimum(account)).toBe(min);
  await looking(account, 30);

  const [first, ...more] = await claimed(account);
  expect(first).toMatchObject({ ...set, what });
  // What was not made is made now, and is another.
  expect(more).toMatchObject(isMade ? [] : [{ ...set, what: "adjusted" }]);
});

test("by one that dies once it is claimed it is claimed no more", async () => {
  const account = await busyAccount();
  let puts = 0;
  beforeCall(account.aws.table, "Put", () => {
    puts += 1;
    if (minimum(account) === 12) throw new Error("the sandbox is gone");
  });
  expect(await look(account)).toMatchObject({ failed: 1 });
  expect(puts).toBeGreaterThan(0);
  vi.restoreAllMocks();
  account.wait(2);
  await look(account);

  expect(await claimed(account)).toMatchObject([{ what: "adjusted" }]);
});

test("is not claimed where it was refused, somebody was faster, or no evidence is kept", async () => {
  const refused = await busyAccount();
  refused.fail("RegisterScalableTarget", denied, 1000);
  await looking(refused, 60);
  expect(await evidenceIn(refused)).toBeUndefined();

  const faster = await busyAccount();
  beforeCall(faster.aws.scaling, "DescribeScalableTargets", (nth) => {
    if (nth === 2) targetOf(faster).minCapacity = 3;
  });
  await look(faster);
  expect(await evidenceIn(faster)).toBeUndefined();

  vi.restoreAllMocks();
  const none = await busyAccount();
  const { evidence: _, ...environment } = none.tools.aws.environment;
  Object.assign(none.tools, { aws: { ...none.tools.aws, environment } });
  await look(none);
  expect(minimum(none)).toBe(12);
  expect(await evidenceIn(none)).toBeUndefined();
});

test("claimed again, or by one that comes late with an earlier one, is claimed once", async () => {
  const { tools } = await busyAccount();
  const record = { endpoint, model: plan.model, askedAt: "2026-11-23T09:00:00.000Z", version: 1 };
  const ordered = { at: "2026-11-23T09:00:00.000Z", by: "ann", pseudonym: "person-a", reason: "so" };
  const undone = { outcome: "undone", evidence: 1 } as const;
  const made = { variant: "v6", from: 8, to: 6, at: "2026-11-23T09:15:00.000Z", isSeen: true };
  await claimMinimum(tools.aws, { ...record, ordered }, { ...made, adjusted: undone });
  await claimMinimum(tools.aws, record, { ...made, isSeen: false });
  await claimMinimum(tools.aws, record, { ...made, at: "2026-11-23T09:10:00.000Z" });

  const { claimed = {}, next } = (await readLock(tools.aws, subject)).evidence ?? {};
  expect(next).toBe(2);
  expect(JSON.parse(claimed["1"] ?? "null")).toMatchObject({
    what: "adjusted",
    because: "undone",
    by: "person-a",
  });
});
