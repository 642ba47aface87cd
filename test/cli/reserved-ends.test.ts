/** When capacity that was bought before ends, as a plan's page, the calendar, its feed, `plan apply` and `status` tell it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { AwsError } from "#twin/vocabulary";
import { reapLeases } from "../../functions/reap-leases.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { noteReserved } from "../../src/aws/reserved-serving.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { onReserved } from "../core/example.ts";
import { complaints } from "../docs/complaints.ts";
import { folderWith, type ServedAccount, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const arn = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/launch-week";
const file = "test/data/plans/reserved.yml";
/** In how many days from now, to the second. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19);
const dated = (days: number): Plan => ({
  ...onReserved,
  milestones: { production: { when: { at: inDays(days), timeZone: "UTC", start: "on-date" } } },
});
const fileOf = (plan: Plan) => join(folderWith({ "plan.yml": stringify(plan) }), "plan.yml");
const flat = (text: string) => text.replace(/\n +/g, " ");
/** The training plan's end, days from now. */
async function account(endsInDays: number, spec = {}): Promise<ServedAccount> {
  const served = await serve({ plan: onReserved, startMs: Date.now() - 60_000, spec });
  for (const [of, bought] of served.world.state.trainingPlans)
    served.world.state.trainingPlans.set(of, { ...bought, toMs: Date.now() + endsInDays * 86_400_000 });
  return served;
}
const servesOnIt = ({ tools }: ServedAccount) =>
  noteReserved(
    tools,
    {
      id: "legal-drafts-v4-production",
      subject: "endpoint/legal-drafts",
      model: "legal-drafts",
      version: 4,
      milestone: "production",
    } as Parameters<typeof noteReserved>[1],
    {
      planning: { needs: { candidate: { reserved: { trainingPlan: arn } } } },
      closedAt: new Date().toISOString(),
    },
  );

test("a plan's page says until when, and warns of what is in the way of the next release", async () => {
  await account(3);
  const page = await say("plan", file, "--stage", "dev");
  expect(flat(page.out)).toMatch(
    /reserved +a major release on ml\.p4d\.24xlarge is on training plan launch-week: Active, it ends at \S+Z; one that begins now begins at/,
  );
  expect(flat(page.out)).toMatch(
    /! training plan launch-week ends at \S+Z, within the 7 days .* \(if it began now\)/,
  );
  const { out } = await say("plan", fileOf(dated(5)), "--stage", "dev", "--json");
  expect(complaints("plan", out)).toEqual([]);
  expect(JSON.parse(out)).toMatchObject({
    reserved: [{ trainingPlan: arn, status: "Active", isDated: true, fault: "not-there" }],
  });
  expect(flat((await say("plan", file)).out)).toContain("--stage says until when that lasts");
});

test("the calendar has it, with who serves on it, and names the dates that it is in the way of", async () => {
  const served = await account(3);
  await applyPlan(served.aws, dated(2), "2026-11-01T09:00:00.000Z");
  await servesOnIt(served);
  const ics = join(folderWith({}), "dates.ics");

  const { out } = await say("calendar", "--ics", ics);

  expect(flat(out)).toMatch(/^ends +training plan +status +named by +serves on it$/m);
  expect(flat(out)).toMatch(/launch-week +Active +legal-drafts +legal-drafts \(version 4\)/);
  expect(flat(out)).toMatch(
    /! legal-drafts production of .*: training plan launch-week ends at \S+Z, within the 7 days in which a major release on ml\.p4d\.24xlarge could be reverted/,
  );
  const feed = readFileSync(ics, "utf8").replace(/\r?\n[ \t]/g, "");
  expect(feed).toContain("SUMMARY:training plan launch-week ends");
  expect(feed).toContain("UID:reservation-launch-week@slipway-dev");
  expect(feed).toMatch(/DESCRIPTION:What serves on it answers nobody from then on: legal-drafts \(version/);
  const json = await say("calendar", "--json");
  expect(complaints("calendar", json.out)).toEqual([]);
  expect(JSON.parse(json.out)).toMatchObject({
    conflicts: [{ what: "reservation", fault: "ends-while-kept" }],
    ends: [{ id: "reservation-launch-week", serving: [{ endpoint: "legal-drafts", version: 4 }] }],
  });
});

test("an end is told where no milestone has a date, and one that is moved stays the same event", async () => {
  const served = await account(3);
  await applyPlan(served.aws, onReserved, "2026-11-01T09:00:00.000Z");
  const ics = join(folderWith({}), "dates.ics");
  const { out } = await say("calendar", "--ics", ics);
  expect(out).toMatch(/^no milestone has a date in the next 90 days\nends /);
  for (const [of, bought] of served.world.state.trainingPlans)
    served.world.state.trainingPlans.set(of, { ...bought, toMs: bought.toMs + 86_400_000 });
  await say("calendar", "--ics", ics);
  const feed = readFileSync(ics, "utf8");
  expect(feed.match(/BEGIN:VEVENT/g)).toHaveLength(1);
  expect(feed).toContain("SEQUENCE:1");
});

test("plan apply names it before the plan is in force", async () => {
  await account(3);
  const { err } = await say("plan", "apply", fileOf(dated(4)), "--dry-run");
  expect(flat(err)).toMatch(
    /training plan launch-week is not there as a major release on ml\.p4d\.24xlarge would begin: it is refused, or goes on to the next instance type/,
  );
  // Nobody knows when a version comes by an approval: it is held against one that comes now.
  expect(flat((await say("plan", "apply", file, "--dry-run")).err)).toMatch(
    /launch-week ends at .*could be reverted/,
  );
});

test("who may not look at training plans is told so, and has the rest", async () => {
  const served = await account(3);
  await applyPlan(served.aws, dated(2), "2026-11-01T09:00:00.000Z");
  served.fail(
    "DescribeTrainingPlan",
    new AwsError("AccessDeniedException", "not for you", { statusCode: 403 }),
    99,
  );
  const { out, err, code } = await say("calendar");
  expect(code).toBe(0);
  expect(flat(err)).toContain("when training plan launch-week ends may not be looked at");
  expect(out).toMatch(/legal-drafts +production/);
});

test("so is who may not see what serves on them", async () => {
  const served = await account(3);
  await applyPlan(served.aws, dated(2), "2026-11-01T09:00:00.000Z");
  const { length } = served.calls;
  await say("calendar");
  const all = served.calls.slice(length).map(({ operation }) => operation);
  served.failNth(
    all.lastIndexOf("Query") + 1,
    new AwsError("AccessDeniedException", "not for you", { statusCode: 403 }),
  );
  const { out, err, code } = await say("calendar");
  expect(code).toBe(0);
  expect(flat(err)).toContain("what serves on reserved capacity may not be looked at");
  expect(out).toMatch(/launch-week +Active/);
});

test("status says what serves on it until when, once the sweep has looked", async () => {
  const served = await account(3, { trainingPlans: { serving: true } });
  await servesOnIt(served);
  const { out } = await say("status");
  expect(out).toContain(
    "endpoint/legal-drafts serves version 4 on training plan launch-week; until when, the sweep has not looked yet",
  );
  expect(complaints("status", (await say("status", "--json")).out)).toEqual([]);
  await reapLeases({ sweep: "schedule" }, served.tools);
  expect((await say("status")).out).toMatch(
    /on training plan launch-week until \S+Z, as of \S+Z; then it answers nobody/,
  );
});
