/** The page of a release: one file that asks for nothing, whatever a model or AWS is called; exact to what was seen. */
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { scriptFile, scriptText } from "../../../scripts/page-script.ts";
import type { PackedCharts } from "../../../src/report/page/exact-values.ts";
import { escaped } from "../../../src/report/page/markup.ts";
import { palette } from "../../../src/report/page/palette.ts";
import { releasePage } from "../../../src/report/page/release-page.ts";
import { style } from "../../../src/report/page/style.ts";
import { releaseView } from "../../../src/report/view/release-view.ts";
import type { IntervalTold, ReleaseTold } from "../../../src/report/view/told.ts";
import { needs, plan } from "../../core/example.ts";

const side = { desired: 8, provisioned: 8, warm: 8, requests: 100, errors: 1, latencyMs: 450 };
const startedAt = "2026-11-23T09:00:00.000Z";

function interval(nth: number): IntervalTold {
  return {
    atSeconds: nth * 60,
    seconds: 60,
    trafficPercent: nth < 20 ? 0 : 5,
    sides: { stable: { ...side, requests: 2000 + nth }, candidate: { ...side, errors: nth % 3 } },
  };
}

const told: ReleaseTold = {
  model: "chat",
  version: 7,
  milestone: "production",
  outcome: "rolled-back",
  reason: "errors: candidate fails 5.1× as often",
  startedAt,
  seconds: 3600,
  plan,
  needs,
  intervals: Array.from({ length: 60 }, (_, nth) => interval(nth)),
  journal: [
    { kind: "news", at: startedAt, state: "opened" },
    { kind: "news", at: "2026-11-23T09:20:00.000Z", state: "shifted", stage: 0, trafficPercent: 5 },
    { kind: "news", at: "2026-11-23T09:40:00.000Z", state: "rolling-back", reason: "errors" },
  ],
  ledger: [
    {
      id: "shift-0",
      seq: 1,
      resource: { kind: "weights", name: "chat" },
      before: { v6: 1, v7: 0 },
      after: { v6: 0.95, v7: 0.05 },
      state: "undone",
      at: "2026-11-23T09:20:00.000Z",
    },
  ],
  shares: [{ index: 0, trafficPercent: 5, fromSeconds: 1200, untilSeconds: 2400, result: "stopped" }],
};
const pageOf = (changes: Partial<ReleaseTold> = {}) => releasePage(releaseView({ ...told, ...changes }));

test("says at the top how it ended, and why", () => {
  const page = pageOf();

  expect(page).toContain("<title>chat v7 to production: rolled-back</title>");
  expect(page).toContain("<h1>chat v7 was rolled back, from 5 % of traffic after 1 h.</h1>");
  expect(page).toContain('<p class="reason">errors: candidate fails 5.1× as often.</p>');
});

test("asks nobody for anything: no address in it is fetched, and its policy forbids it", () => {
  const page = pageOf();

  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/\b(src|href)=|url\(|@import|https?:\/\//);
});

test("what others named stays text, in markup, in attributes and in scripts", () => {
  const hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'";
  const page = pageOf({
    model: hostile,
    reason: hostile,
    needs: { ...needs, candidate: { ...needs.candidate, variant: hostile } },
    journal: [{ kind: "news", at: startedAt, state: "judged", decision: hostile, reason: hostile }],
    ledger: told.ledger.map((change) => ({
      ...change,
      resource: { kind: "model", name: hostile },
      after: { a: hostile },
    })),
  });

  expect(page).not.toContain("<script>alert");
  expect(page).not.toContain("<img");
  expect(page.match(/<script/g)).toHaveLength(2);
});

/** As the script in the page unpacks it. */
function unpacked(page: string): Record<string, { times: number[]; values: (number | null)[] }[]> {
  const [, base64 = ""] = /id="exact">([^<]+)</.exec(page) ?? [];
  const { times, charts } = JSON.parse(
    inflateRawSync(Buffer.from(base64, "base64")).toString(),
  ) as PackedCharts;
  const summed = (steps: readonly (number | null)[], unit: number) => {
    let value = 0;
    return steps.map((step) => {
      if (step === null) return null;
      value += step;
      return value * unit;
    });
  };
  return Object.fromEntries(
    Object.entries(charts).map(([name, series]) => [
      name,
      series.map(({ times: nth, steps, unit }) => ({
        times: summed(times[nth] ?? [], 0.1) as number[],
        values: summed(steps, unit),
      })),
    ]),
  );
}

test("carries every value that is drawn, to a ten-thousandth of its axis and counts to the last", () => {
  const view = releaseView({
    ...told,
    intervals: told.intervals.map((each, nth) =>
      nth === 7 ? { ...each, sides: { candidate: { ...side, requests: null } } } : each,
    ),
  });
  const found = unpacked(releasePage(view));

  expect(Object.keys(found)).toEqual(view.charts.map(({ name }) => name));
  for (const chart of view.charts)
    for (const [nth, series] of chart.series.entries()) {
      const read = found[chart.name]?.[nth];
      expect(read?.times).toHaveLength(series.times.length);
      for (const [i, value] of series.values.entries()) {
        const seen = read?.values[i] ?? null;
        expect(read?.times[i]).toBeCloseTo(series.times[i] ?? 0, 1);
        if (value === null) expect(seen).toBeNull();
        else
          expect(Math.abs((seen ?? Number.NaN) - value)).toBeLessThanOrEqual(
            (chart.to - chart.from) / 10_000,
          );
      }
    }
});

test("each picture says in words what it shows, and its series have keys", () => {
  const page = pageOf();

  for (const { name, summary, series } of releaseView(told).charts) {
    const [, figure = ""] = new RegExp(`data-chart="${name}"([\\s\\S]*?)</figure>`).exec(page) ?? [];
    expect(figure).toContain(escaped(summary));
    expect(figure.match(/<li data-nth/g)).toHaveLength(series.length);
    expect(figure.match(/<path class="[^"]*" data-series/g)).toHaveLength(series.length);
  }
});

test("a release that ended as it began has what was planned of it", () => {
  const nothing = {
    intervals: [],
    journal: [],
    ledger: [],
    shares: [],
    outcome: "refused",
    seconds: 0.5,
  } as const;
  const page = pageOf(nothing);

  expect(page).toContain("<h1>chat v7 was refused after 0.5 s, and nothing was changed.</h1>");
  expect([...page.matchAll(/data-chart="([^"]+)"/g)].map(([, name]) => name)).toEqual([
    "share",
    "candidate-capacity",
  ]);
  expect(page).toContain("Planned were 8; none was raised.");
  const { seconds } = releaseView({ ...told, ...nothing });
  expect(seconds).toBeGreaterThan(
    plan.rollout.stages.reduce((sum, { bakeMinutes }) => sum + bakeMinutes * 60, 0),
  );
});

test("one of which nobody knows the plan either has no pictures, and no script for them", () => {
  const { plan: _, needs: __, ...unknown } = told;
  const page = releasePage(
    releaseView({
      ...unknown,
      intervals: [],
      journal: [],
      ledger: [],
      shares: [],
      outcome: "failed",
      seconds: 1,
    }),
  );

  expect(page).toContain("chat v7 failed after 1 s.");
  expect(page).not.toMatch(/<script|<figure/);
});

test("the script that a page carries is made of the code beside it", async () => {
  const expected = await scriptText();

  expect(readFileSync(scriptFile, "utf8"), "stale: run `npm run page`").toBe(expected);
  expect(expected).not.toContain("</script");
});

describe("the palette", () => {
  const light = (hex: string) => {
    const channel = (from: number) => {
      const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };
  /** WCAG 2.2, contrast ratio. */
  const contrast = (one: string, other: string) => {
    const [low = 0, high = 0] = [light(one), light(other)].toSorted((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  it.each(["light", "dark"] as const)("has text that is read and marks that are seen, %s", (theme) => {
    const { page, surface, ink, muted, good, bad, ...others } = palette[theme];
    for (const text of [ink, muted, good, bad, others.mark, others.threshold])
      for (const ground of [page, surface]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    for (const mark of [others.stable, others.candidate, others.load])
      for (const ground of [page, surface]) expect(contrast(mark, ground)).toBeGreaterThanOrEqual(3);
  });

  it("is all that a page takes its colours from", () => {
    const colours = new Set(Object.values(palette).flatMap((theme) => Object.values(theme)));

    expect(style.match(/#[0-9a-f]{3,8}\b/gi)?.filter((each) => !colours.has(each))).toEqual([]);
  });
});

test("has what each gate answered, found, and what is to be done; and no such section where none was asked", () => {
  const answers = [
    {
      gate: "vpc" as const,
      status: "fail" as const,
      found: "in no VPC <b>",
      expected: "one",
      todo: "make one & try",
    },
    { gate: "way-back" as const, status: "pass" as const, found: "$4 of $60", expected: "a way back" },
  ];
  const page = pageOf({ journal: [{ kind: "gates", at: startedAt, isBlocked: true, answers }] });
  const [, table = ""] = /<section aria-labelledby="gates">(.*?)<\/section>/s.exec(page) ?? [];

  expect(table).toContain("Security and compliance gates: what each answered");
  expect(table.replaceAll(/<[^>]+>/g, "|")).toMatch(
    /vpc\|+✖\| fail before the first change\|+in no VPC &lt;b&gt;\|+to do:\| make one &amp; try\|/,
  );
  expect(table).toContain("way-back");
  expect(pageOf()).not.toContain('id="gates"');
});
