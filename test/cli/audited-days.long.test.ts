/** `slipway audit` and `slipway evidence` of what auto scaling did, by its days: what AWS has forgotten is told by summaries, and a day that is gone is named. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scalingActivities } from "../../src/aws/scaling-activities.ts";
import type { Audited } from "../../src/core/audit/audit.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { dayKey } from "../../src/core/evidence/keys.ts";
import { subject } from "../aws/releases.ts";
import { changed, raised, scalesByPolicy, sweepOf } from "./audited-account.ts";
import { type ServedAccount, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const folder = mkdtempSync(join(tmpdir(), "days-"));
const [keyFile, exported] = [join(folder, "key.pem"), join(folder, "chat.jsonl")];
const flat = (text: string) => text.replaceAll(/\s+/g, " ");
const placeOf = (day: string) => `${rehearsedDeployment.evidence?.bucket}/${dayKey(subject, day)}`;
const dayMinutes = 24 * 60;

/** A raised minimum on 23 November; then days of auto scaling, each swept. */
async function days(count: number): Promise<ServedAccount> {
  const account = await serve();
  await changed(account, [raised(12)]);
  for (let nth = 0; nth < count; nth++) {
    scalesByPolicy(account, 13 + (nth % 2));
    account.wait(dayMinutes);
    await sweepOf(account);
  }
  vi.spyOn(Date, "now").mockReturnValue(account.now());
  return account;
}

const words = (from: string, to: string, ...more: readonly string[]) => [
  ...["audit", "--endpoint", "chat-assistant", "--from", from, "--to", to],
  ...more,
];
async function told(...all: readonly string[]): Promise<Audited & { code: number }> {
  const { code, out } = await say(...all, "--json");
  return { ...(JSON.parse(out) as Audited), code };
}

test("auto scaling's changes of a span are counted by the summaries of its days", async () => {
  await days(4);
  const all = words("2026-11-24", "2026-11-25");
  const { code, scaling } = await told(...all);

  expect(scaling).toMatchObject({
    ...{ told: { from: "2026-11-24", to: "2026-11-25" }, days: 2, gone: [], unknown: [] },
    counts: { changes: 2, policy: 2, own: 0 },
  });
  expect(scaling?.changes.map(({ summary, policy }) => [summary, policy])).toEqual([
    ["2026-11-24", "keep-70"],
    ["2026-11-25", "keep-70"],
  ]);
  expect(code).toBe(0);
  expect(flat((await say(...all)).out)).toContain(
    "Auto scaling, by the summaries of 2 days, 2026-11-24 to 2026-11-25: 2 changes (2 under policies)",
  );
});

test("what AWS has forgotten is told under its policy, and why it is known; what it still knows is there once", async () => {
  const account = await days(3);
  for (let week = 0; week < 8; week++) {
    account.wait(7 * dayMinutes);
    await sweepOf(account);
  }
  vi.spyOn(Date, "now").mockReturnValue(account.now());
  const all = words("2026-11-20", "2027-01-31", "--reconcile");
  const { reconciled, unasked, scaling } = await told(...all);
  expect((await scalingActivities(account.aws, "chat-assistant", "")).map(({ id }) => id)).not.toContain(
    "moved-1",
  );
  const moved = reconciled?.scaled.filter(({ policy }) => policy === "keep-70") ?? [];

  expect(moved.map(({ summary }) => summary)).toEqual(["2026-11-23", "2026-11-24", "2026-11-25"]);
  expect(reconciled?.scaled.every(({ cause }) => cause !== undefined)).toBe(true);
  expect(scaling?.counts).toMatchObject({ changes: 3, own: 1 });
  const out = flat((await say(...all)).out);
  expect(out).toContain("by auto scaling under policy keep-70, in the summary of 2026-11-24.");
  expect(out).toContain("1 more followed from what packs tell");
  // Of days before the first pack nothing is told.
  expect(unasked.join()).toContain("it tells of six weeks");
  const since = await told(...words("2026-11-23T09:00:00Z", "2027-01-31", "--reconcile"));
  expect(since.unasked.join()).not.toContain("six weeks");
});

test("what lies beyond what CloudTrail keeps is told by summaries alone", async () => {
  const account = await days(3);
  account.wait(110 * dayMinutes);
  for (let nth = 0; nth < 16; nth++) await sweepOf(account);
  vi.spyOn(Date, "now").mockReturnValue(account.now());
  const { out } = await say(...words("2026-11-20", "2027-03-31", "--reconcile"));

  expect(flat(out)).toContain("2026-11-25 09:");
  expect(flat(out).match(/under policy keep-70, in the summary of 2026-11-2\d/g)).toHaveLength(3);
});

test("a day that is gone is named by audit and by verify, in the account and of a file; edited ones are, too", async () => {
  const account = await days(4);
  writeFileSync(keyFile, (await say("evidence", "key")).out);
  await say("evidence", "export", "chat-assistant", "--output", exported);
  const whole = await say("evidence", "verify", exported, "--key", keyFile);
  expect(flat(whole.out)).toContain(
    "✔ what auto scaling did: 4 of 4 days as they were signed, 2026-11-23 to 2026-11-26",
  );
  expect(whole.code).toBe(0);

  const { objects } = account.world.state;
  objects.delete(placeOf("2026-11-24"));
  objects.set(
    placeOf("2026-11-25"),
    (objects.get(placeOf("2026-11-25")) ?? "").replace("keep-70", "keep-71"),
  );
  const there = await say("evidence", "verify", "chat-assistant");
  const json = JSON.parse((await say("evidence", "verify", "chat-assistant", "--json")).out);
  const audited = await say(...words("2026-11-20", "2026-11-30"));

  expect(there.out).toContain("✖ what auto scaling did, day 2026-11-24: missing\n");
  expect(flat(there.out)).toContain(
    "✖ what auto scaling did, day 2026-11-25: what lies there is not what was signed",
  );
  expect(json).toMatchObject({ ok: false, scaling: { ok: false, days: 3, intact: 2 } });
  expect(there.code).toBe(1);
  expect(flat(audited.out)).toContain("✖ what auto scaling did, day 2026-11-24: its summary is missing");
  expect(audited.code).toBe(1);

  const lines = readFileSync(exported, "utf8").trimEnd().split("\n");
  writeFileSync(exported, lines.filter((line) => !line.includes("2026-11-26.json")).join("\n"));
  const cut = await say("evidence", "verify", exported, "--key", keyFile);
  expect(cut.out).toContain("✖ what auto scaling did, day 2026-11-26: cut off at the end\n");
  expect(cut.code).toBe(1);
});
