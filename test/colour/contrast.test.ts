/** Contrast by WCAG, against ratios that are known. */
import { expect, test } from "vitest";
import { colourOf, contrastOf } from "./contrast.ts";

test("black on white is 21:1, a colour on itself 1:1, and it does not matter which is behind", () => {
  expect(contrastOf([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 6);
  expect(contrastOf([255, 255, 255], [0, 0, 0])).toBeCloseTo(21, 6);
  expect(contrastOf([18, 52, 86], [18, 52, 86])).toBe(1);
});

test("the greys that everybody knows: #767676 on white is the lightest that passes 4.5:1, #949494 the lightest of 3:1", () => {
  const white = colourOf("#ffffff");

  expect(contrastOf(colourOf("#767676"), white)).toBeCloseTo(4.54, 2);
  expect(contrastOf(colourOf("#777777"), white)).toBeLessThan(4.5);
  expect(contrastOf(colourOf("#949494"), white)).toBeCloseTo(3.03, 2);
  expect(contrastOf(colourOf("#959595"), white)).toBeLessThan(3);
});

test("a colour is read as palettes write it and as computed styles do; what is neither is refused", () => {
  expect(colourOf("#0a10FF")).toEqual([10, 16, 255]);
  expect(colourOf("rgb(10, 16, 255)")).toEqual([10, 16, 255]);
  expect(() => colourOf("rgba(0, 0, 0, 0.5)")).toThrow("expected #rrggbb or rgb(…), found rgba");
});
