/** Planning within the limits of the infrastructure's owner: what is beyond them is refused by name as a release begins. */
import { describe, expect, test } from "vitest";
import { applyLimits } from "../../src/aws/capacity-limits.ts";
import { CapacityLimits } from "../../src/core/plan/capacity-limits.ts";
import type { Account } from "../aws/account.ts";
import { planWith } from "../core/example.ts";
import { accountWith, Run, trainingDue } from "./run.ts";

type Written = Pick<Partial<CapacityLimits>, "allowed" | "ceilings" | "freezes">;
let version = 0;
function allow(account: Account, written: Written): Promise<void> {
  version += 1;
  const limits = CapacityLimits.parse({ owner: "infra", contact: "#infra", freezes: [], ...written });
  const appliedAt = new Date(account.now()).toISOString();
  return applyLimits(account.aws, { version, limits, appliedAt, appliedBy: "arn:ann" });
}

async function planned(written: Written, options: Parameters<typeof Run.begin>[0] = {}) {
  const account = options.account ?? (await accountWith(options));
  await allow(account, written);
  const run = await Run.begin({ ...options, account });
  return { run, planning: await run.plan() };
}

describe("a release of a plan that was applied before the limits were tightened", () => {
  test("is refused by name, with whom to ask, and has changed nothing", async () => {
    const { run, planning } = await planned({ allowed: { instanceTypes: ["ml.c5.*"] } });

    expect(planning.status).toBe("refused");
    expect(planning.reason).toBe(
      [
        'endpoint.instanceType: expected ml.c5.*, by the limits of infra (ask #infra), found "ml.g5.xlarge"',
        'releaseTypes.minor.inference.instanceType: expected ml.c5.*, by the limits of infra (ask #infra), found "ml.g5.xlarge"',
      ].join("; "),
    );
    expect(planning.needs).toBeUndefined();
    expect(run.account.writes()).toEqual(["PutEvents"]);
  });

  test("is refused where the deployment's region is not among the allowed", async () => {
    const { planning } = await planned({ allowed: { regions: ["us-east-1"] } });

    expect(planning).toMatchObject({
      status: "refused",
      reason:
        "the deployment's region: expected us-east-1, by the limits of infra (ask #infra), found eu-west-1",
    });
  });

  test("is held to the newest version of the limits, and to none once that allows it", async () => {
    const { run, planning } = await planned({ ceilings: { instancesPerEndpoint: 23 } });
    expect(planning.status).toBe("refused");

    await allow(run.account, { ceilings: { instancesPerEndpoint: 24 } });

    expect(await run.plan()).toMatchObject({ status: "fits", reason: "8 ml.g5.xlarge for the candidate" });
  });

  test("is not refused for a training pool that is not its own, which is", async () => {
    const limits = { allowed: { instanceTypes: ["ml.g5.xlarge"] } };

    expect((await planned(limits)).planning.status).toBe("fits");
    expect((await planned(limits, { event: trainingDue })).planning).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(/^milestones\.training\.pool\.instanceType: expected ml\.g5\.xlarge, by/),
    });
  });
});

test("fleets that the load of the day makes larger than planned are refused, too", async () => {
  const crowded = { spec: { traffic: { peakPercent: 300 }, quotaInstances: 200 } };
  const { planning } = await planned(
    { ceilings: { instancesPerEndpoint: 24, surgeUsdPerHour: 23 } },
    crowded,
  );

  expect(planning.status).toBe("refused");
  expect(planning.reason).toMatch(
    /the release needs \d+ instances at its peak, the limits of infra \(ask #infra\) allow 24/,
  );
  expect(planning.reason).toMatch(
    /the release raises up to \$\d+\.\d\d an hour, the limits of infra \(ask #infra\) allow \$23\.00/,
  );
});

test("is not waited for as a quota is: nobody grants it by waiting", async () => {
  const patient = planWith({ rollout: { onShortQuota: { waitMinutes: 120 } } });
  const spec = { traffic: { peakPercent: 300 }, quotaPercent: 50 };

  const { planning } = await planned({ ceilings: { instancesPerEndpoint: 24 } }, { plan: patient, spec });

  expect(planning.status).toBe("refused");
});

test("a freeze of the limits is waited for until it ends", async () => {
  const account = await accountWith();
  const [from, to] = [-1, 3].map((hours) => new Date(account.now() + hours * 3_600_000).toISOString());
  const freeze = { from: from ?? "", to: to ?? "", reason: "a migration" };

  const { run, planning } = await planned({ freezes: [freeze] }, { account });

  expect(planning).toMatchObject({
    status: "waiting",
    reason: `frozen until ${to}: a migration, by infra (ask #infra)`,
  });
  run.account.wait(181);
  expect(await run.plan()).toMatchObject({ status: "fits" });
});

test("limits of another version of slipway are not taken for none", async () => {
  const account = await accountWith();
  const limits = { owner: "infra", contact: "#infra", colours: ["blue"] } as unknown as CapacityLimits;
  await applyLimits(account.aws, {
    version: 9_000,
    limits,
    appliedAt: "2026-11-23T09:00:00Z",
    appliedBy: "ann",
  });
  const run = await Run.begin({ account });

  await expect(run.plan()).rejects.toMatchObject({
    name: "BadState",
    message: expect.stringContaining("the limits in force is not one that this code reads: colours"),
  });
});

test("a release under way is not held to limits that come later", async () => {
  const run = await Run.warm();
  await allow(run.account, { ceilings: { instancesPerEndpoint: 1 }, allowed: { instanceTypes: [] } });
  const first = run.account.calls.length;

  await run.shift();

  const reads = run.account.calls
    .slice(first)
    .filter(({ input }) => JSON.stringify(input).includes('"limits"'));
  expect(reads).toEqual([]);
});
