/** `slipway propose` against an account with weeks behind it: the difference, what speaks for it, and how releases go with it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { ProposalTold } from "../../src/report/proposal.ts";
import { complaints } from "../docs/complaints.ts";
import { account, taken, written } from "./proposing.ts";
import { say } from "./spoken.ts";

test("a plan that is ready for five times its load gets a difference by which it is not, with all that speaks for it", async () => {
  const { folder, file } = await account();
  const { code, out } = await say(
    "propose",
    file,
    "--world",
    "healthy",
    "--stage",
    "dev",
    "--markdown",
    "--quiet",
  );

  const json = await say("propose", file, "--world", "healthy", "--stage", "dev", "--json", "--quiet");
  const told = JSON.parse(json.out) as ProposalTold;
  expect(complaints("propose", json.out)).toEqual([]);
  expect(out).toContain(`\`\`\`diff\n${told.diff}`);
  expect(told).toMatchObject({
    model: "chat-assistant",
    quiet: null,
    proposal: { changes: expect.arrayContaining([expect.objectContaining({ from: 200 })]) },
    worlds: [{ world: "healthy", before: "promoted", after: "promoted", isWorse: false }],
  });

  expect(code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(written);
  expect(out).toMatch(/^# chat-assistant: \d+ instances less\n/);
  expect(out).toMatch(/\| a month \| \$24,662 \| \$\d,\d{3} \|/);
  expect(out).toMatch(
    /requirements\.peakRequestsPerSecond: 200 → \d\d(\.\d)?` .* n = \d(\.\d+)? of \d+, median .* \(95 %: /,
  );
  expect(out).toMatch(
    /Rehearsed in 1 world: promoted in 1, and in 1 with the plan as it is; 0 invariants broken/,
  );
  const [, diff = ""] = /```diff\n([\s\S]*?)```/.exec(out) ?? [];
  const after = taken(folder, diff);
  expect(after).toMatch(/^# Ours, by hand\.\n/);
  expect(after).toMatch(/peakRequestsPerSecond: \d\d(\.\d)? # a guess\n/);
  expect(parsePlan(after, file).ok).toBe(true);

  // What was taken over is not proposed again.
  expect((await say("propose", file, "--stage", "dev")).out).toMatch(/^nothing is proposed: the plan stands/);
});
