/** The marks of a page's charts: what each is meant to be drawn in, and where on the page to look whether it is. */
import type { Page } from "playwright-core";
import { type Colour, colourOf, contrastOf } from "../../colour/contrast.ts";
import { deltaE2000, labOf } from "../../colour/delta-e.ts";
import type { Picture } from "./opened.ts";
import { colourAt, coloursIn } from "./sampling.ts";
import type { Box } from "./texts.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Mark {
  readonly chart: string;
  readonly series: string;
  /** By its style. */
  readonly colour: string;
  /** On its outline, or inside of what is filled, in CSS pixels from the page's corner. */
  readonly points: readonly Point[];
  /** Of its drawing. */
  readonly drawing: Box;
}

/** Every shape of every series, and what is marked on the axis of time: turns and spans, by their classes. */
export function marksOf(page: Page): Promise<Mark[]> {
  return page.evaluate(() => {
    const pieces = 60;
    const drawing = "figure[data-chart] svg[role]";
    const marked = ["[data-series]", ".turn", ".span"].map((each) => `${drawing} ${each}`).join();
    const placed = (shape: SVGGeometryElement, { x, y }: DOMPoint) => {
      const there = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM() ?? undefined);
      return { x: there.x + scrollX, y: there.y + scrollY };
    };
    const outlineOf = (shape: SVGGeometryElement) => {
      const length = shape.getTotalLength();
      return Array.from({ length: pieces }, (_, i) =>
        placed(shape, shape.getPointAtLength((length * (i + 0.5)) / pieces)),
      );
    };
    const insideOf = (shape: SVGGeometryElement) => {
      const { x, y, width, height } = shape.getBBox();
      return Array.from(
        { length: pieces },
        (_, i) => new DOMPoint(x + (width * (i + 0.5)) / pieces, y + height * ((i * 0.382) % 1)),
      )
        .filter((point) => shape.isPointInFill(point))
        .map((point) => placed(shape, point));
    };
    const boxOf = ({ left, right, top, bottom }: DOMRect) => ({
      left: left + scrollX,
      right: right + scrollX,
      top: top + scrollY,
      bottom: bottom + scrollY,
    });
    return [...document.querySelectorAll<SVGElement>(marked)].flatMap((element) =>
      [element, ...element.querySelectorAll("*")]
        .filter((each): each is SVGGeometryElement => each instanceof SVGGeometryElement)
        .map((shape) => {
          const { fill, stroke } = getComputedStyle(shape);
          return {
            chart: shape.closest("figure")?.getAttribute("data-chart") ?? "",
            series: element.dataset["series"] ?? element.getAttribute("class") ?? "",
            colour: stroke === "none" ? fill : stroke,
            points: stroke === "none" ? insideOf(shape) : outlineOf(shape),
            drawing: boxOf((shape.ownerSVGElement ?? shape).getBoundingClientRect()),
          };
        }),
    );
  });
}

/** Where on a screenshot a mark comes nearest to its colour, and how near. */
export interface Sampled extends Point {
  readonly found: Colour;
  /** From the colour of its style, by CIEDE2000. */
  readonly off: number;
  /** Against the drawing's commonest colour. */
  readonly contrast: number;
}

/** Other marks lie over some of its points; where none is in the picture, undefined. */
export function sampleOf(picture: Picture, { colour, points, drawing }: Mark): Sampled | undefined {
  const meant = labOf(colourOf(colour));
  const behind = coloursIn(picture, drawing)[0]?.[0] ?? [255, 255, 255];
  const near = [-1, -0.5, 0, 0.5, 1];
  const candidates = points.flatMap(({ x, y }) =>
    near.flatMap((dx) => near.map((dy) => ({ x: x + dx, y: y + dy }))),
  );
  let best: Sampled | undefined;
  for (const { x, y } of candidates) {
    const found = colourAt(picture, x, y);
    if (found === undefined) continue;
    const off = deltaE2000(labOf(found), meant);
    if (best === undefined || off < best.off)
      best = { x, y, found, off, contrast: contrastOf(found, behind) };
  }
  return best;
}
