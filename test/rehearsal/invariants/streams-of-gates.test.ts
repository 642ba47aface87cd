/** No gate stands before what leads back: seen red for each way in which one may. */
import { describe, expect, it } from "vitest";
import { arnOf, createStream, endpoint, releaseId, type Stream } from "./stream.ts";

const KeyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
const gates = { profile: "none", require: ["key-usable"], deadlineMinutes: 20 } as const;
const plan = { gates: { ...gates, require: [...gates.require] } };
const security = { security: { volumeKey: "customer" } };

async function begun(): Promise<Stream> {
  const s = createStream(security, plan);
  await s.lock({ holder: arnOf("rehearsal"), release: releaseId });
  return s;
}
const found = async (s: Stream) =>
  (await s.finish()).filter(({ name }) => name === "gates-never-trap").map(({ what }) => what);
const asks = (s: Stream, state: string, invocation = state) =>
  s.ours({ state, invocation }, "kms.DescribeKey", { KeyId });
const changesSomething = (s: Stream) =>
  s.ours("PrewarmInference", "sagemaker.CreateModel", {
    ModelName: "chat-assistant-v7",
    PrimaryContainer: {
      ModelPackageName: "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7",
    },
    ExecutionRoleArn: "arn:aws:iam::123456789012:role/chat-assistant-serving",
  });
const held = (s: Stream) =>
  s.ours("ShiftTraffic", "eventbridge.PutEvents", {
    Entries: [{ Source: "slipway", DetailType: "x", Detail: JSON.stringify({ state: "held-by-gates" }) }],
  });

describe("gates-never-trap", () => {
  it("is content with gates before the first change, and before a share", async () => {
    const s = await begun();
    s.entered("CheckGates", {});
    await asks(s, "CheckGates");
    await changesSomething(s);
    await asks(s, "ShiftTraffic");

    expect(await found(s)).toEqual([]);
  });

  it.each(["RollBack", "ScaleDown", "CloseRelease", "KeepCapacity", "ReapLeases", "PromoteModel"])(
    "reports %s that asks one",
    async (state) => {
      const s = await begun();
      await asks(s, state);

      expect(await found(s)).toEqual([`${state} asks a gate (kms.DescribeKey)`]);
    },
  );

  it("reports one that asks and may not: what a role denies stands before the way back as well", async () => {
    const s = await begun();
    s.denied("RollBack", "ecr.DescribeImages", { repositoryName: "chat-assistant" });
    s.denied("ShiftTraffic", "ecr.DescribeImages", { repositoryName: "chat-assistant" });
    s.denied("ScaleDown", "s3.HeadObject", { Bucket: "chat-assistant-models", Key: "v7/model.tar.gz" });
    s.denied("RollBack", "sagemaker.DescribeModel", { ModelName: "chat-assistant-v7" });

    expect(await found(s)).toEqual([
      "RollBack asks a gate (ecr.DescribeImages)",
      "ScaleDown asks a gate (s3.HeadObject)",
    ]);
  });

  it("reports gates that may refuse a release which has changed something, and not one that is planned anew", async () => {
    const s = await begun();
    await changesSomething(s);
    s.entered("CheckGates", {});

    expect(await found(s)).toEqual([`gates may refuse ${releaseId} after it has changed something`]);
  });

  it("reports a gate that is asked before stable is given more instances", async () => {
    const s = await begun();
    await asks(s, "ShiftTraffic", "one");
    await s.ours(
      { state: "ShiftTraffic", invocation: "one" },
      "sagemaker.UpdateEndpointWeightsAndCapacities",
      {
        EndpointName: endpoint,
        DesiredWeightsAndCapacities: [{ VariantName: "v6", DesiredInstanceCount: 10 }],
      },
    );

    expect(await found(s)).toEqual(["a gate was asked before stable was to have more instances"]);
  });

  it("reports one that is denied before stable is given more instances", async () => {
    const s = await begun();
    const by = { state: "ShiftTraffic", invocation: "one" };
    s.denied(by, "kms.DescribeKey", { KeyId });
    await s.ours(by, "sagemaker.UpdateEndpointWeightsAndCapacities", {
      EndpointName: endpoint,
      DesiredWeightsAndCapacities: [{ VariantName: "v6", DesiredInstanceCount: 10 }],
    });

    expect(await found(s)).toEqual(["a gate was asked before stable was to have more instances"]);
  });

  it("reports a release that gates hold beyond their deadline, once, and none that has gone back by then", async () => {
    const s = await begun();
    await held(s);
    s.wait(25);
    await asks(s, "ShiftTraffic");
    s.wait(30);
    await asks(s, "ShiftTraffic", "later");
    await asks(s, "ShiftTraffic", "later still");

    expect(await found(s)).toEqual([`gates hold ${releaseId} beyond the 20 minutes of their deadline`]);

    const back = await begun();
    await held(back);
    back.wait(25);
    back.entered("RollBack", {});
    back.wait(60);
    await asks(back, "ShiftTraffic");
    expect(await found(back)).toEqual([]);
  });
});
