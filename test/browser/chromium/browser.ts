/** The browser that this run unpacked, started without a window. */
import { type Browser, chromium } from "playwright-core";
import type { Unpacked } from "./unpacked.ts";

/** Root may run no sandbox, and what is opened here was written here. */
const switches = ["--no-sandbox", "--font-render-hinting=none", "--force-color-profile=srgb"];

export function startBrowser({ executable, environment }: Unpacked): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: switches,
    env: { PATH: process.env["PATH"], ...environment },
  });
}
