/** How the release ended and why, in the first lines. */
import type { Outcome } from "../../core/release/closing.ts";
import { wrap } from "../text/layout.ts";
import type { Paint } from "../text/paint.ts";
import { reasonLines } from "../text/reasons.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { margin, type Page } from "./page.ts";

type Colour = "green" | "yellow" | "red" | "dim";

const marks: Readonly<Record<ReleaseView["outcome"], { readonly mark: string; readonly colour: Colour }>> = {
  promoted: { mark: "✔", colour: "green" },
  done: { mark: "✔", colour: "green" },
  ignored: { mark: "–", colour: "dim" },
  "rolled-back": { mark: "↩", colour: "yellow" },
  superseded: { mark: "↩", colour: "yellow" },
  stopped: { mark: "↩", colour: "yellow" },
  refused: { mark: "⊘", colour: "yellow" },
  failed: { mark: "✖", colour: "red" },
  "under-way": { mark: "▸", colour: "dim" },
};

/** An outcome's mark in its colour. */
export const outcomeMark = (outcome: Outcome, paint: Paint): string =>
  paint[marks[outcome].colour](marks[outcome].mark);

export function headline(
  { outcome, subject, reason, notes, origin }: ReleaseView,
  { width, paint }: Page,
): string[] {
  const { mark, colour } = marks[outcome];
  const style: Paint[Colour] = paint[colour];
  const indent = margin + margin;
  return [
    ...(margin.length + 4 + outcome.length + subject.length <= width
      ? [`${margin}${style(mark)} ${paint.bold(style(outcome))}  ${subject}`]
      : [
          `${margin}${style(mark)} ${paint.bold(style(outcome))}`,
          ...wrap(subject, width - indent.length).map((line) => indent + line),
        ]),
    ...[reason, ...notes]
      .flatMap((text) => reasonLines(text, width - indent.length))
      .map((line) => indent + line),
    "",
    ...wrap(origin, width - indent.length).map((line) => paint.dim(indent + line)),
  ];
}
