/**
 * A release on one page: a file that asks for nothing else, is read by people, by screen readers and on paper, and says the
 * same where no script runs. Pictures are inline SVG of our own: a page of eight charts takes a tenth of what a charting
 * library alone weighs (docs/DECISIONS.md).
 */
import type { Highlight } from "../view/highlights.ts";
import type { Promises } from "../view/promises.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { block } from "./exact-values.ts";
import { figureOf } from "./figure.ts";
import { hoursLane, markLane, stageLane } from "./lanes.ts";
import { escaped, joined } from "./markup.ts";
import page from "./script.json" with { type: "json" };
import { style } from "./style.ts";
import { comparisonTable, eventTable, ledgerTable, reasoning, stageTable } from "./tables.ts";

/** Nothing is fetched, and nothing but what is here runs. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export interface PageOptions {
  /** After how long a browser is to ask for the page again; absent: never. */
  readonly refreshSeconds?: number;
}

export function releasePage(view: ReleaseView, { refreshSeconds }: PageOptions = {}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
${refreshSeconds === undefined ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">\n`}<title>${escaped(`${view.subject}: ${view.outcome}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${joined([header(view), pictures(view), planned(view), stages(view), ledger(view), events(view), promises(view.rehearsed?.promises)])}
<footer><p>Times count from the start of the release, ${escaped(view.startedAt)}.</p></footer>
</main>
${view.charts.length === 0 ? "" : `<script type="application/octet-stream" id="exact">${block(view.charts)}</script>\n<script>${page.script}</script>`}
</body>
</html>
`;
}

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

function header({ outcome, subject, sentence, reason, notes, origin, highlights }: ReleaseView): string {
  const [glyph, tone] = badges[outcome];
  return joined([
    "<header>",
    `<p class="subject">${escaped(subject)}</p>`,
    `<h1>${escaped(sentence)}</h1>`,
    `<p class="badge ${tone}"><span aria-hidden="true">${glyph}</span> ${escaped(outcome)}</p>`,
    reason === "" ? "" : `<p class="reason">${escaped(reason)}</p>`,
    ...notes.map((note) => `<p class="hint">${escaped(note)}</p>`),
    `<p class="origin">${escaped(origin)}</p>`,
    highlights.length === 0 ? "" : `<dl class="cards">${highlights.map(card).join("")}</dl>`,
    "</header>",
  ]);
}

const card = ({ what, figure, note, isBeyond }: Highlight): string =>
  `<div><dt>${escaped(what)}</dt><dd>${isBeyond ? '<span class="bad">✖ ' : ""}${escaped(figure)}${isBeyond ? "</span>" : ""}${note === "" ? "" : `<small>${escaped(note)}</small>`}</dd></div>`;

const section = (id: string, title: string, content: string): string =>
  content === ""
    ? ""
    : `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(title)}</h2>\n${content}\n</section>`;

function pictures({ charts, marks, stages: rows, seconds }: ReleaseView): string {
  if (charts.length === 0) return "";
  const time = { from: 0, to: Math.max(seconds, 60) };
  const axis = { time, marks };
  const tools = `<div class="tools"><label for="moment">Moment</label><input id="moment" type="range" min="0" max="${Math.ceil(time.to)}" step="1" value="0"><output id="moment-said" for="moment"></output><button type="button" id="closer">Closer</button><button type="button" id="wider">Wider</button><button type="button" id="whole">Whole</button></div>`;
  return section(
    "pictures",
    "What happened",
    `<div class="panel" id="charts" data-seconds="${time.to}">${joined([tools, stageLane(rows, time), markLane(marks, time), ...charts.map((chart) => figureOf(chart, axis)), hoursLane(time)])}</div>`,
  );
}

const planned = ({ comparisons }: ReleaseView): string =>
  section(
    "planned",
    "The plan against what happened",
    comparisons.length === 0 ? "" : comparisonTable(comparisons),
  );

const stages = ({ stages: rows }: ReleaseView): string =>
  rows.length === 0
    ? ""
    : joined([
        section("stages", "Stage by stage", stageTable(rows)),
        section("reasons", "Why: what was judged", reasoning(rows)),
      ]);

const ledger = ({ ledger: rows }: ReleaseView): string =>
  section(
    "ledger",
    "The ledger: every change, and what became of it",
    rows.length === 0
      ? ""
      : `<details><summary>${rows.length} changes</summary>${ledgerTable(rows)}</details>`,
  );

const events = ({ marks }: ReleaseView): string =>
  section(
    "events",
    "All that happened, in order",
    marks.length === 0
      ? ""
      : `<details><summary>${marks.length} events</summary>${eventTable(marks)}</details>`,
  );

function promises(kept: Promises | undefined): string {
  if (kept === undefined) return "";
  const { of, broken, violations, doubts } = kept;
  const items = [...violations, ...doubts].map((each) => `<li>${escaped(each)}</li>`).join("");
  const said =
    broken.length === 0
      ? `<p><span class="good">✔</span> All ${of} invariants of the rehearsal held.</p>`
      : `<p><strong class="bad">✖ ${broken.length} of ${of} invariants were broken.</strong></p>`;
  return section(
    "promises",
    "What the rehearsal proves",
    `${said}${items === "" ? "" : `<ul>${items}</ul>`}`,
  );
}
