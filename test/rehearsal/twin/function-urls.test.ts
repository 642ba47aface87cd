/** Function URLs of the twin: who called is what the request was signed with, and the function's answer is HTTP's. */
import { describe, expect, test } from "vitest";
import { functionUrls, type WireRequest } from "#twin/services";

const host = "orders.lambda-url.eu-west-1.on.aws";
const signedBy = (key: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0`,
});
const request = (headers: Record<string, string>, more: Partial<WireRequest> = {}): WireRequest => ({
  ...{ method: "POST", hostname: host, path: "/a", query: { b: "1" }, body: "{}" },
  headers,
  ...more,
});
const given = (answer: (event: unknown) => unknown) =>
  functionUrls([{ host, invoke: async (eventBy) => answer(eventBy("the-id")) }], {
    account: "123456789012",
    now: () => 0,
  });
const textOf = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);

test("an event says who signed, what was asked, and which invocation it is", async () => {
  let event: unknown;
  await given((one) => {
    event = one;
  }).handle(request(signedBy("TWIN.ann")));

  expect(event).toMatchObject({
    version: "2.0",
    rawPath: "/a",
    rawQueryString: "b=1",
    body: "{}",
    isBase64Encoded: false,
    requestContext: {
      requestId: "the-id",
      http: { method: "POST", path: "/a" },
      authorizer: { iam: { userArn: "arn:aws:iam::123456789012:user/ann", accessKey: "TWIN.ann" } },
    },
  });
});

test.each([
  ["twin", "arn:aws:iam::123456789012:user/twin"],
  ["AKIAIOSFODNN7EXAMPLE", "arn:aws:iam::123456789012:user/twin"],
  ["TWIN.deploy.ann", "arn:aws:sts::123456789012:assumed-role/deploy/ann"],
])("the key %s is %s", async (key, arn) => {
  const { body } = await given((event) => event).handle(request(signedBy(key)));

  expect(textOf({ body })).toContain(`"userArn":"${arn}"`);
});

describe("an answer", () => {
  test("is forbidden to who has not signed, and the function is not invoked", async () => {
    let invoked = 0;
    const answer = await given(() => {
      invoked += 1;
    }).handle(request({}));

    expect({ status: answer.statusCode, body: textOf(answer), invoked }).toEqual({
      status: 403,
      body: '{"Message":"Forbidden"}',
      invoked: 0,
    });
  });

  test("with a status is HTTP's own, without one a body, and a function that fails is a bad gateway", async () => {
    const told = async (answer: () => unknown) => {
      const { statusCode, body } = await given(answer).handle(request(signedBy("twin")));
      return [statusCode, textOf({ body })];
    };

    expect(await told(() => ({ statusCode: 404, headers: { A: "b" }, body: "no" }))).toEqual([404, "no"]);
    expect(await told(() => ({ said: "so" }))).toEqual([200, '{"said":"so"}']);
    expect(
      await told(() => {
        throw new Error("dead");
      }),
    ).toEqual([502, '{"Message":"Internal Server Error"}']);
  });

  test("of another host is nobody's here", () => {
    expect(given(() => 1).isFor({ hostname: host })).toBe(true);
    expect(given(() => 1).isFor({ hostname: "dynamodb.eu-west-1.amazonaws.com" })).toBe(false);
  });
});
