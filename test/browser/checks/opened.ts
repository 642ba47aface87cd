/** A page opened as a reader would have it: in a theme, at a width, what is folded unfolded, with everything kept that it says and asks for. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import type { Box } from "./texts.ts";

export type Theme = "light" | "dark";
export interface Look {
  readonly theme: Theme;
  /** Of the window, in CSS pixels. */
  readonly width: number;
}
export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, errors that nothing caught, requests that failed. */
  readonly complaints: readonly string[];
  /** Whatever it asked for beside itself. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Device pixels to a CSS pixel: enough for the stems of small letters to have their full colour. */
export const scale = 2;
const height = 900;

export const artefacts = fileURLToPath(new URL("../artefacts", import.meta.url));

export async function open(browser: Browser, url: string, { theme, width }: Look): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: theme,
    reducedMotion: "reduce",
    timezoneId: "UTC",
    locale: "en-GB",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) requests.push(request.url());
  });
  await page.goto(url, { waitUntil: "load" });
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
  return { page, complaints, requests, close: () => context.close() };
}

/** What is on a page as pixels, from a corner in CSS pixels on. */
export interface Picture {
  readonly png: PNG;
  readonly left: number;
  readonly top: number;
}

/** Of the whole page, or of a part of it; kept in a file where one is named. */
export async function pictureOf(
  page: Page,
  { file, part }: { file?: string; part?: Box } = {},
): Promise<Picture> {
  if (file !== undefined) mkdirSync(artefacts, { recursive: true });
  const path = file === undefined ? {} : { path: join(artefacts, file) };
  const { left, top } = part ?? { left: 0, top: 0 };
  const clip =
    part === undefined
      ? {}
      : { clip: { x: left, y: top, width: part.right - left, height: part.bottom - top } };
  const bytes = await page.screenshot({
    fullPage: true,
    animations: "disabled",
    caret: "hide",
    ...clip,
    ...path,
  });
  return { png: PNG.sync.read(bytes), left, top };
}
