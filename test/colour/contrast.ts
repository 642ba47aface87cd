/** Colours as a browser shows them, and how far two of them stand apart by WCAG 2: 1 for the same, 21 for black on white. */

/** Red, green and blue, each from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** `#rrggbb`, or `rgb(…)` as computed styles have it. */
export function colourOf(text: string): Colour {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  const rgb = /^rgb\((\d+),\s*(\d+),\s*(\d+)\)$/.exec(text.trim());
  const [, red = "", green = "", blue = ""] = hex ?? rgb ?? [];
  if (blue === "") throw new Error(`expected #rrggbb or rgb(…), found ${text}`);
  const base = hex === null ? 10 : 16;
  return [Number.parseInt(red, base), Number.parseInt(green, base), Number.parseInt(blue, base)];
}

/** A channel of sRGB from 0 to 255 as a share of light. */
export function linearOf(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminanceOf([red, green, blue]: Colour): number {
  return 0.2126 * linearOf(red) + 0.7152 * linearOf(green) + 0.0722 * linearOf(blue);
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrastOf(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
