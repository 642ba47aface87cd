/** Text that cannot be read whole: cut by a box, outside of the window or of its drawing, or under other text of its chart. */
import type { Box, Text } from "./texts.ts";

/** In CSS pixels. */
const tolerance = 1;

/** One line for each, with the text and by how many CSS pixels it is out. */
export function clippedTexts(texts: readonly Text[], windowWidth: number): string[] {
  const cut = texts.flatMap((text) => {
    const by = text.drawing === undefined ? cutBy(text, windowWidth) : outOfDrawing(text, text.drawing);
    return by === undefined ? [] : [`${worded(text)} is cut by ${by}`];
  });
  return [...cut, ...overlapping(texts)];
}

const scrolling = (overflow: string) => overflow === "auto" || overflow === "scroll";
const worded = ({ words }: Text) => `"${words.slice(0, 60)}"`;

/** How far a box sticks out of another, to the sides, and up or down. */
const outOf = (inner: Box, outer: Box) => ({
  x: Math.max(outer.left - inner.left, inner.right - outer.right),
  y: Math.max(outer.top - inner.top, inner.bottom - outer.bottom),
});

/** What scrolls shows it all, so that nothing further out cuts it. */
function cutBy({ lines, around }: Text, windowWidth: number): string | undefined {
  const scrolls = around.findIndex(({ overflowX }) => scrolling(overflowX));
  const cutting = scrolls === -1 ? around : around.slice(0, scrolls);
  for (const { name, overflowX, overflowY, box } of cutting)
    for (const line of lines) {
      const { x, y } = outOf(line, box);
      const out = Math.max(overflowX === "visible" ? 0 : x, overflowY === "visible" ? 0 : y);
      if (out > tolerance) return `${name}, ${out.toFixed(1)} out`;
    }
  if (scrolls !== -1) return undefined;
  const out = Math.max(...lines.map(({ left, right }) => Math.max(-left, right - windowWidth)));
  return out > tolerance ? `the window, ${out.toFixed(1)} out` : undefined;
}

function outOfDrawing({ lines }: Text, drawing: Box): string | undefined {
  const out = Math.max(...lines.map((line) => outOf(line, drawing)).flatMap(({ x, y }) => [x, y]));
  return out > tolerance ? `its drawing, ${out.toFixed(1)} out` : undefined;
}

/** Texts that lie on one another. A single sign is a mark, and marks may; what scrolls lies where it is scrolled to. */
function overlapping(texts: readonly Text[]): string[] {
  const fixed = texts.filter(
    (text) => text.words.length > 1 && !text.around.some(({ overflowX }) => scrolling(overflowX)),
  );
  const placed = fixed.map((text) => ({ text, bounds: boundsOf(text.lines) }));
  return placed.flatMap((one, i) =>
    placed.slice(i + 1).flatMap((other) => {
      const { x, y } = overlapOf(one.bounds, other.bounds);
      // A text that is broken by an element in it goes on around that.
      if (x <= tolerance || y <= tolerance || one.text.lines.length > 1 || other.text.lines.length > 1)
        return [];
      return [`${worded(one.text)} and ${worded(other.text)} overlap by ${x.toFixed(1)} × ${y.toFixed(1)}`];
    }),
  );
}

/** Glyphs of a rotated or spaced text come in several boxes. */
const boundsOf = (lines: readonly Box[]): Box => ({
  left: Math.min(...lines.map(({ left }) => left)),
  right: Math.max(...lines.map(({ right }) => right)),
  top: Math.min(...lines.map(({ top }) => top)),
  bottom: Math.max(...lines.map(({ bottom }) => bottom)),
});

/** A line of text has room above and below its letters, about a third of it. */
function overlapOf(one: Box, other: Box) {
  const room = 0.3 * Math.min(one.bottom - one.top, other.bottom - other.top);
  return {
    x: Math.min(one.right, other.right) - Math.max(one.left, other.left),
    y: Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) - room,
  };
}
