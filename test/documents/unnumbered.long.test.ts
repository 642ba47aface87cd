/** What a release left before its document had a number and its record a plan is undone by the code of today. */
import { describe, expect, test } from "vitest";
import { snapshotOf } from "#twin/engine";
import { readLock } from "../../src/aws/lock-item.ts";
import { readRelease } from "../../src/aws/releases.ts";
import { documentSchema } from "../../src/core/release/document/upcasters.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { captured, momentOf } from "./captured.ts";
import { compensated, type Doc, invoke, out, restored, rewrite } from "./restored.ts";

const badErrors = captured("unnumbered", "bad-errors");
const healthy = captured("unnumbered", "healthy");
const training = captured("unnumbered", "training");
const releaseId = "chat-assistant-v7-production";

/** What must be as before a release; counts are left to stable's own scaling. */
function shapeOf({ world }: Account) {
  const { endpoints, scalableTargets, ...rest } = snapshotOf(world, []);
  const shapes = Object.entries(endpoints).map(([name, { status, configName, variants }]) => ({
    name,
    status,
    configName,
    weights: Object.entries(variants).map(([variant, { weight }]) => [variant, weight]),
  }));
  return { ...rest, shapes, scalableTargets };
}
const before = shapeOf(openAccount({ spec: { scaling: { minPercent: 50 } } }));
const withoutScaling = ({ scalableTargets: _, alarms: __, ...shape }: ReturnType<typeof shapeOf>) => shape;

async function expectUndone(account: Account, closing: Doc): Promise<void> {
  expect(closing).toMatchObject({ outcome: "rolled-back", releaseId, drifted: [] });
  account.settle();
  const now = shapeOf(account);
  expect(withoutScaling(now)).toEqual(withoutScaling(before));
  expect(Object.values(now.scalableTargets)).toMatchObject([
    { suspended: { DynamicScalingInSuspended: false } },
  ]);
  expect(await readLock(account.aws, "endpoint/chat-assistant")).not.toHaveProperty("holder");
  const record = await readRelease(account.aws, releaseId);
  expect(record?.status).toBe("closed");
  expect(record?.changes?.filter(({ state }) => state === "applied" || state === "intended")).toEqual([]);
}

async function expectPromoted(account: Account, closing: Doc): Promise<void> {
  expect(closing).toMatchObject({ outcome: "promoted", releaseId, drifted: [] });
  account.settle();
  expect(shapeOf(account).shapes).toMatchObject([
    { configName: `${releaseId}-final`, weights: [["v7", expect.any(Number)]] },
  ]);
  expect(await readLock(account.aws, "endpoint/chat-assistant")).not.toHaveProperty("holder");
}

/** States of resources: what is in them is not ours to add to. */
const asTheyAre = new Set(["before", "after"]);

/** A key that nobody knows, in every object. */
function withUnknown<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withUnknown) as T;
  const known = Object.entries(value).map(([key, inner]) => [
    key,
    asTheyAre.has(key) ? inner : withUnknown(inner),
  ]);
  return { ...Object.fromEntries(known), "of-tomorrow": { more: true } } as T;
}

const planKey = { pk: "plan#chat-assistant", sk: "plan" };
const recordKey = { pk: `release#${releaseId}`, sk: "attempt#0001" };
const lockKey = { pk: "lock", sk: "endpoint/chat-assistant" };

/** Moments at which the release has the lock and is not promoted, by state and number of entries before. */
const underWay = [
  ["bad-errors", "CheckCapacity", 0],
  ["bad-errors", "ProveWarmth", 0],
  ["bad-errors", "ShiftTraffic", 0],
  ["bad-errors", "CheckKpis", 0],
  ["bad-errors", "RollBack", 0],
  ["bad-errors", "RollBack", 1],
  ["bad-errors", "RollBack", 3],
  ["healthy", "CheckKpis", 22],
  ["healthy", "CheckKpis", 58],
] as const;

const runs = { "bad-errors": badErrors, healthy };

describe("a release under way", () => {
  test.each(underWay)(
    "in the world %s is rolled back from its document at %s %i",
    async (world, state, nth) => {
      const moment = momentOf(runs[world], state, nth);
      const account = await restored(runs[world], moment);

      await expectUndone(account, await out(account, moment.document as Doc, "RollBack"));
    },
  );

  test.each([
    ["bad-errors", "CheckCapacity", 0],
    ["bad-errors", "RollBack", 1],
    ["bad-errors", "ScaleDown", 0],
    ["healthy", "CheckKpis", 40],
  ] as const)("in the world %s is undone from its record alone at %s %i", async (world, state, nth) => {
    const moment = momentOf(runs[world], state, nth);
    const account = await restored(runs[world], moment);

    await expectUndone(account, await compensated(account, moment, releaseId));
  });

  test.each([
    ["ScaleDown", "ScaleDown"],
    ["CloseRelease", "CloseRelease"],
  ] as const)("that entered %s goes on from there", async (state, from) => {
    const moment = momentOf(badErrors, state);
    const account = await restored(badErrors, moment);

    await expectUndone(account, await out(account, moment.document as Doc, from));
  });

  test("is not judged on by evidence that means something else now, and goes back", async () => {
    const moment = momentOf(healthy, "CheckKpis", 22);
    const account = await restored(healthy, moment);

    await expect(invoke(account, "CheckKpis", moment.document)).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringContaining(
        "judgement.state.schema: expected 2, the verdict's state that this code reads, found nothing",
      ),
    });

    const failure = { Error: "BadState", Cause: '{"errorMessage":"another state"}' };
    await expectUndone(account, await out(account, { ...(moment.document as Doc), failure }, "RollBack"));
  });
});

describe("a release that was promoted", () => {
  test.each([
    ["ScaleDown", 0],
    ["ScaleDown", 1],
    ["CloseRelease", 0],
  ] as const)("ends as promoted from its document at %s %i", async (state, nth) => {
    const moment = momentOf(healthy, state, nth);
    const account = await restored(healthy, moment);

    await expectPromoted(account, await out(account, moment.document as Doc, state));
  });

  test("ends as promoted from its record alone", async () => {
    const moment = momentOf(healthy, "ScaleDown");
    const account = await restored(healthy, moment);

    await expectPromoted(account, await compensated(account, moment, releaseId));
  });
});

describe("a training pool", () => {
  test("that was raised is given back at the end of its lease", async () => {
    const moment = momentOf(training, "ScaleDown");
    const account = await restored(training, moment);

    const closing = await out(account, moment.document as Doc, "ScaleDown");

    expect(closing).toMatchObject({ outcome: "done", drifted: [] });
    expect([...account.world.state.trainingJobs.values()].flatMap(({ instances }) => instances)).toEqual([]);
    expect(await readLock(account.aws, "pool/chat-assistant/training")).not.toHaveProperty("holder");
  });
});

describe("whatever has become of the document and the items", () => {
  const moment = momentOf(badErrors, "RollBack");
  const document = moment.document as Record<string, Doc>;

  test("keys that nobody knows, in each object of them, bar no way back", async () => {
    const account = await restored(badErrors, moment);
    for (const key of [planKey, recordKey]) await rewrite(account, key, withUnknown);
    await rewrite(account, lockKey, ({ changes, ...item }) => ({
      ...withUnknown(item),
      changes: Object.fromEntries(
        Object.entries(changes as Doc).map(([id, each]) => [id, withUnknown(each)]),
      ),
    }));

    await expectUndone(account, await compensated(account, moment, releaseId));
    const again = await restored(badErrors, moment);
    await expectUndone(again, await out(again, withUnknown(document), "RollBack"));
  });

  test("sections that the way back does not need may be of any shape", async () => {
    const account = await restored(badErrors, moment);
    const { planning, plan, ...rest } = document;
    const odd = {
      ...rest,
      planning: { ...planning, status: 7, needs: { ...(planning?.needs as Doc), costUsd: "none" } },
      plan: { ...plan, kpis: null, rollout: "fast", requirements: undefined, endpoint: undefined },
      prewarm: 1,
      capacity: "ready",
      warmth: null,
      stage: [],
      judgement: { state: 3 },
      failure: "none",
    };

    await expectUndone(account, await out(account, odd, "RollBack"));
  });

  test.each([
    [
      "another endpoint",
      (plan: Doc) => ({ ...plan, endpoint: { ...(plan.endpoint as Doc), name: "another" } }),
    ],
    ["a key of tomorrow", (plan: Doc) => ({ ...plan, canary: { percent: 1 } })],
    ["less than it needs", ({ model }: Doc) => ({ model })],
  ])("a plan with %s that was applied meanwhile does not mislead a compensation", async (_, change) => {
    const account = await restored(badErrors, moment);
    await rewrite(account, planKey, ({ plan, ...item }) => ({ ...item, plan: change(plan as Doc) }));

    await expectUndone(account, await compensated(account, moment, releaseId));
  });

  test("a plan that is gone is not missed", async () => {
    const account = await restored(badErrors, moment);
    await rewrite(account, planKey, () => undefined);

    await expectUndone(account, await compensated(account, moment, releaseId));
  });
});

describe("a number that this code does not know", () => {
  const moment = momentOf(healthy, "CheckKpis", 22);
  const document = moment.document as { judgement: { state: Doc } };
  const newer = documentSchema + 1;
  const forward = [
    "PlanCapacity",
    "PrewarmInference",
    "CheckCapacity",
    "ProveWarmth",
    "ShiftTraffic",
    "CheckKpis",
  ];

  test.each([...forward, "PromoteModel"])("of the document is refused by %s by name", async (state) => {
    const account = await restored(healthy, moment);

    await expect(invoke(account, state, { ...document, schema: newer })).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringContaining(
        `expected ${documentSchema} or less, the state documents that this code reads, found ${newer}`,
      ),
    });
  });

  test("of one of its sections is refused by name, and leads to the way back", async () => {
    const account = await restored(healthy, moment);
    const warmth = { ...(moment.document as { warmth: Doc }).warmth, schema: newer };

    await expect(invoke(account, "ShiftTraffic", { ...document, warmth })).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringContaining(`warmth.schema: expected ${documentSchema} or less`),
    });

    await expectUndone(account, await out(account, { ...document, warmth }, "RollBack"));
  });

  test("of the verdict's state is refused by CheckKpis by name, and leads to the way back", async () => {
    const account = await restored(healthy, moment);
    const { judgement } = document;
    const foreign = { ...document, judgement: { ...judgement, state: { ...judgement.state, schema: 3 } } };

    await expect(invoke(account, "CheckKpis", foreign)).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringContaining("expected 2, the verdict's state that this code reads, found 3"),
    });

    const failure = { Error: "BadState", Cause: '{"errorMessage":"another state"}' };
    const closing = await out(account, { ...foreign, schema: newer, failure }, "RollBack");
    await expectUndone(account, closing);
    expect(closing).toMatchObject({ reason: "BadState: another state" });
  });
});
