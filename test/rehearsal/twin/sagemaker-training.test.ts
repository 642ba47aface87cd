import type { CreateTrainingJobCommandInput } from "@aws-sdk/client-sagemaker";
import { describe, expect, it } from "vitest";
import { sagemakerTwin } from "./sagemaker-twin.ts";

type Twin = ReturnType<typeof sagemakerTwin>;

function primer(
  name: string,
  resources: Partial<CreateTrainingJobCommandInput["ResourceConfig"]> = {},
): CreateTrainingJobCommandInput {
  return {
    TrainingJobName: name,
    AlgorithmSpecification: { TrainingImage: "train:1", TrainingInputMode: "File" },
    RoleArn: "arn:aws:iam::123456789012:role/training",
    OutputDataConfig: { S3OutputPath: "s3://bucket/pool" },
    ResourceConfig: {
      InstanceType: "ml.g5.12xlarge",
      InstanceCount: 2,
      VolumeSizeInGB: 50,
      KeepAlivePeriodInSeconds: 1800,
      ...resources,
    },
    StoppingCondition: { MaxRuntimeInSeconds: 900 },
  };
}

const describing = (twin: Twin, name: string) =>
  twin.sagemaker.describeTrainingJob({ TrainingJobName: name });

async function completed(twin: Twin, name: string) {
  for (let minute = 0; minute < 60; minute++) {
    const job = await describing(twin, name);
    if (job.TrainingJobStatus !== "InProgress") return job;
    twin.wait(1);
  }
  throw new Error(`expected ${name} to end within an hour`);
}

describe("A training job", () => {
  it("waits for its instances, trains, and keeps them warm when asked to", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));

    const begun = await describing(twin, "first");
    const ended = await completed(twin, "first");

    expect(begun).toMatchObject({
      TrainingJobStatus: "InProgress",
      SecondaryStatus: "Starting",
      WarmPoolStatus: { Status: "InUse" },
    });
    expect(ended).toMatchObject({ TrainingJobStatus: "Completed", WarmPoolStatus: { Status: "Available" } });
    expect(ended.SecondaryStatusTransitions?.map((each) => each.Status)).toEqual([
      "Starting",
      "Downloading",
      "Training",
      "Uploading",
      "Completed",
    ]);
    expect(ended.ModelArtifacts?.S3ModelArtifacts).toBe("s3://bucket/pool/first/output/model.tar.gz");
  });

  it("hands its pool to the next job that matches, which starts without provisioning", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));
    await completed(twin, "first");

    await twin.sagemaker.createTrainingJob(primer("second"));
    twin.wait(1);
    const [donor, next] = [await describing(twin, "first"), await describing(twin, "second")];

    expect(donor.WarmPoolStatus).toMatchObject({ Status: "Reused", ReusedByJob: "second" });
    expect(next.SecondaryStatus).toBe("Training");
    expect(next.WarmPoolStatus?.Status).toBe("InUse");
  });

  it("keeps its pool from a job that differs in its volume", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));
    await completed(twin, "first");

    await twin.sagemaker.createTrainingJob(primer("second", { VolumeSizeInGB: 51 }));
    twin.wait(1);

    expect((await describing(twin, "first")).WarmPoolStatus?.Status).toBe("Available");
    expect((await describing(twin, "second")).SecondaryStatus).toBe("Starting");
  });

  it("gives its pool back when the time is over, and is paid until then", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));
    const ended = await completed(twin, "first");

    twin.wait(31);
    const job = await describing(twin, "first");
    const hours = () => twin.world.instanceHours().find((each) => each.owner === "training/first")?.hours;
    const paid = hours();
    twin.wait(60);

    const heldMinutes =
      ((ended.TrainingEndTime?.getTime() ?? 0) - (ended.CreationTime?.getTime() ?? 0)) / 60_000;
    expect(job.WarmPoolStatus).toEqual({ Status: "Terminated", ResourceRetainedBillableTimeInSeconds: 1800 });
    expect(paid).toBeCloseTo((2 * (heldMinutes + 30)) / 60, 6);
    expect(hours()).toBe(paid);
  });

  it("gives its pool back at once when its keep-alive is set to zero", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));
    await completed(twin, "first");

    await twin.sagemaker.updateTrainingJob({
      TrainingJobName: "first",
      ResourceConfig: { KeepAlivePeriodInSeconds: 0 },
    });

    expect((await describing(twin, "first")).WarmPoolStatus?.Status).toBe("Terminated");
    await expect(
      twin.sagemaker.updateTrainingJob({
        TrainingJobName: "first",
        ResourceConfig: { KeepAlivePeriodInSeconds: 60 },
      }),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("its status is Terminated"),
    });
  });

  it("keeps its pool for longer when asked to before the time is over", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));
    await completed(twin, "first");

    await twin.sagemaker.updateTrainingJob({
      TrainingJobName: "first",
      ResourceConfig: { KeepAlivePeriodInSeconds: 3600 },
    });
    twin.wait(45);
    const later = await describing(twin, "first");
    twin.wait(16);

    expect(later.WarmPoolStatus?.Status).toBe("Available");
    expect((await describing(twin, "first")).WarmPoolStatus?.Status).toBe("Terminated");
  });

  it("silently keeps no pool where the account's warm pool quota is too small", async () => {
    const twin = sagemakerTwin({ training: { warmPoolQuotaInstances: 1 } });
    await twin.sagemaker.createTrainingJob(primer("first"));

    const ended = await completed(twin, "first");

    expect(ended).toMatchObject({ TrainingJobStatus: "Completed", WarmPoolStatus: { Status: "Terminated" } });
  });

  it("keeps its pool when it is stopped after its cluster had been launched", async () => {
    const twin = sagemakerTwin({ training: { jobSeconds: 600 } });
    await twin.sagemaker.createTrainingJob(primer("stopped"));
    while ((await describing(twin, "stopped")).SecondaryStatus === "Starting") twin.wait(1);

    await twin.sagemaker.stopTrainingJob({ TrainingJobName: "stopped" });
    twin.wait(2);

    expect(await describing(twin, "stopped")).toMatchObject({
      TrainingJobStatus: "Stopped",
      WarmPoolStatus: { Status: "Available" },
    });
  });

  it("keeps no pool when it is stopped before it had instances, or when it was not asked to", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("stopped"));
    await twin.sagemaker.createTrainingJob(primer("plain", { KeepAlivePeriodInSeconds: 0 }));

    await twin.sagemaker.stopTrainingJob({ TrainingJobName: "stopped" });
    const stopping = await describing(twin, "stopped");
    twin.wait(2);
    const plain = await completed(twin, "plain");

    expect(stopping.TrainingJobStatus).toBe("Stopping");
    expect(await describing(twin, "stopped")).toMatchObject({
      TrainingJobStatus: "Stopped",
      WarmPoolStatus: { Status: "Terminated" },
    });
    expect(plain.WarmPoolStatus).toBeUndefined();
    await expect(twin.sagemaker.stopTrainingJob({ TrainingJobName: "stopped" })).rejects.toMatchObject({
      message: "The request was rejected because the training job is in status Stopped.",
    });
  });

  it("is cut off at its maximum runtime", async () => {
    const twin = sagemakerTwin({ training: { jobSeconds: 3600 } });
    await twin.sagemaker.createTrainingJob(primer("first"));

    const ended = await completed(twin, "first");

    expect(ended).toMatchObject({ TrainingJobStatus: "Stopped", SecondaryStatus: "MaxRuntimeExceeded" });
  });

  it("fails without capacity, and is refused beyond the quota", async () => {
    const twin = sagemakerTwin({ provisioning: { poolInstances: 1 }, training: { quotaInstances: 3 } });
    await twin.sagemaker.createTrainingJob(primer("first"));

    await expect(twin.sagemaker.createTrainingJob(primer("second"))).rejects.toMatchObject({
      name: "ResourceLimitExceeded",
      message: expect.stringContaining(
        "'ml.g5.12xlarge for training job usage' is 3 Instances, with current utilization of 2",
      ),
    });
    const ended = await completed(twin, "first");

    expect(ended).toMatchObject({
      TrainingJobStatus: "Failed",
      FailureReason: expect.stringMatching(/^CapacityError/),
    });
    expect(twin.world.state.poolInstances).toBe(1);
  });

  it("is refused beyond the quota by instances in pools too, unless it takes them", async () => {
    const twin = sagemakerTwin({ training: { quotaInstances: 3 } });
    await twin.sagemaker.createTrainingJob(primer("first"));
    await completed(twin, "first");

    await expect(
      twin.sagemaker.createTrainingJob(primer("other", { VolumeSizeInGB: 51 })),
    ).rejects.toMatchObject({
      name: "ResourceLimitExceeded",
      message: expect.stringContaining("current utilization of 2"),
    });
    await twin.sagemaker.createTrainingJob(primer("second"));
    expect((await describing(twin, "first")).WarmPoolStatus?.Status).toBe("Reused");
  });

  it("has a name of its own", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));

    await expect(twin.sagemaker.createTrainingJob(primer("first"))).rejects.toMatchObject({
      name: "ResourceInUse",
    });
    await expect(describing(twin, "second")).rejects.toMatchObject({
      name: "ValidationException",
      message: "Requested resource not found.",
    });
  });

  it("is listed by what its warm pool does", async () => {
    const twin = sagemakerTwin();
    await twin.sagemaker.createTrainingJob(primer("first"));
    await completed(twin, "first");
    await twin.sagemaker.createTrainingJob(primer("other", { VolumeSizeInGB: 99 }));

    const warm = await twin.sagemaker.listTrainingJobs({ WarmPoolStatusEquals: "Available" });

    expect(warm.TrainingJobSummaries?.map((each) => each.TrainingJobName)).toEqual(["first"]);
  });
});
