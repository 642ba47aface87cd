/** What a release creates says whose it is: seen red for each way in which it may not. */
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { tags } from "./right-release.ts";
import { arnOf, createStream, endpoint, releaseId } from "./stream.ts";

const name = "slipway-dev-chat-assistant-v7-production-model";
const model = (Tags?: readonly { Key: string; Value: string }[]) => ({
  ModelName: name,
  PrimaryContainer: {
    ModelPackageName: "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7",
  },
  ExecutionRoleArn: "arn:aws:iam::123456789012:role/chat-assistant-serving",
  ...(Tags !== undefined && { Tags }),
});

async function found(input: object, own: Partial<Plan> = {}, operation = "CreateModel"): Promise<string[]> {
  const s = createStream({}, own);
  await s.lock({ holder: arnOf("rehearsal"), release: releaseId });
  await s.ours("PrewarmInference", `sagemaker.${operation}`, { ...input });
  return (await s.finish()).filter((one) => one.name === "attributable").map(({ what }) => what);
}

describe("attributable", () => {
  it("is content with the release, its plan and the plan's own tags, in any order", async () => {
    expect(await found(model(tags))).toEqual([]);
    const more = { Key: "cost-centre", Value: "4711" };
    expect(await found(model([more, ...tags]), { tags: { "cost-centre": "4711" } })).toEqual([]);
  });

  it.each([
    ["none", undefined],
    ["one of them alone", tags.slice(0, 1)],
    ["another release's", [{ Key: "slipway:release", Value: "other" }, ...tags.slice(1)]],
    ["one that nobody has asked for", [...tags, { Key: "team", Value: "x" }]],
  ])("reports a model with %s", async (_, wrong) => {
    expect(await found(model(wrong))).toEqual([
      expect.stringMatching(/^slipway-dev-.* was created with the tags /),
    ]);
  });

  it("reports a plan's own tag that is left out", async () => {
    expect(await found(model(tags), { tags: { team: "x" } })).toHaveLength(1);
  });

  it("reports tags on what was there before the release, and is made again as it was", async () => {
    const s = createStream();
    await s.lock({ holder: arnOf("rehearsal"), release: releaseId });
    const config = s.world.state.endpoints.get(endpoint)?.configName ?? "";
    const variants = [
      {
        VariantName: "v6",
        ModelName: "chat-assistant-v6",
        InstanceType: "ml.g5.xlarge",
        InitialInstanceCount: 8,
      },
    ];
    const again = async (Tags?: typeof tags) => {
      await s.outside("sagemaker.DeleteEndpointConfig", { EndpointConfigName: config });
      await s.ours("RollBack", "sagemaker.CreateEndpointConfig", {
        EndpointConfigName: config,
        ProductionVariants: variants,
        ...(Tags !== undefined && { Tags }),
      });
    };
    await again();
    await again(tags);

    expect((await s.finish()).filter((one) => one.name === "attributable").map(({ what }) => what)).toEqual([
      `${config} was created with the tags slipway:plan=chat-assistant, slipway:release=${releaseId}, not none`,
    ]);
  });
});
