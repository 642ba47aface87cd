/**
 * The picture of a page in README.md: the top of the page of a release that is rolled back, in light, 1200 pixels wide.
 *
 * Usage: npm run browser -- --picture
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startBrowser } from "./chromium/browser.ts";
import { unpackedInto } from "./chromium/unpacked.ts";
import { pageOf, releases } from "./releases.ts";

const path = fileURLToPath(new URL("../../docs/pictures/release-page.png", import.meta.url));
const width = 1200;

const release = releases.find(({ name }) => name === "rolled-back");
if (release === undefined) throw new Error("expected a release that is rolled back");
const folder = mkdtempSync(join(tmpdir(), "slipway-browser-"));
const browser = await startBrowser(unpackedInto(folder));
try {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: "light" });
  await page.goto(pageOf(release), { waitUntil: "load" });
  const chart = page.locator('[data-chart="errors"]');
  const box = await chart.boundingBox();
  const height = box === null ? 900 : Math.ceil(box.y + box.height + 16);
  await page.screenshot({
    path,
    fullPage: true,
    clip: { x: 0, y: 0, width, height },
    animations: "disabled",
  });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(path);
