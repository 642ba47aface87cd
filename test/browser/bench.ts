/**
 * Figures, no test: how large the page of a whole day's release with ten KPIs is, how long it takes to be drawn, and how long to
 * answer a pointer, a zoom and a key, on a processor four times slower than this one. `npm run bench:page`.
 */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { releasePage } from "../../src/report/page/release-page.ts";
import { releaseView } from "../../src/report/view/release-view.ts";
import { type Answer, answersTo, percentile } from "./bench/answers.ts";
import { longRelease } from "./bench/long-release.ts";
import { artefacts } from "./checks/opened.ts";
import { withBrowser } from "./chromium/own-browser.ts";

const slower = 4;
const times = 60;

async function opened(browser: Browser, url: string, rate: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  await page.goto(url, { waitUntil: "load" });
  return page;
}

/** From the start of the navigation to the frame after its script has run, by the page's own clock. */
async function drawnMs(browser: Browser, url: string, rate: number): Promise<number> {
  const all: number[] = [];
  for (let nth = 0; nth < 5; nth += 1) {
    const page = await opened(browser, url, rate);
    await page.waitForFunction(() => document.documentElement.matches(".scripted"));
    all.push(
      await page.evaluate(
        () =>
          new Promise<number>((done) =>
            requestAnimationFrame(() => setTimeout(() => done(performance.now()))),
          ),
      ),
    );
    await page.close();
  }
  return percentile(all, 50);
}

type Place = Readonly<Record<"x" | "y" | "width" | "height", number>>;

/** What a reader does, and which event it is. */
interface Deed {
  readonly name: string;
  readonly event: string;
  /** What is done first, and not timed. */
  readonly before?: (page: Page, nth: number, picture: Place) => Promise<void>;
  readonly act: (page: Page, nth: number, picture: Place) => Promise<void>;
}

const deeds: readonly Deed[] = [
  {
    name: "hover",
    event: "pointermove",
    act: (page, nth, { x, y, width, height }) => page.mouse.move(x + width * startOf(nth), y + height / 2),
  },
  {
    name: "zoom by dragging",
    event: "pointerup",
    before: async (page, nth, { x, y, width, height }) => {
      await page.evaluate(() => document.getElementById("whole")?.click());
      await page.mouse.move(x + width * startOf(nth), y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * (startOf(nth) + 0.3), y + height / 2);
    },
    act: (page) => page.mouse.up(),
  },
  {
    name: "zoom by keyboard",
    event: "keydown",
    // From all of the axis to a half of it, and back.
    before: (page, nth) => page.focus(nth % 2 === 0 ? "#closer" : "#wider"),
    act: (page) => page.keyboard.press("Enter"),
  },
  {
    name: "moment by keyboard",
    event: "keydown",
    before: (page) => page.focus("#moment"),
    act: (page) => page.keyboard.press("ArrowRight"),
  },
];

/** Of a part of the axis, as a share of it. */
const startOf = (nth: number): number => 0.1 + (0.5 * nth) / times;

async function answers(browser: Browser, url: string, { name, event, before, act }: Deed): Promise<string> {
  const page = await opened(browser, url, slower);
  await page.waitForFunction(() => document.documentElement.matches(".scripted"));
  await page.locator(".picture").first().scrollIntoViewIfNeeded();
  const place = await page.locator(".picture").first().boundingBox();
  if (place === null) throw new Error("the page has no picture");
  const answerTo = await answersTo(page, event);
  const all: Answer[] = [];
  for (let nth = 0; nth < times; nth += 1) {
    await before?.(page, nth, place);
    all.push(await answerTo(() => act(page, nth, place)));
  }
  await page.close();
  const said = (of: (answer: Answer) => number) =>
    [50, 95].map((percent) => `p${percent} ${percentile(all.map(of), percent).toFixed(0)} ms`).join(", ");
  return `${name.padEnd(18)} ${said(({ wallMs }) => wallMs)}; of the processor ${said(({ processorMs }) => processorMs)}`;
}

mkdirSync(artefacts, { recursive: true });
await withBrowser(async (browser) => {
  console.log(
    `${availableParallelism()} cores; answers on a processor ${slower} times slower, of ${times} each`,
  );
  for (const seconds of [60, 10]) {
    const path = join(artefacts, `day-${seconds}.html`);
    const beganMs = performance.now();
    writeFileSync(path, releasePage(releaseView(longRelease(seconds))));
    const madeMs = performance.now() - beganMs;
    const url = pathToFileURL(path).href;
    const drawn = [await drawnMs(browser, url, 1), await drawnMs(browser, url, slower)];
    console.log(`\n24 h at ${seconds} s, ten KPIs`);
    console.log(`  page      ${(statSync(path).size / 1000).toFixed(0)} kB, made in ${madeMs.toFixed(0)} ms`);
    console.log(`  drawn     ${drawn.map((each) => `${each.toFixed(0)} ms`).join(", slower ")}`);
    for (const deed of deeds) console.log(`  answers   ${await answers(browser, url, deed)}`);
  }
});
