/** How long a pool was there is counted from what happened, whoever had it. */
import { describe, expect, test } from "vitest";
import { poolOf } from "../../../src/rehearsal/facts/pool.ts";
import type { RunRecord } from "../../../src/rehearsal/release/run-record.ts";

type Change = RunRecord["changes"][number];
const own = "slipway-dev-";
const at = (minutes: number, subject: string, ...to: string[]): Change[] =>
  to.map(
    (each) =>
      ({
        atSeconds: minutes * 60,
        kind: "training",
        subject,
        from: undefined,
        to: each,
        by: { who: "sagemaker", why: "warm pool" },
      }) as Change,
  );
const primed = (minutes: number, name: string) => [
  ...at(minutes - 3, name, "InProgress"),
  ...at(minutes, name, "Completed", "pool Available"),
];
const ended = (minutes: number, reason: string) =>
  ({
    name: "lease-end",
    outcome: "done",
    reason,
    startSeconds: minutes * 60,
  }) as RunRecord["executions"][number];
const first = { ...ended(0, "the warm pool is available"), name: "rehearsal" };
const kept = { ...ended(50, "the warm pool is available"), name: "keep-slipway-dev-a" };
const held = (changes: readonly Change[], ...executions: RunRecord["executions"]) =>
  poolOf({ changes, executions: [first, ...executions], virtualSeconds: 180 * 60 }, own);

describe("a pool", () => {
  test("that is primed again before it ends was there all the time", () => {
    const changes = [
      ...primed(10, "slipway-dev-primer"),
      ...at(57, "slipway-dev-primer", "pool Reused"),
      ...primed(60, "slipway-dev-primer-2"),
      ...at(100, "slipway-dev-primer-2", "pool Terminated"),
    ];
    expect(held(changes, kept, ended(100, "its lease is over"))).toEqual({
      fromSeconds: 600,
      untilSeconds: 6000,
      thereSeconds: 5400,
      primings: 2,
      jobs: 0,
      endedBy: "its lease is over",
    });
  });

  test("that a job has is there until that ends without one, and again once it is primed", () => {
    const changes = [
      ...primed(10, "slipway-dev-primer"),
      ...at(20, "slipway-dev-primer", "pool Reused"),
      ...at(20, "train-1", "InProgress"),
      ...at(50, "train-1", "Failed"),
      ...primed(70, "slipway-dev-primer-2"),
      ...at(90, "slipway-dev-primer-2", "pool Terminated"),
    ];
    expect(held(changes, ended(90, "given back"))).toMatchObject({
      thereSeconds: 3600,
      primings: 2,
      jobs: 1,
    });
  });

  test("whose lease goes on is told of as far as the run goes", () => {
    expect(held(primed(10, "slipway-dev-primer"), kept)).toMatchObject({
      untilSeconds: 180 * 60,
      thereSeconds: 170 * 60,
      endedBy: null,
    });
  });

  test("that never came to be there is none", () => {
    expect(held(at(3, "slipway-dev-primer", "InProgress", "Failed"))).toBeUndefined();
    expect(held([])).toBeUndefined();
  });
});
