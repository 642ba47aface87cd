/** The page of an audit, in both themes, on a desk and on a phone; and one of ten thousand changes, which a browser has to open. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Audited, exceptionsIn } from "../../src/core/audit/audit.ts";
import { auditDocument } from "../../src/report/page/audit-page.ts";
import { audited, longAudit } from "../report/page/audited.ts";
import { axeFindings } from "./checks/accessibility.ts";
import { clippedTexts } from "./checks/clipping.ts";
import { walked } from "./checks/keyboard.ts";
import { faintTexts } from "./checks/legibility.ts";
import { explained, looks } from "./checks/looks.ts";
import { artefacts, type Opened, open, type Picture, pictureOf } from "./checks/opened.ts";
import { type Text, textsOf } from "./checks/texts.ts";
import { startBrowser } from "./chromium/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser(inject("chromium"));
});
afterAll(() => browser.close());

function pageOf(name: string, of: Audited): string {
  mkdirSync(artefacts, { recursive: true });
  const path = join(artefacts, `${name}.html`);
  writeFileSync(path, auditDocument(of, "By stack slipway-prod in account 210987654321, eu-central-1."));
  return pathToFileURL(path).href;
}

describe.each(looks)("the page of an audit, $theme, $width px wide", ({ theme, width }) => {
  let opened: Opened;
  let texts: readonly Text[];
  let picture: Picture;
  beforeAll(async () => {
    opened = await open(browser, pageOf("audit", audited), { theme, width });
    texts = await textsOf(opened.page);
    picture = await pictureOf(opened.page, { file: `audit-${theme}-${width}.png` });
  });
  afterAll(() => opened.close());

  test("complains of nothing and asks for nothing", () => {
    expect(opened.complaints).toEqual([]);
    expect(opened.requests).toEqual([]);
  });

  test("shows all of its text at 4.5:1, and nothing has to be looked for to the side", async () => {
    const scrollWidth = await opened.page.evaluate(() => document.documentElement.scrollWidth);

    expect(texts.length).toBeGreaterThan(100);
    expect(clippedTexts(texts, width)).toEqual([]);
    expect(faintTexts(picture, texts)).toEqual([]);
    expect(scrollWidth).toBeLessThanOrEqual(width);
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

describe("the page of ten thousand changes", () => {
  const long = longAudit(10_000);
  const changes = long.changes.map((line) =>
    line.number === 7_777 ? { ...line, unsaid: ["raise-7"] } : line,
  );
  const url = () =>
    pageOf("audit-long", { ...long, changes, exceptions: exceptionsIn(changes, { fence: 1 }) });

  test("opens folded, and leads from what stands out to its change", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const beganMs = performance.now();
    await page.goto(url(), { waitUntil: "load" });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    // On two cores that others use, too; laid out whole it takes ten times as long.
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    expect(await page.locator("tbody tr:visible").count()).toBe(1);

    await page.getByRole("link", { name: "7777" }).click();
    expect(await page.locator("#n7777").isVisible()).toBe(true);
    expect(await page.locator("details[open]").count()).toBe(2);
    await page.close();
  });

  test("has on paper what is folded on a screen", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pageOf("audit-paper", longAudit(60)));
    const heightOf = () =>
      page.evaluate(() => document.querySelector(".changes")?.getBoundingClientRect().height);

    expect(await heightOf()).toBeLessThan(300);
    await page.emulateMedia({ media: "print" });
    expect(await heightOf()).toBeGreaterThan(2_000);
    await page.close();
  });
});
