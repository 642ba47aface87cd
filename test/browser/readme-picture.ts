/**
 * `npm run browser -- --picture`: writes the picture of a release page that the README shows, docs/release-page.png. It is
 * made of the sample that is rolled back, whose figures the README has in text.
 */
import { fileURLToPath } from "node:url";
import { withBrowser } from "./chromium/own-browser.ts";
import { pageOf, releases } from "./releases.ts";

const path = fileURLToPath(new URL("../../docs/release-page.png", import.meta.url));
const release = releases.find(({ name }) => name === "rolled-back");
if (release === undefined) throw new Error("expected a release that is rolled back");

await withBrowser(async (browser) => {
  const page = await browser.newPage({ viewport: { width: 1000, height: 1080 }, colorScheme: "light" });
  await page.goto(pageOf(release));
  await page.waitForFunction(() => document.documentElement.matches(".scripted"));
  await page.screenshot({ path });
});
