/** What a run cost beside its endpoint: thing by thing, and above what there was between releases. */
import { expect, test } from "vitest";
import { applyChange, called } from "#twin/world";
import { spent } from "../../../src/rehearsal/facts/expenses.ts";
import { scalableTwin } from "../twin/scalable-twin.ts";
import { plan, startMs } from "../world/example.ts";

const seed = {
  namespace: "ecs",
  resourceId: "service/models/features",
  dimension: "ecs:service:DesiredCount",
  capacity: 4,
  usdPerUnitHour: 0.5,
};

test("what a model leans on is paid for as long as it is there, and what is above rest is told apart", () => {
  const { world } = scalableTwin([seed], () => []);
  const scalable = world.state.scalables.get(seed.resourceId);
  const resize = (to: number) => scalable && applyChange(world, { scalable, to }, called("UpdateService"));
  const costs = () =>
    spent({ instanceHours: [], unitHours: world.unitHours() }, { raised: [], leased: [] }, plan);

  world.advanceTo(startMs + 3_600_000);
  expect(costs().alongside).toEqual([
    { name: seed.resourceId, unitHours: 4, usd: 2, extraUnitHours: 0, extraUsd: 0 },
  ]);
  resize(10);
  world.advanceTo(startMs + 2 * 3_600_000);
  const [raised] = costs().alongside ?? [];
  resize(2);
  world.advanceTo(startMs + 3 * 3_600_000);
  const [lowered] = costs().alongside ?? [];

  // Six more tasks for most of an hour, then two less, which saves nothing of what was raised.
  expect(raised?.extraUnitHours).toBeGreaterThan(5);
  expect(raised?.extraUnitHours).toBeLessThan(6);
  expect(raised?.extraUsd).toBeCloseTo((raised?.extraUnitHours ?? 0) / 2, 2);
  expect(raised?.unitHours).toBeCloseTo(8 + (raised?.extraUnitHours ?? 0), 4);
  expect((lowered?.unitHours ?? 0) - (raised?.unitHours ?? 0)).toBeCloseTo(2, 0);
  expect(lowered?.extraUnitHours).toBeCloseTo(raised?.extraUnitHours ?? 0, 0);
});

test("a plan that leans on nothing has no such figures", () => {
  const { world } = scalableTwin([], () => []);
  expect(
    spent({ instanceHours: [], unitHours: world.unitHours() }, { raised: [], leased: [] }, plan),
  ).not.toHaveProperty("alongside");
});
