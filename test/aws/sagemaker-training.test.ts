/** Training capacity: a short job primes a warm pool, which is there, used, over, or was never kept. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import {
  endPool,
  readPrimer,
  startPrimer,
  viewHeldPool,
  viewPool,
} from "../../src/aws/sagemaker-training.ts";
import { awsRefused, awsUnavailable } from "../../src/core/errors.ts";
import type { TrainingPool } from "../../src/core/plan/plan.ts";
import { plan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { type Account, openAccount } from "./account.ts";

afterEach(() => void vi.restoreAllMocks());

const pool = samplePool();

function samplePool(): TrainingPool {
  const found = plan.milestones.training?.pool;
  if (found === undefined) throw new Error("the sample plan has no training pool");
  return found;
}

async function primed(spec: SpecInput = {}, minutes = 30): Promise<Account> {
  const account = openAccount({ spec });
  await startPrimer(account.aws, "primer", pool);
  account.wait(minutes);
  return account;
}

describe("a pool", () => {
  test("is priming while its job runs", async () => {
    const account = await primed({}, 0);

    expect(await viewPool(account.aws, "primer")).toEqual({ status: "priming", reason: "Starting" });
  });

  test("is available once the job has completed, and stays for its keep-alive", async () => {
    const account = await primed();
    const { startedAt = "", endedAt = "", keptUntil, ...seen } = await viewPool(account.aws, "primer");
    expect(seen).toEqual({ status: "available", reason: "the warm pool is available" });
    expect(Date.parse(keptUntil ?? "") - Date.parse(endedAt)).toBe(3_600_000);
    // Downloading, two minutes' work, uploading.
    expect(Date.parse(endedAt) - Date.parse(startedAt)).toBe(165_000);

    account.wait(60);

    expect(await viewPool(account.aws, "primer")).toMatchObject({
      status: "over",
      reason: "the warm pool is Terminated",
    });
  });

  test("is used once a job that matches has taken it", async () => {
    const account = await primed();
    await startPrimer(account.aws, "training", pool);
    account.wait(1);

    expect(await viewPool(account.aws, "primer")).toMatchObject({
      status: "used",
      reason: "the warm pool is Reused",
    });
  });

  test("is over at once where the account's quota keeps none", async () => {
    const account = await primed({ training: { warmPoolQuotaInstances: 0 } });

    expect(await viewPool(account.aws, "primer")).toMatchObject({ status: "over" });
    expect(await readPrimer(account.aws, "primer")).toBeNull();
  });

  test("has failed where its instances could not be had", async () => {
    const account = await primed({ provisioning: { poolInstances: 0 } });

    expect(await viewPool(account.aws, "primer")).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("CapacityError"),
    });
  });

  test("that was never primed is over, and says that its job does not exist", async () => {
    expect(await viewPool(openAccount().aws, "primer")).toEqual({
      status: "over",
      reason: "training job primer does not exist",
    });
  });
});

describe("a pool that is held", () => {
  test("is the first job's until another has it, then that one's", async () => {
    const account = await primed();
    const ended = account.world.state.trainingJobs.get("primer")?.trainingEndMs ?? 0;
    expect(await viewHeldPool(account.aws, "primer")).toMatchObject({
      status: "available",
      keptUntil: new Date(ended + 3_600_000).toISOString(),
    });

    await startPrimer(account.aws, "theirs", pool);
    expect(await viewHeldPool(account.aws, "primer")).toEqual({
      status: "used",
      reason: "training job theirs has the pool",
    });
    account.wait(10);

    expect(await viewHeldPool(account.aws, "primer")).toMatchObject({
      status: "available",
      reason: "training job theirs has left the pool",
      keptUntil: expect.any(String),
    });
  });

  test("is over once the last job has left none", async () => {
    const account = await primed();
    await startPrimer(account.aws, "theirs", pool);
    const job = account.world.state.trainingJobs.get("theirs");
    if (job !== undefined) job.keepAliveSeconds = 0;
    account.wait(10);

    expect(await viewHeldPool(account.aws, "primer")).toEqual({
      status: "over",
      reason: "training job theirs has left no pool",
    });
  });

  test("is in use for all that is known where the job that has it may not be seen; what went wrong may pass", async () => {
    const account = await primed();
    await startPrimer(account.aws, "theirs", pool);
    const send = account.aws.sagemaker.send.bind(account.aws.sagemaker) as (
      command: object,
    ) => Promise<unknown>;
    const failing = (error: Error) =>
      vi.spyOn(account.aws.sagemaker, "send").mockImplementation((command: object) => {
        if (JSON.stringify(command).includes("theirs")) throw error;
        return send(command);
      });
    failing(awsRefused("AccessDeniedException: no"));

    expect(await viewHeldPool(account.aws, "primer")).toEqual({
      status: "used",
      reason: "training job theirs may not be seen",
    });
    failing(awsUnavailable("down"));
    await expect(viewHeldPool(account.aws, "primer")).rejects.toMatchObject({ name: "AwsUnavailable" });
  });
});

/** What AWS says of the job while it holds instances. */
const held = { instanceType: pool.instanceType, instances: pool.instances };

describe("a priming job", () => {
  test("asks for what later jobs must ask for too, and for a keep-alive in seconds", async () => {
    const account = await primed();

    expect(account.calls.find(({ operation }) => operation === "CreateTrainingJob")?.input).toMatchObject({
      RoleArn: pool.roleArn,
      ResourceConfig: {
        InstanceType: "ml.g5.12xlarge",
        InstanceCount: 2,
        VolumeSizeInGB: 200,
        KeepAlivePeriodInSeconds: 3600,
      },
    });
  });

  test("names what else a plan says of the network and the volumes, so that jobs with them match", async () => {
    const account = openAccount();
    const own: TrainingPool = {
      ...pool,
      volumeKmsKeyId: "alias/training",
      vpcConfig: { securityGroupIds: ["sg-1"], subnets: ["subnet-1", "subnet-2"] },
      networkIsolation: true,
      trafficEncryption: true,
    };

    await startPrimer(account.aws, "primer", own);

    expect(account.calls.at(-1)?.input).toMatchObject({
      ResourceConfig: { VolumeKmsKeyId: "alias/training" },
      VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1", "subnet-2"] },
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
    });
  });

  test("is for the ledger its instances while it holds any", async () => {
    const account = await primed();

    expect(await readPrimer(account.aws, "primer")).toEqual(held);
  });
});

describe("ending a pool", () => {
  test("gives its instances back at once", async () => {
    const account = await primed();

    await endPool(account.aws, "primer");

    expect(await viewPool(account.aws, "primer")).toMatchObject({ status: "over" });
  });

  test("of a job that still trains stops it, waits, and gives back what it leaves", async () => {
    const account = await primed({ training: { jobSeconds: 3600 } }, 15);
    expect(await viewPool(account.aws, "primer")).toMatchObject({ reason: "Training" });

    await endPool(account.aws, "primer");
    await endPool(account.aws, "primer");
    expect(await readPrimer(account.aws, "primer")).toEqual(held);
    account.wait(2);
    expect(await readPrimer(account.aws, "primer")).toEqual(held);
    await endPool(account.aws, "primer");

    expect(await readPrimer(account.aws, "primer")).toBeNull();
    expect(account.writes()).toEqual(["CreateTrainingJob", "StopTrainingJob", "UpdateTrainingJob"]);
    expect(account.world.state.trainingJobs.get("primer")?.instances).toEqual([]);
  });

  test("of a job that is being stopped is not over, whatever is said of its pool", async () => {
    const account = await primed({ training: { jobSeconds: 3600 } }, 15);
    await endPool(account.aws, "primer");
    delete account.world.state.trainingJobs.get("primer")?.warmPool;

    expect(await readPrimer(account.aws, "primer")).toEqual(held);
  });

  test("of a job that ends before its stop arrives is no failure; one that is refused otherwise is", async () => {
    const account = await primed({}, 0);
    const job = account.world.state.trainingJobs.get("primer");
    const handle = account.wire.handle.bind(account.wire);
    let ends = true;
    account.wire.handle = (request) => {
      const stops = JSON.stringify(request).includes("StopTrainingJob");
      if (stops && ends && job !== undefined) job.status = "Completed";
      return handle(request);
    };

    await expect(endPool(account.aws, "primer")).resolves.toBeUndefined();
    expect(account.calls.map(({ operation }) => operation)).toContain("StopTrainingJob");

    if (job !== undefined) job.status = "InProgress";
    ends = false;
    account.fail("StopTrainingJob", new AwsError("AccessDeniedException", "no"), 1);
    await expect(endPool(account.aws, "primer")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("twice, or one that a job has taken, changes nothing", async () => {
    const account = await primed();
    await startPrimer(account.aws, "training", pool);
    const writes = account.writes().length;

    await endPool(account.aws, "primer");
    await endPool(account.aws, "unknown");

    expect(account.writes()).toHaveLength(writes);
    expect(account.world.state.trainingJobs.get("training")?.status).toBe("InProgress");
  });
});
