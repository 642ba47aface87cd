/** The fetch of prices: what it asks, what it keeps, and what becomes of a release where it has failed. */
import { beforeEach, describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { fetchPrices } from "../../functions/fetch-prices.ts";
import { connect } from "../../src/aws/clients.ts";
import { applyPlan, removePlan } from "../../src/aws/plans.ts";
import { listingAt, readPriceList } from "../../src/aws/price-list.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { daysInForce } from "../../src/core/plan/price-list.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { plan } from "../core/example.ts";
import { manual, opening, trainingDue } from "./run.ts";

const bySchedule = { fetch: "schedule" } as const;
const denied = new AwsError("AccessDeniedException", "no identity-based policy allows pricing:GetProducts");

let listPrices: Record<string, number>;
let account: Account;
beforeEach(async () => {
  listPrices = { "ml.g5.xlarge": 1.6, "ml.g5.2xlarge": 1.7, "ml.g5.12xlarge": 8 };
  account = openAccount({ listPrices });
  await applyPlan(account.aws, plan, new Date(account.now()).toISOString());
});
const asked = () => account.calls.filter(({ service }) => service === "pricing");
const pricesOf = (opened: Opening) =>
  opened.route === "production" || opened.route === "capacity" ? opened.plan.prices : undefined;

describe("a fetch", () => {
  test("asks for what plans in force name, of its own Region, and keeps it with its date", async () => {
    expect(await fetchPrices(bySchedule, account.tools)).toEqual({ asked: 3, missing: [] });

    const at = new Date(account.now()).toISOString();
    expect(await readPriceList(account.aws)).toEqual({
      fetchedAt: at,
      hosting: { "ml.g5.xlarge": { usd: 1.6, at }, "ml.g5.2xlarge": { usd: 1.7, at } },
      training: { "ml.g5.12xlarge": { usd: 8, at } },
      missing: [],
    });
    expect(asked().map(({ input }) => input)).toMatchObject(
      ["ml.g5.2xlarge", "ml.g5.xlarge", "ml.g5.12xlarge"].map((Value) => ({
        ServiceCode: "AmazonSageMaker",
        Filters: [
          { Type: "TERM_MATCH", Field: "regionCode", Value: "eu-west-1" },
          { Type: "TERM_MATCH", Field: "instanceName", Value },
        ],
      })),
    );
  });

  test("asks nothing where no plan is in force", async () => {
    await removePlan(account.aws, plan.model, { appliedAt: new Date(account.now()).toISOString() });

    expect(await fetchPrices(bySchedule, account.tools)).toEqual({ asked: 0, missing: [] });
    expect(asked()).toEqual([]);
  });

  test("that lacks one price says so, and keeps the one that it had", async () => {
    await fetchPrices(bySchedule, account.tools);
    const first = new Date(account.now()).toISOString();
    account.wait(24 * 60);
    delete listPrices["ml.g5.xlarge"];
    listPrices["ml.g5.2xlarge"] = 1.8;

    const { missing } = await fetchPrices(bySchedule, account.tools);

    expect(missing).toEqual(["ml.g5.xlarge for hosting: AWS's price list has none for hosting"]);
    expect((await readPriceList(account.aws))?.hosting).toEqual({
      "ml.g5.xlarge": { usd: 1.6, at: first },
      "ml.g5.2xlarge": { usd: 1.8, at: new Date(account.now()).toISOString() },
    });
  });

  test("that is throttled once goes on with the others", async () => {
    account.fail("GetProducts", new AwsError("ThrottlingException", "slow down"), 3);

    const { missing } = await fetchPrices(bySchedule, account.tools);

    expect(missing).toEqual([expect.stringMatching(/^ml.g5.2xlarge for hosting: ThrottlingException/)]);
    expect(Object.keys((await readPriceList(account.aws))?.hosting ?? {})).toEqual(["ml.g5.xlarge"]);
  });

  test("that is refused for good fails by name, and leaves what was fetched before", async () => {
    await fetchPrices(bySchedule, account.tools);
    const before = await readPriceList(account.aws);
    account.wait(24 * 60);
    account.fail("GetProducts", denied, 99);

    await expect(fetchPrices(bySchedule, account.tools)).rejects.toMatchObject({ name: "AwsRefused" });
    expect(await readPriceList(account.aws)).toEqual(before);
  });

  test("in a partition without a price list of ours asks nothing, and says so", async () => {
    const aws = connect(account.wire, { ...rehearsedDeployment, region: "cn-north-1" });

    const { missing } = await fetchPrices(bySchedule, { ...account.tools, aws });

    expect(missing[0]).toMatch(/knows nothing of cn-north-1$/);
    expect(asked()).toEqual([]);
  });
});

describe("a release", () => {
  test("goes by fetched prices, of its use, and by its plan's own before them", async () => {
    await applyPlan(account.aws, { ...plan, prices: { "ml.g5.2xlarge": 1.1 } }, "2026-11-23T08:00:00.000Z");
    await fetchPrices(bySchedule, account.tools);

    expect(pricesOf(await opening(manual, account))).toEqual({ "ml.g5.xlarge": 1.6, "ml.g5.2xlarge": 1.1 });
    expect(pricesOf(await opening(trainingDue, account, "training"))).toEqual({
      "ml.g5.12xlarge": 8,
      "ml.g5.2xlarge": 1.1,
    });
  });

  test("pays less than the list where its plan says so", async () => {
    await applyPlan(
      account.aws,
      { ...plan, budget: { ...plan.budget, discountPercent: 50 } },
      "2026-11-23T08:00:00.000Z",
    );
    await fetchPrices(bySchedule, account.tools);

    expect(pricesOf(await opening(manual, account))).toEqual({ "ml.g5.xlarge": 0.8, "ml.g5.2xlarge": 0.85 });
  });

  test("goes by published ones where nothing was fetched, where that is too old, and where it may not look", async () => {
    expect(pricesOf(await opening(manual, account))).toEqual({});

    await fetchPrices(bySchedule, account.tools);
    account.wait((daysInForce + 1) * 24 * 60);
    expect(pricesOf(await opening(trainingDue, account, "later"))).toEqual({});

    account.fail("Query", denied, 99);
    expect(await listingAt(account.aws, account.now())).toMatchObject({
      list: undefined,
      refused: expect.stringMatching(/may not be read, published ones stand in: AccessDenied/),
    });
  });
});
