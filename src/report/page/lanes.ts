/** What happened, over the charts' own time axis: a lane with the stages, one with everything else, and the hours below. */
import { percent } from "../text/figures.ts";
import type { MarkKind, TimelineMark } from "../view/marks.ts";
import type { StageRow } from "../view/stage-rows.ts";
import { across, type Extent, width } from "./drawing.ts";
import { escaped } from "./markup.ts";
import { timeLabel, timeTicks } from "./ticks.ts";

/** What a mark is drawn as; its words are beside it for who listens, and in the list below. */
export const glyphs: Readonly<Record<MarkKind, string>> = {
  milestone: "◆",
  stage: "▸",
  verdict: "●",
  capacity: "▲",
  locked: "▬",
  fault: "✱",
  compensation: "↩",
};

const left = (seconds: number, time: Extent): string =>
  `${((across(Math.min(time.to, Math.max(time.from, seconds)), time) / width) * 100).toFixed(2)}%`;

export function stageLane(stages: readonly StageRow[], time: Extent): string {
  if (stages.length === 0) return "";
  const blocks = stages.map(({ fromSeconds, untilSeconds, trafficPercent, result }) => {
    const share = (untilSeconds - fromSeconds) / (time.to - time.from);
    const label = share > 0.045 ? `<span>${escaped(percent(trafficPercent))}</span>` : "";
    const end = result === "stopped" ? " failed" : "";
    return `<li class="stage-block${end}" data-from="${fromSeconds}" data-to="${untilSeconds}" style="left:${left(fromSeconds, time)};width:calc(${left(untilSeconds, time)} - ${left(fromSeconds, time)})">${label}</li>`;
  });
  return `<div class="lane"><span class="lane-name">stages</span><ul class="track" aria-hidden="true">${blocks.join("")}</ul></div>`;
}

/** Signs of moments that are close stand above each other, as many of them as there is room for. */
export function markLane(marks: readonly TimelineMark[], time: Extent): string {
  const shown = marks.filter(({ kind }) => kind !== "stage");
  const rows = rowsOf(shown, time);
  const items = shown.map(
    ({ kind, atSeconds, label, detail }, nth) =>
      `<li class="${kind} row-${rows[nth]}" data-at="${atSeconds}" style="left:${left(atSeconds, time)}" title="${escaped(`${timeLabel(atSeconds)} ${label}${detail === "" ? "" : `: ${detail}`}`)}">${glyphs[kind]}</li>`,
  );
  return `<div class="lane"><span class="lane-name">events</span><ul class="track rows-${1 + Math.max(0, ...rows)}" aria-hidden="true">${items.join("")}</ul></div>`;
}

/** Of the axis: on a phone that is as wide as a sign. */
const signShare = 0.035;
const mostRows = 3;

function rowsOf(marks: readonly TimelineMark[], { from, to }: Extent): number[] {
  const ends = Array.from({ length: mostRows }, () => Number.NEGATIVE_INFINITY);
  return marks.map(({ atSeconds }) => {
    const free = ends.findIndex((end) => atSeconds >= end);
    const row = free === -1 ? mostRows - 1 : free;
    ends[row] = atSeconds + (to - from) * signShare;
    return row;
  });
}

export function hoursLane(time: Extent): string {
  const ticks = timeTicks(time).map(
    (at) => `<li style="left:${left(at, time)}">${escaped(timeLabel(at))}</li>`,
  );
  return `<div class="lane hours"><span class="lane-name">time</span><ol class="track" aria-hidden="true">${ticks.join("")}</ol></div>`;
}
