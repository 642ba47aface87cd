/** An alias that is set in MLflow starts the approved version that names its version, once, and nothing that is not approved. */
import { readFileSync } from "node:fs";
import { UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { Plan } from "../../src/core/plan/plan.ts";
import { uriProperty } from "../../src/core/request/alias-set.ts";
import type { Account } from "../aws/account.ts";
import { plan } from "../core/example.ts";
import { accountWith, manual, opening } from "./run.ts";

const event = JSON.parse(readFileSync(new URL("../../events/alias-set.json", import.meta.url), "utf8")) as {
  detail: Record<string, unknown>;
};
const waiting = Plan.parse({
  ...plan,
  registry: { kind: "mlflow", model: "chat_assistant", alias: "champion" },
});
const aliasOf = (detail: object) => ({ ...event, detail: { ...event.detail, ...detail } });

const update = ({ aws }: Account, version: number, more: object) =>
  aws.sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/${version}`,
      ...more,
    }),
  );

/** Version 7 names MLflow's twelfth. */
async function account(of: Plan = waiting): Promise<Account> {
  const opened = await accountWith({ plan: of });
  await update(opened, 7, { CustomerMetadataProperties: { [uriProperty]: "models:/chat_assistant/12" } });
  return opened;
}

const inputOf = ({ executions, aws }: Account, name: string): unknown =>
  JSON.parse(
    executions.describe(`${aws.environment.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`)
      .input,
  );

test("starts the release of the version that names it, as a registry's approval", async () => {
  const own = await account();

  const came = await opening(event, own, "alias");

  const started = /started as (emit-\S+)$/.exec("reason" in came ? (came.reason ?? "") : "")?.[1] ?? "";
  expect(came).toMatchObject({ route: "handed-over", handOver: { to: started } });
  const input = inputOf(own, started);
  expect(input).toMatchObject({
    ...{ model: "chat-assistant", version: 7, milestone: "production", registry: "mlflow" },
    note: "the alias champion was set on models:/chat_assistant/12",
  });
  expect(await opening(input, own, "release")).toMatchObject({
    route: "production",
    reason: "chat-assistant-v7-production opened by registry",
  });
});

test("the alias set again starts nothing more, while it starts and once it is under way", async () => {
  const own = await account();
  await opening(event, own, "one");

  expect(await opening(event, own, "two")).toMatchObject({
    reason: expect.stringMatching(/which is being started as emit-/),
  });
  await opening({ ...manual, registry: "mlflow" }, own, "release");
  expect(await opening(event, own, "three")).toEqual({
    route: "ignored",
    reason: expect.stringMatching(/, and chat-assistant-v7-production is under way$/),
  });
});

test.each([
  [
    "a version of MLflow's that none names",
    aliasOf({ version: "13" }),
    /none of the newest 20 approved versions of chat-assistant has the metadata property mlflow:model-uri with models:\/chat_assistant\/13: register one with it/,
  ],
  [
    "another alias",
    aliasOf({ alias: "challenger" }),
    /^no plan waits for the alias challenger of chat_assistant/,
  ],
  ["another model", aliasOf({ name: "search" }), /^no plan waits for the alias champion of search/],
])("%s starts nothing", async (_, told, reason) => {
  const own = await account();
  const before = own.writes().length;

  expect(await opening(told, own, "alias")).toEqual({
    route: "ignored",
    reason: expect.stringMatching(reason),
  });
  expect(own.writes().slice(before)).toEqual([]);
});

test("no more than twenty versions are looked through, the newest first", async () => {
  const own = await account();
  const packages = own.world.state.modelPackages;
  const [arn = "", seven] = [...packages].find(([each]) => each.endsWith("/7")) ?? [];
  if (seven === undefined) throw new Error("expected a seventh version");
  const newer = (version: number) =>
    packages.set(arn.replace(/7$/, String(version)), {
      ...{ ...seven, version, metadata: {}, creationMs: seven.creationMs + version },
    });
  for (let version = 8; version < 27; version += 1) newer(version);

  expect(await opening(event, own, "nineteen")).toMatchObject({ route: "handed-over" });
  newer(27);
  const again = { ...event, detail: { ...event.detail, delivery: "another" } };
  expect(await opening(again, own, "twenty")).toMatchObject({
    route: "ignored",
    reason: expect.stringMatching(/^none of the newest 20 approved versions/),
  });
});

test("a version that is not approved is not looked at, whatever it names", async () => {
  const own = await account();
  await update(own, 7, { ModelApprovalStatus: "Rejected" });

  expect(await opening(event, own, "alias")).toMatchObject({
    route: "ignored",
    reason: expect.stringMatching(/^none of the newest 20 approved versions/),
  });
});

test("an approval of a version whose plan waits for an alias says what it waits for, and so does a tag", async () => {
  const own = await account();
  const approved = JSON.parse(
    readFileSync(new URL("../../events/registry-approved.json", import.meta.url), "utf8"),
  );

  expect(await opening(approved, own, "approval")).toEqual({
    route: "ignored",
    reason:
      "an approved version of chat-assistant is released once its version of chat_assistant in MLflow gets the alias champion",
  });
  expect(await opening({ ...manual, registry: "ecr" }, own, "tag")).toMatchObject({ route: "ignored" });
});

test("a plan that waits for no other registry is not released by an alias", async () => {
  expect(await opening(event, await account(plan), "alias")).toMatchObject({
    route: "ignored",
    reason: "no plan waits for the alias champion of chat_assistant in MLflow",
  });
});
