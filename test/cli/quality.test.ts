/** What is said of a version's quality in the days after its promotion: while it is watched, and how that ended. */
import { expect, test } from "vitest";
import { keepQuality, qualityWatches, watchQuality } from "../../src/aws/quality.ts";
import { Quality } from "../../src/core/plan/quality.ts";
import type { QualityWatch } from "../../src/core/release/quality-watch.ts";
import { releaseView } from "../../src/report/view/release-view.ts";
import { toldByTable } from "../../src/report/view/released.ts";
import { plan } from "../core/example.ts";
import { status } from "./lock-scenarios.ts";
import { onAccount } from "./refusals.ts";
import type { ServedAccount } from "./served-account.ts";
import { say } from "./spoken.ts";

const releaseId = "chat-assistant-v6-production";
const metric = { namespace: "Team", metric: "Accuracy" };
const accuracy = { kind: "value", name: "accuracy", metric, better: "higher", delayHours: 24 };
const quality = Quality.parse({ kpis: [accuracy] });
const history = Array.from({ length: 56 }, (_, day) => 0.1 + 0.002 * Math.sin(2.3 * day * day + day));

/** Begun three days ago, with some of its days, of which larger is worse. */
async function watching(
  { aws, tools }: ServedAccount,
  days: readonly number[],
  more: Partial<QualityWatch> = {},
): Promise<void> {
  const at = new Date(Date.now() - 3 * 86_400_000).toISOString();
  const release = { id: releaseId, subject: "endpoint/chat-assistant", execution: "e", fence: 1 };
  const named = { ...release, model: plan.model, version: 6, milestone: "production", dueAt: undefined };
  await watchQuality(tools, named, { plan: { ...plan, quality }, openedAt: at, closedAt: at });
  const [begun] = (await qualityWatches(aws)).watches;
  if (begun === undefined) throw new Error("expected a version that is watched, found none");
  const known = [...days, ...Array<null>(7 - days.length).fill(null)];
  const kpis = [{ name: "accuracy", days: known, ...(days.length > 0 && { history, hours: 24 }) }];
  await keepQuality(aws, { ...begun, kpis, ...more });
}

test("while it is watched, status says how it stands, and history nothing", () =>
  onAccount(status, async (account) => {
    await watching(account, [0.11, 0.11]);

    const { out } = await say("status");
    expect(out).toMatch(
      new RegExp(
        `\\n${releaseId} is watched for its quality until \\S+Z\\n  accuracy: [\\d.]+ % lower on 2 days so far, evidence \\d+\\.\\d of the 4\\.6 nats that harm takes; finds [\\d.]+ % lower about every other time\\n`,
      ),
    );
    expect(JSON.parse((await say("status", "--json")).out).quality).toEqual([
      expect.objectContaining({
        releaseId,
        end: null,
        kpis: [expect.objectContaining({ daysSeen: 2, historyDays: 56 })],
      }),
    ]);
    expect((await say("history")).out).not.toContain("quality");
  }));

test("before anything is known it says so", () =>
  onAccount(status, async (account) => {
    await watching(account, []);
    expect((await say("status")).out).toContain("\n  accuracy: nothing is known yet\n");
  }));

test("once it has ended, history says how, and what followed; status nothing", () =>
  onAccount(status, async (account) => {
    const end = { at: new Date().toISOString(), outcome: "harm", reason: "accuracy is 5 % lower" } as const;
    await watching(account, [0.2], { end, followed: "version 5 is released again by execution revert-x" });

    expect((await say("history")).out).toContain(
      `the quality of ${releaseId} turned out worse (${end.at.slice(0, 10)}): accuracy is 5 % lower; version 5 is released again by execution revert-x\n`,
    );
    expect(JSON.parse((await say("history", "--json")).out).quality).toMatchObject([{ releaseId, end }]);
    expect((await say("history", "nobody")).out).not.toContain("quality");
    expect((await say("status")).out).not.toContain("watched for its quality");
  }));

test("a release's page says it once, however often it was told, and its time is that of the release", () => {
  const openedAt = "2026-11-23T09:00:00.000Z";
  const closedAt = "2026-11-23T10:00:00.000Z";
  const release = { id: releaseId, subject: "endpoint/chat-assistant", execution: "e", attempt: 1, openedAt };
  const told = { kind: "news", state: "quality", outcome: "harm", reason: "accuracy is 5 % lower" } as const;
  const journal = ["2026-11-26T09:00:00.000Z", "2026-11-26T10:00:00.000Z"].map((at) => ({ ...told, at }));
  const closing = { outcome: "promoted" as const, reason: "fine", releaseId, drifted: [] };
  const named = { ...release, model: plan.model, version: 6, milestone: "production", dueAt: undefined };
  const record = { release: named, status: "closed" as const, closing, closedAt };
  const view = releaseView(toldByTable({ record, journal, changes: [] }, Date.parse(closedAt)));

  expect(view.notes).toEqual([
    "Its quality turned out worse, as was known 3 d 1 h after it began: accuracy is 5 % lower.",
  ]);
  expect(view.seconds).toBe(3600);
  expect(view.marks.every(({ atSeconds }) => atSeconds <= 3600)).toBe(true);
});

test("a plan that has it watched says for how long, by what, and what that finds", async () => {
  const { out } = await say("plan", "test/data/plans/watched-quality.yml");
  expect(out.replaceAll(/\s+/g, " ")).toContain(
    "quality for 7 days after a promotion, by accuracy (known 24 h late, finds 1.8 of a day's standard deviations about every other time, after eight quiet weeks);",
  );
  expect((await say("plan", "plans/chat-assistant.yml")).out).not.toContain("quality");
});
