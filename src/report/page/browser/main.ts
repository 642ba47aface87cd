/**
 * What a page does where scripts run: shows the exact values of a moment in every legend, wherever somebody points or moves the
 * slider, and draws a part of the time axis anew when they look closer. Without it the page says the same.
 */
import { clock } from "../../text/figures.ts";
import { across, type Extent, type Plotted, pathOf, valueAt, width } from "../drawing.ts";
import type { PackedCharts, PackedSeries } from "../exact-values.ts";
import { figureLabel, timeLabel, timeTicks } from "../ticks.ts";

const charts = found("charts");
const slider = found("moment") as HTMLInputElement;
const said = found("moment-said");
const whole: Extent = { from: 0, to: Number(charts.dataset.seconds) };
let shown: Extent = whole;

interface Drawn {
  readonly figure: HTMLElement;
  readonly axis: Extent;
  readonly unit: string;
  readonly series: readonly Plotted[];
  readonly paths: readonly SVGPathElement[];
  readonly readings: readonly HTMLElement[];
  readonly cursor: HTMLElement;
  readonly turns: readonly SVGElement[];
  readonly spans: readonly SVGElement[];
}

function found(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

async function unpacked(): Promise<PackedCharts> {
  const bytes = Uint8Array.from(atob(found("exact").textContent ?? ""), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text()) as PackedCharts;
}

function summed(steps: readonly (number | null)[], unit: number): (number | null)[] {
  let value = 0;
  return steps.map((step) => {
    if (step === null) return null;
    value += step;
    return value * unit;
  });
}

function drawnFrom({ times, charts: packed }: PackedCharts): Drawn[] {
  const all = times.map((steps) => summed(steps, 0.1) as number[]);
  const plotted = ({ form, times: nth, steps, unit }: PackedSeries): Plotted => ({
    form,
    times: all[nth] ?? [],
    values: summed(steps, unit),
  });
  return [...charts.querySelectorAll<HTMLElement>("figure.chart")].map((figure) => {
    const { chart = "", from, to, unit = "" } = figure.dataset;
    return {
      figure,
      axis: { from: Number(from), to: Number(to) },
      unit,
      series: (packed[chart] ?? []).map(plotted),
      paths: [...figure.querySelectorAll<SVGPathElement>("path[data-series]")],
      readings: [...figure.querySelectorAll<HTMLElement>(".legend output")],
      cursor: figure.querySelector(".cursor") as HTMLElement,
      turns: [...figure.querySelectorAll<SVGElement>(".turn")],
      spans: [...figure.querySelectorAll<SVGElement>("rect.span")],
    };
  });
}

function placed(element: HTMLElement, seconds: number): void {
  const part = across(seconds, shown) / width;
  element.style.left = `${(part * 100).toFixed(2)}%`;
  element.style.visibility = part < 0 || part > 1 ? "hidden" : "";
}

/** Does something to each chart: to those in sight at once, to the others one after the other as there is time for it. */
function inSightFirst(act: (one: Drawn) => void): (drawn: readonly Drawn[]) => void {
  let turn = 0;
  return (drawn) => {
    turn += 1;
    const mine = turn;
    const isInSight = drawn.map(({ figure }) => {
      const { top, bottom } = figure.getBoundingClientRect();
      return bottom > 0 && top < window.innerHeight;
    });
    const later = drawn.filter((_, nth) => isInSight[nth] !== true);
    for (const [nth, one] of drawn.entries()) if (isInSight[nth] === true) act(one);
    const next = (nth: number): void => {
      const one = later[nth];
      // Whoever looks elsewhere meanwhile has all of them drawn anew.
      if (one === undefined || mine !== turn) return;
      act(one);
      setTimeout(next, 0, nth + 1);
    };
    setTimeout(next, 0, 0);
  };
}

/** Draws the part of the time axis that is shown. */
const drawCharts = inSightFirst(({ series, paths, axis, turns, spans }) => {
  for (const [nth, path] of paths.entries()) {
    const one = series[nth];
    if (one !== undefined) path.setAttribute("d", pathOf(one, { time: shown, axis }));
  }
  for (const turn of turns)
    turn.setAttribute("d", `M${across(Number(turn.dataset.at), shown).toFixed(1)} 0V100`);
  for (const span of spans) {
    const [from, to] = [across(Number(span.dataset.from), shown), across(Number(span.dataset.to), shown)];
    span.setAttribute("x", from.toFixed(1));
    span.setAttribute("width", Math.max(0, to - from).toFixed(1));
  }
});

function draw(drawn: readonly Drawn[]): void {
  drawCharts(drawn);
  for (const block of charts.querySelectorAll<HTMLElement>(".stage-block")) {
    const [from, to] = [Number(block.dataset.from), Number(block.dataset.to)].map((each) =>
      Math.min(shown.to, Math.max(shown.from, each ?? 0)),
    ) as [number, number];
    block.style.left = `${across(from, shown) / 10}%`;
    block.style.width = `${(across(to, shown) - across(from, shown)) / 10}%`;
    block.style.visibility = to <= from ? "hidden" : "";
  }
  for (const mark of charts.querySelectorAll<HTMLElement>(".track>li[data-at]"))
    placed(mark, Number(mark.dataset.at));
  const hours = charts.querySelector(".hours .track");
  hours?.replaceChildren(
    ...timeTicks(shown).map((at) => {
      const hour = document.createElement("li");
      hour.textContent = timeLabel(at);
      placed(hour, at);
      return hour;
    }),
  );
}

let pointed = 0;

const readCharts = inSightFirst(({ series, readings, unit, cursor }) => {
  const share = across(pointed, shown) / width;
  for (const [nth, reading] of readings.entries()) {
    const one = series[nth];
    const value = one === undefined ? null : valueAt(one, pointed);
    reading.textContent = value === null ? "–" : figureLabel(value, unit);
  }
  cursor.hidden = share < 0 || share > 1;
  cursor.style.left = `${share * 100}%`;
});

/** Shows the values of a moment. */
function point(drawn: readonly Drawn[], seconds: number): void {
  pointed = seconds;
  readCharts(drawn);
  said.textContent = clock(seconds);
  slider.value = String(Math.round(seconds));
  slider.setAttribute("aria-valuetext", `${clock(seconds)} after the start`);
}

/** Shows a part of the axis of so many times its length, with a moment in its middle where there is room. */
function look(seconds: number, times: number): void {
  const length = Math.min(whole.to, Math.max(120, (shown.to - shown.from) * times));
  const from = Math.min(whole.to - length, Math.max(0, seconds - length / 2));
  shown = { from, to: from + length };
}

function listen(drawn: readonly Drawn[]): void {
  const moment = () => Number(slider.value);
  const redraw = () => {
    slider.min = String(Math.floor(shown.from));
    slider.max = String(Math.ceil(shown.to));
    draw(drawn);
    point(drawn, Math.min(shown.to, Math.max(shown.from, moment())));
  };
  slider.addEventListener("input", () => point(drawn, moment()));
  found("closer").addEventListener("click", () => {
    look(moment(), 0.5);
    redraw();
  });
  found("wider").addEventListener("click", () => {
    look(moment(), 2);
    redraw();
  });
  found("whole").addEventListener("click", () => {
    shown = whole;
    redraw();
  });
  for (const each of drawn) follow(each, { drawn, redraw });
  redraw();
}

/** A pointer over a picture names a moment; dragged, a part of the axis to look at. */
function follow({ cursor }: Drawn, { drawn, redraw }: { drawn: readonly Drawn[]; redraw: () => void }): void {
  const picture = cursor.parentElement as HTMLElement;
  const selection = document.createElement("div");
  selection.className = "selection";
  let from: number | undefined;
  const secondsAt = ({ clientX }: PointerEvent): number => {
    const { left, width: pixels } = picture.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (clientX - left) / pixels));
    return shown.from + part * (shown.to - shown.from);
  };
  picture.addEventListener("pointermove", (event) => {
    const seconds = secondsAt(event);
    point(drawn, seconds);
    if (from === undefined) return;
    const [a, b] = [from, seconds]
      .map((each) => (across(each, shown) / width) * 100)
      .toSorted((x, y) => x - y);
    selection.style.left = `${a ?? 0}%`;
    selection.style.width = `${(b ?? 0) - (a ?? 0)}%`;
    picture.append(selection);
  });
  picture.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) from = secondsAt(event);
    else point(drawn, secondsAt(event));
  });
  window.addEventListener("pointerup", (event) => {
    if (from === undefined) return;
    const [a = 0, b = 0] = [from, secondsAt(event)].toSorted((x, y) => x - y);
    from = undefined;
    selection.remove();
    if (b - a < (shown.to - shown.from) / 50) return;
    shown = { from: a, to: Math.max(b, a + 60) };
    redraw();
  });
}

unpacked().then((exact) => {
  const drawn = drawnFrom(exact);
  document.documentElement.classList.add("scripted");
  listen(drawn);
});
