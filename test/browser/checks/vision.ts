/** A page as people see it who have no cones for green, or none for red. */
import type { Page } from "playwright-core";
import type { PNG } from "pngjs";
import { pixelsOf } from "./opened.ts";

export const deficiencies = ["deuteranopia", "protanopia"] as const;
export type Deficiency = (typeof deficiencies)[number];

export async function seenWith(page: Page, type: Deficiency, file?: string): Promise<PNG> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setEmulatedVisionDeficiency", { type });
  const png = await pixelsOf(page, file);
  await session.send("Emulation.setEmulatedVisionDeficiency", { type: "none" });
  await session.detach();
  return png;
}
