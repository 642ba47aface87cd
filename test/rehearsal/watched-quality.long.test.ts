/** Days of quality by virtual time: harm that shows long after the close is told, and taken back where the plan says so. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { JournalEntry } from "../../src/core/release/journal.ts";
import type { Kept } from "../../src/rehearsal/kept.ts";
import { followedOn } from "../../src/rehearsal/release/followed.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const file = "test/data/plans/watched-quality.yml";
function planWith(change: (text: string) => string = (text) => text): Plan {
  const parsed = parsePlan(change(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.plan;
}
const reverting = planWith((text) => text.replace("onHarm: tell", "onHarm: revert"));

const daySeconds = 86_400;
interface Told {
  readonly release: string;
  readonly outcome: string | undefined;
  readonly reason: string | undefined;
}

/** What was told of each release's quality. */
function toldIn({ journals }: Kept): Told[] {
  const isQuality = (entry: JournalEntry) => entry.kind === "news" && entry.state === "quality";
  return Object.entries(journals).flatMap(([release, entries]) =>
    entries.flatMap((entry) =>
      isQuality(entry) && entry.kind === "news"
        ? [{ release, outcome: entry.outcome, reason: entry.reason }]
        : [],
    ),
  );
}

test("a version whose quality is worse is promoted, told of days later, and taken back: the one before it serves again", async () => {
  const spec = loadWorld("worse-quality");
  const next = { model: reverting.model, version: 8 };
  const { record, violations } = await rehearsing({
    world: { ...spec, registry: { ...spec.registry, versions: [8] } },
    plan: reverting,
    event: { model: reverting.model, version: 7 },
    also: [{ afterSeconds: daySeconds, event: next }],
    ...followedOn(reverting, {}),
  });
  expect(violations).toEqual([]);
  expect(record.executions.map(({ outcome }) => outcome)).toEqual(["promoted", "promoted", "promoted"]);
  const [, second, third] = record.executions;
  expect(third?.name).toMatch(/^revert-/);
  expect((third?.stopSeconds ?? 0) - (second?.stopSeconds ?? 0)).toBeGreaterThan(daySeconds);
  expect(toldIn(record.findings.kept as Kept)).toEqual([
    expect.objectContaining({ release: "chat-assistant-v7-production", outcome: "superseded" }),
    {
      release: "chat-assistant-v8-production",
      outcome: "harm",
      reason: expect.stringMatching(
        / than in the \d+ days before; version 7 is released again by execution revert-/,
      ),
    },
  ]);
}, 600_000);

test("a first release whose quality is worse is taken back to what served before Slipway was there", async () => {
  const { record, violations } = await rehearsing({
    world: loadWorld("worse-quality"),
    plan: reverting,
    event: { model: reverting.model, version: 7 },
    ...followedOn(reverting, {}),
  });
  expect(violations).toEqual([]);
  expect(record.executions.map(({ outcome }) => outcome)).toEqual(["promoted", "promoted"]);
  expect(toldIn(record.findings.kept as Kept)).toEqual([
    {
      release: "chat-assistant-v7-production",
      outcome: "harm",
      reason: expect.stringMatching(/; version 6 is released again by execution revert-/),
    },
  ]);
}, 600_000);

test.each([2])(
  "one that is as good is kept, by seed %d",
  async (seed) => {
    const plan = planWith();
    const { record, violations } = await rehearsing({
      world: loadWorld("healthy"),
      plan,
      event: { model: plan.model, version: 7 },
      seed,
      ...followedOn(plan, {}),
    });
    expect(violations).toEqual([]);
    expect(toldIn(record.findings.kept as Kept)).toMatchObject([{ outcome: "kept" }]);
  },
  600_000,
);

test("days that nobody publishes are unknown", async () => {
  const plan = planWith();
  const spec = loadWorld("healthy");
  const { record } = await rehearsing({
    world: { ...spec, quality: { ...spec.quality, missingPercent: 80 } },
    plan,
    event: { model: plan.model, version: 7 },
    ...followedOn(plan, {}),
  });
  expect(toldIn(record.findings.kept as Kept)).toMatchObject([{ outcome: "unknown" }]);
}, 600_000);
