/** `slipway plan apply` of a plan that lets AWS be asked for more of a quota. */
import { join } from "node:path";
import { ListRequestedServiceQuotaChangeHistoryByQuotaCommand } from "@aws-sdk/client-service-quotas";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { AwsError } from "#twin/vocabulary";
import type { Plan } from "../../src/core/plan/plan.ts";
import { plan } from "../core/example.ts";
import { folderWith, type ServedAccount, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const small = { quotaPercent: 50 };
const fileOf = (onShortQuota: Plan["rollout"]["onShortQuota"]) =>
  join(
    folderWith({ "plan.yml": stringify({ ...plan, rollout: { ...plan.rollout, onShortQuota } }) }),
    "plan.yml",
  );
const asking = () => fileOf({ requestIncrease: true });

async function filed({ aws }: ServedAccount): Promise<number[]> {
  const { RequestedQuotas = [] } = await aws.quotas.send(
    new ListRequestedServiceQuotaChangeHistoryByQuotaCommand({
      ServiceCode: "sagemaker",
      QuotaCode: "L-1928E07B",
    }),
  );
  return RequestedQuotas.map(({ DesiredValue = 0 }) => DesiredValue);
}
const writesOf = ({ calls }: ServedAccount) =>
  calls
    .filter(({ operation }) => operation === "RequestServiceQuotaIncrease")
    .map(({ input }) => input.DesiredValue);

test("what a release needs at any day is asked for once, and told", async () => {
  const account = await serve({ spec: small });
  const path = asking();

  const dry = await say("plan", "apply", path, "--dry-run");
  expect(dry.out).toMatch(
    /^\+ quota +12 ml.g5.xlarge for endpoint usage, and 24 are needed: would be asked for$/m,
  );
  expect(await filed(account)).toEqual([]);

  const first = await say("plan", "apply", path);
  const again = await say("plan", "apply", path);

  expect([first.code, again.code]).toEqual([0, 0]);
  expect(first.err.replace(/\n {2}/g, " ")).toMatch(/^! 24 ml.g5.xlarge are needed at one time .* is 12: /m);
  expect(first.err).not.toContain("aws service-quotas");
  expect(first.out).toMatch(/^✔ quota +12 ml.g5.xlarge .* 24 are needed: asked for$/m);
  expect(again.out).toMatch(/^✔ quota +.*: the request for 24 of 20\d\d-\d\d-\d\d is open$/m);
  expect(await filed(account)).toEqual([24]);
  // Of the endpoint's type, and of what its weekly training needs.
  expect(first.out.match(/^✔ quota .*: asked for$/gm)).toHaveLength(2);
  expect(writesOf(account)).toEqual([2, 24]);
});

test("nothing is asked for where the plan does not let it; then it is said how to", async () => {
  const account = await serve({ spec: small });

  const { err, out } = await say("plan", "apply", fileOf({ waitMinutes: 60 }));

  expect(err).toMatch(/^ {2}aws service-quotas request-service-quota-increase .* --desired-value 24$/m);
  expect(out).not.toMatch(/quota/);
  expect(await filed(account)).toEqual([]);
});

test("nor where the quota suffices", async () => {
  const account = await serve();

  const { out, err } = await say("plan", "apply", asking());

  expect(`${out}${err}`).not.toMatch(/quota/);
  expect(writesOf(account)).toEqual([]);
});

test("a request that is refused is told, and running it again finishes", async () => {
  const account = await serve({ spec: small });
  const denied = new AwsError("DependencyAccessDeniedException", "not from here");
  account.fail("RequestServiceQuotaIncrease", denied, 1);

  const { code, out } = await say("plan", "apply", asking());

  expect(code).toBe(1);
  expect(out).toMatch(/^✖ quota +.*: not asked for: DependencyAccessDeniedException: not from here$/m);
  expect(out).toMatch(/^✔ plan /m);
  expect((await say("plan", "apply", asking())).code).toBe(0);
  expect(await filed(account)).toEqual([24]);
});

test("whoever may not see what was asked for before asks for nothing, and applies", async () => {
  const account = await serve({ spec: small });
  account.fail(
    "ListRequestedServiceQuotaChangeHistoryByQuota",
    new AwsError("AccessDeniedException", "no"),
    1,
  );

  const { code, err } = await say("plan", "apply", asking());

  expect(code).toBe(0);
  expect(err).toMatch(/^! nothing is asked for, since what was asked for before could not be read: no$/m);
  expect(writesOf(account)).toEqual([]);
});
