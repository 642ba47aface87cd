/** Orders as they come by the function's URL: who gave them is what AWS says, and what was not asked of the URL is refused. */
import { describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { contract, takeOrder } from "../../functions/take-order.ts";
import { approvalsOf } from "../../src/aws/approvals.ts";
import { readFreeze } from "../../src/aws/freezes.ts";
import { lambda } from "../../src/aws/lambda.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { erasePerson, peopleOf, pseudonymOf } from "../../src/aws/people.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { holding } from "../aws/releases.ts";
import { beforeCall } from "./watched.ts";

const ann = "arn:aws:iam::123456789012:user/ann";
const eventOf = (body: string, more: { requestId?: string; isBase64Encoded?: boolean } = {}) => ({
  requestContext: {
    requestId: more.requestId ?? "an-id",
    authorizer: { iam: { userArn: ann, userId: "AIDA", accountId: "123456789012" } },
  },
  body,
  isBase64Encoded: more.isBase64Encoded ?? false,
});
const taken = async ({ aws }: Account, event: unknown) => {
  const answer = await lambda(takeOrder, contract, aws)(event, { awsRequestId: "an-id" } as never);
  const { statusCode, body } = answer as { statusCode: number; body: string };
  return { statusCode, ...(JSON.parse(body) as object) };
};
const freeze = { order: "freeze", endpoint: "chat-assistant", reason: "a big day" };

test("an order is who signed it, whatever else it says", async () => {
  const account = openAccount();

  expect(await taken(account, eventOf(JSON.stringify(freeze)))).toEqual({
    statusCode: 200,
    said: "endpoint chat-assistant: no new stage starts until it is lifted",
    done: true,
  });
  expect(await readFreeze(account.aws, "chat-assistant")).toMatchObject({ by: ann, reason: "a big day" });
});

test("a body may come encoded", async () => {
  const body = Buffer.from(JSON.stringify(freeze)).toString("base64");

  expect(await taken(openAccount(), eventOf(body, { isBase64Encoded: true }))).toMatchObject({
    statusCode: 200,
  });
});

test("an event that somebody made up is refused: which id Lambda gives nobody knows before", async () => {
  const account = openAccount();
  const forged = eventOf(JSON.stringify(freeze), { requestId: "another-id" });

  expect(await taken(account, forged)).toEqual({
    statusCode: 403,
    name: "Forged",
    message: "orders are taken by the function's URL alone",
  });
  expect(account.calls).toEqual([]);
});

describe("what is no order is told by what is wrong with it, and nothing is called", () => {
  test.each([
    ["", /^order: the text: expected JSON, found nothing$/],
    ["{", /order/],
    [JSON.stringify({ order: "dance" }), /order: expected/],
    [JSON.stringify({ ...freeze, by: "bob" }), /by: expected/],
    [JSON.stringify({ ...freeze, endpoint: "chat assistant" }), /endpoint: expected/],
    [JSON.stringify({ order: "answer", releaseId: "a", answer: "perhaps" }), /answer: expected/],
  ])("%s", async (body, message) => {
    const account = openAccount();

    expect(await taken(account, eventOf(body))).toMatchObject({
      statusCode: 404,
      name: "BadInput",
      message: expect.stringMatching(message),
    });
    expect(account.calls).toEqual([]);
  });
});

test("an answer to what does not ask is refused, and nothing is written down", async () => {
  const account = openAccount();
  const order = { order: "answer", releaseId: "chat-assistant-v7-production", answer: "proceed" };

  expect(await taken(account, eventOf(JSON.stringify(order)))).toMatchObject({
    statusCode: 404,
    name: "NotFound",
  });
  expect(await approvalsOf(account.aws, order.releaseId)).toEqual([]);
});

describe("an order to stop what is still opening", () => {
  const stopping = JSON.stringify({ order: "stop-opening", execution: "emit-1" });
  const running = ({ executions }: Account) => executions.list("RUNNING").map(({ name }) => name);

  test("stops an execution that has opened nothing", async () => {
    const account = openAccount();
    account.executions.begin("emit-1");
    account.executions.enter("emit-1", "OpenRelease");

    expect(await taken(account, eventOf(stopping))).toEqual({
      statusCode: 200,
      said: "execution emit-1 is stopped; it had opened nothing",
      done: true,
    });
    expect(running(account)).toEqual([]);
  });

  test("leaves one alone that has got further, or that puts something back", async () => {
    const further = openAccount();
    further.executions.begin("emit-1");
    further.executions.enter("emit-1", "PlanCapacity");
    const undoing = openAccount();
    undoing.executions.begin("emit-1", {
      compensate: { releaseId: "chat-assistant-v7-production", why: "it died" },
    });
    undoing.executions.enter("emit-1", "OpenRelease");

    for (const account of [further, undoing]) {
      expect(await taken(account, eventOf(stopping))).toMatchObject({ statusCode: 200, done: false });
      expect(running(account)).toEqual(["emit-1"]);
    }
  });

  test("claims nothing where it could not be stopped", async () => {
    const account = openAccount();
    account.executions.begin("emit-1");
    account.fail("StopExecution", Object.assign(new Error("no"), { name: "AccessDeniedException" }), 9);

    const told = await taken(account, eventOf(stopping));

    expect(told).toMatchObject({ statusCode: 200, done: false });
    expect(running(account)).toEqual(["emit-1"]);
  });
});

test("what AWS refuses is no fault of the order's", async () => {
  const account = openAccount();
  account.fail(
    "PutItem",
    Object.assign(new Error("no"), { name: "AccessDeniedException", $fault: "client" }),
    9,
  );

  expect(await taken(account, eventOf(JSON.stringify(freeze)))).toMatchObject({ statusCode: 409 });
});

describe("under which pseudonym evidence knows whoever ordered", () => {
  const stop = { order: "stop", releaseId: "chat-assistant-v7-production" };
  async function stopped(account: Account, hindered = () => {}) {
    const release = await holding(account);
    account.executions.begin("a");
    hindered();
    const said = await taken(account, eventOf(JSON.stringify({ ...stop, releaseId: release.id })));
    return { said, order: (await readLock(account.aws, release.subject)).order };
  }

  test("is drawn at their first order, and theirs from then on", async () => {
    const account = openAccount();
    const { order } = await stopped(account);
    const [[pseudonym] = []] = [...(await peopleOf(account.aws))];
    await taken(account, eventOf(JSON.stringify(stop)));

    expect(pseudonym).toMatch(/^person-[0-9a-f-]{36}$/);
    expect(order).toMatchObject({ kind: "stop", by: ann, pseudonym });
    expect([...(await peopleOf(account.aws))]).toEqual([[pseudonym, ann]]);
  });

  test("is another once they were erased, and nobody's while the directory refuses: no order waits for it", async () => {
    const account = openAccount();
    await taken(account, eventOf(JSON.stringify(stop)));
    const [[first] = []] = [...(await peopleOf(account.aws))];
    expect(await erasePerson(account.aws, ann, "2026-01-06T09:00:00.000Z")).toBe(true);
    expect(await erasePerson(account.aws, ann, "2026-01-06T09:00:00.000Z")).toBe(false);
    await taken(account, eventOf(JSON.stringify(stop)));
    const [[second] = []] = [...(await peopleOf(account.aws))];
    expect(second).not.toBe(first);

    const refusing = openAccount();
    const denied = new AwsError("AccessDeniedException", "not authorized", { statusCode: 400 });
    const { said, order } = await stopped(refusing, () =>
      beforeCall(refusing.aws.table, "Get", (nth) => {
        if (nth === 1) throw denied;
      }),
    );
    vi.restoreAllMocks();
    expect(said).toMatchObject({
      done: true,
      said: expect.stringMatching(
        /\nevidence will not say whose order it was: the directory of people could not be written \(AccessDeniedException: /,
      ),
    });
    expect(order).not.toHaveProperty("pseudonym");
    expect((await peopleOf(refusing.aws)).size).toBe(0);
  });

  test("is drawn once by two orders at a time", async () => {
    const account = openAccount();
    const at = "2026-01-05T08:00:00.000Z";
    const drawn = await Promise.all([1, 2, 3].map(() => pseudonymOf(account.aws, ann, at)));

    expect(new Set(drawn).size).toBe(1);
  });

  test("is asked for by no question, no freeze, nor where no evidence is kept", async () => {
    const account = openAccount();
    await taken(account, eventOf(JSON.stringify({ order: "ask", releaseId: stop.releaseId })));
    await taken(account, eventOf(JSON.stringify(freeze)));
    const { evidence: _, ...environment } = account.aws.environment;
    await taken({ ...account, aws: { ...account.aws, environment } }, eventOf(JSON.stringify(stop)));

    expect((await peopleOf(account.aws)).size).toBe(0);
  });
});
