/**
 * A day of recorded load by virtual time: between releases the minimum of the fleet follows it, and a release in between has the
 * endpoint to itself. The recording is one day of the World Cup's site, by the minute (bench/data/README.md).
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Observer } from "#twin/engine";
import type { Plan } from "../../src/core/plan/plan.ts";
import { ScalingRule } from "../../src/core/plan/scaling-rule.ts";
import type { ReleaseScene } from "../../src/rehearsal/release/request.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { rehearsing, plan as sample } from "./explore/rehearsing.ts";

/** The twin's endpoint has a minimum of four of its own. */
const scaling = ScalingRule.parse({ minInstances: 3, maxInstances: 14, maxUsdPerHour: 20 });
const plan: Plan = { ...sample, scaling };
const hourMs = 3_600_000;
/** A quiet night and morning, a game in the afternoon, and another in the evening. */
const recording = readFileSync(
  new URL("../../bench/data/worldcup98-by-the-minute.csv", import.meta.url),
  "utf8",
)
  .split("\n")
  .filter((row) => row.startsWith("1998-06-12"))
  .flatMap((row) => row.split(",").slice(1).map(Number));
/** An event that begins nothing. */
const nothing = {
  source: "aws.sagemaker",
  "detail-type": "SageMaker Processing Job State Change",
  detail: { ProcessingJobName: "nobody-waits-for-it", ProcessingJobStatus: "Completed" },
};
/** When the release begins, hours after midnight, and how long the day is watched. */
const [releaseAt, until] = [8, 24];

interface Put {
  /** Hours after midnight. */
  readonly at: number;
  readonly minimum: number;
  readonly variant: string;
  readonly by: string;
}

async function aDay() {
  const spec = loadWorld("healthy");
  const put: Put[] = [];
  const entered: { readonly state: string; readonly at: number }[] = [];
  const scenes: ReleaseScene[] = [];
  const watching = (scene: ReleaseScene): Observer => {
    scenes.push(scene);
    const hourOf = (atMs: number) => (atMs - scene.world.startMs) / hourMs;
    return {
      name: "minima",
      entered: ({ state, atMs }) => void entered.push({ state, at: hourOf(atMs) }),
      effected: ({ call: { operation, input, at }, invocation }) => {
        if (operation !== "RegisterScalableTarget" || input.MinCapacity === undefined) return;
        const variant = String(input.ResourceId).split("/").at(-1) ?? "";
        put.push({
          at: hourOf(at),
          minimum: Number(input.MinCapacity),
          variant,
          by: invocation?.state ?? "",
        });
      },
      findings: () => undefined,
    };
  };
  const { record, violations } = await rehearsing({
    world: {
      ...spec,
      traffic: { ...spec.traffic, recording: { everySeconds: 60, requests: recording }, peakPercent: 130 },
    },
    plan,
    event: nothing,
    also: [{ afterSeconds: releaseAt * 3600, event: { model: plan.model, version: 7 } }],
    settleSeconds: (until - releaseAt - 1) * 3600,
    observers: [watching],
  });
  const [scene] = scenes;
  if (scene === undefined) throw new Error("nobody watched");
  const released = entered.filter(({ at }) => at >= releaseAt);
  return { record, violations, put, scene, begun: released[0]?.at ?? 0, over: released.at(-1)?.at ?? 0 };
}

describe("a day between releases", () => {
  let day: Awaited<ReturnType<typeof aDay>>;
  beforeAll(async () => {
    day = await aDay();
  }, 600_000);
  const bySlipway = () => day.put.filter(({ by }) => by === "WatchLoad");
  const minima = (from: number, to: number) =>
    bySlipway().flatMap(({ at, minimum }) => (at >= from && at < to ? [minimum] : []));

  test("the roles that are deployed suffice, and no invariant is broken", () => {
    expect(day.violations).toEqual([]);
    expect(day.record.executions.map(({ outcome }) => outcome)).toEqual(["ignored", "promoted"]);
  });

  test("the night lowers it to the plan's least, the game raises it with the load, the evening lowers it again", () => {
    expect(minima(0, releaseAt)).toEqual([3]);
    const toTheGame = minima(releaseAt, 15);
    expect(toTheGame).toEqual(toTheGame.toSorted((a, b) => a - b));
    expect(toTheGame.at(-1)).toBeGreaterThan(9);
    expect(minima(15, until).at(-1)).toBe(3);
    for (const { minimum } of bySlipway()) {
      expect(minimum).toBeGreaterThanOrEqual(scaling.minInstances);
      expect(minimum).toBeLessThanOrEqual(scaling.maxInstances);
    }
    expect(bySlipway().length).toBeLessThan(30);
  });

  test("the release has it to itself, begins with the bounds as they are, and hands them on", () => {
    const [last] = minima(0, day.begun).slice(-1);
    const given = day.put.filter(({ by }) => by !== "WatchLoad");

    expect(minima(day.begun, day.over)).toEqual([]);
    expect(given.map(({ variant, minimum }) => [variant, minimum])).toEqual([["v7", last]]);
    expect(
      new Set(
        bySlipway()
          .filter(({ at }) => at > day.over)
          .map(({ variant }) => variant),
      ),
    ).toEqual(new Set(["v7"]));
  });

  test("nothing of it is held or suspended when the day is over but what the rule has set", () => {
    const target = day.scene.world.state.scalableTargets.get("endpoint/chat-assistant/variant/v7");

    expect(target?.minCapacity).toBe(bySlipway().at(-1)?.minimum);
    expect(target?.suspended.DynamicScalingInSuspended).toBe(false);
    expect(day.scene.world.state.scalableTargets.has("endpoint/chat-assistant/variant/v6")).toBe(false);
  });
});
