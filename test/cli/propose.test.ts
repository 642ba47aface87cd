/** `slipway propose` against an account with weeks behind it: when it says nothing, and how a plan says no. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { account, taken, written } from "./proposing.ts";
import { folderWith } from "./served-account.ts";
import { say } from "./spoken.ts";

test("one that its team declines stays quiet, and says why", async () => {
  const { folder, file } = await account();
  const { out } = await say("propose", file, "--stage", "dev", "--decline", "--reason", "a campaign in May");

  const after = taken(folder, out);
  expect(after.startsWith(written)).toBe(true);
  expect(after).toMatch(
    /\nproposals:\n {2}declined: \{ on: "2026-11-23", evidence: \d+, reason: "a campaign in May" \}\n$/,
  );
  expect((await say("propose", file, "--stage", "dev")).out).toMatch(
    /declined on 2026-11-23 by an evidence of/,
  );
});

test("a plan that cannot be read is told before anything is looked at", async () => {
  const folder = folderWith({ "plan.yml": "model: x\n" });

  expect(await say("propose", join(folder, "plan.yml"), "--stage", "dev")).toMatchObject({
    code: 64,
    out: "",
  });
});
