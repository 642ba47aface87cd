/** What somebody else does to what a model leans on: with each kind, through the calls that a person makes. */
import { expect, test } from "vitest";
import { createHands, type HandKind } from "#twin/engine";
import { applicationAutoScaling, dynamodb, ecs, lambda } from "#twin/services";
import { createWorld, scalableKinds, WorldSpec } from "#twin/world";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import { handsOn } from "../../../src/rehearsal/release/hand-calls.ts";
import { plan, startMs } from "../world/example.ts";

const names: Readonly<Record<string, string>> = {
  ecs: "service/models/features",
  lambda: "function:tokenise:live",
  dynamodb: "table/profiles",
};
const seeds = scalableKinds.flatMap(({ namespace, dimensions }) =>
  dimensions.map((dimension) => ({
    namespace,
    dimension,
    resourceId: names[namespace] ?? "",
    capacity: 10,
    min: 5,
    max: 40,
  })),
);

function account(scalables = seeds) {
  const world = createWorld({
    seed: 1,
    startMs,
    spec: WorldSpec.parse({ description: "test" }),
    account: { ...accountOf(plan), scalables },
  });
  const clock = { ms: startMs };
  const services = [applicationAutoScaling(world), ecs(world), lambda(world), dynamodb({ startMs, world })];
  const hands = createHands({
    world,
    hands: handsOn(world, "chat"),
    services: () => services,
    listed: true,
    nowMs: () => clock.ms,
  });
  const bounds = () =>
    [...world.state.scalables.keys()].map((id) => {
      const target = world.state.scalableTargets.get(id);
      return target && [target.minCapacity, target.maxCapacity];
    });
  const ready = () => [...world.state.scalables.values()].map(({ ready: is }) => is);
  return {
    hands,
    bounds,
    ready,
    wait(minutes: number): void {
      clock.ms += minutes * 60_000;
      world.advanceTo(clock.ms);
    },
  };
}

test.each<[HandKind, unknown]>([
  ["somebody-raises-the-minimum-of-what-it-leans-on", [8, 40]],
  ["somebody-raises-the-maximum-of-what-it-leans-on", [5, 60]],
  ["somebody-lowers-the-maximum-of-what-it-leans-on", [3, 3]],
  ["somebody-deregisters-what-it-leans-on", undefined],
])("%s", async (kind, expected) => {
  const { hands, bounds } = account();
  await hands.lay(kind);
  expect(hands.refused).toEqual([]);
  expect(bounds()).toEqual(seeds.map(() => expected));
});

test.each<[HandKind, readonly number[]]>([
  ["somebody-lowers-the-maximum-of-what-it-leans-on", [3, 3, 3, 3]],
  // A table takes one update at a time.
  ["somebody-doubles-what-it-leans-on", [20, 20, 20, 10]],
  ["somebody-halves-what-it-leans-on", [5, 5, 5, 10]],
])("%s moves the capacity", async (kind, expected) => {
  const { hands, ready, wait } = account();
  await hands.lay(kind);
  wait(30);
  expect(hands.refused).toEqual([]);
  expect(ready()).toEqual(expected);
});

test("hands are offered where a model leans on something, and not while they would be refused", async () => {
  const point = { at: "entry", state: "PlanCapacity", stage: undefined, occurrence: 1 } as never;
  const offered = async (scalables: typeof seeds, before: readonly HandKind[]) => {
    const { hands } = account(scalables);
    for (const each of before) await hands.lay(each);
    hands.offer(point);
    return hands.offered[0]?.hands.filter((each) => each.endsWith("what-it-leans-on"));
  };

  expect(await offered([], [])).toEqual([]);
  expect(await offered(seeds, [])).toHaveLength(6);
  const pending: HandKind = "somebody-raises-the-maximum-of-what-it-leans-on";
  expect(await offered(seeds, [pending])).toEqual([
    "somebody-doubles-what-it-leans-on",
    "somebody-halves-what-it-leans-on",
  ]);
  const [ofLambda = seeds[0]] = seeds.filter(({ namespace }) => namespace === "lambda");
  expect(await offered(ofLambda ? [ofLambda] : [], ["somebody-doubles-what-it-leans-on"])).not.toContain(
    "somebody-halves-what-it-leans-on",
  );
});
