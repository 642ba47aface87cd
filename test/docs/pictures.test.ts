/** Pictures of the documents stand alone, and say in words what they show. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { sightOf } from "../../scripts/docs/judging-page.ts";
import { svgOf } from "../../scripts/docs/svg.ts";

const folder = "docs/pictures";
const drawn = readdirSync(folder).filter((name) => name.endsWith(".svg"));

test.each(drawn)("%s has a title, a description, and asks for nothing", (name) => {
  const text = readFileSync(`${folder}/${name}`, "utf8");

  expect(text).toMatch(/role="img" aria-labelledby="title description"/);
  expect(text).toMatch(/<title id="title">[^<]{20,}<\/title>\n<desc id="description">[^<]{60,}<\/desc>/);
  expect(text.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/href|url\(|http|<script/);
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
});

test("none is large", () => {
  const large = readdirSync(folder).filter((name) => statSync(`${folder}/${name}`).size > 300_000);

  expect(large).toEqual([]);
});

test("a line that is not known for a while has a gap, and what is beyond an axis lies on its end", () => {
  const axis = (to: number) => ({ label: "", from: 0, to, ticks: [] });
  const text = svgOf({
    title: "A & <B>",
    description: "",
    x: axis(4),
    y: axis(10),
    lines: [
      {
        label: "a",
        colour: "stable",
        points: [
          [0, 0],
          [1, 99],
          [2, null],
          [3, 10],
          [4, 0],
        ],
      },
    ],
  });

  expect(text).toContain("A &amp; &lt;B>");
  expect(text).toContain('d="M78.0 326.0L277.5 88.0M676.5 88.0L876.0 326.0"');
});

test("more traffic, a longer bake and more failures to compare each show less harm", () => {
  const least = (asked: Partial<Parameters<typeof sightOf>[0]>) =>
    sightOf({ requestsPerMinute: 600, shares: [50], bakeMinutes: 30, ...asked })[0]?.leastTimes ?? Infinity;

  expect(least({ requestsPerMinute: 6000 })).toBeLessThan(least({}));
  expect(least({ bakeMinutes: 120 })).toBeLessThan(least({}));
  expect(least({ errorPercent: 2 })).toBeLessThan(least({}));
  expect(least({ hostSpread: 0 })).toBeLessThan(least({}));
  expect(least({ instances: 2 })).toBeGreaterThan(least({}));
});
