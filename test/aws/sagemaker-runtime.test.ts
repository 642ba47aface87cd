/** A probe: one request to one variant, and how long it was answered. */
import { expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { probe } from "../../src/aws/serving/sagemaker/probe.ts";
import { probeBody } from "../../src/core/plan/warmth.ts";
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
    body: probeBody(plan.warmth),
    patienceMs: 60_000,
    now: () => (ms += 40),
  });

  expect(found).toMatchObject({ answered, milliseconds: 40 });
});

test("a body that is no text is sent as the bytes that it stands for", async () => {
  const account = openAccount();
  const picture = [0xff, 0xd8, 0xff, 0x00, 0x80];
  const payload = { base64: Buffer.from(picture).toString("base64") };

  await probe(account.aws, {
    endpoint: "chat-assistant",
    variant: "v6",
    body: probeBody({ payload, contentType: "image/jpeg" }),
    patienceMs: 60_000,
    now: () => 0,
  });

  const { input } = account.calls.filter(({ operation }) => operation === "InvokeEndpoint").at(-1) ?? {};
  expect(input).toMatchObject({ ContentType: "image/jpeg" });
  expect(Array.from((input?.Body ?? []) as Uint8Array)).toEqual(picture);
});
