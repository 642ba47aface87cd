/** On which endpoints releases are under way, as the locks say. */
import { expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { writeLock } from "../../src/aws/lock-item.ts";
import { takeLock } from "../../src/aws/locks.ts";
import { releasesUnderWay } from "../../src/aws/under-way.ts";
import { openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding } from "./releases.ts";

test("are those whose locks are held, without pools, and without what was left as it is", async () => {
  const account = openAccount();
  const { aws } = account;
  expect(await releasesUnderWay(aws)).toEqual({ endpoints: [] });

  await holding(account);
  const since = new Date(account.now()).toISOString();
  for (const subject of ["endpoint/left", "pool/chat-assistant/training"])
    await takeLock(aws, { subject, releaseId: subject, execution: executionArn("other"), since });
  await writeLock(aws, "endpoint/left", {
    UpdateExpression: "SET #left = :left",
    ExpressionAttributeNames: { "#left": "remainder" },
    ExpressionAttributeValues: { ":left": [] },
  });

  expect(await releasesUnderWay(aws)).toEqual({ endpoints: ["chat-assistant"] });
});

test("are none where locks may not be looked at, and why is told", async () => {
  const account = openAccount();
  await holding(account);
  account.fail("Query", new AwsError("AccessDeniedException", "not allowed"), 1);

  expect(await releasesUnderWay(account.aws)).toEqual({
    endpoints: [],
    refused: expect.stringContaining("not allowed"),
  });
});
