/** The browser starts on what it brought along, whatever the machine has, and draws what it is given. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Browser } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { startBrowser } from "./chromium/browser.ts";

const unpacked = inject("chromium");
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser(unpacked);
});
afterAll(() => browser.close());

/** Processes whose program is this run's browser. */
function processesOf(executable: string): string[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(executable)).map((line) => line.trim().split(" ")[0] ?? "");
}

test("its libraries are those that it brought along, in each of its processes", () => {
  const libraries = processesOf(unpacked.executable).flatMap((pid) =>
    [...readFileSync(`/proc/${pid}/maps`, "utf8").matchAll(/\/\S*\/lib(?:nss3|nssutil3|nspr4)\.so\S*/g)].map(
      ([path]) => dirname(path),
    ),
  );

  expect(new Set(libraries)).toEqual(new Set([unpacked.environment["LD_LIBRARY_PATH"]]));
});

test.runIf(process.env["SLIPWAY_WITHOUT_LIBNSS3"] === "1")("without them it would not start here", () => {
  const { status, stderr } = spawnSync(unpacked.executable, ["--version"], { env: {}, encoding: "utf8" });

  expect(status).toBe(127);
  expect(stderr).toContain("libnss3.so");
});

test("text is drawn, a sign that Open Sans lacks too, and the theme is the one that was asked for", async () => {
  const drawn = async (text: string, colorScheme: "light" | "dark") => {
    const page = await browser.newPage({ viewport: { width: 80, height: 60 }, colorScheme });
    await page.setContent(
      `<style>body { font: 24px sans-serif } @media (prefers-color-scheme: dark) { body { background: #000; color: #fff } }</style>${text}`,
    );
    const { data } = PNG.sync.read(await page.screenshot());
    await page.close();
    return data;
  };
  const [blank, word, sign] = [
    await drawn("", "light"),
    await drawn("Hi", "light"),
    await drawn("↩", "light"),
  ];
  const dark = await drawn("Hi", "dark");

  expect(word.equals(blank)).toBe(false);
  expect(sign.equals(blank)).toBe(false);
  expect(sign.equals(await drawn("\u{10ffff}", "light"))).toBe(false);
  expect([blank[0], dark[0]]).toEqual([255, 0]);
});
