/** A probe: one request to one variant, and how long it was answered. */
import { expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { probe } from "../../src/aws/serving/sagemaker/probe.ts";
import { plan } from "../core/example.ts";
import { openAccount } from "./account.ts";

test.each([
  ["an answer", true],
  ["a refusal", false],
])("%s comes with the milliseconds that it took", async (_, answered) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const account = openAccount();
  if (!answered) account.fail("InvokeEndpoint", new AwsError("ModelError", "no", { statusCode: 424 }));
  let ms = 1000;

  const found = await probe(account.aws, {
    endpoint: "chat-assistant",
    variant: "v6",
    warmth: plan.warmth,
    patienceMs: 60_000,
    now: () => (ms += 40),
  });

  expect(found).toMatchObject({ answered, milliseconds: 40 });
});
