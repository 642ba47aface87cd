/** The charts of a release page: what each is called, and what each of its series is drawn with. */
import type { Page } from "playwright-core";

export interface Series {
  /** `stable`, `candidate`, `load`, … */
  readonly name: string;
  /** Of all its shapes, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** How its shapes are drawn, without their colours: what is left to whoever sees none. */
  readonly manner: string;
}
export interface Chart {
  readonly name: string;
  readonly role: string | null;
  /** What `aria-labelledby` leads to. */
  readonly label: string;
  readonly series: readonly Series[];
}

export function chartsOf(page: Page): Promise<Chart[]> {
  return page.evaluate(() => {
    const shapesOf = (element: Element) =>
      [element, ...element.querySelectorAll("*")].filter(
        (each): each is SVGGeometryElement => each instanceof SVGGeometryElement,
      );
    const mannerOf = (shape: SVGGeometryElement) => {
      const style = getComputedStyle(shape);
      const marked = [style.markerStart, style.markerMid, style.markerEnd].some((each) => each !== "none");
      const kind = style.fill === "none" ? "line" : shape.tagName;
      return `${kind} ${style.strokeDasharray}${marked ? " marked" : ""}`;
    };
    return [...document.querySelectorAll("figure[data-chart]")].map((figure) => {
      const svg = figure.querySelector("svg[role]");
      const labels = (svg?.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter((id) => id !== "");
      const marks = [...(svg?.querySelectorAll<SVGElement>("[data-series]") ?? [])];
      const series = [...Map.groupBy(marks, (mark) => mark.dataset["series"] ?? "")].map(
        ([name, elements]) => {
          const boxes = elements.map((each) => each.getBoundingClientRect());
          return {
            name,
            width: Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left)),
            height: Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top)),
            manner: [...new Set(elements.flatMap(shapesOf).map(mannerOf))].sort().join(", "),
          };
        },
      );
      return {
        name: figure.getAttribute("data-chart") ?? "",
        role: svg?.getAttribute("role") ?? null,
        label: labels
          .map((id) => document.getElementById(id)?.textContent ?? "")
          .join(" ")
          .trim(),
        series,
      };
    });
  });
}
