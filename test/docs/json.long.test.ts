/** The documents of rehearsals that differ most, and of an exploration, are what their schemas say. */
import "../cli/warm-threads.ts";
import { expect, test } from "vitest";
import type { Documents } from "../../scripts/docs/documents.ts";
import { say } from "../cli/spoken.ts";
import { complaints } from "./complaints.ts";

const chat = "plans/chat-assistant.yml";
const printed: readonly (readonly [name: keyof Documents, words: readonly string[]])[] = [
  ["rehearse", ["rehearse", chat, "--world", "no-quota", "--quiet"]],
  ["rehearse", ["rehearse", "test/data/plans/leaning.yml", "--quiet"]],
  [
    "rehearse",
    ["rehearse", "--event", "events/scheduled-milestone.json", "--world", "retraining", "--quiet"],
  ],
  ["rehearse", ["rehearse", chat, "--world", "lone-host", "--quiet"]],
  ["rehearse", ["rehearse", "test/data/plans/staged.yml", "--quiet"]],
  ["explore", ["explore", chat, "--world", "bad-errors", "--sample", "2"]],
];

test.each(printed)("%s: what `slipway %s` prints", async (name, words) => {
  const { out } = await say(...words, "--json");

  expect(complaints(name, out)).toEqual([]);
});
