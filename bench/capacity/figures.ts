/** What a replay came to: instance-hours and violating requests, inside releases and between them, the tournament's first week apart. */
import type { Replay, Scene } from "./replay.ts";

export interface Part {
  readonly hours: number;
  /** Requests beyond what the instances of their side serve at the plan's utilisation. */
  readonly violating: number;
  readonly requests: number;
}

export const periods = ["without", "firstWeek"] as const;
export const places = ["between", "inside"] as const;
export type Period = (typeof periods)[number];
export type Place = (typeof places)[number];
export type Figures = Readonly<Record<Period, Readonly<Record<Place, Part>>>>;

export interface Spans {
  readonly scene: Scene;
  /** For so long after its date a release counts, whoever makes it, so that hours are of the same minutes. */
  readonly releaseMinutes: number;
  /** Minutes, the last not among them. */
  readonly firstWeek: { readonly from: number; readonly to: number };
}

const empty = () => ({ hours: 0, violating: 0, requests: 0 });
const emptyFigures = () => ({
  without: { between: empty(), inside: empty() },
  firstWeek: { between: empty(), inside: empty() },
});

export function figuresOf({ paid, violating }: Replay, { scene, releaseMinutes, firstWeek }: Spans): Figures {
  const { from, to, releases, loads } = scene;
  const found = emptyFigures();
  for (let minute = from; minute < to; minute++) {
    const isInside = releases.some((begun) => minute >= begun && minute < begun + releaseMinutes);
    const isFirst = minute >= firstWeek.from && minute < firstWeek.to;
    const part = found[isFirst ? "firstWeek" : "without"][isInside ? "inside" : "between"];
    part.hours += (paid[minute - from] ?? 0) / 60;
    part.violating += violating[minute - from] ?? 0;
    part.requests += loads[minute] ?? 0;
  }
  return found;
}

/** Of several replays of the same. */
export function meanOf(all: readonly Figures[]): Figures {
  const found = emptyFigures();
  for (const figures of all)
    for (const period of periods)
      for (const place of places)
        for (const what of ["hours", "violating", "requests"] as const)
          found[period][place][what] += figures[period][place][what] / all.length;
  return found;
}

/** No more of one and less of the other. */
export const isBetter = (one: Part, other: Part): boolean =>
  one.hours <= other.hours &&
  one.violating <= other.violating &&
  (one.hours < other.hours || one.violating < other.violating);
