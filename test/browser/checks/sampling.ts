/** Colours as they are on a screenshot. */
import { type Colour, contrastOf } from "../../colour/contrast.ts";
import { type Picture, scale } from "./opened.ts";
import type { Box } from "./texts.ts";

/** At a point in CSS pixels; undefined outside of the picture. */
export function colourAt({ png, left, top }: Picture, x: number, y: number): Colour | undefined {
  const [column, row] = [Math.floor((x - left) * scale), Math.floor((y - top) * scale)];
  if (column < 0 || row < 0 || column >= png.width || row >= png.height) return undefined;
  const at = (row * png.width + column) * 4;
  const [red = 0, green = 0, blue = 0] = png.data.subarray(at, at + 3);
  return [red, green, blue];
}

/** How many device pixels of a box have each colour, the commonest first. */
export function coloursIn(picture: Picture, { left, right, top, bottom }: Box): [Colour, count: number][] {
  const counted = new Map<number, number>();
  for (let y = top; y < bottom; y += 1 / scale)
    for (let x = left; x < right; x += 1 / scale) {
      const colour = colourAt(picture, x, y);
      if (colour === undefined) continue;
      const key = (colour[0] << 16) | (colour[1] << 8) | colour[2];
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
  return [...counted]
    .sort(([, one], [, other]) => other - one)
    .map(([key, count]) => [[key >> 16, (key >> 8) & 255, key & 255], count]);
}

/** Of what lies in a box, the commonest colour, and whatever stands out most from that. */
export function standingOut(
  picture: Picture,
  box: Box,
): { readonly behind: Colour; readonly most: Colour } | undefined {
  const colours = coloursIn(picture, box).map(([colour]) => colour);
  const [behind] = colours;
  if (behind === undefined) return undefined;
  const most = colours.reduce((a, b) => (contrastOf(a, behind) >= contrastOf(b, behind) ? a : b));
  return { behind, most };
}
