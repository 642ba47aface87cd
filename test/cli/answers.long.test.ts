/** `slipway rehearse --answer`: somebody answers what a stage asks, or nobody does. */
import "./warm-threads.ts";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { say } from "./spoken.ts";

describe("where a stage asks", () => {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "asks.yml");
  const sample = readFileSync("plans/chat-assistant.yml", "utf8");
  const asks = sample
    .replace("{ action: proceed }", "{ action: ask, waitMinutes: 20 }")
    .replace(/ {4}- \{ trafficPercent: (25|50), .*\n/g, "");
  writeFileSync(path, asks);
  const answered = (...args: readonly string[]) => say("rehearse", path, "--quiet", ...args);

  test("nobody answers unless that is said, and the summary tells how", async () => {
    const { out } = await answered();

    expect(out.replaceAll(/\s+/g, " ")).toMatch(
      /↩ rolled-back .*nobody answered: .* Rehearse it with --answer proceed or --answer roll-back/,
    );
  });

  test("somebody lets it go on within minutes, or does not", async () => {
    expect((await answered("--answer", "proceed")).out).toMatch(/✔ promoted/);
    expect((await answered("--answer", "roll-back")).out).toMatch(/↩ rolled-back .*\n +rejected by ann: /);
  });

  test("two people let it go on where the plan wants two, and AWS knows them by name", async () => {
    const pair = join(mkdtempSync(join(tmpdir(), "slipway-")), "pair.yml");
    writeFileSync(pair, asks.replace("waitMinutes: 20", "waitMinutes: 20, people: 2"));

    const { out } = await say("rehearse", pair, "--quiet", "--answer", "proceed", "--json");

    expect(JSON.parse(out)).toMatchObject({ outcome: "promoted" });
    expect(out).toMatch(/approved by ann and bob: /);
  });

  test("there are two answers", async () => {
    expect((await answered("--answer", "perhaps")).err).toContain(
      '--answer: expected proceed or roll-back, found "perhaps"',
    );
  });
});
