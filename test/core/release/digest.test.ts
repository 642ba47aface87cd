/** A digest as it is read: golden texts for a full one and for one of nothing, and that what people wrote is only shown. */
import { expect, test } from "vitest";
import type { WeeklyDigest } from "../../../src/core/release/digest.ts";
import { digestLines, digestNotification, digestTitle } from "../../../src/core/release/digest-texts.ts";

const nothing = {
  ...{ releases: 0, states: {}, plannedUsd: 0, p95Usd: 0, unplanned: 0 },
  ...{ raisedUsd: 0, unknown: 0, atLeast: 0, toComeUsd: 0 },
};
const empty: WeeklyDigest = {
  stack: "slipway-prod",
  at: "2026-11-30T07:00:00.000Z",
  until: "2026-12-14T07:00:00.000Z",
  ...{ coming: [], conflicts: [], held: [], unseen: [] },
  month: { month: "2026-11", plans: [], total: nothing },
};
const ann = { side: "model", owners: ["ann"], contact: "#chat-models" } as const;
const full: WeeklyDigest = {
  ...empty,
  coming: [
    {
      ...{ model: "chat", kind: "production", dueAt: "2026-12-03T09:00:00.000Z", isTentative: false },
      ...{ raises: "4 ml.g5.xlarge", costUsd: 35.2 },
      confirm: { until: "2026-12-01T09:00:00.000Z", missing: [ann] },
    },
    {
      ...{ model: "search", kind: "production", dueAt: "2026-12-08T09:00:00.000Z", isTentative: true },
      ...{ raises: "", costUsd: null },
    },
  ],
  conflicts: ["endpoint/chat is meant for two at one time"],
  held: [
    {
      ...{ releaseId: "chat-training-20261129", model: "chat", state: "held" },
      ...{ until: "2026-12-01T10:00:00.000Z", raisedUsd: 12.3, toComeUsd: 4.1 },
    },
    {
      ...{ releaseId: "search-v4-production", model: "search", state: "under-way" },
      raisedUsd: null,
      toComeUsd: 0,
    },
  ],
  month: {
    month: "2026-11",
    plans: [{ ...nothing, model: "chat", budgetUsd: 100, isBeyond: true, raisedUsd: 120, toComeUsd: 4.1 }],
    total: { ...nothing, releases: 3, raisedUsd: 120, toComeUsd: 4.1, unknown: 1 },
  },
  unseen: ["the plan of rank is of another version of slipway, and left out"],
};

test("a full one is read whole by mail", () => {
  expect(digestLines(full)).toEqual([
    "slipway-prod, 2026-11-30 07:00 UTC, looking ahead to 2026-12-14: 2 milestones to come, 1 to be confirmed, 1 conflict, $4.10 to come for what is held or under way.",
    "",
    "To come",
    "- 2026-12-03 09:00: chat, production, raises 4 ml.g5.xlarge, $35.20; to be confirmed until 2026-12-01 09:00 by model (ann; #chat-models)",
    "    slipway plan confirm chat --milestone production --stage prod",
    "- about 2026-12-08, by its cadence: search, production, raises nothing, at a price that is not known",
    "",
    "In each other's way",
    "- endpoint/chat is meant for two at one time",
    "",
    "Held or under way now",
    "- chat-training-20261129 is held until 2026-12-01T10:00:00.000Z: $12.30 so far, $4.10 to come",
    "- search-v4-production is under way: at a price that is not known, $0.00 to come",
    "",
    "This month (2026-11)",
    "- 3 releases: $120.00 raised, $4.10 to come; of 1 it is not known",
    "- chat is beyond its budget: $124.10 of $100.00",
    "",
    "Not looked at",
    "- the plan of rank is of another version of slipway, and left out",
  ]);
});

test("a chat shows what somebody has to do or decide", () => {
  const { content } = digestNotification(full, "id");

  expect(content.title).toMatch(/^The next days of slipway-prod: 2 milestones to come/);
  expect(content.description?.split("\n")).toEqual([
    "- 2026-12-03 09:00: chat, production, raises 4 ml.g5.xlarge, $35.20; to be confirmed until 2026-12-01 09:00 by model (ann; #chat-models)",
    "- about 2026-12-08, by its cadence: search, production, raises nothing, at a price that is not known",
    "- In the way: endpoint/chat is meant for two at one time",
    "- chat is beyond its budget: $124.10 of $100.00",
  ]);
  expect(content.nextSteps).toEqual([
    "See all of it: `slipway digest --stage prod`",
    "Confirm production of chat: `slipway plan confirm chat --milestone production --stage prod`",
  ]);
});

test("one of nothing says so in a line", () => {
  expect(digestTitle(empty)).toBe("no milestone comes");
  expect(digestNotification(empty, "id").content).not.toHaveProperty("description");
});

test("a chat is not told without end, and of nothing that it would follow", () => {
  const [first] = full.coming;
  const many = Array.from(
    { length: 40 },
    (_, nth) => ({ ...first, model: `<@U${nth}>` }) as WeeklyDigest["coming"][number],
  );
  const { content } = digestNotification({ ...full, coming: many }, "id");

  expect(content.description?.split("\n")).toHaveLength(13);
  expect(content.description).toMatch(/\n- and 30 more$/);
  expect(content.nextSteps).toHaveLength(6);
  expect(JSON.stringify(content)).not.toMatch(/[<>@]/);
});
