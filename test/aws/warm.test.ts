/** Which instances are warm: those that metrics show answering count before their load time is over. */
import { expect, test } from "vitest";
import { viewEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { warmthOf } from "../../src/aws/warm.ts";
import { openAccount } from "./account.ts";

test("instances seen to answer are warm of every variant, or of those that are asked about", async () => {
  const account = openAccount();
  account.wait(10);
  const endpoint = await viewEndpoint(account.aws, "chat-assistant");
  const since = { at: account.world.startMs / 1000, instances: 8 };
  const look = { endpoint, before: [{ v6: [since] }], loadSeconds: 86_400 };
  const warmIn = async (of?: readonly string[]) =>
    (await warmthOf(account.tools, { ...look, ...(of === undefined ? {} : { of }) })).warmInstances.v6 ?? 0;

  expect(await warmIn()).toBe(8);
  expect(await warmIn(["v6"])).toBe(8);
  expect(await warmIn(["v7"])).toBe(0);
});
