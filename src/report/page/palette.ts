/**
 * The colours of a page, light and dark. Stable is blue and the candidate orange everywhere, of hues that people without red
 * or green tell apart (Okabe and Ito 2008), darkened until they stand out from the page. Text keeps 4.5:1 and marks 3:1 (WCAG
 * 2.2, 1.4.3 and 1.4.11); no meaning hangs on a colour alone.
 */
export interface Palette {
  readonly page: string;
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly stable: string;
  readonly candidate: string;
  readonly load: string;
  readonly threshold: string;
  readonly good: string;
  readonly bad: string;
  readonly mark: string;
}

export const palette: { readonly light: Palette; readonly dark: Palette } = {
  light: {
    page: "#f6f7f9",
    surface: "#ffffff",
    ink: "#1b2430",
    muted: "#55606e",
    line: "#d9dee5",
    stable: "#0063a8",
    candidate: "#c94f00",
    load: "#7a8594",
    threshold: "#5c4a8a",
    good: "#00705a",
    bad: "#a8154a",
    mark: "#3d4958",
  },
  dark: {
    page: "#11161d",
    surface: "#1a212b",
    ink: "#eef2f7",
    muted: "#a9b4c2",
    line: "#333d4a",
    stable: "#5cb3f0",
    candidate: "#f0a13a",
    load: "#8b97a7",
    threshold: "#b7a3ee",
    good: "#3fc9a4",
    bad: "#f2799f",
    mark: "#b9c4d2",
  },
};
