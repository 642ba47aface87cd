/** What MLflow tells is taken if it is signed with the stack's secret and fresh, and starts one execution, however often it comes. */
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { contract, takeWebhook } from "../../functions/take-webhook.ts";
import { connect } from "../../src/aws/clients.ts";
import { lambda } from "../../src/aws/lambda.ts";
import { freshMs, isSignedWith } from "../../src/aws/webhooks.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { rehearsedSecret } from "../../src/rehearsal/release/application.ts";
import { type Account, openAccount } from "../aws/account.ts";

/** As mlflow/webhooks/delivery.py signs, version 3: its own separators of JSON too. */
const alias = { name: "chat_assistant", alias: "champion", version: "12" };
const bodyOf = (data: object, kind: object = {}) =>
  JSON.stringify({
    ...{ entity: "model_version_alias", action: "created", timestamp: "2026-01-05T08:00:00.000000+00:00" },
    ...kind,
    data,
  });
const sign = (text: string, secret = rehearsedSecret) =>
  `v1,${createHmac("sha256", secret).update(text).digest("base64")}`;

interface Sent {
  readonly id?: string;
  readonly atMs?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly encoded?: boolean;
}

async function send(
  account: Account,
  { id = "one", atMs, body = bodyOf(alias), headers, encoded = false }: Sent = {},
) {
  const timestamp = String(Math.floor((atMs ?? account.now()) / 1000));
  const event = {
    headers: {
      "content-type": "application/json",
      "x-mlflow-delivery-id": id,
      "x-mlflow-timestamp": timestamp,
      "x-mlflow-signature": sign(`${id}.${timestamp}.${body}`),
      ...headers,
    },
    body: encoded ? Buffer.from(body).toString("base64") : body,
    isBase64Encoded: encoded,
  };
  const { statusCode, body: said } = await takeWebhook(contract.input.parse(event), account.tools);
  return { statusCode, said: (JSON.parse(said) as { said: string }).said };
}

const inputOf = ({ executions, aws }: Account, name: string): unknown =>
  JSON.parse(
    executions.describe(`${aws.environment.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`)
      .input,
  );

test("starts the machine with the alias, and says as what", async () => {
  const account = openAccount();

  const { statusCode, said } = await send(account);

  const name = /^execution (webhook-\S+) says what comes of it$/.exec(said)?.[1] ?? "";
  expect(statusCode).toBe(202);
  expect(inputOf(account, name)).toEqual({
    source: "mlflow",
    "detail-type": "MLflow Model Version Alias Created",
    detail: { delivery: "one", timestamp: "2026-01-05T08:00:00.000000+00:00", ...alias },
  });
});

test("the same delivery tried again is one execution; another delivery of the same alias is another", async () => {
  const account = openAccount();
  const first = await send(account);
  const again = await send(account);
  const other = await send(account, { id: "two" });

  expect(again).toEqual(first);
  expect(other.said).not.toBe(first.said);
  expect(account.writes().filter((each) => each === "StartExecution")).toHaveLength(3);
  expect(account.executions.list()).toHaveLength(2);
});

test("a body that Lambda hands over in base64 is held to its own bytes", async () => {
  expect(
    await send(openAccount(), { body: bodyOf({ ...alias, name: "größe" }), encoded: true }),
  ).toMatchObject({
    statusCode: 202,
  });
});

describe("is refused, and starts nothing:", () => {
  test.each<[string, Sent, number, RegExp]>([
    ["without its headers", { headers: { "x-mlflow-signature": "" } }, 401, /found no x-mlflow-signature$/],
    [
      "with another's signature",
      { headers: { "x-mlflow-signature": sign("x", "another") } },
      401,
      /found another$/,
    ],
    [
      "with MLflow's older kind of signature",
      { headers: { "x-mlflow-signature": "sha256=00" } },
      401,
      /found another$/,
    ],
    ["for another delivery's id", { headers: { "x-mlflow-delivery-id": "other" } }, 401, /found another$/],
    [
      "that is too long",
      { body: bodyOf({ ...alias, name: "x".repeat(20_000) }) },
      413,
      /at most 16384 bytes/,
    ],
  ])("what comes %s", async (_, sent, statusCode, said) => {
    const account = openAccount();

    expect(await send(account, sent)).toEqual({ statusCode, said: expect.stringMatching(said) });
    expect(account.writes()).toEqual([]);
  });

  test.each([-freshMs - 1000, freshMs + 1000])("what is %s ms off, well signed as it may be", async (off) => {
    const account = openAccount();

    expect(await send(account, { atMs: account.now() + off })).toMatchObject({ statusCode: 401 });
    expect(await send(account, { headers: { "x-mlflow-timestamp": "soon" } })).toMatchObject({
      statusCode: 401,
    });
    // Nobody who has no secret makes the stack read its own.
    expect(account.calls).toEqual([]);
  });

  test("what is signed with a text that only begins as the secret's signature does", async () => {
    const at = "1767600000";
    const whole = sign(`one.${at}.{}`);
    const by = (signature: string) =>
      isSignedWith({ id: "one", timestamp: at, body: "{}", signature }, rehearsedSecret);

    expect([whole, whole.slice(0, -1), `${whole}=`, ""].map(by)).toEqual([true, false, false, false]);
  });
});

test("one changed byte of what was signed is found", () => {
  const delivery = { id: "one", timestamp: "1767600000", body: bodyOf(alias) };
  const signature = sign(`${delivery.id}.${delivery.timestamp}.${delivery.body}`);

  fc.assert(
    fc.property(
      fc.constantFrom("id", "timestamp", "body" as const),
      fc.nat(),
      fc.integer({ min: 33, max: 126 }),
      (member, at, code) => {
        const text = delivery[member];
        const place = at % text.length;
        const changed = text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
        expect(isSignedWith({ ...delivery, [member]: changed, signature }, rehearsedSecret)).toBe(
          changed === text,
        );
      },
    ),
  );
});

test.each([
  ["an alias that was taken away", bodyOf({ name: "a", alias: "b" }, { action: "deleted" })],
  ["a version that was made", bodyOf({ name: "a", version: "1" }, { entity: "model_version" })],
  ["a text that is no JSON", "hello"],
  ["an alias without a version", bodyOf({ name: "a", alias: "b" })],
])("%s is heard, and starts nothing", async (_, body) => {
  const account = openAccount();

  expect(await send(account, { body })).toEqual({
    statusCode: 200,
    said: "only an alias that is set on a version starts anything",
  });
  expect(account.writes()).toEqual([]);
});

test("where the secret may not be read, it fails, so that MLflow tries again", async () => {
  const account = openAccount();
  account.fail("GetSecretValue", new AwsError("AccessDeniedException", "not authorized"));

  await expect(send(account)).rejects.toThrow(
    /Secrets Manager answered 400 for slipway-dev\/mlflow: .*not authorized/,
  );
});

test("a stack without a secret takes none", async () => {
  const { tools, wire } = openAccount();
  const { webhookSecret: _, ...without } = rehearsedDeployment;
  const event = { headers: {}, body: "", isBase64Encoded: false };

  expect(await lambda(takeWebhook, contract, connect(wire, without))(event, {} as never)).toMatchObject({
    statusCode: 404,
  });
  expect(tools.aws.secret).toBeDefined();
});
