/** `slipway costs --cost-explorer` against an account on a port: Slipway's own bill beside the account's, and what tags do not show. */
import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { keepPast } from "../../src/aws/history.ts";
import { claimRelease, closeRecord } from "../../src/aws/releases.ts";
import { tagsOf } from "../../src/core/plan/tags.ts";
import type { MonthCosts } from "../../src/core/release/month-costs.ts";
import { pastOf } from "../../src/core/release/past.ts";
import { startMs } from "../aws/account.ts";
import { releaseOf } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import { type ServedAccount, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";
import { sayOn, tooWide } from "./widths.ts";

const serve = servedEach();
const hour = 3_600_000;
const both = ["slipway:plan", "slipway:release"];
const withTags = { spec: { billing: { activeTags: both } } };
const id = "chat-assistant-training";

/** A pool that was primed, held for three hours and given back, as its release and its job leave it; two days ago. */
async function heldPool(account: ServedAccount): Promise<void> {
  const { aws } = account;
  const { pool } = plan.milestones.training ?? {};
  if (pool === undefined) throw new Error("the sample has a pool");
  const openedAt = new Date(account.now()).toISOString();
  const release = releaseOf(0, {
    id,
    milestone: "training",
    subject: "pool/chat-assistant/training",
    openedAt,
  });
  await claimRelease(aws, release, plan);
  await aws.sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName: "primer",
      RoleArn: pool.roleArn,
      AlgorithmSpecification: { TrainingImage: pool.trainingImage, TrainingInputMode: "File" },
      OutputDataConfig: { S3OutputPath: pool.outputPath },
      ResourceConfig: {
        ...{ InstanceType: "ml.g5.12xlarge", InstanceCount: pool.instances, VolumeSizeInGB: 50 },
        KeepAlivePeriodInSeconds: 3600,
      },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      Tags: tagsOf(release, plan),
    }),
  );
  const job = () => account.world.state.trainingJobs.get("primer");
  while (job()?.warmPool?.status !== "Terminated") account.wait(1);
  const closedAt = new Date(account.now()).toISOString();
  const closing = { outcome: "done" as const, reason: "", releaseId: id, drifted: [] };
  const launch = {
    ...{ of: "training" as const, instances: { "ml.g5.12xlarge": pool.instances }, askedAt: openedAt },
    thereAt: closedAt,
  };
  await closeRecord(aws, { releaseId: id, closing, closedAt, changes: [] });
  await keepPast(aws, pastOf({ release }, closing, { closedAt, launch }));
  account.wait(50 * 60);
  vi.spyOn(Date, "now").mockReturnValue(account.now());
}

const told = async (...words: readonly string[]) =>
  JSON.parse((await say("costs", "--cost-explorer", "--json", ...words)).out) as MonthCosts;

test("what a pool has cost by Slipway is what the account was billed under its tags", async () => {
  const account = await serve(withTags);
  await heldPool(account);
  const { account: billed, releases } = await told();
  const own = releases.find(({ releaseId }) => releaseId === id)?.raisedUsd ?? Number.NaN;

  expect(own).toBeGreaterThan(5);
  expect(billed).toMatchObject({
    ...{ from: "2026-11-01", to: "2026-11-26", currency: "USD", requests: 1, isCut: false },
    tagged: [{ plan: "chat-assistant", releaseId: id }],
  });
  const [one] = billed !== undefined && "tagged" in billed ? billed.tagged : [];
  expect(one?.unblended ?? 0).toBeGreaterThan(0.97 * own);
  expect(one?.unblended ?? 0).toBeLessThan(1.03 * own);
  const { out } = await sayOn({ isTTY: true, width: 110 }, "costs", "--cost-explorer");
  expect(out.replaceAll("\n", " ")).toContain("(1 request, $0.01)");
  expect(out).toMatch(
    new RegExp(`chat-assistant +${id} +${one?.unblended.toFixed(2)} +.* \\$${own.toFixed(2)}`),
  );
});

test("it asks only where it is told to, and only of the plan that is meant", async () => {
  const account = await serve(withTags);
  await heldPool(account);
  const asked = () => account.calls.filter(({ service }) => service === "cost-explorer");
  await say("costs");
  await say("costs", "--json");
  expect(asked()).toEqual([]);

  const { account: other } = await told("--plan", "search");
  expect(other).toMatchObject({ tagged: [], requests: 1 });
  expect(asked()).toHaveLength(1);
  expect(JSON.stringify(asked()[0]?.input.Filter)).toContain('"Values":["search"]');
});

test("a month that is over is asked for whole", async () => {
  const account = await serve(withTags);
  await heldPool(account);
  vi.spyOn(Date, "now").mockReturnValue(startMs + 20 * 24 * hour);
  account.wait(18 * 24 * 60);
  const { account: billed } = await told("--month", "2026-11");

  expect(billed).toMatchObject({ from: "2026-11-01", to: "2026-12-01", estimatedDays: 0 });
  expect(account.calls.findLast(({ service }) => service === "cost-explorer")?.input.Granularity).toBe(
    "MONTHLY",
  );
});

test("nothing under the tags is no $0: it says how they are activated", async () => {
  const account = await serve();
  await heldPool(account);
  for (const width of [60, 80, 120]) {
    const { out } = await sayOn({ isTTY: true, width }, "costs", "--cost-explorer");
    const text = out.replaceAll(/\s+/g, " ");

    expect(text).toContain("Nothing is billed under slipway:plan, which is not $0");
    expect(text).toContain("update-cost-allocation-tags-status");
    expect(text).toContain("billed under the endpoint's own tags");
    expect(tooWide(out, { width })).toEqual([]);
  }
});

test("whoever may not ask is told what it takes, and the rest with it", async () => {
  const account = await serve(withTags);
  await heldPool(account);
  const denied = new AwsError(
    "AccessDeniedException",
    "User is not authorized to perform: ce:GetCostAndUsage",
    {
      statusCode: 400,
    },
  );
  account.fail("GetCostAndUsage", denied, 9);
  const { code, out } = await sayOn({ isTTY: true, width: 110 }, "costs", "--cost-explorer");
  const text = out.replaceAll(/\s+/g, " ");

  expect(code).toBe(0);
  expect(text).toContain("Cost Explorer could not be asked: AccessDeniedException: User is not authorized");
  expect(text).toContain("It takes ce:GetCostAndUsage");
  expect(text).toContain("1 done");
  expect(account.calls.filter(({ operation }) => operation === "GetCostAndUsage")).toHaveLength(1);
});

test("what passes is asked again, three times in all", async () => {
  const account = await serve(withTags);
  await heldPool(account);
  account.fail("GetCostAndUsage", new AwsError("LimitExceededException", "slow down"), 2);
  expect((await told()).account).toMatchObject({ requests: 1 });

  account.fail("GetCostAndUsage", new AwsError("InternalError", "later", { statusCode: 500 }), 3);
  expect((await told()).account).toEqual({ refused: "InternalError: later" });
});
