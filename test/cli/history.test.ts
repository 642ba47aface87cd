/** `slipway history` against an account on a port. */
import { describe, expect, test } from "vitest";
import { keepPast } from "../../src/aws/history.ts";
import { noteBounds } from "../../src/aws/watched-bounds.ts";
import type { PastRelease } from "../../src/core/release/past.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();

const day = 86_400_000;
const minutesAfter = (at: string, minutes: number) =>
  new Date(Date.parse(at) + 60_000 * minutes).toISOString();

/** So many days ago, at nine. */
function past(daysAgo: number, more: Partial<PastRelease> = {}): PastRelease {
  const openedAt = new Date(Math.floor(Date.now() / day) * day - daysAgo * day + 9 * 3_600_000).toISOString();
  return {
    releaseId: `chat-assistant-v${daysAgo}-production`,
    model: "chat-assistant",
    milestone: "production",
    releaseType: "minor",
    attempt: 1,
    openedAt,
    closedAt: minutesAfter(openedAt, 110),
    thereAt: minutesAfter(openedAt, 95),
    outcome: "promoted",
    reason: "no evidence of harm",
    left: 0,
    ...more,
  };
}

async function served(all: readonly PastRelease[]): Promise<void> {
  const { aws } = await serve();
  for (const each of all) await keepPast(aws, each);
}

const launchedAt = past(3).openedAt;
const all: readonly PastRelease[] = [
  past(200),
  past(20, { lateMinutes: 0, releaseType: "major" }),
  past(3, {
    lateMinutes: 12,
    launch: {
      of: "endpoint",
      instances: { "ml.g5.xlarge": 16 },
      askedAt: launchedAt,
      missingAt: minutesAfter(launchedAt, 13),
      thereAt: minutesAfter(launchedAt, 14),
    },
  }),
  past(2, {
    outcome: "rolled-back",
    thereAt: undefined,
    backSince: minutesAfter(past(2).openedAt, 80),
    launch: {
      of: "endpoint",
      instances: { "ml.g5.xlarge": 16 },
      askedAt: past(2).openedAt,
      missingAt: minutesAfter(past(2).openedAt, 60),
    },
  }),
  past(1, { releaseId: "search-v2-production", model: "search", outcome: "failed", left: 2 }),
];

describe("slipway history", () => {
  test("lists what is over, oldest first, with how long it and its instances took", async () => {
    await served(all);
    const { code, out } = await say("history");

    expect(code).toBe(0);
    expect(
      out.split("\n").map((line) =>
        line
          .replace(/^\d\S+ \d\S+/, "")
          .trim()
          .replace(/ {2,}/g, "  "),
      ),
    ).toEqual([
      "opened  release  ended as  took  late  launch",
      "chat-assistant-v20-production  promoted  1 h 50 min  in time",
      "chat-assistant-v3-production  promoted  1 h 50 min  12 min  ≤ 12 min",
      "chat-assistant-v2-production  rolled-back  1 h 50 min  > 58 min",
      "search-v2-production  failed, 2 left  1 h 50 min",
      "",
    ]);
  });

  test("of one model, as far back as is asked, and as JSON", async () => {
    await served(all);

    expect(JSON.parse((await say("history", "chat-assistant", "--days", "365", "--json")).out).past).toEqual(
      JSON.parse(JSON.stringify(all.slice(0, 4))),
    );
    expect((await say("history", "nobody")).out).toBe("no release has ended in the last 90 days\n");
  });

  test("says what was set by what was learnt, each with what became of it", async () => {
    const { aws } = await serve();
    const at = (hoursAgo: number) => new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
    const set = { endpoint: "chat-assistant", model: "chat-assistant", variant: "v6", own: 8 };
    const adjusted = (outcome: "lowered" | "put-back" | "kept" | "left") => ({ outcome, evidence: 5 });
    const entries = [
      { ...set, at: at(9), from: 8, to: 6, why: "the risk", adjusted: adjusted("lowered") },
      { ...set, at: at(8), from: 6, to: 8, why: "errors", adjusted: adjusted("put-back") },
      { ...set, at: at(7), from: 7, to: 7, why: "no harm", adjusted: adjusted("kept") },
      { ...set, at: at(6), from: 5, to: 5, why: "a hand", adjusted: adjusted("left") },
    ];
    for (const entry of entries) await noteBounds(aws, entry);

    expect((await say("history")).out.split("\n").slice(1)).toEqual([
      `endpoint/chat-assistant at ${entries[0]?.at}: its minimum was lowered from 8 to 6, since the risk`,
      `endpoint/chat-assistant at ${entries[1]?.at}: its minimum was put back from 6 to 8, since errors`,
      `endpoint/chat-assistant at ${entries[2]?.at}: its minimum of 7 is kept, since no harm`,
      `endpoint/chat-assistant at ${entries[3]?.at}: its minimum is left as it is, since a hand`,
      "",
    ]);
    expect(JSON.parse((await say("history", "--json")).out).bounds).toEqual(entries);
  });

  test("says what was set between releases as load went, of one model or of all", async () => {
    const { aws } = await serve();
    await keepPast(aws, past(3));
    const at = (daysAgo: number) => new Date(Date.now() - daysAgo * day).toISOString();
    const set = { endpoint: "chat-assistant", model: "chat-assistant", variant: "v6", own: 8 };
    const entries = [
      { ...set, at: at(100), from: 8, to: 9, why: "long ago" },
      { ...set, at: at(5), from: 8, to: 12, why: "the load takes 12" },
      { ...set, at: at(4), from: 12, to: 9, why: "the load takes less" },
      { ...set, at: at(2), from: 4, to: 5, why: "the load takes 5", endpoint: "search", model: "search" },
    ];
    for (const entry of entries) await noteBounds(aws, entry);
    const chat = `endpoint/chat-assistant followed its load: raised 1×, lowered 1×, to a minimum between 9 and 12; last to 9 at ${entries[2]?.at}, since the load takes less\n`;

    expect((await say("history")).out).toMatch(/v3-production .*\n/);
    expect(
      (await say("history")).out.endsWith(
        `${chat}endpoint/search followed its load: raised 1×, lowered 0×, to a minimum between 5 and 5; last to 5 at ${entries[3]?.at}, since the load takes 5\n`,
      ),
    ).toBe(true);
    expect((await say("history", "chat-assistant")).out.endsWith(chat)).toBe(true);
    expect(JSON.parse((await say("history", "search", "--json")).out)).toEqual({
      past: [],
      bounds: [entries[3]],
      quality: [],
      spikes: [],
    });
  });

  test("sums up how often and how fast each model is released", async () => {
    await served(all);
    const { summaries } = JSON.parse((await say("history", "--summary", "--json")).out);

    expect(summaries).toEqual([
      {
        model: "chat-assistant",
        releases: 3,
        perMonth: expect.closeTo((3 / 90) * 30.4),
        types: { major: 1, minor: 2 },
        promoted: 2,
        rolledBackShare: expect.closeTo(1 / 3),
        minutesToPromotion: 95,
        minutesToRestore: 30,
        inTime: 1,
        late: 1,
        expectedAt: null,
      },
      expect.objectContaining({ model: "search", rolledBackShare: 1, minutesToPromotion: null }),
    ]);
    expect((await say("history", "--summary")).out).toMatch(/chat-assistant .* 33 % .* 1 of 2\n/);
  });

  test("says when a next release is to be expected, once there is a cadence", async () => {
    const weekly = [29, 22, 15, 8].map((daysAgo) => past(daysAgo));
    const again = past(14, { releaseId: "chat-assistant-v15-production-r2", attempt: 2 });
    await served([...weekly, again]);
    const { out } = await say("history", "--summary");

    expect(out).toContain(
      `chat-assistant: by its cadence the next is to be expected about ${past(1).openedAt.slice(0, 10)} (tentative)\n`,
    );
  });

  test("marks what changed anything on dashboards: a band for each release, and a line where it goes back", async () => {
    const refused = past(4, { outcome: "refused", releaseId: "chat-assistant-v4-production" });
    const pool = past(5, { outcome: "done", milestone: "training" });
    await served([pool, refused, past(3), past(2, { outcome: "rolled-back", backSince: past(2).thereAt })]);
    const { out } = await say("history", "--annotations", "cloudwatch");
    const at = (time: string | undefined) => time?.replace(".000Z", "Z");
    const [promoted, back] = [past(3), past(2)];
    const line = (color: string, label: string, time: string | undefined) => ({
      color,
      label,
      value: at(time),
    });

    expect(JSON.parse(out)).toEqual({
      annotations: {
        vertical: [
          [
            line("#2ca02c", "chat-assistant-v3-production opened", promoted.openedAt),
            line("#2ca02c", "chat-assistant-v3-production promoted", promoted.thereAt),
          ],
          [
            line("#d62728", "chat-assistant-v2-production opened", back.openedAt),
            line("#d62728", "chat-assistant-v2-production rolled-back", back.closedAt),
          ],
          line("#d62728", "chat-assistant-v2-production goes back", back.thereAt),
        ],
      },
    });
    expect(out).toMatch(/"value": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/);
  });

  test("has bodies for Grafana, a region for each release", async () => {
    await served([past(3), past(2, { model: "search", outcome: "failed", milestone: undefined })]);
    const bodies = JSON.parse((await say("history", "--annotations", "grafana")).out);

    expect(bodies).toEqual([
      {
        time: Date.parse(past(3).openedAt),
        timeEnd: Date.parse(past(3).thereAt ?? ""),
        tags: ["slipway", "chat-assistant", "production", "promoted"],
        text: "chat-assistant-v3-production promoted: no evidence of harm",
      },
      expect.objectContaining({
        timeEnd: Date.parse(past(2).closedAt),
        tags: ["slipway", "search", "failed"],
      }),
    ]);
    expect(JSON.parse((await say("history", "nobody", "--annotations", "grafana")).out)).toEqual([]);
  });

  test("refuses marks of what it does not know, and beside another document", async () => {
    expect(await say("history", "--annotations", "datadog")).toMatchObject({
      code: 64,
      err: expect.stringMatching(/--annotations: expected cloudwatch or grafana, found "datadog"/),
    });
    expect((await say("history", "--annotations", "grafana", "--summary")).err).toMatch(
      /--annotations: expected it without --summary, found both/,
    );
  });

  test("refuses what is no model and no number of days", async () => {
    expect(await say("history", "no model", "--days", "0")).toMatchObject({
      code: 64,
      err: expect.stringMatching(/MODEL: expected the model whose releases to list, found "no model"/),
    });
    expect((await say("history", "--days", "0")).err).toMatch(/--days: expected .* found "0"/);
  });
});

test("a plan for a deployment has the lead times that its releases have shown", async () => {
  const launch = {
    of: "training" as const,
    instances: { "ml.g5.12xlarge": 2 },
    askedAt: launchedAt,
    missingAt: minutesAfter(launchedAt, 3),
    thereAt: minutesAfter(launchedAt, 4),
  };
  await served([past(3, { launch }), past(2, { launch })]);
  const lead = async (...more: string[]) => {
    const { out } = await say("plan", "--json", ...more);
    return JSON.parse(out).milestones.find(({ kind }: { kind: string }) => kind === "training").start
      .leadMinutes;
  };

  expect(await lead("--stage", "dev")).toBeLessThan((await lead()) - 4);
});
