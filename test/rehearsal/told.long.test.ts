/** What people are told of whole releases: by the events that each has published, through the function that tells of them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Observer } from "#twin/engine";
import { contract, tellPeople } from "../../functions/tell-people.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import { openAccount } from "../aws/account.ts";
import { partOf } from "../part.ts";
import { rehearsing } from "./explore/rehearsing.ts";

interface Message {
  readonly kind: string;
  readonly thread: string;
}

/** Each message of a release of a plan in a world, in the order in which its events were published. */
async function toldOf(path: string, world: string): Promise<{ outcome: string; messages: Message[] }> {
  const parsed = parsePlan(readFileSync(path, "utf8"), path);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  const details: unknown[] = [];
  const bus = (): Observer => ({
    name: "bus",
    effected: ({ call }) => {
      if (call.operation !== "PutEvents") return;
      const { Entries } = call.input as { Entries: readonly { DetailType: string; Detail: string }[] };
      for (const { DetailType, Detail } of Entries)
        if (DetailType === "Slipway Release State Change") details.push(JSON.parse(Detail));
    },
    findings: () => null,
  });
  const { plan } = parsed;
  const { record } = await rehearsing({
    plan,
    world,
    event: { model: plan.model, version: 7 },
    observers: [bus],
  });
  const account = openAccount();
  for (const [nth, detail] of details.entries()) {
    const id = `00000000-0000-4000-a000-${String(nth).padStart(12, "0")}`;
    const event = { id, source: "slipway", "detail-type": "Slipway Release State Change", detail };
    await tellPeople(contract.input.parse(event), account.tools);
  }
  const messages = account.calls
    .filter(({ operation }) => operation === "Publish")
    .map(({ input }) => {
      const { default: chat } = JSON.parse(String(input.Message)) as { default: string };
      const { metadata } = JSON.parse(chat) as { metadata: { threadId: string; eventType: string } };
      return { kind: metadata.eventType, thread: metadata.threadId };
    });
  return { outcome: record.outcome, messages };
}

const plans = [
  "plans/chat-assistant.yml",
  ...["large-and-fast", "fraud-scoring", "looking-ahead", "gated"].map(
    (name) => `test/data/plans/${name}.yml`,
  ),
];

test.each(partOf(plans, 2))(
  "a healthy release of %s tells at most six times, in one thread",
  async (path) => {
    const { outcome, messages } = await toldOf(path, "healthy");

    expect(outcome).toBe("promoted");
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.length).toBeLessThanOrEqual(6);
    expect(new Set(messages.map(({ thread }) => thread)).size).toBe(1);
    expect(messages.at(0)?.kind).toBe("release-opened");
    expect(messages.at(-1)?.kind).toBe("release-promoted");
  },
);

test("one that goes back tells of that, and how it ended", async () => {
  const { outcome, messages } = await toldOf("plans/chat-assistant.yml", "bad-errors");

  expect(outcome).toBe("rolled-back");
  expect(messages.map(({ kind }) => kind)).toEqual([
    "release-opened",
    "release-rolling-back",
    "release-rolled-back",
  ]);
  expect(new Set(messages.map(({ thread }) => thread)).size).toBe(1);
});
