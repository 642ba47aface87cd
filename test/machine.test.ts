/** The state machine that is deployed is the one that is written, with a word on every state. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allStates } from "#twin/engine";
import { machineFiles } from "../scripts/machine.ts";

const textOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test.each([...machineFiles()])("%s is what release.asl.yml makes", (path, text) => {
  expect(textOf(path), "stale: run `npm run machine`").toBe(text);
});

test("every state says what it is for", () => {
  const states = allStates(JSON.parse(textOf("statemachines/release.asl.json")));

  expect(states.filter(([, { Comment = "" }]) => !String(Comment).endsWith("."))).toEqual([]);
});

test("the picture has every step and every end, and goes through waits and choices of one step's", () => {
  const page = textOf("docs/STATE-MACHINE.md");

  for (const part of [
    "  CheckKpis -->|raise, advance, step-back, restore| ShiftTraffic",
    "  ProveWarmth -->|warming| ProveWarmth",
    "  ProveWarmth -->|warm with loadTest| ProveCapacity",
    "  ProveCapacity -->|parts| SpreadLoad",
    "  SpreadLoad[[SendLoad, several at once]]",
    "  SpreadLoad --> ProveCapacity",
    "  CloseRelease --> HowItEnded",
    "  ClosingFailed([ClosingFailed])",
    "| RollBack | anything else | CloseRelease |",
    "| SendLoad | anything else | SenderLost |",
  ])
    expect(page).toContain(`${part}\n`);
});
