/** What of a page is too faint: its texts below 4.5:1, its charts' marks below 3:1, by their styles and by the screenshot. */
import { type Colour, colourOf, contrastOf } from "../../colour/contrast.ts";
import { deltaE2000, labOf } from "../../colour/delta-e.ts";
import { type Mark, sampleOf } from "./marks.ts";
import type { Picture } from "./opened.ts";
import { coloursIn } from "./sampling.ts";
import type { Box, Text } from "./texts.ts";

/** https://www.w3.org/TR/WCAG22/#contrast-minimum, large text too. */
const leastOfText = 4.5;
/** https://www.w3.org/TR/WCAG22/#non-text-contrast */
const leastOfMarks = 3;
/** By CIEDE2000, of what is drawn from what its style says: more, and something lies over it or it is not opaque. */
const mostOff = 5;

const ratio = (value: number) => `${value.toFixed(2)}:1`;

export function faintTexts(picture: Picture, texts: readonly Text[]): string[] {
  return texts.flatMap(({ words, lines: all, around, colour, behind }) => {
    const lines = all.filter((line) => around.every(({ box }) => isWithin(line, box)));
    const text = `"${words.slice(0, 60)}"`;
    const meant = colourOf(colour);
    const computed = contrastOf(meant, colourOf(behind));
    const found = computed < leastOfText ? [`${text} is ${ratio(computed)}, ${colour} on ${behind}`] : [];
    // What is scrolled out of sight is on no screenshot.
    if (lines.length === 0) return found;
    const drawn = lines.map((line) => nearest(picture, line, meant)).sort((a, b) => a.off - b.off)[0];
    if (drawn === undefined || drawn.off > mostOff) found.push(`${text} is not drawn in its ${colour}`);
    else if (drawn.contrast < leastOfText) found.push(`${text} is drawn at ${ratio(drawn.contrast)}`);
    return found;
  });
}

const isWithin = (line: Box, box: Box): boolean =>
  line.left >= box.left && line.right <= box.right && line.top >= box.top && line.bottom <= box.bottom;

/** The colour of a line's box that is nearest to what the text is meant to have, against the commonest. */
function nearest(picture: Picture, line: Box, meant: Colour) {
  const colours = coloursIn(picture, line).map(([colour]) => colour);
  const behind = colours[0] ?? meant;
  const apart = colours
    .map((colour) => ({ colour, off: deltaE2000(labOf(colour), labOf(meant)) }))
    .sort((a, b) => a.off - b.off)[0];
  return {
    off: apart?.off ?? Number.POSITIVE_INFINITY,
    contrast: contrastOf(apart?.colour ?? behind, behind),
  };
}

/** Of a series of many shapes, each that shows is looked at. */
export function faintMarks(picture: Picture, marks: readonly Mark[]): string[] {
  return marks.flatMap((mark) => {
    const name = `${mark.series} of ${mark.chart}`;
    if (mark.points.length === 0) return [];
    const drawn = sampleOf(picture, mark);
    if (drawn === undefined || drawn.off > mostOff) return [`${name} is not drawn in its ${mark.colour}`];
    return drawn.contrast < leastOfMarks ? [`${name} is drawn at ${ratio(drawn.contrast)}`] : [];
  });
}
