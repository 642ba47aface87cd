/** How pages are looked at, and what of axe's doubts somebody has explained. */
import type { Explained } from "./accessibility.ts";
import type { Look } from "./opened.ts";

export const desk = 1280;
const phone = 390;
export const looks: readonly Look[] = [
  { theme: "light", width: desk },
  { theme: "dark", width: desk },
  { theme: "light", width: phone },
  { theme: "dark", width: phone },
];

export const explained: readonly Explained[] = [
  {
    rule: "color-contrast",
    element: /: Element content contains only non-text characters$/,
    because: "axe takes a single sign for an icon; the test of contrast measures it like any text",
  },
];
