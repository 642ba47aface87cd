/** `slipway plan remove`: what is said is what is so. */

import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { describe, expect, it, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { readPlan } from "../../src/aws/plans.ts";
import { milestoneKinds } from "../../src/core/plan/plan.ts";
import { keyOf, next, old, removing, stateOf } from "./plan-scenarios.ts";
import { callsOf, refuse } from "./refusals.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const served = servedEach();

test("takes the schedules first and then the plan, and is told so", async () => {
  const here = await served();
  await say("plan", "apply", old);
  const first = here.calls.length;

  const { code, out } = await say("plan", "remove", "chat-assistant");

  expect(code).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines.at(1)).toBe("✔ training         cron(0 2 ? * MON *) UTC: removed, with its plan");
  expect(lines.at(-1)).toMatch(/^✔ plan {13}the one of 20\S+ is removed$/);
  const writes = here.calls.slice(first).filter(({ operation }) => /^(Put|Delete|Update)/.test(operation));
  expect(writes.map(({ operation }) => operation)).toEqual([
    ...Array.from({ length: 3 }, () => "DeleteSchedule"),
    "DeleteItem",
  ]);
});

test("changes nothing in a dry run", async () => {
  const here = await served();
  await say("plan", "apply", old);
  const before = await stateOf(here);

  const { code, out, err } = await say("plan", "remove", "chat-assistant", "--dry-run");

  expect(code).toBe(0);
  expect(out).toMatch(/^- data-collection .*: would be removed, with its plan$/m);
  expect(out).toMatch(/^- plan .* would be removed$/m);
  expect(err).toMatch(/nothing was changed: this was a dry run\n$/);
  expect(await stateOf(here)).toEqual(before);
});

test("says of a model that it has none, and finishes one that was begun", async () => {
  const here = await served();
  expect(await say("plan", "remove", "chat-assistant")).toMatchObject({
    code: 0,
    out: "chat-assistant has no plan in slipway-dev, and no schedule: nothing is to be removed\n",
  });
  await say("plan", "apply", old);
  await here.aws.scheduler.send(new DeleteScheduleCommand(keyOf("training")));
  here.fail("DeleteItem", new AwsError("AccessDeniedException", "no", { statusCode: 400 }), 1);
  expect((await say("plan", "remove", "chat-assistant")).code).toBe(1);

  expect(await say("plan", "remove", "chat-assistant")).toMatchObject({ code: 0 });
  expect(await readPlan(here.aws, "chat-assistant")).toBeUndefined();
});

test("leaves a plan that somebody else has put in force meanwhile", async () => {
  const here = await served();
  await say("plan", "apply", old);
  const { table } = here.aws;
  const { removePlan } = await import("../../src/aws/plans.ts");
  await say("plan", "apply", next);

  await expect(
    removePlan(here.aws, "chat-assistant", { appliedAt: "2026-01-01T00:00:00.000Z" }),
  ).rejects.toThrow(/^another plan of chat-assistant was put in force meanwhile$/);
  expect(table).toBeDefined();
  expect((await readPlan(here.aws, "chat-assistant"))?.budget.usdPerRelease).toBe(90);
});

describe("with each call refused in turn", async () => {
  const calls = await callsOf(removing);

  it.each(calls.map((call, i) => [i + 1, call] as const))(
    "says what is so, and finishes when run again: call %i, %s",
    async (nth, call) => {
      const { code, err } = await refuse(removing, nth);

      if (/\.Delete/.test(call))
        expect(err).toMatch(/✖ something of the plan is left; the lines above say what/);
      else if (nth > calls.lastIndexOf("scheduler.GetSchedule") + 1 - milestoneKinds.length)
        expect(err).toMatch(/^! schedule \S+ of the default group, .* by hand/m);
      else expect(err).toMatch(/✖ .*(may not call|nothing was changed)/);
      expect(code).toBe(err.includes("✖") ? 1 : 0);
    },
  );
});
