/** `slipway propose` against an account with weeks behind it: when it says nothing, and how a plan says no. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { complaints } from "../docs/complaints.ts";
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
  const { out: json } = await say("propose", file, "--stage", "dev", "--json");
  expect(complaints("propose", json)).toEqual([]);
  expect(JSON.parse(json)).toMatchObject({
    quiet: expect.stringMatching(/declined on 2026-11-23/),
    proposal: null,
    diff: "",
    worlds: [],
  });
});

test("two ways of saying it are one too many", async () => {
  expect(await say("propose", "plans/chat-assistant.yml", "--json", "--markdown")).toMatchObject({
    code: 64,
    err: expect.stringMatching(
      /^✖ --json: expected one of --markdown, --json and --decline, found --markdown beside it\n/,
    ),
  });
});

test("a plan that cannot be read is told before anything is looked at", async () => {
  const folder = folderWith({ "plan.yml": "model: x\n" });

  expect(await say("propose", join(folder, "plan.yml"), "--stage", "dev")).toMatchObject({
    code: 64,
    out: "",
  });
});
