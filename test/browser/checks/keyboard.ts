/** A walk over a page by the Tab key alone: what it comes to, and whether one can see where it is. */
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { type Colour, contrastOf } from "../../colour/contrast.ts";

export interface Stop {
  readonly element: string;
  /** Of the CSS pixels around it, how many its outline changes by at least 3:1. */
  readonly changed: number;
  /** Of what is in the window of it, in CSS pixels. */
  readonly perimeter: number;
}
export interface Walk {
  readonly stops: readonly Stop[];
  /** Can be focused, and was not come to. */
  readonly missed: readonly string[];
}

const margin = 8;
/** More than any page of ours has; a walk that does not end is a trap. */
const most = 400;

export async function walked(page: Page): Promise<Walk> {
  const all = await page.evaluate(markFocusables);
  const stops: Stop[] = [];
  const seen = new Set<string>();
  for (;;) {
    await page.keyboard.press("Tab");
    const nth = await page.evaluate(() => document.activeElement?.getAttribute("data-nth-focusable") ?? "");
    if (nth === "" || seen.has(nth)) break;
    if (seen.size > most) throw new Error(`the focus has been to ${most} places and goes on`);
    seen.add(nth);
    stops.push(await stopAt(page, all[Number(nth)] ?? nth));
  }
  return { stops, missed: all.filter((_, nth) => !seen.has(String(nth))) };
}

/** Numbers whatever a Tab should come to, and names it. */
function markFocusables(): string[] {
  const focusable = "a[href], button, input, select, textarea, summary, [tabindex]";
  return [...document.querySelectorAll<HTMLElement | SVGElement>(focusable)]
    .filter((each) => each.tabIndex >= 0 && !each.matches(":disabled") && each.checkVisibility())
    .map((each, nth) => {
      each.setAttribute("data-nth-focusable", String(nth));
      const name = each.getAttribute("aria-label") ?? each.textContent ?? "";
      return `${each.tagName.toLowerCase()} "${name.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
    });
}

async function stopAt(page: Page, element: string): Promise<Stop> {
  const { width, height, ...corner } = await page.evaluate(() => {
    document.activeElement?.scrollIntoView({ block: "center" });
    const { left, top, width, height } = document.activeElement?.getBoundingClientRect() ?? new DOMRect();
    return { x: left, y: top, width, height };
  });
  const window = page.viewportSize() ?? { width: 0, height: 0 };
  const [x, y] = [Math.max(0, corner.x - margin), Math.max(0, corner.y - margin)];
  const clip = {
    x,
    y,
    width: Math.min(window.width, corner.x + width + margin) - x,
    height: Math.min(window.height, corner.y + height + margin) - y,
  };
  // Where it is larger than the window, its edges to those sides are not in sight.
  const isWhole = { x: width + 2 * margin <= window.width, y: height + 2 * margin <= window.height };
  const perimeter =
    (isWhole.y ? 2 * Math.min(width, clip.width) : 0) + (isWhole.x ? 2 * Math.min(height, clip.height) : 0);
  const picture = async () =>
    PNG.sync.read(await page.screenshot({ clip, scale: "css", animations: "disabled", caret: "hide" }));
  const focused = await picture();
  // Not by taking the focus away: what else it shows, a tooltip say, is no sign of where it is.
  await page.evaluate(() =>
    (document.activeElement as HTMLElement | null)?.style.setProperty("outline", "none", "important"),
  );
  const plain = await picture();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.style.removeProperty("outline"));
  return { element, changed: differing(focused, plain), perimeter };
}

function differing(one: PNG, other: PNG): number {
  const at = ({ data }: PNG, i: number): Colour => [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
  let count = 0;
  for (let i = 0; i < one.data.length; i += 4) if (contrastOf(at(one, i), at(other, i)) >= 3) count += 1;
  return count;
}
