/** Publishing on a topic: what leaves for the network, signed, and what the twin's SNS takes and refuses. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, test } from "vitest";
import { announcing } from "../../src/aws/sns.ts";
import { openAccount } from "./account.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
const topic = "arn:aws:sns:eu-west-1:123456789012:slipway-dev-Notices-REHEARSED";
const message = { topic, subject: "a & b", mail: "line one\nline two", others: '{"version":"1.0"}' };
const patience = { connectionTimeout: 3_000, requestTimeout: 10_000 };
const credentials = async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" });

/** An SNS of one's own, which answers with a status. */
async function served(status: number) {
  const asked: { headers: Record<string, unknown>; form: Record<string, string> }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    asked.push({ headers: request.headers, form });
    response.writeHead(status).end(status === 200 ? "" : "<Error><Code>Throttled</Code></Error>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, announce: announcing({ region: "eu-west-1", credentials, endpoint, patience }) };
}

test("one signed form leaves, with a text for mail and one for all others", async () => {
  const { asked, announce } = await served(200);

  await announce(message);

  expect(asked).toHaveLength(1);
  expect(asked[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sns\/aws4_request, SignedHeaders=content-type;host;/,
  );
  expect(asked[0]?.form).toEqual({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: topic,
    Subject: "a & b",
    MessageStructure: "json",
    Message: JSON.stringify({ default: '{"version":"1.0"}', email: "line one\nline two" }),
  });
});

test("what SNS refuses is told with its own words", async () => {
  const { announce } = await served(400);

  await expect(announce(message)).rejects.toMatchObject({
    name: "AwsRefused",
    message: `SNS answered 400 to Publish on ${topic}: <Error><Code>Throttled</Code></Error>`,
  });
});

describe("the twin's SNS", () => {
  const publish = (given: Partial<typeof message>) =>
    openAccount().aws.announce?.({ ...message, ...given }) ?? Promise.reject(new Error("no topic"));

  it("takes a message as it is published", async () => {
    await expect(publish({})).resolves.toBeUndefined();
  });

  it.each([
    ["a topic that is not there", { topic: "arn:aws:sns:eu-west-1:210987654321:other" }, "NotFound"],
    ["a subject with a line break", { subject: "a\nb" }, "InvalidParameter"],
    ["a subject that is too long", { subject: "x".repeat(100) }, "InvalidParameter"],
    ["a subject of other letters", { subject: "ü" }, "InvalidParameter"],
    ["a message that is too long", { others: "x".repeat(300_000) }, "InvalidParameter"],
  ])("refuses %s", async (_, given, name) => {
    await expect(publish(given)).rejects.toMatchObject({ message: expect.stringContaining(name) });
  });
});
