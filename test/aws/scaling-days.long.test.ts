/** What auto scaling did is told of each day once it is over, once, whoever dies, refuses or comes at the same time; and nothing is overwritten. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { evidenceOf } from "../../src/aws/evidence-reading.ts";
import { evidenceStore } from "../../src/aws/evidence-store.ts";
import { sweepEvidence } from "../../src/aws/evidence-sweep.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import { allLocks, readLock } from "../../src/aws/lock-item.ts";
import { sweepDays } from "../../src/aws/scaling-days.ts";
import { seenOf } from "../../src/cli/evidence-seen.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { daysFrom, endOf } from "../../src/core/evidence/days.ts";
import { dayKey, daysPrefix } from "../../src/core/evidence/keys.ts";
import { type ScalingDay, ScalingDayEntry } from "../../src/core/evidence/scaling-day.ts";
import { verifyDays } from "../../src/core/evidence/verify-days.ts";
import { changed, raised, scalesByPolicy } from "../cli/audited-account.ts";
import { type Account, openAccount } from "./account.ts";
import { dying } from "./dying.ts";
import { subject } from "./releases.ts";

const { evidence } = rehearsedDeployment;
if (evidence === undefined) throw new Error("expected that evidence is kept");
const prefix = `${evidence?.bucket}/${daysPrefix(subject)}`;
const dayMinutes = 24 * 60;

/** A release has raised the minimum to twelve, at nine o'clock of 23 November. */
async function released(): Promise<Account> {
  const account = openAccount();
  await changed(account, [raised(12)]);
  return account;
}

const inStack = (tools: Tools, aws = tools.aws): Tools => ({
  ...tools,
  aws: { ...aws, environment: { ...tools.aws.environment, evidence } },
});

async function sweep(account: Account, aws = account.aws) {
  const tools = inStack(account.tools, aws);
  const store = evidenceStore(tools.aws);
  if (store === undefined) throw new Error("expected a store");
  return sweepDays(tools, store, await allLocks(account.aws));
}

const textsIn = ({ world }: Account): Map<string, string> =>
  new Map(
    [...world.state.objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length, -".json".length), text] as const)
      .toSorted(),
  );
const toldIn = (account: Account): ScalingDay[] =>
  [...textsIn(account).values()].map((text) => ScalingDayEntry.parse(JSON.parse(text)).summary);

async function verified(account: Account) {
  const { aws } = inStack(account.tools);
  const store = evidenceStore(aws);
  if (store === undefined) throw new Error("expected a store");
  return verifyDays({ ...(await seenOf(evidenceOf(aws, store, subject), await store.trust())), subject });
}

/** Until two hours of a day have gone by. */
function toTheNextDay(account: Account): void {
  const nowMs = account.now();
  const day = new Date(nowMs - 2 * 3_600_000).toISOString().slice(0, 10);
  account.wait((endOf(day) + 2 * 3_600_000 - nowMs) / 60_000);
}

test("a day is told once it has been over for two hours, from that of the first pack on, and none is said to have had none", async () => {
  const account = await released();
  account.wait(60);
  scalesByPolicy(account, 9);
  toTheNextDay(account);
  account.wait(-1);
  await sweep(account);
  expect(toldIn(account)).toEqual([]);
  account.wait(1);
  await sweep(account);
  toTheNextDay(account);
  const { did, waiting } = await sweep(account);

  expect(toldIn(account)).toMatchObject([
    {
      ...{ day: "2026-11-23", says: "changes", subject },
      changes: [{ variant: "v6", to: 9, lastTo: 12, cause: { by: "policy", policy: "keep-70" } }],
      own: [{ number: 1 }],
    },
    { day: "2026-11-24", says: "none", changes: [], counts: { changes: 0 } },
  ]);
  expect([did, waiting]).toEqual([[`${subject}: what auto scaling did is told of 2026-11-24`], []]);
  expect(await verified(account)).toMatchObject({
    ok: true,
    days: 2,
    first: "2026-11-23",
    last: "2026-11-24",
  });
});

test("nothing is done about a day that was told, nor about an endpoint that no pack is stored of", async () => {
  const account = await released();
  toTheNextDay(account);
  await sweep(account);
  const before = account.calls.length;
  await sweep(account);
  const asked = account.calls.slice(before).map(({ operation }) => operation);

  expect(asked).toEqual(["Query"]);
  expect(
    (await sweepDays(inStack(account.tools), {} as never, [{ subject: "endpoint/x", fence: 0 }])).did,
  ).toEqual([]);
});

describe("a sweep that dies at any call", () => {
  test.each([false, true])(
    "is gone on from, with the same days (the call takes effect: %s)",
    async (takesEffect) => {
      const whole = await released();
      scalesByPolicy(whole, 9);
      for (let nth = 0; nth < 2; nth++) toTheNextDay(whole);
      const counted = dying(whole.wire, undefined);
      await sweep(whole, counted.aws);
      expect(textsIn(whole).size).toBe(2);

      for (let at = 1; at <= counted.calls(); at++) {
        const account = await released();
        scalesByPolicy(account, 9);
        for (let nth = 0; nth < 2; nth++) toTheNextDay(account);
        await sweep(account, dying(account.wire, { at, takesEffect }).aws);
        const { waiting } = await sweep(account);
        await sweep(account);

        expect(waiting).toEqual([]);
        expect([...textsIn(account)]).toEqual([...textsIn(whole)]);
        expect(await verified(account)).toMatchObject({ ok: true, days: 2 });
      }
      expect(counted.calls()).toBeGreaterThan(10);
    },
  );
});

test("what lies there is gone on from as it is, though auto scaling tells otherwise by then", async () => {
  const account = await released();
  scalesByPolicy(account, 14);
  const moved = account.world.state.scalingActivities.at(-1);
  if (moved === undefined) throw new Error("expected an activity");
  moved.statusCode = "InProgress";
  await sweep(account);
  toTheNextDay(account);
  account.fail("UpdateItem", new AwsError("InternalServerError", "not now", { statusCode: 500 }), 99);
  await sweep(account);
  account.mend();
  expect((await readLock(account.aws, subject)).evidence?.days).toEqual({ first: "2026-11-23" });
  moved.statusCode = "Successful";
  toTheNextDay(account);
  // Another sandbox, that has listed nothing yet.
  await sweep(account, dying(account.wire, undefined).aws);

  expect(toldIn(account).map(({ day, changes }) => [day, changes.map(({ status }) => status)])).toEqual([
    ["2026-11-23", ["InProgress"]],
    ["2026-11-24", []],
  ]);
  expect(await verified(account)).toMatchObject({ ok: true, days: 2 });
});

test("two at once tell each day once, and neither loses one", async () => {
  const account = await released();
  scalesByPolicy(account, 9);
  for (let nth = 0; nth < 4; nth++) toTheNextDay(account);
  await Promise.all([sweep(account), sweep(account)]);
  await sweep(account);

  expect(toldIn(account).map(({ day }) => day)).toEqual(daysFrom("2026-11-23", "2026-11-26"));
  expect(await verified(account)).toMatchObject({ ok: true, days: 4 });
  expect(account.logged.filter((line) => line.includes("not as it was"))).toEqual([]);
});

test.each([
  ["PutObject", "AccessDenied"],
  ["Sign", "AccessDeniedException"],
  ["DescribeScalingActivities", "ThrottlingException"],
])("where %s is refused for two days, it waits, says so, and is caught up", async (operation, name) => {
  const account = await released();
  account.fail(operation, new AwsError(name, "not now", { statusCode: 400 }), 999);
  for (let nth = 0; nth < 3; nth++) {
    scalesByPolicy(account, 8 + nth);
    toTheNextDay(account);
    const { did, waiting } = await sweep(account);
    expect(waiting).toEqual([subject]);
    expect(did.join()).toMatch(new RegExp(`waits to be told: ${name}: not now`));
  }
  expect(textsIn(account).size).toBe(0);
  account.mend();
  await sweep(account);

  expect(toldIn(account).map(({ day, counts }) => [day, counts.changes])).toEqual([
    ["2026-11-23", 1],
    ["2026-11-24", 1],
    ["2026-11-25", 1],
  ]);
  expect(await verified(account)).toMatchObject({ ok: true });
});

test("packs are finished before, and what waits is counted once for each endpoint", async () => {
  const account = await released();
  toTheNextDay(account);
  account.fail(
    "DescribeScalingActivities",
    new AwsError("AccessDeniedException", "no", { statusCode: 400 }),
    99,
  );
  const { waiting, did } = await sweepEvidence(inStack(account.tools), await allLocks(account.aws));

  expect(waiting).toBe(1);
  expect(did).toEqual([expect.stringContaining("what auto scaling did waits to be told")]);
});

test("days of which AWS tells no more by the time that it can be asked are said to be unknown, and are no gap", async () => {
  const account = await released();
  scalesByPolicy(account, 9);
  toTheNextDay(account);
  account.fail("PutObject", new AwsError("AccessDenied", "no", { statusCode: 403 }), 99);
  await sweep(account);
  account.mend();
  account.wait(43 * dayMinutes);
  for (let nth = 0; nth < 8; nth++) await sweep(account);
  const all = toldIn(account);

  expect(all).toHaveLength(44);
  expect(all.filter(({ says }) => says === "not-kept").map(({ day }) => day)).toEqual([
    "2026-11-23",
    "2026-11-24",
    "2026-11-25",
  ]);
  expect(await verified(account)).toMatchObject({ ok: true, days: 44 });
});

test("what lies under a day's key and is none of its days stays, is said, and keeps no other endpoint from it", async () => {
  const account = await released();
  const key = `${evidence?.bucket}/${dayKey(subject, "2026-11-23")}`;
  account.world.state.objects.set(key, "{}");
  toTheNextDay(account);
  const [lock] = await allLocks(account.aws);
  if (lock === undefined) throw new Error("expected a lock");
  const tools = inStack(account.tools);
  const store = evidenceStore(tools.aws);
  if (store === undefined) throw new Error("expected a store");
  const other = { ...lock, subject: "endpoint/other", evidence: { ...(lock.evidence as never as object) } };
  const { waiting, did } = await sweepDays(tools, store, [lock, other as typeof lock]);

  expect(account.world.state.objects.get(key)).toBe("{}");
  expect(account.logged).toContain("evidence is not as it was claimed");
  expect(did.join()).toContain("found something else: it stays as it is");
  expect(waiting).toContain(subject);
});

test("a summary of another key's under a day's key is not gone on from", async () => {
  const account = await released();
  toTheNextDay(account);
  await sweep(account);
  const [text = ""] = textsIn(account).values();
  const other = await released();
  const forged = text.replace(/"sig":"[^"]{6}/, '"sig":"AAAAAA');
  other.world.state.objects.set(`${evidence?.bucket}/${dayKey(subject, "2026-11-23")}`, forged);
  toTheNextDay(other);

  expect((await sweep(other)).waiting).toEqual([subject]);
  expect((await readLock(other.aws, subject)).evidence?.days?.last).toBeUndefined();
});

test("as many days as there is patience for are told at a sweep, and the others by the next", async () => {
  const account = await released();
  for (let nth = 0; nth < 9; nth++) toTheNextDay(account);
  await sweep(account);
  expect(textsIn(account).size).toBe(7);
  await sweep(account);
  expect(textsIn(account).size).toBe(9);
});

test("activities that take longer to list than there is patience for are said, and nothing is told of half of them", async () => {
  const account = await released();
  toTheNextDay(account);
  for (let nth = 0; nth < 400; nth++) scalesByPolicy(account, 9);
  let nowMs = account.now();
  const slow = {
    ...account.tools,
    now: () => {
      nowMs += 2_500;
      return nowMs;
    },
  };
  const tools = inStack(slow);
  const store = evidenceStore(tools.aws);
  if (store === undefined) throw new Error("expected a store");
  const { did } = await sweepDays(tools, store, await allLocks(account.aws));

  expect(did.join()).toContain("expected all activities of auto scaling in time");
  expect(textsIn(account).size).toBe(0);
});
