/** How an order is sent: signed, again where no answer comes, and never claimed where it is not known what came of it. */
import { describe, expect, test } from "vitest";
import { orderDoor } from "../../src/aws/order-door.ts";

interface Sent {
  readonly headers: Record<string, string>;
  readonly hostname: string;
  readonly body: string;
}
type Answer = { statusCode: number; body?: unknown } | Error;

function doorWith(...answers: readonly Answer[]) {
  const sent: Sent[] = [];
  const wire = {
    async handle(request: never) {
      sent.push(request as unknown as Sent);
      const answer = answers[Math.min(sent.length, answers.length) - 1] ?? new Error("none");
      if (answer instanceof Error) throw answer;
      return { response: answer };
    },
  };
  const door = orderDoor({
    url: "https://abc.lambda-url.eu-west-1.on.aws/",
    region: "eu-west-1",
    credentials: async () => ({ accessKeyId: "AKID", secretAccessKey: "secret", sessionToken: "token" }),
    wire,
    patience: {},
  });
  return { door, sent };
}
const stop = { order: "stop", releaseId: "chat-v7-production" } as const;
const said = { statusCode: 200, body: '{"said":"so","done":true}' };

test("an order is signed for Lambda with the credentials in use, session and all", async () => {
  const { door, sent } = doorWith(said);

  expect(await door(stop)).toEqual({ said: "so", done: true });
  expect(sent[0]?.body).toBe(JSON.stringify(stop));
  expect(sent[0]?.headers).toMatchObject({
    host: "abc.lambda-url.eu-west-1.on.aws",
    "x-amz-security-token": "token",
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/lambda\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
    ),
  });
});

test("an answer comes as text, as bytes, or in pieces", async () => {
  const bytes = new TextEncoder().encode(said.body);
  async function* pieces() {
    yield bytes.slice(0, 5);
    yield bytes.slice(5);
  }
  for (const body of [said.body, bytes, pieces()])
    expect(await doorWith({ statusCode: 200, body }).door(stop)).toEqual({ said: "so", done: true });
});

test.each([
  ["a connection that breaks", new Error("ECONNRESET")],
  ["a function that died", { statusCode: 502, body: '{"Message":"Internal Server Error"}' }],
  ["one request too many", { statusCode: 429, body: "" }],
  ["half an answer", { statusCode: 200, body: '{"said"' }],
])("after %s the order is sent again, and is one order", async (_what, first) => {
  const { door, sent } = doorWith(first, said);

  expect(await door(stop)).toEqual({ said: "so", done: true });
  expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
});

test("without any answer it is not known what came of it", async () => {
  const { door, sent } = doorWith(new Error("ECONNRESET"));

  await expect(door(stop)).rejects.toMatchObject({ name: "OrderUnanswered", message: "Error: ECONNRESET" });
  expect(sent).toHaveLength(3);
});

describe("a refusal is told as it was given, and nothing is sent again", () => {
  test("by the function", async () => {
    const { door, sent } = doorWith({ statusCode: 404, body: '{"name":"NotFound","message":"no release"}' });

    await expect(door(stop)).rejects.toMatchObject({ name: "NotFound", message: "no release" });
    expect(sent).toHaveLength(1);
  });

  test("by AWS, with the rights that it takes", async () => {
    const { door } = doorWith({ statusCode: 403, body: '{"Message":"Forbidden"}' });

    await expect(door(stop)).rejects.toMatchObject({
      name: "HTTP 403",
      message: expect.stringMatching(/^Forbidden: a person needs lambda:InvokeFunctionUrl .*GiveOrders/),
    });
  });
});
