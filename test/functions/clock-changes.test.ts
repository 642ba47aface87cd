/** A milestone by a cron in the nights in which clocks change: what Scheduler fires, and what the machine makes of it. */
import { expect, test } from "vitest";
import type { scheduler } from "#twin/services";
import { putInForce, see } from "../../src/aws/applying.ts";
import { standingApart, standingSchedules, targetOf } from "../../src/aws/milestones.ts";
import { planOf } from "../../src/aws/openings.ts";
import { realign } from "../../src/aws/realigning.ts";
import { changes, stepsTo } from "../../src/core/calendar/application.ts";
import { occurrencesOf } from "../../src/core/calendar/occurrences.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { normaliseRequest } from "../../src/core/request/request.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import { opening } from "./run.ts";

const planBy = (cron: string): Plan =>
  Plan.parse({
    ...sample,
    milestones: {
      ...sample.milestones,
      training: { when: { cron, timeZone: "Europe/Amsterdam" }, pool: sample.milestones.training?.pool },
    },
  });

async function apply({ aws, now }: Account, plan: Plan) {
  const steps = stepsTo(plan, await see(aws, plan.model, now()), { target: targetOf(aws), nowMs: now() });
  const taken = await putInForce(aws, plan, { steps, at: new Date(now()).toISOString(), by: "ada" });
  expect(taken.map(({ took }) => took.how)).not.toContain("failed");
  return taken.filter(({ step }) => changes(step));
}

/** What Scheduler starts the machine with until then. */
function fired({ services }: Account, until: string): unknown[] {
  const book = services.find(({ name }) => name === "scheduler") as ReturnType<typeof scheduler>;
  return book.due(Date.parse(until)).map(({ input = "" }) => JSON.parse(input));
}

/** For each that is a release: its start and its date. */
async function begun({ tools }: Account, inputs: readonly unknown[]) {
  const all = await Promise.all(
    inputs.map(async (input) => {
      const asked = normaliseRequest(input);
      if (asked.kind !== "release") throw new Error(`expected a request, found ${JSON.stringify(asked)}`);
      const { scheduledTime, dueAt } = asked.request;
      const found = await planOf(tools, asked.request);
      return typeof found === "string" ? [] : [[scheduledTime, dueAt].map((at) => at && Date.parse(at))];
    }),
  );
  return all.flat();
}

test.each([
  ["cron(0 3 * * ? *)", "2027-03-25", "2027-04-02"],
  ["cron(0 3 * * ? *)", "2027-10-28", "2027-11-05"],
  ["cron(0 3 ? * SUN *)", "2027-03-20", "2027-04-06"],
  ["cron(0 4 ? * SUN *)", "2027-10-20", "2027-11-12"],
  ["cron(0 * * * ? *)", "2027-03-27", "2027-03-29"],
  ["cron(0 * * * ? *)", "2027-10-30", "2027-11-01"],
])("by %s each date from %s to %s has the one start that the calendar promises", async (cron, from, to) => {
  const account = openAccount();
  const plan = planBy(cron);
  await apply(account, plan);
  const span = { fromMs: Date.parse(`${from}T12:00:00Z`), toMs: Date.parse(`${to}T12:00:00Z`) };
  const promised = occurrencesOf(plan, span, { launches: [] })
    .filter(({ kind, fromMs }) => kind === "training" && fromMs > span.fromMs)
    .map(({ fromMs, dueMs }) => [fromMs, dueMs]);

  fired(account, new Date(span.fromMs).toISOString());
  const starts = await begun(account, fired(account, new Date(span.toMs - 1).toISOString()));

  expect(starts).toEqual(promised);
  expect(promised.length).toBeGreaterThan(1);
});

test("what is laid is laid once, moves with the plan, and goes with it", async () => {
  const account = openAccount();
  const { aws } = account;
  const apart = async () => {
    const there = await standingApart(aws, sample.model, await standingSchedules(aws, sample.model));
    return there.training?.map((each) => each?.expression);
  };

  expect(await apply(account, planBy("cron(0 3 * * ? *)"))).toHaveLength(4);
  expect(await apart()).toEqual(["at(2027-03-28T00:42:00)", "at(2027-10-31T01:42:00)", undefined, undefined]);
  expect(await apply(account, planBy("cron(0 3 * * ? *)"))).toEqual([]);
  await apply(account, planBy("cron(5 3 * * ? *)"));
  expect((await apart())?.filter((each) => each !== undefined).sort()).toEqual([
    "at(2027-03-28T00:47:00)",
    "at(2027-10-31T01:47:00)",
  ]);
  await apply(account, planBy("cron(0 9 * * ? *)"));
  expect(await apart()).toEqual([undefined, undefined, undefined, undefined]);
});

test("the machine says why a recurring start begins nothing", async () => {
  const account = openAccount();
  await apply(account, planBy("cron(0 3 * * ? *)"));
  const milestone = { model: sample.model, kind: "training", leadMinutes: 18, recurring: true };

  expect(
    await opening({ milestone: { ...milestone, scheduledTime: "2027-10-31T00:42:00Z" } }, account),
  ).toEqual({
    route: "ignored",
    reason:
      "clocks change between this start of training and its date, 2027-10-31 03:00 Europe/Amsterdam, which has a start of its own at 2027-10-31T01:42:00.000Z",
  });
});

test("the next are laid as a release closes", async () => {
  const account = openAccount();
  const { aws, tools } = account;
  const plan = planBy("cron(0 3 * * ? *)");
  await apply(account, plan);
  const first = (await standingApart(aws, plan.model, await standingSchedules(aws, plan.model))).training;
  fired(account, "2027-05-01T00:00:00Z");

  await realign({ ...tools, now: () => Date.parse("2027-05-01T12:00:00Z") }, plan.model);

  const then = (await standingApart(aws, plan.model, await standingSchedules(aws, plan.model))).training;
  expect(then?.map((each) => each?.expression)).toEqual([
    "at(2028-03-26T00:42:00)",
    first?.[1]?.expression,
    undefined,
    undefined,
  ]);
});
