/** A browser for as long as something is done with it, where no test runner unpacks one: unpacked, started, and removed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startBrowser } from "./browser.ts";
import { unpackedInto } from "./unpacked.ts";

export async function withBrowser(act: (browser: Browser) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-browser-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const browser = await startBrowser(unpackedInto(folder));
  try {
    await act(browser);
  } finally {
    await browser.close();
  }
}
