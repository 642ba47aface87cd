/** Evidence that was claimed is signed, stored and linked once, whoever dies or refuses; and nothing that lies there is overwritten. */
import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { make, openUndos, undo } from "../../src/aws/changes.ts";
import { finishEvidence } from "../../src/aws/evidence.ts";
import { sweepEvidence } from "../../src/aws/evidence-sweep.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeLock, takeLock } from "../../src/aws/locks.ts";
import { mostClaimedBytes } from "../../src/core/evidence/claims.ts";
import { packKey } from "../../src/core/evidence/keys.ts";
import { undoMark } from "../../src/core/release/change.ts";
import type { JsonValue } from "../../src/core/release/json-value.ts";
import type { Release } from "../../src/core/release/release.ts";
import { scalingOf } from "../../src/core/release/resources.ts";
import { type Account, openAccount } from "./account.ts";
import { chainIn, evidenceBucket, withEvidence } from "./evidence-bucket.ts";
import { holding, subject } from "./releases.ts";

const scaling = scalingOf("chat-assistant", "v6");

interface Scene {
  readonly account: Account;
  readonly tools: Tools;
  readonly release: Release;
  readonly bucket: ReturnType<typeof evidenceBucket>;
}

async function scene(): Promise<Scene> {
  const account = openAccount();
  const tools = withEvidence(account.tools);
  const release = await holding({ ...account, tools, aws: tools.aws });
  return { account, tools, release, bucket: evidenceBucket() };
}

async function raised({ tools, release }: Scene, by = 1, id = "raise"): Promise<Ledger> {
  const ledger = await Ledger.open(tools.aws, release);
  const to = (now: JsonValue) => ({ ...(now as { min: number }), min: (now as { min: number }).min + by });
  await make(tools, ledger, { id, resource: scaling, to });
  return ledger;
}

async function putBack({ tools, release }: Scene): Promise<void> {
  const ledger = await Ledger.open(tools.aws, release);
  for (const one of openUndos(ledger, () => true)) await undo(tools, ledger, one);
}

const finish = async ({ tools, bucket }: Scene) =>
  finishEvidence(tools, bucket, { subject, item: await readLock(tools.aws, subject), by: "sweep" });
const evidenceOf = async ({ tools }: Scene) => (await readLock(tools.aws, subject)).evidence;
const claimsOf = async (it: Scene): Promise<unknown[]> =>
  Object.values((await evidenceOf(it))?.claimed ?? {}).map((text) => JSON.parse(text));
const chain = async (it: Scene) => chainIn(it.bucket, subject, await evidenceOf(it));

describe("what was claimed", () => {
  test("becomes a chain over releases, and the next takes it up where the lock's last holder left it", async () => {
    const it = await scene();
    await raised(it);
    await putBack(it);
    await freeLock(it.tools.aws, it.release);
    const { id: releaseId, execution } = it.release;
    const since = "2026-11-23T10:00:00.000Z";
    const again = await takeLock(it.tools.aws, { subject, releaseId, execution, since });

    const first = await finish(it);
    await raised({ ...it, release: { ...it.release, fence: again.held ? again.fence : 0 } });
    const second = await finish(it);

    expect([first, second]).toEqual([
      { stored: 2, waiting: 0 },
      { stored: 1, waiting: 0 },
    ]);
    const packs = await chain(it);
    expect(packs.map(({ what }) => what)).toEqual(["made", "put-back", "made"]);
    expect(packs.map((pack) => "release" in pack && pack.release.fence)).toEqual([1, 1, 2]);
  });

  test("is claimed where the write's answer is lost, once", async () => {
    const it = await scene();
    const ledger = await Ledger.open(it.tools.aws, it.release);
    await ledger.intend(
      { id: "a", resource: scaling, before: { min: 1 }, after: { min: 2 }, at: "2026-11-23T09:00:00.000Z" },
      { begins: true },
    );
    it.account.lose("UpdateItem", 1);

    await ledger.settle(["a"], "applied");

    expect(Object.keys((await evidenceOf(it))?.claimed ?? {})).toEqual(["1"]);
    expect(ledger.find("a")?.state).toBe("applied");
  });

  test("is not claimed twice by two steps of one execution, and each change is claimed where they settle others", async () => {
    const it = await scene();
    const [one, other] = [
      await Ledger.open(it.tools.aws, it.release),
      await Ledger.open(it.tools.aws, it.release),
    ];
    const at = "2026-11-23T09:00:00.000Z";
    for (const id of ["a", "b"])
      await one.intend(
        { id, resource: { kind: "count", name: id }, before: 1, after: 2, at },
        { begins: true },
      );
    const late = await Ledger.open(it.tools.aws, it.release);

    await one.settle(["a"], "applied");
    await late.settle(["a", "b"], "applied");
    await expect(other.settle([], "applied")).resolves.toBeUndefined();
    await finish(it);

    expect((await chain(it)).map((pack) => "changes" in pack && pack.changes)).toEqual([["a"], ["b"]]);
  });

  test("is claimed as begun where the lock is given back and nobody has said what became of it, once", async () => {
    const it = await scene();
    const ledger = await Ledger.open(it.tools.aws, it.release);
    const at = new Date(it.tools.now()).toISOString();
    await ledger.intend(
      { id: "raise", resource: scaling, before: null, after: { min: 2 }, at },
      { begins: true },
    );

    await ledger.giveBack();
    await ledger.giveBack();

    expect(await claimsOf(it)).toMatchObject([
      { what: "begun", changes: ["raise"], after: { is: { min: 2 } } },
    ]);
  });

  test("is claimed as begun where the lock is given back and nobody has said that a thing was put back", async () => {
    const it = await scene();
    const ledger = await raised(it);
    await ledger.begin(undoMark(scaling), { at: new Date(it.tools.now()).toISOString() });

    await ledger.giveBack();

    const [, begun] = await claimsOf(it);
    const { before, after } = ledger.find("raise") ?? {};
    expect(begun).toMatchObject({
      what: "begun",
      changes: ["raise"],
      before: { is: after },
      after: { is: before },
    });
    expect((await readLock(it.tools.aws, subject)).holder).toBeUndefined();
  });

  test.each([
    ["made where a call of ours takes effect in the end", false, "made"],
    ["begun where somebody else has brought it about", true, "begun"],
  ])("that was refused once is %s", async (_, byAnother, what) => {
    const it = await scene();
    it.account.fail(
      "RegisterScalableTarget",
      new AwsError("AccessDeniedException", "no", { statusCode: 403 }),
    );
    await expect(raised(it)).rejects.toThrow();
    it.account.mend();
    const { after } = (await Ledger.open(it.tools.aws, it.release)).find("raise") ?? {};
    if (byAnother)
      await it.tools.aws.scaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: "sagemaker",
          ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
          ResourceId: scaling.name,
          MinCapacity: (after as { min: number }).min,
        }),
      );

    await raised(it);

    expect(await claimsOf(it)).toMatchObject([{ what, changes: ["raise"] }]);
  });

  test("is begun where a count is as it should be after a call whose answer was lost: auto scaling moves it, too", async () => {
    const it = await scene();
    const ledger = await Ledger.open(it.tools.aws, it.release);
    const count = { kind: "count", name: "chat-assistant/v6" } as const;
    it.account.lose("UpdateEndpointWeightsAndCapacities");

    await make(it.tools, ledger, { id: "grow", resource: count, to: (now) => Number(now) + 1 });

    expect(await claimsOf(it)).toMatchObject([{ what: "begun", changes: ["grow"] }]);
  });

  test("is not claimed where a lock was taken while no evidence was kept", async () => {
    const account = openAccount();
    const { evidence, ...environment } = account.aws.environment;
    const tools = { ...account.tools, aws: { ...account.aws, environment } };
    const release = await holding({ ...account, tools, aws: tools.aws });

    await raised({ account, tools, release, bucket: evidenceBucket() });

    expect(await readLock(tools.aws, subject)).not.toHaveProperty("evidence");
  });
});

describe("whoever stores it", () => {
  test("may die after any of what it asks: the next one finishes the same", async () => {
    const whole = await scene();
    await raised(whole);
    await putBack(whole);
    await finish(whole);
    const { length } = whole.bucket.asked;

    for (let nth = 1; nth <= length; nth++) {
      const it = await scene();
      await raised(it);
      await putBack(it);
      it.bucket.refuses = () => (it.bucket.asked.length === nth ? new Error("died") : undefined);
      await finish(it);
      it.bucket.refuses = () => undefined;
      const { waiting } = await finish(it);

      expect(waiting).toBe(0);
      expect(it.bucket.objects.size).toBe(2);
      expect(await chain(it)).toEqual(await chain(whole));
    }
    expect(length).toBeGreaterThan(4);
  });

  test("may die between an object and the head", async () => {
    const it = await scene();
    await raised(it);
    it.account.fail("UpdateItem", new Error("died"));

    const died = await finish(it);
    it.account.mend();
    const next = await finish(it);

    expect(died).toMatchObject({ stored: 0, waiting: 1 });
    expect(next).toEqual({ stored: 1, waiting: 0 });
    expect(await chain(it)).toHaveLength(1);
  });

  test("may be two at once: the head moves once", async () => {
    const it = await scene();
    await raised(it);
    await putBack(it);
    const item = await readLock(it.tools.aws, subject);

    await Promise.all([1, 2].map(() => finishEvidence(it.tools, it.bucket, { subject, item, by: "sweep" })));

    expect(await chain(it)).toHaveLength(2);
    expect(it.account.logged).toEqual([]);
  });

  test("is refused and waits, with nothing lost and nobody stopped", async () => {
    const it = await scene();
    it.bucket.refuses = () => new Error("AccessDeniedException");
    await raised(it);
    const refused = await finish(it);
    await putBack(it);
    it.bucket.refuses = () => undefined;

    const { stored } = await finish(it);

    expect(refused).toEqual({ stored: 0, waiting: 1, lacks: "Error: AccessDeniedException" });
    expect(stored).toBe(2);
    expect(await chain(it)).toHaveLength(2);
  });

  test("is kept for a day at least where it has waited for longer than it was to be kept", async () => {
    const it = await scene();
    await raised(it);
    const nowMs = it.tools.now() + 401 * 86_400_000;
    const later = { ...it, tools: { ...it.tools, now: () => nowMs } };

    expect(await finish(later)).toEqual({ stored: 1, waiting: 0 });
    const [until] = it.bucket.retained.values();
    expect(until?.getTime()).toBe(nowMs + 86_400_000);
  });

  test("overwrites nothing that lies under a number, says so, and keeps the claim", async () => {
    const it = await scene();
    await raised(it);
    await putBack(it);
    it.bucket.objects.set(packKey(subject, 2), "{}");

    const found = await finish(it);

    expect(it.bucket.objects.get(packKey(subject, 2))).toBe("{}");
    expect(it.account.logged).toContain("evidence is not as it was claimed");
    expect(found).toMatchObject({ stored: 1, waiting: 1 });
    expect(Object.keys((await evidenceOf(it))?.claimed ?? {})).toEqual(["2"]);
  });

  test("says what could not be told for lack of room, by count, in its place", async () => {
    const it = await scene();
    const ledger = await Ledger.open(it.tools.aws, it.release);
    const at = "2026-11-23T09:00:00.000Z";
    const settle = async (id: string, after: JsonValue) => {
      await ledger.intend(
        { id, resource: { kind: "count", name: id }, before: 0, after, at },
        { begins: true },
      );
      await ledger.settle([id], "kept");
      await ledger.forget([id]);
    };
    const states = Math.ceil(mostClaimedBytes / 4_000) + 3;
    for (let nth = 0; nth < states; nth++) await settle(`change-${nth}`, "x".repeat(4_000));
    const { untold, claimed = {} } = (await evidenceOf(it)) ?? {};

    await finish(it);
    await finish(it);

    const packs = await chain(it);
    expect(untold?.count).toBe(states - Object.keys(claimed).length);
    expect(packs.at(-1)).toMatchObject({ what: "untold", count: untold?.count });
    expect(packs).toHaveLength(Object.keys(claimed).length + 1);
  });
});

test("a sweep gives up on stores that do not answer after half a minute in all, and counts what waits", async () => {
  const it = await scene();
  await raised(it);
  const { evidence } = await readLock(it.tools.aws, subject);
  const asked: string[] = [];
  let nowMs = 0;
  // A request that nothing answers is given up after a while.
  const kms = {
    send: async () => {
      asked.push("kms");
      nowMs += 14_000;
      throw new Error("no answer");
    },
  };
  const tools = { ...it.tools, now: () => nowMs, aws: { ...it.tools.aws, kms, s3: kms } as never };
  const head = { sequence: 1, hash: "0", at: "2026-11-23T09:00:00.000Z", envelope: "{}" };
  const locks = Array.from({ length: 9 }, (_, nth) => ({
    subject: `endpoint/n${nth}`,
    evidence: { ...evidence, head },
  }));

  const { waiting } = await sweepEvidence(tools, locks as never);

  expect(waiting).toBe(9);
  expect(asked.length).toBeLessThan(5);
  // Each of them is given up late by one request at most, and all of it leaves the sweep time to count.
  expect(nowMs).toBeLessThan(60_000);
});
