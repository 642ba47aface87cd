/** The page of a plan fits the terminal, whatever its width, and says the same in all of them. */
import { expect, test } from "vitest";
import { outlookOf } from "../../src/core/outlook.ts";
import { outlookPage } from "../../src/report/outlook.ts";
import { widthOf } from "../../src/report/text/layout.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { plan, withFallback } from "../core/example.ts";

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

test("other instance types are shown below the first, each with its own fleet, quota and cost", () => {
  const other = outlookOf(withFallback, { requestsPerSecond: 40, errorPercent: 0.5 });
  const lines = outlookPage(other, { width: 200, paint: paintOf(false) });
  const [first, second, third] = lines.filter((line) => /^\s*(minor|else on) +\d+ ml/.test(line));

  expect(first).toMatch(/minor +8 ml\.g5\.xlarge +24 ml\.g5\.xlarge/);
  expect(second).toMatch(/else on +6 ml\.g5\.2xlarge +16 ml\.g5\.xlarge \+ 12 ml\.g5\.2xlarge/);
  expect(third).toMatch(/else on +10 ml\.g4dn\.2xlarge +16 ml\.g5\.xlarge \+ 20 ml\.g4dn\.2xlarge/);
  const dear = { ...withFallback, prices: { "ml.g5.2xlarge": 400 } };
  expect(outlookOf(dear, { requestsPerSecond: 40, errorPercent: 0.5 }).warnings).toContainEqual(
    expect.stringMatching(
      /^on ml\.g5\.2xlarge a minor release is estimated at .* the type would be passed over/,
    ),
  );
});
