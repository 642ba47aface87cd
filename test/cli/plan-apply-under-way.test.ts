/** `slipway plan apply` and `calendar` while a release of a plan is under way: what it has beside its steady fleet will be over. */
import { join } from "node:path";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { allPlans } from "../../src/aws/all-plans.ts";
import type { Aws } from "../../src/aws/clients.ts";
import { readLock, writeLock } from "../../src/aws/lock-item.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { subject } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import { Run } from "../functions/run.ts";
import { folderWith, type ServedAccount, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const asking: Plan = {
  ...plan,
  rollout: { ...plan.rollout, onShortQuota: { waitMinutes: 60, requestIncrease: true } },
};
const path = () => join(folderWith({ "plan.yml": stringify(asking) }), "plan.yml");

/** The candidate's fleet is asked for, and both are launched anew beside what serves. */
async function joining(): Promise<ServedAccount> {
  const account = await serve();
  await applyPlan(account.aws, plan, new Date(account.now()).toISOString());
  const run = await Run.begin({ account });
  await run.plan();
  await run.prewarm();
  return account;
}

const spanFrom = (fromMs: number) => ({ fromMs, toMs: fromMs + 90 * 86_400_000 });
const quotaConflicts = async (aws: Aws, nowMs: number) =>
  (await allPlans(aws, spanFrom(nowMs), asking)).conflicts.filter(({ what }) => what === "quota");

afterEach(() => void vi.restoreAllMocks());

describe("a release that is joining", () => {
  test("is not counted beside the next one of its own plan, which would wait for it", async () => {
    await joining();

    const { out, err } = await say("plan", "apply", path(), "--dry-run");

    expect(`${out}${err}`).not.toMatch(/quota|are needed/);
  });

  test("is not counted into each date of another plan", async () => {
    const { aws, now } = await joining();
    const other: Plan = {
      ...plan,
      model: "chat-other",
      endpoint: { ...plan.endpoint, name: "chat-other", instances: 6 },
      requirements: { ...plan.requirements, peakRequestsPerSecond: 45 },
      milestones: { production: { when: { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "ahead" } } },
    };
    await applyPlan(aws, other, new Date(now()).toISOString());

    const { conflicts } = JSON.parse((await say("calendar", "--json")).out);

    expect(conflicts).toEqual([]);
  });

  test("is counted where it could not be put back: nobody is at work to take it away", async () => {
    const { aws, now } = await joining();
    const lock = await readLock(aws, subject);
    const left = [
      { change: "count", resource: "endpoint", why: "it was refused", at: "2026-11-23T09:00:00.000Z" },
    ];
    await writeLock(aws, subject, {
      UpdateExpression: "SET #left = :left",
      ExpressionAttributeNames: { "#left": "remainder" },
      ExpressionAttributeValues: { ":left": left },
    });

    expect(lock.holder).toBeDefined();
    expect(await quotaConflicts(aws, now())).toMatchObject([{ needed: 40 }]);
  });

  test("is counted where nobody may see who is at work, and that is said", async () => {
    const { aws, now } = await joining();
    const send = aws.table.send.bind(aws.table) as (command: unknown) => Promise<never>;
    vi.spyOn(aws.table, "send").mockImplementation(async (command: unknown) => {
      const values = (command as QueryCommand).input.ExpressionAttributeValues ?? {};
      if (command instanceof QueryCommand && values[":lock"] === "lock")
        throw Object.assign(new Error("not authorized to perform dynamodb:Query"), {
          ...{ name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } },
        });
      return send(command);
    });

    const { conflicts, unseen } = await allPlans(aws, spanFrom(now()), asking);

    expect(conflicts).toMatchObject([{ what: "quota", needed: 40 }]);
    expect(unseen).toEqual([
      expect.stringMatching(
        /^what releases under way have is counted as if it stayed, since they could not be looked at: .*not authorized/,
      ),
    ]);
  });
});
