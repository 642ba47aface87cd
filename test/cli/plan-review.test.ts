/** `slipway plan review` and `plan confirm`: what each side confirms of the next date, and whose confirmation is taken. */
import { afterEach, expect, test, vi } from "vitest";
import { takeStep, targetOf } from "../../src/aws/milestones.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { scheduleAhead } from "../../src/core/calendar/calendar.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { plan } from "../core/example.ts";
import { weekly } from "./review-scenarios.ts";
import { onlyEnvironment, type ServedAccount, serveAccount, twinEnvironment } from "./served-account.ts";
import { say } from "./spoken.ts";

let account: ServedAccount | undefined;
async function served(inForce = weekly) {
  account = await serveAccount();
  const { aws, url } = account;
  onlyEnvironment(twinEnvironment(url));
  await applyPlan(aws, inForce, new Date().toISOString());
  const as = (name: string) => onlyEnvironment(twinEnvironment(url, `TWIN.${name}`));
  return { aws, as };
}
afterEach(async () => {
  vi.unstubAllEnvs();
  await account?.close();
  account = undefined;
});

const words = ({ out, err }: { out: string; err: string }) => (out + err).replaceAll(/\s+/g, " ");

test("it shows what each side answers for, until when, and who has confirmed it", async () => {
  const { as } = await served();
  const before = words(await say("plan", "review", "chat-assistant"));
  expect(before).toMatch(
    /chat-assistant, production of \S+T08:00:00.000Z to be confirmed until \S+T08:00:00.000Z; where a side has not as it starts, it waits until \S+T12:00:00.000Z and is then refused/,
  );
  expect(before).toMatch(
    /model \(ann or twin; #chat-models\): not confirmed yet version: the newest that is approved .* requirements: p99 of [\d,]+ ms/,
  );
  expect(before).toMatch(
    /capacity \(cleo; ops@example.com\): not confirmed yet sizes and quota, .*: \d+ × ml\.g5\.\S+ \(endpoint usage\).* budget: about \$[\d.]+ of \$/,
  );

  as("ann");
  expect(words(await say("plan", "confirm", "chat-assistant", "--milestone", "production"))).toMatch(
    /confirmed for model by ann; not confirmed by capacity \(cleo; ops@example.com\)/,
  );
  expect(words(await say("plan", "confirm", "chat-assistant"))).toContain(
    "confirmed for model by ann already",
  );
  as("cleo");
  expect(words(await say("plan", "confirm", "chat-assistant"))).toContain(
    "confirmed for capacity by cleo; both sides have confirmed it",
  );
  expect(words(await say("plan", "review", "chat-assistant"))).toMatch(
    /\): confirmed by ann at .*\): confirmed by cleo at /,
  );
});

test("a plan that has changed since is to be confirmed anew, and the page says so", async () => {
  const { aws, as } = await served();
  as("ann");
  await say("plan", "confirm", "chat-assistant");
  await applyPlan(aws, { ...weekly, alarms: ["queue-depth"] }, new Date().toISOString());

  expect(words(await say("plan", "review", "chat-assistant"))).toMatch(
    /to be confirmed anew: plan or limits have changed since ann did at /,
  );
});

test.each([
  ["dave", /expected an owner of model \(ann or twin; #chat-models\) and capacity .*, found dave/],
  ["deploy.cleo", /expected somebody whom AWS knows by name/],
])("%s confirms nothing", async (name, why) => {
  const { as } = await served();
  as(name);
  const told = await say("plan", "confirm", "chat-assistant");

  expect(told.code).toBe(64);
  expect(words(told)).toMatch(why);
});

test("without a review there is nothing to confirm, and of a model without a plan it is said", async () => {
  await served(plan);
  expect((await say("plan", "review", "chat-assistant")).out).toBe(
    "no milestone of chat-assistant that has a review has a date to come\n",
  );
  const told = await say("plan", "confirm", "chat-assistant");
  expect([told.code, words(told)]).toEqual([64, expect.stringContaining("found none")]);
  expect((await say("plan", "review", "other")).err).toContain('found "other"');
  expect((await say("plan", "review", "chat-assistant", "--milestone", "lunch")).code).toBe(64);
});

const dayMs = 86_400_000;
/** The nth Monday to come at eight, from 1. */
const monday = (nth: number): string => {
  const next = Array.from({ length: 8 }, (_, day) => new Date(Date.now() + day * dayMs))
    .map((day) => `${day.toISOString().slice(0, 10)}T08:00:00.000Z`)
    .find((at) => new Date(at).getUTCDay() === 1 && Date.parse(at) > Date.now() - 4 * 3_600_000);
  return new Date(Date.parse(next ?? "") + (nth - 1) * 7 * dayMs).toISOString();
};

test("a later date of a cron is shown and confirmed by itself", async () => {
  const { as } = await served();
  as("ann");
  const second = monday(2).slice(0, 10);
  const review = (...more: string[]) => say("plan", "review", "chat-assistant", ...more);

  expect(words(await review("--for-date", second))).toContain(
    `production of ${monday(2)} to be confirmed until ${new Date(Date.parse(monday(2)) - dayMs).toISOString()}`,
  );
  const told = await say("plan", "confirm", "chat-assistant", "--for-date", second);
  expect([told.code, words(told)]).toEqual([
    0,
    expect.stringContaining(`production of chat-assistant, ${monday(2)}: confirmed for model by ann`),
  ]);

  for (const [date, standing] of [
    [`${second}T08:00`, "confirmed by ann at"],
    [`${second}T10:00+02:00`, "confirmed by ann at"],
    [monday(1).slice(0, 10), "not confirmed yet"],
    [monday(3).slice(0, 10), "not confirmed yet"],
  ] as const)
    expect(words(await review("--for-date", date, "--milestone", "production"))).toContain(
      `model (ann or twin; #chat-models): ${standing}`,
    );
  expect(words(await review())).toContain("model (ann or twin; #chat-models): not confirmed yet");
});

test("a date that was moved is meant by where it is, and by what the plan has", async () => {
  const day = new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10);
  const moving = Plan.parse({
    ...weekly,
    milestones: {
      training: {
        ...weekly.milestones.training,
        when: { at: `${day}T02:00:00`, timeZone: "UTC" },
        late: { extendMinutes: 2880, laterDates: "move" },
      },
      production: {
        when: { at: `${day}T09:00:00`, timeZone: "UTC", start: "on-date" },
        review: { daysBefore: 1 },
      },
    },
  });
  const { aws, as } = await served(moving);
  const to = scheduleAhead(moving, { kind: "production", target: targetOf(aws), leadMinutes: 0 });
  if (to === undefined) throw new Error("expected a schedule");
  const later = new Date(Date.parse(`${day}T09:00:00Z`) + 1.5 * dayMs).toISOString();
  const moved = { ...to, expression: `at(${later.slice(0, 19)})`, timeZone: "UTC" };
  await takeStep(aws, moving.model, { kind: "production", act: "make", to: moved });
  as("ann");

  const said = `production of ${later}, moved from ${day}T09:00:00.000Z`;
  for (const date of [day, later.slice(0, 10), `${later.slice(0, 16)}Z`])
    expect(words(await say("plan", "review", "chat-assistant", "--for-date", date))).toContain(said);
  expect(words(await say("plan", "confirm", "chat-assistant", "--for-date", day))).toMatch(
    /confirmed for model by ann/,
  );
});

test.each([
  ["2026-02-30", /--for-date: expected a date such as 2026-12-07 or 2026-12-07T09:00, found "2026-02-30"/],
  ["monday", /--for-date: expected a date such as .*, found "monday"/],
])("%s is no date", async (date, why) => {
  await served();
  const told = await say("plan", "review", "chat-assistant", "--for-date", date);

  expect([told.code, words(told)]).toEqual([64, expect.stringMatching(why)]);
});

test("a date that there is not is told with those that there are, and of two on a day one is to be named", async () => {
  await served();
  const asked = ["chat-assistant", "--for-date", "2020-01-06"];
  for (const command of ["review", "confirm"]) {
    const told = await say("plan", command, ...asked);
    expect([told.code, words(told)]).toEqual([
      64,
      expect.stringMatching(
        /--for-date: expected one of production \S+T08:00:00 UTC, (\S+ UTC, ){3}\S+ UTC and 4\d more, found "2020-01-06" One mistake; nothing was changed/,
      ),
    ]);
  }
  const none = await say("plan", "review", ...asked, "--milestone", "training");
  expect(words(none)).toContain(
    "--for-date: expected a date of a milestone of chat-assistant that has a review, of which none has one to come",
  );

  await account?.close();
  const when = { cron: "cron(0 8,20 ? * MON *)", timeZone: "UTC", start: "on-date" } as const;
  const again = await served(
    Plan.parse({
      ...weekly,
      milestones: { ...weekly.milestones, production: { ...weekly.milestones.production, when } },
    }),
  );
  again.as("ann");
  const day = monday(2).slice(0, 10);
  const both = await say("plan", "confirm", "chat-assistant", "--for-date", day);
  expect([both.code, words(both)]).toEqual([
    64,
    expect.stringContaining(
      `--for-date: expected one date of production, found ${day}T08:00:00.000Z and ${day}T20:00:00.000Z`,
    ),
  ]);
});
