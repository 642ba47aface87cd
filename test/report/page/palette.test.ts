/** Every pair of the palette that a page draws on one another stands apart, in both themes, by WCAG 2.2 (1.4.3 and 1.4.11). */
import { describe, expect, test } from "vitest";
import { type Palette, palette } from "../../../src/report/page/palette.ts";
import { colourOf, contrastOf } from "../../colour/contrast.ts";

const backgrounds = ["page", "surface"] as const;
const texts = ["ink", "muted", "good", "bad"] as const;
const marks = ["stable", "candidate", "load", "threshold", "good", "bad", "mark"] as const;
/** Parts pictures and tables from one another, and says nothing. */
const decoration = ["line"] as const;

/** `ink on page` and its ratio, of each that is less than it has to be. */
const below = (colours: Palette, names: readonly (keyof Palette)[], least: number): string[] =>
  names.flatMap((name) =>
    backgrounds.flatMap((behind) => {
      const ratio = contrastOf(colourOf(colours[name]), colourOf(colours[behind]));
      return ratio < least ? [`${name} on ${behind} is ${ratio.toFixed(2)}:1`] : [];
    }),
  );

describe.each(["light", "dark"] as const)("%s", (theme) => {
  test("text is at 4.5:1 or more", () => {
    expect(below(palette[theme], texts, 4.5)).toEqual([]);
  });

  test("marks are at 3:1 or more", () => {
    expect(below(palette[theme], marks, 3)).toEqual([]);
  });

  test("each colour is a text's, a mark's, a background's or decoration", () => {
    expect(new Set([...backgrounds, ...texts, ...marks, ...decoration])).toEqual(
      new Set(Object.keys(palette[theme])),
    );
  });
});
