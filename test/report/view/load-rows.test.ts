/** How a test under load is shown: rate by rate, and the knee with its interval; nothing of a release without one. */
import { expect, test } from "vitest";
import type { JournalEntry } from "../../../src/core/release/journal.ts";
import { releasePage } from "../../../src/report/page/release-page.ts";
import { loadTest } from "../../../src/report/summary/load-test.ts";
import { paintOf } from "../../../src/report/text/paint.ts";
import { loadShown } from "../../../src/report/view/load-rows.ts";
import { releaseView } from "../../../src/report/view/release-view.ts";
import type { ReleaseTold } from "../../../src/report/view/told.ts";
import { plan } from "../../core/example.ts";

const entry = (more: object): JournalEntry => ({
  kind: "load-test",
  at: "2026-01-05T08:20:00.000Z",
  status: "enough",
  reason: "enough under load",
  sent: 9_000,
  steps: [
    { name: "ramp", requestsPerSecond: 43.5, requests: 700, lateShare: 0, failedShare: 0.01, answer: "open" },
    {
      name: "peak",
      requestsPerSecond: 61.8,
      requests: 3_391,
      lateShare: 0.0021,
      failedShare: 0,
      p99Ms: 812,
      answer: "within",
    },
  ],
  knee: { from: 88.1, to: 95.24 },
  ...more,
});

const told = (journal: readonly JournalEntry[]): ReleaseTold => ({
  model: "chat-assistant",
  version: 7,
  milestone: "production",
  outcome: "promoted",
  reason: "",
  startedAt: "2026-01-05T08:00:00.000Z",
  seconds: 3_600,
  plan,
  intervals: [],
  journal,
  ledger: [],
  shares: [],
});

test("a test under load is shown by what it came to last", () => {
  const shown = loadShown(told([entry({ steps: [], knee: undefined }), entry({})]));

  expect(shown?.rows.map(({ name, latePercent, answer }) => [name, latePercent, answer])).toEqual([
    ["ramp", 0, "open"],
    ["peak", 0.21, "within"],
  ]);
  expect(shown?.knee).toBe("between 88.1 and 95.2 requests/s");
});

test.each([
  [{ from: 88.1 }, "at 88.1 requests/s or above"],
  [{ from: 0, to: 40 }, "below 40 requests/s"],
  [{ from: 0 }, ""],
])("a knee of %j is told in words", (knee, said) => {
  expect(loadShown(told([entry({ knee })]))?.knee).toBe(said);
});

test("a terminal and a page have its steps, its shares and its knee", () => {
  const view = releaseView(told([entry({})]));
  const lines = loadTest(view, { width: 90, paint: paintOf(false) }).join("\n");
  const page = releasePage(view);

  expect(lines).toMatch(/peak +61.8 +3,391 +0.21 % +0 % +812 +✔/);
  expect(lines).toMatch(/knee +between 88.1 and 95.2 requests\/s/);
  expect(page).toContain("Tested under load, before any traffic");
  expect(page).toContain("is between 88.1 and 95.2 requests/s.");
  expect(page).toContain("✔ kept");
});

test.each([
  [{ minutes: 0.25, isRecovered: true }, "answered as before within 0.25 min after the spike"],
  [{ minutes: 3, isRecovered: false }, "did not answer as before 3 min after the spike"],
])("how long after a spike it answered as before is told of %j", (recovery, said) => {
  const view = releaseView(told([entry({ recovery })]));

  expect(loadTest(view, { width: 90, paint: paintOf(false) }).join("\n")).toMatch(`recovery        ${said}`);
  expect(releasePage(view)).toContain(`<p>It ${said}.</p>`);
  expect(releasePage(releaseView(told([entry({})])))).not.toContain("after the spike");
});

test("raises by tests are told on a terminal and a page", () => {
  const raises = [
    { from: 8, to: 12 },
    { from: 12, to: 15 },
  ];
  const view = releaseView(told([entry({ raises })]));
  const said = "from 8 to 12 instances, and from 12 to 15 instances";

  expect(loadTest(view, { width: 90, paint: paintOf(false) }).join("\n")).toContain(
    `raised          ${said}`,
  );
  expect(releasePage(view)).toContain(`it was raised ${said}.`);
  expect(releasePage(releaseView(told([entry({ raises: [] })])))).not.toContain("it was raised");
});

test("one that ended before any step has the reason, and no table", () => {
  const open = { status: "open", reason: "its 10 minutes", steps: [], knee: undefined };
  const view = releaseView(told([entry(open)]));
  const table = 'aria-label="The test under load"';

  const lines = loadTest(view, { width: 90, paint: paintOf(false) });
  expect(lines.map((line) => line.trim())).toEqual(["no answer       its 10 minutes"]);
  expect(releasePage(view)).toContain("It came to no answer: its 10 minutes.");
  expect(releasePage(view)).not.toContain(table);
  expect(releasePage(releaseView(told([entry({})])))).toContain(table);
});

test("a release without one shows nothing of it", () => {
  const view = releaseView(told([]));

  expect(view.loadTest).toBeUndefined();
  expect(loadTest(view, { width: 90, paint: paintOf(false) })).toEqual([]);
  expect(releasePage(view)).not.toContain("Tested under load");
});
