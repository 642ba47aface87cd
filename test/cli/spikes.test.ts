/** What is said of a spike at low hours: while it is to come, while it is sent, and how it ended. */
import { expect, test } from "vitest";
import { awaitSpike, keepSpike, laterSpikes } from "../../src/aws/later-spikes.ts";
import { AfterPromotion } from "../../src/core/plan/low-hours.ts";
import type { LaterSpike } from "../../src/core/release/later-spike.ts";
import { releaseView } from "../../src/report/view/release-view.ts";
import { toldByTable } from "../../src/report/view/released.ts";
import { brieflyTested, plan } from "../core/example.ts";
import { status } from "./lock-scenarios.ts";
import { onAccount } from "./refusals.ts";
import type { ServedAccount } from "./served-account.ts";
import { say } from "./spoken.ts";

const releaseId = "chat-assistant-v6-production";
const spike = { times: 2, minutes: 3, afterPromotion: AfterPromotion.parse({ at: "03:00", withinDays: 2 }) };
const asking = { ...plan, loadTest: { ...brieflyTested, spike } };

async function awaited({ aws }: ServedAccount, more: Partial<LaterSpike> = {}): Promise<void> {
  const closedAt = new Date().toISOString();
  const release = { id: releaseId, subject: "endpoint/chat-assistant", execution: "e", fence: 1 };
  const named = { ...release, model: plan.model, version: 6, milestone: "production", dueAt: undefined };
  const log = { info: () => {}, warn: () => {} };
  await awaitSpike({ aws, log } as never, named, { plan: asking, planning: undefined, closedAt });
  const [begun] = (await laterSpikes(aws)).spikes;
  if (begun === undefined) throw new Error("expected a spike that is to come, found none");
  await keepSpike(aws, { ...begun, ...more });
}

const what = "a spike of 2 × 60 requests/s for 3 min";

test("while it is to come, status says when, and what put it off; history nothing", () =>
  onAccount(status, async (account) => {
    const at = new Date().toISOString();
    await awaited(account, { putOff: { at, reason: "the endpoint is Updating" } });

    const { out } = await say("status");
    expect(out).toMatch(
      new RegExp(
        `\\n${what} to what ${releaseId} promoted comes at low hours, from \\S+T03:00:00.000Z on\\n  put off at ${at}: the endpoint is Updating\\n`,
      ),
    );
    const [told, ...others] = JSON.parse((await say("status", "--json")).out).spikes;
    expect(others).toEqual([]);
    expect(told).toMatchObject({ releaseId, times: 2, requestsPerSecond: 60, minutes: 3, end: null });
    expect(Date.parse(told.until) - Date.parse(told.next)).toBe(25 * 3_600_000);
    expect((await say("history")).out).not.toContain("spike");
  }));

test("while it is being sent it says that", () =>
  onAccount(status, async (account) => {
    const at = new Date().toISOString();
    await awaited(account, { sending: { at, until: at, hourEnds: at } });
    expect((await say("status")).out).toContain(
      `\n${what} is being sent to what ${releaseId} promoted, since ${at}\n`,
    );
  }));

test("once it has ended, history says how; status nothing", () =>
  onAccount(status, async (account) => {
    const end = { at: new Date().toISOString(), outcome: "not-taken", reason: "40 of 50 late" } as const;
    await awaited(account, { end });

    expect((await say("history")).out).toContain(
      `the spike at low hours after ${releaseId} was not taken (${end.at.slice(0, 10)}): 40 of 50 late\n`,
    );
    expect(JSON.parse((await say("history", "--json")).out).spikes).toMatchObject([
      { releaseId, end, next: null },
    ]);
    expect((await say("history", "nobody")).out).not.toContain("spike");
    expect((await say("status")).out).not.toContain("spike");
  }));

test("a release's page says it once, however often it was told, and its time is that of the release", () => {
  const openedAt = "2026-11-23T09:00:00.000Z";
  const closedAt = "2026-11-23T10:00:00.000Z";
  const release = { id: releaseId, subject: "endpoint/chat-assistant", execution: "e", attempt: 1, openedAt };
  const told = { kind: "news", state: "spike", outcome: "not-taken", reason: "40 of 50 late" } as const;
  const journal = ["2026-11-24T03:00:00.000Z", "2026-11-24T03:05:00.000Z"].map((at) => ({ ...told, at }));
  const closing = { outcome: "promoted" as const, reason: "fine", releaseId, drifted: [] };
  const named = { ...release, model: plan.model, version: 6, milestone: "production", dueAt: undefined };
  const record = { release: named, status: "closed" as const, closing, closedAt };
  const view = releaseView(toldByTable({ record, journal, changes: [] }, Date.parse(closedAt)));

  expect(view.notes).toEqual([
    "It did not take a spike at low hours, as was known 18 h 5 min after it began: 40 of 50 late.",
  ]);
  expect(view.seconds).toBe(3600);
  expect(view.marks.every(({ atSeconds }) => atSeconds <= 3600)).toBe(true);
});
