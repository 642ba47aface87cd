/** The pages of releases of each kind, in both themes, on a desk and on a phone: what a reader gets, and whoever reads otherwise. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { deltaE2000, labOf } from "../colour/delta-e.ts";
import { axeFindings } from "./checks/accessibility.ts";
import { type Chart, chartsOf } from "./checks/charts.ts";
import { clippedTexts } from "./checks/clipping.ts";
import { walked } from "./checks/keyboard.ts";
import { faintMarks, faintTexts } from "./checks/legibility.ts";
import { desk, explained, looks } from "./checks/looks.ts";
import { type Mark, marksOf, sampleOf } from "./checks/marks.ts";
import { type Opened, open, type Picture, pictureOf } from "./checks/opened.ts";
import { colourAt } from "./checks/sampling.ts";
import { type Box, type Text, textsOf } from "./checks/texts.ts";
import { deficiencies, seenWith } from "./checks/vision.ts";
import { startBrowser } from "./chromium/browser.ts";
import { pageOf, releases } from "./releases.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser(inject("chromium"));
});
afterAll(() => browser.close());

describe.each(releases)("the page of a release that is $name", (release) => {
  let url: string;
  beforeAll(() => {
    url = pageOf(release);
  });

  describe.each(looks)("$theme, $width px wide", ({ theme, width }) => {
    const name = `${release.name}-${theme}-${width}`;
    let opened: Opened;
    let texts: readonly Text[];
    let charts: readonly Chart[];
    let marks: readonly Mark[];
    let picture: Picture;
    beforeAll(async () => {
      opened = await open(browser, url, { theme, width });
      const { page } = opened;
      await page.waitForFunction(scriptHasRun);
      [texts, charts, marks] = [await textsOf(page), await chartsOf(page), await marksOf(page)];
      picture = await pictureOf(page, { file: `${name}.png` });
    });
    afterAll(() => opened.close());

    test("complains of nothing and asks for nothing", () => {
      expect(opened.complaints).toEqual([]);
      expect(opened.requests).toEqual([]);
    });

    test("has its charts, each with a name for whoever does not see it, and no empty series", () => {
      const series = charts.flatMap((chart) => chart.series.map((each) => ({ chart: chart.name, ...each })));

      expect(charts.map((chart) => chart.name)).toEqual(release.charts);
      expect(charts.filter(({ role, label }) => role !== "img" || label === "")).toEqual([]);
      expect(charts.filter((chart) => chart.series.length === 0)).toEqual([]);
      expect(series.filter((each) => !(each.width > 10))).toEqual([]);
    });

    test("shows all of its text, and nothing has to be looked for to the side", async () => {
      const scrollWidth = await opened.page.evaluate(() => document.documentElement.scrollWidth);

      expect(clippedTexts(texts, width)).toEqual([]);
      expect(scrollWidth).toBeLessThanOrEqual(width);
    });

    test("has text at 4.5:1 and marks at 3:1 or more", () => {
      const drawn = charts.flatMap((chart) => chart.series.map((each) => `${chart.name} ${each.name}`));
      const placed = marks.filter(({ points }) => points.length > 0);

      expect(texts.length).toBeGreaterThan(20);
      expect(placed.map(({ chart, series }) => `${chart} ${series}`)).toEqual(expect.arrayContaining(drawn));
      expect(faintTexts(picture, texts)).toEqual([]);
      expect(faintMarks(picture, marks)).toEqual([]);
    });

    test("tells series apart by more than their colour", () => {
      const alike = charts.flatMap(({ name, series }) =>
        [...Map.groupBy(series, ({ manner }) => manner)]
          .filter(([, same]) => same.length > 1)
          .map(([manner, same]) => `${name}: ${same.map((each) => each.name).join(", ")} are ${manner}`),
      );

      expect(alike).toEqual([]);
    });

    for (const deficiency of width === desk ? deficiencies : [])
      test(`keeps stable and candidate apart with ${deficiency}`, async () => {
        const part = around(marks);
        if (part === undefined) return;
        const file = `${name}-${deficiency}.png`;
        const seen = await seenWith(opened.page, deficiency, { part, file });

        expect(sidesIn(picture, seen, marks).filter(({ apart }) => apart < 15)).toEqual([]);
      });

    test("has nothing that axe finds, or cannot decide and nobody has explained", async () => {
      expect(await axeFindings(opened.page, explained)).toEqual([]);
    });

    test("takes the keyboard everywhere, and shows where it is", async () => {
      const { stops, missed } = await walked(opened.page);

      expect(missed).toEqual([]);
      expect(stops.filter(({ changed, perimeter }) => changed < perimeter)).toEqual([]);
    });
  });
});

/** A page without charts has no script. */
function scriptHasRun(): boolean {
  // What is out of sight is filled in last.
  const readings = [...document.querySelectorAll(".legend output")];
  return document.querySelector("script") === null || readings.every(({ textContent }) => textContent !== "");
}

/** Of all charts. */
function around(marks: readonly Mark[]): Box | undefined {
  const boxes = marks.map(({ drawing }) => drawing);
  if (boxes.length === 0) return undefined;
  // Of whole pixels: a part of one would move all that is in it.
  return {
    left: Math.floor(Math.min(...boxes.map(({ left }) => left))),
    right: Math.ceil(Math.max(...boxes.map(({ right }) => right))),
    top: Math.floor(Math.min(...boxes.map(({ top }) => top))),
    bottom: Math.ceil(Math.max(...boxes.map(({ bottom }) => bottom))),
  };
}

/** In each chart that has both, how far apart stable and candidate look, by CIEDE2000, where they are drawn. */
function sidesIn(plain: Picture, seen: Picture, marks: readonly Mark[]) {
  return [...Map.groupBy(marks, ({ chart }) => chart)].flatMap(([chart, all]) => {
    const [stable, candidate] = ["stable", "candidate"].map((side) => {
      const mark = all.find(({ series, points }) => series === side && points.length > 0);
      const place = mark === undefined ? undefined : sampleOf(plain, mark);
      return place === undefined ? undefined : colourAt(seen, place.x, place.y);
    });
    if (stable === undefined || candidate === undefined) return [];
    return [{ chart, stable, candidate, apart: deltaE2000(labOf(stable), labOf(candidate)) }];
  });
}
