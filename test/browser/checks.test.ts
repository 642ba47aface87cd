/** Each check sees what it is for, on pages that have just that wrong, and says nothing of a page that is right. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { contrastOf } from "../colour/contrast.ts";
import { deltaE2000, type Lab, labOf } from "../colour/delta-e.ts";
import { axeFindings } from "./checks/accessibility.ts";
import { chartsOf } from "./checks/charts.ts";
import { clippedTexts } from "./checks/clipping.ts";
import { walked } from "./checks/keyboard.ts";
import { marksOf, sampleOf } from "./checks/marks.ts";
import { type Opened, open, type Picture, pictureOf } from "./checks/opened.ts";
import { colourAt, standingOut } from "./checks/sampling.ts";
import { textsOf } from "./checks/texts.ts";
import { deficiencies, seenWith } from "./checks/vision.ts";
import { startBrowser } from "./chromium/browser.ts";

let browser: Browser;
let opened: Opened | undefined;
const folder = mkdtempSync(join(tmpdir(), "slipway-pages-"));
beforeAll(async () => {
  browser = await startBrowser(inject("chromium"));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const chart = (shapes: string) =>
  `<figure data-chart="errors"><svg role="img" aria-labelledby="errors" viewBox="0 0 300 100" width="300" height="100"><title id="errors">Errors</title>${shapes}</svg></figure>`;

async function pageOf(body: string, width = 390): Promise<Opened> {
  await opened?.close();
  const path = join(folder, "page.html");
  writeFileSync(
    path,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><style>body { font: 16px sans-serif } .right { text-align: right }</style><main><h1>A page</h1>${body}</main></html>`,
  );
  opened = await open(browser, pathToFileURL(path).href, { theme: "light", width });
  return opened;
}
const clippedOn = async (body: string) => clippedTexts(await textsOf((await pageOf(body)).page), 390);

test("what the console says, what nothing catches and what is asked for is kept", async () => {
  const { complaints, requests } = await pageOf(
    `<img alt="none" src="none.png"><script>console.error("said"); console.warn("warned"); console.log("told"); setTimeout(() => { throw new Error("thrown") })</script>`,
  );

  expect(complaints).toEqual(expect.arrayContaining(["error: said", "warning: warned", "error: thrown"]));
  expect(complaints.join()).toContain("failed: file:");
  expect(complaints.join()).not.toContain("told");
  expect(requests).toEqual([expect.stringContaining("none.png")]);
});

test("text is found where a box cuts it, where it leaves the window or its drawing, and where it lies on another", async () => {
  const long = "a text that has no room";

  expect(await clippedOn(`<p style="width: 5em; overflow: hidden; white-space: nowrap">${long}</p>`)).toEqual(
    [expect.stringMatching(/^"a text that has no room" is cut by p, \d+\.\d out$/)],
  );
  expect(await clippedOn(`<p style="height: 1em; overflow: hidden; width: 5em">${long}</p>`)).toHaveLength(1);
  expect(await clippedOn(`<p style="width: 900px" class="right">${long}</p>`)).toEqual([
    expect.stringContaining("is cut by the window"),
  ]);
  expect(await clippedOn(chart(`<text x="250" y="50">${long}</text>`))).toEqual([
    expect.stringContaining("is cut by its drawing"),
  ]);
  expect(await clippedOn(chart(`<text x="10" y="50">one</text><text x="20" y="55">other</text>`))).toEqual([
    expect.stringContaining(`"one" and "other" overlap by`),
  ]);
  const beside = (left: string) => `<span style="position: absolute; left: ${left}">label</span>`;
  expect(await clippedOn(`<figure>${beside("20px")}${beside("40px")}</figure>`)).toEqual([
    expect.stringContaining(`"label" and "label" overlap by`),
  ]);
});

test("text is left alone that scrolls into view, that only screen readers get, and that has its room", async () => {
  const scrolls = `<div tabindex="0" style="overflow-x: auto"><p style="width: 900px" class="right">far</p></div>`;
  const spoken = `<span style="position: absolute; width: 1px; height: 1px; overflow: hidden">for screen readers</span>`;
  const drawn = chart(`<text x="10" y="20">one</text><text x="10" y="38">under it</text>`);

  expect(await clippedOn(`<p>${"word ".repeat(40)}</p>${scrolls}${spoken}${drawn}`)).toEqual([]);
});

test("text's contrast is read from the screenshot, by what shows", async () => {
  const { page } = await pageOf(
    `<p style="color: #767676">grey</p><p style="color: #000; opacity: 0.3">faint</p>`,
  );
  const picture = await pictureOf(page);
  const ratios = (await textsOf(page)).slice(1).map(({ words, lines: [line] }) => {
    const found = line === undefined ? undefined : standingOut(picture, line);
    return [words, found === undefined ? 0 : contrastOf(found.most, found.behind)] as const;
  });

  expect(Object.fromEntries(ratios)).toEqual({
    grey: expect.closeTo(4.54, 1),
    faint: expect.closeTo(2.1, 1),
  });
});

test("a chart's series are found with what they are drawn with, and how faint a mark shows", async () => {
  const { page } = await pageOf(
    chart(
      `<path data-series="stable" d="M10 90L290 20" stroke="#00f" fill="none" stroke-width="2"/>
       <path data-series="candidate" d="M10 20L290 90" stroke="#c00" fill="none" stroke-width="2" stroke-dasharray="6 3" opacity="0.4"/>
       <g data-series="load"><rect x="10" y="60" width="40" height="30" fill="#080"/></g><path data-series="empty" d=""/>`,
    ),
  );
  const [only] = await chartsOf(page);
  const picture = await pictureOf(page);
  const sampled = (await marksOf(page)).map((mark) => [mark.series, sampleOf(picture, mark)] as const);

  expect(only).toMatchObject({ name: "errors", role: "img", label: "Errors" });
  expect(only?.series.map(({ name, manner }) => [name, manner])).toEqual([
    ["stable", "line none"],
    ["candidate", "line 6px, 3px"],
    ["load", "rect none"],
    ["empty", "path none"],
  ]);
  expect(only?.series.map(({ width, height }) => width > 0 && height > 0)).toEqual([true, true, true, false]);
  expect(Object.fromEntries(sampled)).toMatchObject({
    stable: { off: 0, found: [0, 0, 255], contrast: expect.closeTo(8.59, 1) },
    candidate: {
      off: expect.toSatisfy((off: number) => off > 20),
      contrast: expect.toSatisfy((ratio: number) => ratio < 3),
    },
    load: { off: 0 },
  });
  expect(Object.fromEntries(sampled)["empty"]).toBeUndefined();
});

test("red and green are near one another for whoever has no cones for either, blue and orange are not", async () => {
  const square = (series: string, x: number, fill: string) =>
    `<rect data-series="${series}" x="${x}" y="10" width="40" height="40" fill="${fill}"/>`;
  const { page } = await pageOf(
    chart(square("red", 0, "#c03020") + square("green", 60, "#5a7a00")) +
      chart(square("blue", 0, "#0060c0") + square("orange", 60, "#e08000")),
  );
  const plain = await pictureOf(page);
  const places = (await marksOf(page)).map((mark) => sampleOf(plain, mark));
  const apart = (picture: Picture) => {
    const labs = places.map((place) => labOf(colourAt(picture, place?.x ?? -1, place?.y ?? -1) ?? [0, 0, 0]));
    const [red, green, blue, orange] = labs as [Lab, Lab, Lab, Lab];
    return { redGreen: deltaE2000(red, green), blueOrange: deltaE2000(blue, orange) };
  };

  expect(apart(plain).redGreen).toBeGreaterThan(40);
  for (const deficiency of deficiencies) {
    const { redGreen, blueOrange } = apart(await seenWith(page, deficiency));
    expect(redGreen).toBeLessThan(15);
    expect(blueOrange).toBeGreaterThan(40);
  }
  expect(apart(await pictureOf(page))).toEqual(apart(plain));
});

test("the keyboard comes by all but what it is kept from, and an outline counts that can be seen", async () => {
  const { page } = await pageOf(
    `<button>plain</button><button style="outline: none">bare</button><button style="outline: 3px solid #eee">faint</button>
     <button onfocus="this.nextElementSibling.nextElementSibling.focus()">leaps</button><a href="#there">passed over</a><a href="#there">there</a>`,
  );
  const { stops, missed } = await walked(page);

  expect(stops.map(({ element, changed, perimeter }) => [element, changed >= perimeter])).toEqual([
    [`button "plain"`, true],
    [`button "bare"`, false],
    [`button "faint"`, false],
    [`a "there"`, true],
  ]);
  expect(missed).toEqual([`button "leaps"`, `a "passed over"`]);
});

test("axe's violations are told, and what it leaves undecided unless that is explained", async () => {
  const { page } = await pageOf(
    `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><div style="background: linear-gradient(#fff, #000)">over a gradient</div>`,
  );
  const undecided = { rule: "color-contrast", element: /\bdiv\b/, because: "this test" };
  const found = await axeFindings(page, []);

  expect(found).toEqual([
    expect.stringContaining("image-alt: img: "),
    expect.stringMatching(/^undecided: color-contrast: div/),
  ]);
  expect(await axeFindings(page, [undecided])).toEqual(found.slice(0, 1));
});
