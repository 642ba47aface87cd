/** A whole release on an endpoint that is not the sample's: what is carried over does its work. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { WorldSpec, type WorldView } from "#twin/world";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { plan, rehearsing } from "./explore/rehearsing.ts";

const theirs = "arn:aws:sagemaker:eu-west-1:999999999999:model-package";
const central = { ...plan, modelPackageGroupArn: `${theirs}-group/chat-assistant` };
const text = readFileSync(new URL("../../events/registry-approved.json", import.meta.url), "utf8");
const approved: unknown = JSON.parse(
  text.replaceAll("arn:aws:sagemaker:eu-west-1:123456789012:model-package", theirs),
);

test("a candidate out of another account's registry, with stable's environment, scales by its own CPU", async () => {
  let seen: WorldView | undefined;
  const world = WorldSpec.parse({
    ...loadWorld("traffic-spike"),
    defaultQuotas: true,
    serving: { environment: { SM_NUM_GPUS: "1" } },
    scaling: { follows: "cpu" },
  });

  const { record, violations } = await rehearsing({
    plan: central,
    event: approved,
    world,
    observers: [
      (scene) => {
        seen = scene.world;
        return { name: "kinds", findings: () => undefined };
      },
    ],
  });

  expect(violations).toEqual([]);
  expect(record).toMatchObject({ refusals: [], outcome: "promoted" });
  const [candidate] = seen?.state.endpoints.get("chat-assistant")?.variants ?? [];
  expect(seen?.state.models.get(candidate?.modelName ?? "")?.definition["PrimaryContainer"]).toEqual({
    ModelPackageName: `${theirs}/chat-assistant/7`,
    Environment: { SM_NUM_GPUS: "1" },
  });
  const scaled = seen?.state.scalingActivities.filter(({ target: { resourceId } }) =>
    resourceId.endsWith("/v7"),
  );
  expect(scaled?.map(({ reason }) => reason)).toContainEqual({
    by: "policy",
    policy: "chat-assistant-cpu",
    side: "high",
  });
  expect(candidate?.desiredInstanceCount).toBeGreaterThan(8);
});
