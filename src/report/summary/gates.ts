/** What the gates of a release answered, in a table; where all of them passed, in a line. */
import { counted } from "../text/figures.ts";
import { table } from "../text/layout.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { margin, type Page, paragraph } from "./page.ts";

const glyphs = { pass: "✔", fail: "✖", unknown: "?", waived: "~", overridden: "!" } as const;

export function gatesTable({ gates }: Pick<ReleaseView, "gates">, page: Page): string[] {
  if (gates.length === 0) return [];
  const others = gates.filter(({ status, course }) => status !== "pass" || course.includes(", "));
  const passed = counted(gates.length - others.length, "gate");
  if (others.length === 0) return paragraph(page, "gates", `${passed} passed, each time they were asked`);
  const columns = [{ head: "gate" }, { head: "answered" }, { head: "" }] as const;
  const rows = others.map(({ gate, course, status }) => [gate, course, glyphs[status]]);
  const lines = table(columns, rows, { width: page.width - margin.length, head: page.paint.dim });
  return [
    ...lines.map((line) => margin + line),
    ...(others.length === gates.length ? [] : paragraph(page, "gates", `${passed} passed beside these`)),
  ];
}
