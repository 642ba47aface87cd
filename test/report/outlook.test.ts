/** The page of a plan fits the terminal, whatever its width, and says the same in all of them. */
import { expect, test } from "vitest";
import { outlookOf } from "../../src/core/outlook.ts";
import { outlookPage } from "../../src/report/outlook.ts";
import { widthOf } from "../../src/report/text/layout.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { plan } from "../core/example.ts";

const outlook = outlookOf(plan, { requestsPerSecond: 40, errorPercent: 0.5 });
const page = (width: number, coloured = false) => outlookPage(outlook, { width, paint: paintOf(coloured) });

test.each([40, 47, 60, 72, 80, 96, 110])("at %i columns no line is wider", (width) => {
  for (const coloured of [false, true])
    expect(page(width, coloured).filter((line) => widthOf(line) > width)).toEqual([]);
});

test("no figure is lost where room is short", () => {
  const figures = (lines: readonly string[]) => new Set(lines.join(" ").match(/[\d$.,]+\d|\d/g));

  for (const width of [40, 60, 80]) expect(figures(page(width))).toEqual(figures(page(110)));
});
