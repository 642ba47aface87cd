/** Where a release stands that waits in the queue: in the execution that has its place, be it a later one. */
import { expect, test } from "vitest";
import { enqueue } from "../../src/aws/locks.ts";
import { claimRelease } from "../../src/aws/releases.ts";
import { lookAt } from "../../src/aws/standing.ts";
import { plan } from "../core/example.ts";
import { openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding, releaseOf, subject } from "./releases.ts";

test("a release that waits on in another execution is at work where that one runs", async () => {
  const account = openAccount();
  await holding(account, 7);
  const release = releaseOf(8);
  await claimRelease(account.aws, release, plan);
  account.executions.begin("release-v8");
  account.executions.end("release-v8", "SUCCEEDED");
  account.executions.begin("go-on");
  const since = release.openedAt;
  await enqueue(account.aws, { subject, releaseId: release.id, execution: executionArn("go-on"), since });

  expect(await lookAt(account.aws, release.id)).toMatchObject({
    execution: executionArn("go-on"),
    standing: { is: "waiting", running: true },
  });
});
