/** A page as people see it who have no cones for green, or none for red. */
import type { Page } from "playwright-core";
import { type Picture, pictureOf } from "./opened.ts";

export const deficiencies = ["deuteranopia", "protanopia"] as const;
export type Deficiency = (typeof deficiencies)[number];

export async function seenWith(
  page: Page,
  type: Deficiency,
  what: Parameters<typeof pictureOf>[1] = {},
): Promise<Picture> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setEmulatedVisionDeficiency", { type });
  const picture = await pictureOf(page, what);
  await session.send("Emulation.setEmulatedVisionDeficiency", { type: "none" });
  await session.detach();
  return picture;
}
