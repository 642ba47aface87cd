/** Telling people of a release by the events of the bus: what reaches the topic, and what becomes of what does not. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { AwsError } from "#twin/vocabulary";
import { contract, tellPeople } from "../../functions/tell-people.ts";
import { publish } from "../../src/aws/event-bridge.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { toldStates } from "../../src/core/release/notice.ts";
import { openAccount } from "../aws/account.ts";
import { Run } from "./run.ts";

const release = {
  id: "chat-assistant-v7-production",
  subject: "endpoint/chat-assistant",
  model: "chat-assistant",
  version: 7,
};

/** What was published on the topic, as its subscribers get it. */
function announced({ calls }: Pick<ReturnType<typeof openAccount>, "calls">) {
  return calls
    .filter(({ service, operation }) => `${service}.${operation}` === "sns.Publish")
    .map(({ input }) => {
      const { default: others, email } = JSON.parse(String(input.Message)) as Record<string, string>;
      return { topic: input.TopicArn, subject: input.Subject, others: JSON.parse(others ?? ""), email };
    });
}

/** An event as the rule hands it on. */
const eventOf = (detail: object, id = "00000000-0000-4000-a000-000000000001") =>
  contract.input.parse({ id, source: "slipway", "detail-type": "Slipway Release State Change", detail });

test("an event becomes one message, for chats and for mail", async () => {
  const account = openAccount();
  await publish(account.tools, release, {
    state: "closed",
    outcome: "promoted",
    reason: "all stages passed",
  });
  const [detail] = account.published();

  expect(await tellPeople(eventOf(detail ?? {}), account.tools)).toEqual({ told: "release-promoted" });

  expect(announced(account)).toEqual([
    {
      topic: rehearsedDeployment.noticesTopic,
      subject: "chat-assistant v7 is promoted",
      others: expect.objectContaining({
        version: "1.0",
        source: "custom",
        id: "00000000-0000-4000-a000-000000000001",
        metadata: expect.objectContaining({ threadId: "chat-assistant-v7-production" }),
      }),
      email: expect.stringContaining("slipway report chat-assistant-v7-production --stage dev\n"),
    },
  ]);
});

test("what is no matter of people's is told to nobody", async () => {
  const account = openAccount();
  await publish(account.tools, release, { state: "shifted", stage: 1, trafficPercent: 25 });
  const [detail] = account.published();

  expect(await tellPeople(eventOf(detail ?? {}), account.tools)).toEqual({});

  expect(announced(account)).toEqual([]);
});

test("an event that comes twice says by its id that it is one", async () => {
  const account = openAccount();
  await publish(account.tools, release, { state: "opened", trigger: "registry" });
  const [detail] = account.published();

  for (const _ of [1, 2]) await tellPeople(eventOf(detail ?? {}, "same"), account.tools);

  expect(announced(account).map(({ others }) => others.id)).toEqual(["same", "same"]);
});

test("a topic that does not take it has the event tried again, and is named", async () => {
  const account = openAccount();
  await publish(account.tools, release, { state: "opened", trigger: "registry" });
  const [detail] = account.published();
  account.fail("Publish", new AwsError("AuthorizationError", "not allowed", { statusCode: 403 }));

  await expect(tellPeople(eventOf(detail ?? {}), account.tools)).rejects.toMatchObject({
    name: "AwsRefused",
    message: expect.stringMatching(/^SNS answered 403 to Publish on arn:aws:sns:.*AuthorizationError/s),
  });
  const { announce: _, ...aws } = account.aws;
  await expect(tellPeople(eventOf(detail ?? {}), { ...account.tools, aws })).rejects.toMatchObject({
    name: "BadState",
  });
});

test("the rule lets through what people are told of, of this stack alone, on its own bus", () => {
  const { resources, functions } = parse(readFileSync("serverless.yml", "utf8"), { logLevel: "error" });
  const { EventPattern, EventBusName, Targets } = resources.Resources.NoticesRule.Properties;

  expect(EventPattern).toEqual({
    source: ["slipway"],
    "detail-type": ["Slipway Release State Change"],
    detail: { stack: ["AWS::StackName"], state: [...toldStates] },
  });
  expect(EventBusName).toBe(`\${param:eventBus}`);
  expect(Targets).toEqual([{ Id: "tell-people", Arn: "TellPeopleLambdaFunction.Arn" }]);
  expect(functions.tellPeople.environment).toEqual({ SLIPWAY_NOTICES_TOPIC: "Notices" });
});

test("the events of a release that is refused, as its steps publish them, are told in its thread", async () => {
  const run = await Run.begin();
  for (const [nth, detail] of run.account.published().entries())
    await tellPeople(eventOf(detail, `event-${nth}`), run.account.tools);

  const told = announced(run.account);

  expect(told.map(({ subject }) => subject)).toEqual(["chat-assistant v7 to production has begun"]);
  expect(new Set(told.map(({ others }) => others.metadata.threadId))).toEqual(
    new Set(["chat-assistant-v7-production"]),
  );
});
