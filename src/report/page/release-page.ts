/**
 * A release on one page: a file that asks for nothing else, is read by people, by screen readers and on paper, and says the
 * same where no script runs. Pictures are inline SVG of our own: a page of eight charts takes a tenth of what a charting
 * library alone weighs (docs/DECISIONS.md).
 */
import type { Promises } from "../view/promises.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { badge, cards } from "./cards.ts";
import { documentOf, type PageOptions, section, tools } from "./document.ts";
import { figureOf } from "./figure.ts";
import { hoursLane, markLane, stageLane } from "./lanes.ts";
import { escaped, joined } from "./markup.ts";
import {
  comparisonTable,
  eventTable,
  gateTable,
  ledgerTable,
  loadTable,
  reasoning,
  stageTable,
} from "./tables.ts";

export const releasePage = (view: ReleaseView, options: PageOptions = {}): string =>
  documentOf(
    {
      title: `${view.subject}: ${view.outcome}`,
      content: [
        header(view),
        pictures(view),
        planned(view),
        loadTest(view),
        stages(view),
        gates(view),
        ledger(view),
        events(view),
        promises(view.rehearsed?.promises),
        `<footer><p>Times count from the start of the release, ${escaped(view.startedAt)}.</p></footer>`,
      ],
      charts: view.charts,
    },
    options,
  );

function header({ outcome, subject, sentence, reason, notes, origin, highlights }: ReleaseView): string {
  return joined([
    "<header>",
    `<p class="subject">${escaped(subject)}</p>`,
    `<h1>${escaped(sentence)}</h1>`,
    `<p>${badge(outcome)}</p>`,
    reason === "" ? "" : `<p class="reason">${escaped(reason)}</p>`,
    ...notes.map((note) => `<p class="hint">${escaped(note)}</p>`),
    `<p class="origin">${escaped(origin)}</p>`,
    cards(highlights),
    "</header>",
  ]);
}

function pictures({ charts, marks, stages: rows, seconds }: ReleaseView): string {
  if (charts.length === 0) return "";
  const time = { from: 0, to: Math.max(seconds, 60) };
  const axis = { time, marks };
  return section(
    "pictures",
    "What happened",
    `<div class="panel" id="charts" data-seconds="${time.to}">${joined([tools(time), stageLane(rows, time), markLane(marks, time), ...charts.map((chart) => figureOf(chart, axis)), hoursLane(time)])}</div>`,
  );
}

const planned = ({ comparisons }: ReleaseView): string =>
  section(
    "planned",
    "The plan against what happened",
    comparisons.length === 0 ? "" : comparisonTable(comparisons),
  );

const loadTest = ({ loadTest: shown }: ReleaseView): string =>
  shown === undefined
    ? ""
    : section(
        "load-test",
        "Tested under load, before any traffic",
        `${shown.knee === "" ? "" : `<p>Its knee, the highest rate within the requirements, is ${escaped(shown.knee)}.</p>`}${shown.recovery === "" ? "" : `<p>It ${escaped(shown.recovery)}.</p>`}${shown.open === "" ? "" : `<p>It came to no answer: ${escaped(shown.open)}.</p>`}${shown.raised === "" ? "" : `<p>By tests under load it was raised ${escaped(shown.raised)}.</p>`}${shown.rows.length === 0 ? "" : loadTable(shown.rows)}`,
      );

const stages = ({ stages: rows }: ReleaseView): string =>
  rows.length === 0
    ? ""
    : joined([
        section("stages", "Stage by stage", stageTable(rows)),
        section("reasons", "Why: what was judged", reasoning(rows)),
      ]);

const gates = ({ gates: rows }: ReleaseView): string =>
  section(
    "gates",
    "Security and compliance gates: what each answered",
    rows.length === 0 ? "" : gateTable(rows),
  );

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
