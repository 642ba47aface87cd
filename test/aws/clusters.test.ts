/** An instance group is resized by sending again all that it is described with, and nothing that nobody asked for. */
import type { DescribeClusterCommandOutput, UpdateClusterCommandInput } from "@aws-sdk/client-sagemaker";
import { describe, expect, test } from "vitest";
import type { Aws } from "../../src/aws/clients.ts";
import { resizeGroup, runningNodes, viewCluster } from "../../src/aws/clusters.ts";

type Group = NonNullable<DescribeClusterCommandOutput["InstanceGroups"]>[number];

const date = new Date("2026-12-01T00:00:00Z");
const described: Group = {
  InstanceGroupName: "gpu",
  InstanceType: "ml.p5.48xlarge",
  TargetCount: 2,
  CurrentCount: 2,
  MinCount: 2,
  Status: "InService",
  ExecutionRole: "arn:aws:iam::123456789012:role/nodes",
  LifeCycleConfig: { SourceS3Uri: "s3://sagemaker-x", OnCreate: "on_create.sh" },
  ThreadsPerCore: 1,
  InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 500 } }],
  OnStartDeepHealthChecks: ["InstanceStress"],
  TrainingPlanArn: "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/p",
  TrainingPlanStatus: "Active",
  OverrideVpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] },
  ScheduledUpdateConfig: { ScheduleExpression: "cron(0 0 ? * SUN *)" },
  AutoPatchConfig: { PatchingStrategy: "WhenIdle", CurrentPatchSchedule: { NextPatchDate: date } },
  CurrentImageId: "ami-1",
  CurrentImageReleaseVersion: "1.2.3",
  KubernetesConfig: {
    CurrentLabels: { team: "old" },
    DesiredLabels: { team: "research" },
    CurrentTaints: [{ Key: "gpu", Effect: "NoSchedule" }],
  },
  SlurmConfig: { NodeType: "Compute", PartitionNames: ["dev"] },
  CapacityRequirements: { OnDemand: {} },
  NetworkInterface: { InterfaceType: "efa" },
  TargetStateCount: 2,
};

/** SageMaker as a wire that answers DescribeCluster, and keeps what it is sent otherwise. */
function answering(found: object, refusal?: Error) {
  const sent: UpdateClusterCommandInput[] = [];
  const send = async (command: { constructor: { name: string }; input: UpdateClusterCommandInput }) => {
    if (command.constructor.name === "DescribeClusterCommand") return found;
    sent.push(command.input);
    if (refusal !== undefined) throw refusal;
    return {};
  };
  return { aws: { sagemaker: { send } } as unknown as Aws, sent };
}
const cluster = (groups: readonly object[] = [described], own: object = {}) => ({
  ClusterStatus: "InService",
  NodeRecovery: "Automatic",
  InstanceGroups: groups,
  ...own,
});
const resize = { cluster: "research", group: "gpu", from: 2, to: 6 };

describe("a group that is resized", () => {
  test("is sent as it is described, with another count, and without the cluster's other groups", async () => {
    const { aws, sent } = answering(cluster([{ ...described, InstanceGroupName: "cpu" }, described]));

    await resizeGroup(aws, resize);

    expect(sent).toEqual([
      {
        ClusterName: "research",
        NodeRecovery: "Automatic",
        InstanceGroups: [
          {
            InstanceGroupName: "gpu",
            InstanceType: "ml.p5.48xlarge",
            InstanceCount: 6,
            MinInstanceCount: 2,
            ExecutionRole: described.ExecutionRole,
            LifeCycleConfig: described.LifeCycleConfig,
            ThreadsPerCore: 1,
            InstanceStorageConfigs: described.InstanceStorageConfigs,
            OnStartDeepHealthChecks: ["InstanceStress"],
            TrainingPlanArn: described.TrainingPlanArn,
            OverrideVpcConfig: described.OverrideVpcConfig,
            ScheduledUpdateConfig: described.ScheduledUpdateConfig,
            CapacityRequirements: { OnDemand: {} },
            ImageReleaseVersion: "1.2.3",
            AutoPatchConfig: { PatchingStrategy: "WhenIdle", PatchSchedule: { NextPatchDate: date } },
            KubernetesConfig: {
              Labels: { team: "research" },
              Taints: [{ Key: "gpu", Effect: "NoSchedule" }],
            },
            SlurmConfig: { NodeType: "Compute", PartitionNames: ["dev"] },
            NetworkInterface: { InterfaceType: "efa" },
          },
        ],
      },
    ]);
  });

  test("asks for no more at least than it is to have", async () => {
    const { aws, sent } = answering(cluster([{ ...described, TargetCount: 6, MinCount: 4 }]));

    await resizeGroup(aws, { ...resize, from: 6, to: 2 });

    expect(sent[0]?.InstanceGroups?.[0]).toMatchObject({ InstanceCount: 2, MinInstanceCount: 2 });
  });

  test("is left alone where it is to have another number than it was seen to, or is gone", async () => {
    const theirs = answering(cluster([{ ...described, TargetCount: 3 }]));
    await expect(resizeGroup(theirs.aws, resize)).rejects.toMatchObject({ name: "Drifted" });
    const gone = answering(cluster([]));
    await expect(resizeGroup(gone.aws, resize)).rejects.toMatchObject({ name: "NotFound" });

    expect([...theirs.sent, ...gone.sent]).toEqual([]);
  });

  test("is asked for again where somebody else's update was faster, and not where it is refused", async () => {
    const conflict = Object.assign(new Error("Updating"), { name: "ConflictException" });
    const { aws } = answering(cluster(), conflict);
    await expect(resizeGroup(aws, resize)).rejects.toMatchObject({ name: "AwsUnavailable" });
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });

    await expect(resizeGroup(answering(cluster(), denied).aws, resize)).rejects.toBe(denied);
  });
});

describe("a cluster", () => {
  test.each([
    ["of several types", { InstanceRequirements: { CurrentInstanceTypes: [] } }, /several types/],
    ["of Slurm's controller", { SlurmConfig: { NodeType: "Controller" } }, /Slurm's controller/],
    ["on Spot", { CapacityRequirements: { Spot: {} } }, /on Spot/],
    ["as usual", {}, undefined],
  ])("says of a group %s whether it is raised", async (_, own, unfit) => {
    const seen = await viewCluster(answering(cluster([{ ...described, ...own }])).aws, "research");

    const found = seen?.groups.get("gpu")?.unfit;
    if (unfit === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(unfit);
  });

  test("has restricted groups, which are not raised, and says whether it scales itself", async () => {
    const own = {
      RestrictedInstanceGroups: [{ InstanceGroupName: "nova", InstanceType: "ml.p5.48xlarge" }],
      AutoScaling: { Mode: "Enable", Status: "InService" },
      FailureMessage: "no room",
    };
    const seen = await viewCluster(answering(cluster([described], own)).aws, "research");

    expect(seen).toMatchObject({ scalesItself: true, failure: "no room" });
    expect(seen?.groups.get("nova")?.unfit).toMatch(/restricted/);
  });

  test("counts the nodes of a group that run, on every page, and none of a group whose name is longer", async () => {
    const node = (InstanceGroupName: string, Status: string) => ({
      InstanceGroupName,
      InstanceStatus: { Status },
    });
    const pages = [
      { ClusterNodeSummaries: [node("gpu", "Running"), node("gpu-2", "Running")], NextToken: "next" },
      { ClusterNodeSummaries: [node("gpu", "DeepHealthCheckInProgress"), node("gpu", "Running")] },
    ];
    const { SageMakerClient } = await import("@aws-sdk/client-sagemaker");
    const client = new SageMakerClient({
      region: "eu-west-1",
      credentials: { accessKeyId: "x", secretAccessKey: "x" },
    });
    client.send = (async () => pages.shift()) as never;

    expect(await runningNodes({ sagemaker: client } as never, "research", "gpu")).toBe(2);
  });
});
