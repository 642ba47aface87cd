/** A release that waits for long goes on in new executions: one release, one lock, and one of them at work at a time. */
import { describe, expect, test } from "vitest";
import { parseFault } from "#twin/engine";
import { findingOf } from "../../src/rehearsal/explore/findings.ts";
import { partOf } from "../part.ts";
import { outcomesOf, plan, rehearsing } from "./explore/rehearsing.ts";
import { scenes } from "./explore/scenes.ts";

/** Two stages of four minutes: a release looks some twenty times, and goes on once. */
const quick = {
  ...plan,
  rollout: {
    ...plan.rollout,
    stages: [
      { trafficPercent: 50, bakeMinutes: 4 },
      { trafficPercent: 100, bakeMinutes: 4 },
    ],
  },
};
const going = { plan: quick, turnsPerExecution: 13 };

test("a release that goes on in a new execution is the same release, and is promoted", async () => {
  const whole = await rehearsing({ plan: quick });
  const { record, violations } = await rehearsing({ ...going, turnsPerExecution: 4 });

  expect(violations).toEqual([]);
  expect(record).toMatchObject({ outcome: "promoted", undelivered: [], dropped: [], refusals: [] });
  expect(record.executions.length).toBeGreaterThan(2);
  expect(record.executions.slice(0, -1).map(({ status, outcome }) => `${status} ${outcome}`)).toEqual(
    record.executions.slice(1).map(() => "SUCCEEDED handed-over"),
  );
  expect(record.stages.map(({ trafficPercent }) => trafficPercent)).toEqual([50, 100]);
  expect(record.virtualSeconds).toBeLessThan(whole.record.virtualSeconds + 300);
});

test("a release that waits in a freeze goes on in as many executions as it takes", async () => {
  const windows = [{ from: "2026-01-05T07:00:00Z", to: "2026-01-05T14:00:00Z", reason: "sale" }];
  const { record, violations } = await rehearsing({
    ...going,
    turnsPerExecution: 5,
    plan: { ...quick, freezes: { ...quick.freezes, windows } },
  });

  expect(violations).toEqual([]);
  expect(record).toMatchObject({
    outcome: "promoted",
    awsCalls: { "stepfunctions.StartExecution": expect.any(Number) },
  });
  expect(record.executions.length).toBeGreaterThan(4);
  expect(record.executions.every(({ historyEvents }) => historyEvents < 250)).toBe(true);
});

/** The places of a hand-over, each with what may go wrong there. */
async function pointsOfHandOver(): Promise<readonly string[]> {
  const { record } = await rehearsing({ ...going, listPoints: true });
  const all = record.points ?? [];
  const from = all.findIndex((point) => point.includes("HandOver"));
  const later = all
    .slice(from)
    .filter((point) => /:(HandOver|HandedOver|OpenRelease|Opened|WaitForLock)/.test(point));
  expect(record.executions).toHaveLength(2);
  return later;
}
let points: ReturnType<typeof pointsOfHandOver> | undefined;

describe("wherever a hand-over is broken off", { timeout: 300_000 }, () => {
  test.each(
    partOf(
      [
        ["entry:", "stop"],
        ["invocation:", "crash-before"],
        ["invocation:", "crash-after"],
        ["invocation:", "lambda-time-out"],
        ["call:", "stopped-meanwhile"],
        ["call:", "crash-after-call"],
        ["call:", "response-lost"],
      ],
      3,
    ),
  )("at %s by %s, one release comes to one end and nothing is left", async (at, kind) => {
    points ??= pointsOfHandOver();
    const places = (await points).filter((point) => point.startsWith(at));
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) {
      const text = `${kind}=${place}`;
      const fault = parseFault(text);
      if (fault === undefined) throw new Error(`expected a fault, found ${text}`);
      const { record } = await rehearsing({ ...going, faults: [text] });
      const { outcome, wrong } = findingOf({ faults: [fault] }, record);

      expect({ text, wrong, executions: outcomesOf(record) }).toMatchObject({ text, wrong: [] });
      expect(["promoted", "rolled-back"], text).toContain(outcome);
      if (kind !== "stop" && kind !== "stopped-meanwhile") expect(outcome, text).toBe("promoted");
    }
  });
});

/** Two releases, of which the second waits in new executions. */
const { ends: _, ...both } = scenes["a release that waits for another in new executions"] ?? { ends: [] };

/** The places at which the second hands its place in the queue over, and at which it is taken over. */
async function pointsOfWaiting(): Promise<readonly string[]> {
  const { record } = await rehearsing({ ...both, listPoints: true });
  const all = (record.points ?? []).filter((point) => /:(OpenRelease|Opened|HandedOver)/.test(point));
  const at = all.findIndex((point) => point.includes("StartExecution"));
  const near = all.slice(
    all.findLastIndex((point, nth) => nth < at && /^entry/.test(point)),
    at + 14,
  );
  return near.filter((point) => !/^call:.*(GetItem|Query|DescribeModelPackage|PutItem)/.test(point));
}
let waiting: ReturnType<typeof pointsOfWaiting> | undefined;

describe("wherever the hand-over of a place in the queue is broken off", { timeout: 600_000 }, () => {
  test.each(
    partOf(
      [
        ["entry:", "stop"],
        ["invocation:", "crash-before"],
        ["invocation:", "crash-after"],
        ["invocation:", "lambda-time-out"],
        ["call:", "stopped-meanwhile"],
        ["call:", "crash-after-call"],
        ["call:", "response-lost"],
      ],
      3,
    ),
  )("at %s by %s, both releases come to their ends and nothing is left", async (at, kind) => {
    waiting ??= pointsOfWaiting();
    const places = (await waiting).filter((point) => point.startsWith(at));
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) {
      const text = `${kind}=${place}`;
      const { record, violations } = await rehearsing({ ...both, faults: [text] });
      const ended = record.executions.filter(({ outcome }) => outcome !== "handed-over");

      expect({ text, violations }).toEqual({ text, violations: [] });
      const second = kind.startsWith("stop") ? /^(aborted|ignored|promoted)$/ : /^promoted$/;
      expect(record.outcome, text).toBe("promoted");
      expect(ended.at(-1)?.outcome, text).toMatch(second);
      if (!kind.startsWith("stop"))
        expect(ended.filter(({ outcome }) => outcome === "promoted")).toHaveLength(2);
    }
  });
});
