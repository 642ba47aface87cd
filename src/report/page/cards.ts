/** The first things that are looked at: how a release ended, and its few figures. */
import type { Highlight } from "../view/highlights.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { escaped } from "./markup.ts";

const badges: Readonly<Record<ReleaseView["outcome"], readonly [glyph: string, tone: string]>> = {
  promoted: ["✔", "good"],
  done: ["✔", "good"],
  ignored: ["–", ""],
  "rolled-back": ["↩", "bad"],
  superseded: ["↩", "bad"],
  stopped: ["↩", "bad"],
  refused: ["⊘", "bad"],
  failed: ["✖", "bad"],
  "under-way": ["▸", ""],
};

/** How it ended, by a sign, a word and a colour. */
export function badge(outcome: ReleaseView["outcome"]): string {
  const [glyph, tone] = badges[outcome];
  return `<span class="badge ${tone}"><span aria-hidden="true">${glyph}</span> ${escaped(outcome)}</span>`;
}

export const cards = (highlights: readonly Highlight[]): string =>
  highlights.length === 0 ? "" : `<dl class="cards">${highlights.map(card).join("")}</dl>`;

const card = ({ what, figure, note, isBeyond }: Highlight): string =>
  `<div><dt>${escaped(what)}</dt><dd>${isBeyond ? '<span class="bad">✖ ' : ""}${escaped(figure)}${isBeyond ? "</span>" : ""}${note === "" ? "" : `<small>${escaped(note)}</small>`}</dd></div>`;
