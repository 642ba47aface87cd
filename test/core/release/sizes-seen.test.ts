/** Which fleets a release has tested under load, and what releases say together of how fleets grow. */
import { describe, expect, test } from "vitest";
import type { JournalEntry } from "../../../src/core/release/journal.ts";
import { lessonsOf } from "../../../src/core/release/lessons.ts";
import type { PastRelease } from "../../../src/core/release/past.ts";
import { FleetSize, sizesSeen } from "../../../src/core/release/sizes-seen.ts";

const instanceType = "ml.g5.xlarge";
const at = "2026-11-23T09:00:00.000Z";
const raised = (instances: number, from: number, to?: number, status = "raise"): JournalEntry => ({
  ...{ kind: "load-test", at, status, reason: "", sent: 9, instances },
  knee: { from, ...(to !== undefined && { to }) },
});
const seen = (loadTest: unknown, journal: readonly JournalEntry[] = []) =>
  sizesSeen(loadTest, { instanceType, journal });

describe("fleets that were tested", () => {
  test("are the release's own, and those that it was raised from", () => {
    const found = seen({ instances: 14, knee: { from: 100, to: 110 } }, [
      raised(8, 60, 66),
      raised(8, 60, 66),
      raised(12, 88, 95, "testing"),
    ]);

    expect(found).toEqual([
      { instanceType, instances: 8, from: 60, to: 66 },
      { instanceType, instances: 14, from: 100, to: 110 },
    ]);
    expect(FleetSize.array().parse(found)).toEqual(found);
  });

  test.each([
    ["nothing", undefined],
    ["one whose knee is above what was sent", { instances: 8, knee: { from: 60 } }],
    ["one that kept to nothing", { instances: 8, knee: { from: 0, to: 9 } }],
    ["another version's", { instances: "8", knee: {} }],
  ])("are none of %s", (_, loadTest) => {
    expect(seen(loadTest)).toEqual([]);
  });

  test("are none of what a journal of before does not say the size of", () => {
    const { instances: _, ...old } = raised(8, 60, 66) as JournalEntry & { instances: number };

    expect(seen(undefined, [old as JournalEntry])).toEqual([]);
  });
});

describe("how fleets grow", () => {
  const nowMs = Date.UTC(2026, 10, 29);
  const past = (sizes: readonly number[], contention = 0.05, model = "chat"): PastRelease[] =>
    sizes.map((instances, nth) => {
      const closedAt = new Date(nowMs - (nth + 1) * 86_400_000).toISOString();
      const served = (12 * instances) / (1 + contention * (instances - 1));
      const size = { instanceType, instances, from: 0.97 * served, to: 1.03 * served };
      return {
        ...{ releaseId: `${model}-${nth}`, model, attempt: 1, left: 0, outcome: "promoted", reason: "" },
        ...{ openedAt: closedAt, closedAt },
        retrospective: { schema: 1, sizes: [size] },
      };
    });
  const learnt = (all: readonly PastRelease[]) => lessonsOf(all, { nowMs }).scalings;
  const seven = [4, 6, 8, 10, 12, 16, 20];

  test("is learnt of each model by itself, of sizes and as many as count", () => {
    const [chat, fraud] = learnt([...past(seven), ...past(seven, 0, "fraud")]);

    expect(chat).toMatchObject({ model: "chat", of: instanceType, records: 7, sizes: seven, refused: null });
    expect(chat?.n).toBeCloseTo(6.8, 1);
    expect(chat?.isProportional).toBe(false);
    expect(chat?.law?.contention).toBeCloseTo(0.05, 2);
    expect(chat?.served.map(({ instances }) => instances)).toEqual([...seven, 40]);
    expect(fraud).toMatchObject({
      model: "fraud",
      isProportional: true,
      law: { contention: 0, coherency: 0 },
    });
  });

  test("is refused by five sizes, with why, and is none of what is forgotten", () => {
    expect(learnt(past(seven.slice(0, 5)))).toMatchObject([
      {
        refused: expect.stringMatching(/fleets of 5 sizes were measured, and that takes 6/),
        law: null,
        served: [],
      },
    ]);
    const old = past(seven).map((one) => ({ ...one, closedAt: "2025-01-01T00:00:00.000Z" }));
    expect(learnt(old)).toEqual([]);
  });
});
