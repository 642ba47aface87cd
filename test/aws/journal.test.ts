/** The journal in the table: what is written is read again in order, and what cannot be written stops nobody. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { publish } from "../../src/aws/event-bridge.ts";
import { journalOf, note, noteFleets } from "../../src/aws/journal.ts";
import { needs } from "../core/example.ts";
import { openAccount } from "./account.ts";

const release = { id: "chat-assistant-v7-production", subject: "endpoint/chat-assistant" };
const change = {
  kind: "change",
  id: "join",
  resource: { kind: "routing", name: "chat-assistant" },
  state: "applied",
} as const;

test("entries are read oldest first, each with its moment; the same one written twice is one", async () => {
  const account = openAccount();
  await note(account.tools, release.id, change);
  await note(account.tools, release.id, change);
  account.wait(1);
  await publish(account.tools, release, { state: "shifted", stage: 0, trafficPercent: 5, other: "left out" });

  expect(await journalOf(account.aws, release.id)).toEqual({
    entries: [
      { at: "2026-11-23T09:00:00.000Z", ...change },
      { at: "2026-11-23T09:01:00.000Z", kind: "news", state: "shifted", stage: 0, trafficPercent: 5 },
    ],
    unread: 0,
  });
  expect(await journalOf(account.aws, "another-v7-production")).toEqual({ entries: [], unread: 0 });
});

test("an entry says when the table may drop it", async () => {
  const account = openAccount();

  await note(account.tools, release.id, change);

  const put = account.calls.find(({ operation }) => operation === "PutItem");
  const days400 = Date.parse("2026-11-23T09:00:00Z") / 1000 + 400 * 86_400;
  expect(put?.input.Item).toMatchObject({ expiresAt: { N: String(days400) } });
});

test("what cannot be written is logged, and nobody is kept from going on", async () => {
  const account = openAccount();
  account.fail("PutItem", new AwsError("AccessDeniedException", "no", { statusCode: 400 }));

  await expect(note(account.tools, release.id, change)).resolves.toBeUndefined();

  expect(account.logged).toEqual(["the journal was not kept"]);
  expect((await journalOf(account.aws, release.id)).entries).toEqual([]);
});

test("what is told on the bus is told there all the same where the journal cannot be written", async () => {
  const account = openAccount();
  account.fail("PutItem", new AwsError("AccessDeniedException", "no", { statusCode: 400 }));

  await publish(account.tools, release, { state: "promoted" });

  expect(account.published()).toMatchObject([{ state: "promoted" }]);
});

test("what another version wrote is counted, and the rest is read", async () => {
  const { aws, tools } = openAccount();
  await note(tools, release.id, change);
  const Item = { pk: `journal#${release.id}`, sk: "2027 look", kind: "look", at: "soon" };
  await aws.table.send(new PutCommand({ TableName: aws.environment.table, Item }));

  const { entries, unread } = await journalOf(aws, release.id);

  expect([entries.length, unread]).toEqual([1, 1]);
});

test("fleets are noted at rest: while an endpoint moves, it tells of what it moves away from", async () => {
  const { aws, tools } = openAccount();
  const v6 = { name: "v6", currentInstances: 8, desiredInstances: 8, currentWeight: 1, desiredWeight: 1 };
  const endpoint = { name: "chat-assistant", status: "Updating", variants: [v6] };

  await noteFleets(tools, release, { endpoint, needs });
  expect((await journalOf(aws, release.id)).entries).toEqual([]);

  await noteFleets(tools, release, { endpoint: { ...endpoint, status: "InService" }, needs });
  expect((await journalOf(aws, release.id)).entries).toMatchObject([
    { kind: "fleets", fleets: { stable: { desired: 8, provisioned: 8 } } },
  ]);
});
