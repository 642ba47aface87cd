/** The texts that a page shows: where each is, what is around it, and what it is drawn with. */
import type { Page } from "playwright-core";

/** In CSS pixels, from the page's corner. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
export interface Text {
  readonly words: string;
  /** Of each of its lines. */
  readonly lines: readonly Box[];
  readonly colour: string;
  /** In CSS pixels. */
  readonly size: number;
  readonly weight: number;
  /** The nearest colour behind it that its ancestors have. */
  readonly behind: string;
  /** Its drawing, where it is in one. */
  readonly drawing?: Box;
  /** Its ancestors that do not let everything out, from the nearest on. */
  readonly around: readonly {
    readonly name: string;
    readonly overflowX: string;
    readonly overflowY: string;
    readonly box: Box;
  }[];
}

/** Without what only screen readers get, in a box of a pixel. */
export function textsOf(page: Page): Promise<Text[]> {
  return page.evaluate(() => {
    const boxOf = ({ left, right, top, bottom }: DOMRect) => ({
      left: left + scrollX,
      right: right + scrollX,
      top: top + scrollY,
      bottom: bottom + scrollY,
    });
    const ancestorsOf = (element: Element | null): Element[] =>
      element === null ? [] : [element, ...ancestorsOf(element.parentElement)];
    const isDot = (element: Element) => {
      const { width, height } = element.getBoundingClientRect();
      return element instanceof HTMLElement && width <= 1 && height <= 1;
    };
    const isSeen = (element: Element | null): element is Element =>
      element?.checkVisibility({ opacityProperty: true, visibilityProperty: true }) === true &&
      !ancestorsOf(element).some(isDot);
    const linesOf = (node: Node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].filter(({ width }) => width > 0).map(boxOf);
    };
    const aroundOf = (element: Element) =>
      ancestorsOf(element)
        .filter((each) => each !== document.body && each !== document.documentElement)
        .map((each) => ({ each, style: getComputedStyle(each) }))
        .filter(({ style }) => style.overflowX !== "visible" || style.overflowY !== "visible")
        .map(({ each, style }) => ({
          name: each.tagName.toLowerCase(),
          overflowX: style.overflowX,
          overflowY: style.overflowY,
          box: boxOf(each.getBoundingClientRect()),
        }));
    const described = (node: Node, element: Element) => {
      const style = getComputedStyle(element);
      const svg = element.closest("svg");
      const backgrounds = ancestorsOf(element).map((each) => getComputedStyle(each).backgroundColor);
      return {
        words: (node.textContent ?? "").trim().replace(/\s+/g, " "),
        lines: linesOf(node),
        colour: svg === null ? style.color : style.fill,
        size: Number.parseFloat(style.fontSize),
        weight: Number(style.fontWeight),
        behind: backgrounds.find((each) => each !== "rgba(0, 0, 0, 0)") ?? "rgb(255, 255, 255)",
        around: aroundOf(element),
        ...(svg === null ? {} : { drawing: boxOf(svg.getBoundingClientRect()) }),
      };
    };

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const nodes: Node[] = [];
    while (walker.nextNode() !== null) nodes.push(walker.currentNode);
    return nodes
      .filter((node) => isSeen(node.parentElement))
      .map((node) => described(node, node.parentElement as Element))
      .filter(({ words, lines }) => words !== "" && lines.length > 0);
  });
}
