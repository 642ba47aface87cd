/** The parts of a page that are read: figures in rows, the stages with what was judged, the ledger, and all that happened. */
import { clock, count, duration, percent } from "../text/figures.ts";
import type { Comparison } from "../view/compared.ts";
import type { GateRow } from "../view/gate-rows.ts";
import type { LedgerRow } from "../view/ledger-rows.ts";
import type { LoadRow } from "../view/load-rows.ts";
import type { TimelineMark } from "../view/marks.ts";
import type { ReleaseView } from "../view/release-view.ts";
import type { KpiReading, StageRow, StageSide } from "../view/stage-rows.ts";
import { badge } from "./cards.ts";
import { glyphs } from "./lanes.ts";
import { escaped } from "./markup.ts";
import { type Cell, number, tableOf, text } from "./table.ts";

export function comparisonTable(rows: readonly Comparison[]): string {
  return tableOf({
    caption: "The plan against what happened",
    heads: ["what", "planned", "happened"],
    rows: rows.map(({ what, planned, happened, isBeyond }) => [
      text(what),
      text(planned),
      { html: `${isBeyond ? '<strong class="bad">✖ beyond it:</strong> ' : ""}${escaped(happened)}` },
    ]),
  });
}

const answerMarks = { pass: "✔", fail: "✖", unknown: "?", waived: "~", overridden: "!" } as const;
const answerTones = { pass: "good", fail: "bad", unknown: "bad", waived: "", overridden: "bad" } as const;

export function gateTable(rows: readonly GateRow[]): string {
  return tableOf({
    caption: "What each gate answered",
    heads: ["gate", "answered", "found"],
    rows: rows.map(({ gate, status, course, found, todo }) => [
      text(gate),
      {
        html: `<span class="${answerTones[status]}">${answerMarks[status]}</span> ${escaped(course)}`,
        isLong: true,
      },
      {
        html: `${escaped(found)}${todo === "" ? "" : `<br><strong>to do:</strong> ${escaped(todo)}`}`,
        isLong: true,
      },
    ]),
  });
}

/** Variants beside each other, by the figures that are looked at first. */
export function variantTable(
  all: readonly { readonly name: string; readonly view: Pick<ReleaseView, "outcome" | "highlights"> }[],
): string {
  const figures = [...new Set(all.flatMap(({ view }) => view.highlights.map(({ what }) => what)))];
  return tableOf({
    caption: "Side by side",
    heads: ["variant", "ended", ...figures],
    rows: all.map(({ name, view: { outcome, highlights } }) => [
      text(name),
      { html: badge(outcome) },
      ...figures.map((figure): Cell => {
        const found = highlights.find(({ what }) => what === figure);
        if (found === undefined) return text("–");
        return {
          html: found.isBeyond
            ? `<strong class="bad">✖ ${escaped(found.figure)}</strong>`
            : escaped(found.figure),
          isNumber: true,
        };
      }),
    ]),
  });
}

const loadAnswers = { within: "✔ kept", exceeds: "✖ not kept", open: "–" } as const;
const tones = { within: "good", exceeds: "bad", open: "" } as const;

export function loadTable(rows: readonly LoadRow[]): string {
  return tableOf({
    caption: "The test under load",
    heads: ["step", "requests a second", "counted", "late", "failed", "p99", "requirements"],
    rows: rows.map((row) => [
      text(row.name),
      number(Number(row.requestsPerSecond.toPrecision(3)).toString()),
      number(count(row.requests)),
      number(percent(row.latePercent)),
      number(percent(row.failedPercent)),
      number(row.p99Ms === undefined ? "–" : `${count(row.p99Ms)} ms`),
      { html: `<span class="${tones[row.answer]}">${loadAnswers[row.answer]}</span>` },
    ]),
  });
}

export function stageTable(stages: readonly StageRow[]): string {
  const both = (row: StageRow, of: (side: StageSide) => string): Cell => {
    const one = (side: StageSide | null) => (side === null || side.requests === 0 ? "–" : of(side));
    return number(`${one(row.sides.candidate)} / ${one(row.sides.stable)}`);
  };
  return tableOf({
    caption: "Stage by stage",
    heads: [
      "share",
      "from",
      "for",
      "warm, candidate / stable",
      "requests",
      "failing",
      "mean latency",
      "ended",
    ],
    rows: stages.map((row) => [
      number(percent(row.trafficPercent)),
      number(clock(row.fromSeconds)),
      number(duration(row.untilSeconds - row.fromSeconds)),
      both(row, ({ warm, provisioned }) => `${warm ?? "?"} of ${provisioned ?? "?"}`),
      both(row, ({ requests }) => count(requests)),
      both(row, ({ errors, requests }) => percent((100 * errors) / requests)),
      both(row, ({ latencyMs }) => (latencyMs === null ? "–" : `${Math.round(latencyMs)} ms`)),
      { html: endingOf(row) },
    ]),
  });
}

const endings: Readonly<Record<NonNullable<StageRow["result"]>, readonly [said: string, tone: string]>> = {
  passed: ["✔ passed", "good"],
  eased: ["↓ eased", ""],
  restored: ["↑ restored", ""],
  stopped: ["✖ stopped", "bad"],
};

function endingOf({ result }: StageRow): string {
  const [said, tone] = result === undefined ? ["▸ under way", ""] : endings[result];
  return `<span class="${tone}">${escaped(said)}</span>`;
}

/** What the verdict said of each stage last, and how each KPI stood by then. */
export function reasoning(stages: readonly StageRow[]): string {
  return stages
    .filter(({ sentence }) => sentence !== undefined)
    .map(
      (row) =>
        `<article><h3>At ${escaped(percent(row.trafficPercent))}: ${endingOf(row)}</h3><p>${escaped(row.sentence ?? "")}</p>${kpiTable(row)}</article>`,
    )
    .join("\n");
}

function kpiTable({ kpis, trafficPercent }: StageRow): string {
  if (kpis.length === 0) return "";
  return tableOf({
    caption: `KPIs at ${percent(trafficPercent)}`,
    heads: [
      "KPI",
      "kind",
      "stood",
      "evidence of harm, of what it takes",
      "evidence of safety, of what it takes",
    ],
    rows: kpis.map((kpi) => [
      text(kpi.name),
      text(kpi.kind),
      { html: standingOf(kpi) },
      number(evidenceText(kpi.harm)),
      number(evidenceText(kpi.safety)),
    ]),
  });
}

const standings: Readonly<Record<string, string>> = {
  harm: "✖ harm",
  breach: "✖ breach",
  safe: "✔ safe",
  clear: "✔ clear",
};

const standingOf = ({ standing }: KpiReading): string => {
  const said = standings[standing] ?? `– ${standing}`;
  const kind = said.startsWith("✔") ? "good" : said.startsWith("✖") ? "bad" : "";
  return `<span class="${kind}">${escaped(said)}</span>`;
};

/** In nats, as verdicts are told. */
const evidenceText = (evidence: KpiReading["harm"]): string =>
  evidence === undefined ? "a ceiling" : `${evidence[0].toFixed(1)} of ${evidence[1].toFixed(1)} nats`;

export function ledgerTable(rows: readonly LedgerRow[]): string {
  return tableOf({
    caption: "The ledger",
    heads: ["at", "what", "before", "after", "what became of it"],
    rows: rows.map(({ atSeconds, what, before, after, became, refused }) => [
      number(clock(atSeconds)),
      { html: `<code>${escaped(what)}</code>` },
      { html: `<code>${escaped(before)}</code>` },
      { html: `<code>${escaped(after)}</code>` },
      text(refused === "" ? became : `${became}; refused: ${refused}`),
    ]),
  });
}

export function eventTable(marks: readonly TimelineMark[]): string {
  return tableOf({
    caption: "All that happened",
    heads: ["at", "what", "in detail"],
    rows: marks.map(({ kind, atSeconds, untilSeconds, label, detail }) => [
      number(untilSeconds === undefined ? clock(atSeconds) : `${clock(atSeconds)} – ${clock(untilSeconds)}`),
      { html: `<span class="glyph ${kind}" aria-hidden="true">${glyphs[kind]}</span> ${escaped(label)}` },
      text(detail),
    ]),
  });
}
