/** What a release left before its record had a plan, undone by the whole machine: the sweep finds it, and starts the flow. */
import { expect, test } from "vitest";
import type { Plan } from "../../src/core/plan/plan.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { asBefore } from "./as-before.ts";
import { captured, momentOf } from "./captured.ts";

test.each([
  ["bad-errors", "RollBack", 1, "rolled-back"],
  ["healthy", "CheckKpis", 22, "rolled-back"],
  ["healthy", "ScaleDown", 1, "promoted"],
] as const)("in the world %s, at %s %i: it is %s", async (world, state, nth, outcome) => {
  const run = captured("unnumbered", world);
  const moment = momentOf(run, state, nth);
  // The execution of before bears this one's name, and is over like it.
  const event = { compensate: { releaseId: "nobody", why: "nothing" } };
  const plan = run.plan as unknown as Plan;

  const record = await rehearseHere(
    {
      plan,
      world: loadWorld(world),
      event,
      seed: run.seed,
      startMs: Date.parse(run.startedAt),
      settleSeconds: 3 * 3600,
      // Names of before carry no stack; a deployment whose releases still bear them is told so.
      roles: { ownNames: "*" },
    },
    { ...releaseParts, observe: [asBefore(run, moment)] },
  );

  expect(record.executions.map(({ outcome }) => outcome)).toEqual(["ignored", outcome]);
  const [endpoint] = Object.values(record.after.endpoints);
  expect(Object.keys(endpoint?.variants ?? {})).toEqual([outcome === "promoted" ? "v7" : "v6"]);
  expect(Object.values(record.after.scalableTargets)).toMatchObject([
    { suspended: { DynamicScalingInSuspended: false } },
  ]);
  if (outcome === "rolled-back") {
    expect(record.after.models).toEqual(record.before.models);
    expect(record.after.endpointConfigs).toEqual(record.before.endpointConfigs);
  }
});
