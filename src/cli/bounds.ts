/** What a person sees of the endpoints whose minimum follows their load, or what was learnt of them. */
import { printable } from "../core/input/bad-input.ts";
import type { Adjusting, Adjustment } from "../core/release/adjusting.ts";
import type { BoundsEntry, WatchedBounds } from "../core/release/watched-bounds.ts";

/** An endpoint whose minimum a plan has set, or had until a moment ago. */
export interface BoundsStatus {
  readonly endpoint: string;
  readonly model: string;
  /** What Slipway has set in place of the variant's own minimum; null where it has set none. */
  readonly held: {
    readonly variant: string;
    readonly minimum: number;
    readonly own: number;
    /** ISO 8601 */
    readonly since: string;
    /** Until when one that is above the own stays at least; null where it may change with the next look. */
    readonly until: string | null;
  } | null;
  /** By what was learnt: what is watched since it was lowered, and what was put back last; null where it follows the load. */
  readonly adjusted: {
    readonly watched: {
      readonly from: number;
      readonly to: number;
      readonly since: string;
      readonly until: string;
      /** Minutes since that could be compared with some of before. */
      readonly minutes: number;
    } | null;
    readonly putBack: { readonly to: number; readonly at: string; readonly why: string } | null;
    /** What a person took back last. */
    readonly undone: {
      readonly from: number;
      readonly to: number;
      readonly at: string;
      readonly by: string;
      readonly reason: string;
    } | null;
  } | null;
  /** What a person has ordered and no look has carried out: that the last change be taken back. */
  readonly ordered: { readonly by: string; readonly at: string; readonly reason: string } | null;
  /** Why nothing is set, or not enough, and since when; null where all is well. */
  readonly lacks: { readonly why: string; readonly since: string } | null;
}

export const boundsStatus = ({
  endpoint,
  model,
  hold,
  until,
  adjusting,
  ordered,
  line,
}: WatchedBounds): BoundsStatus => ({
  endpoint,
  model,
  held:
    hold === undefined
      ? null
      : { variant: hold.variant, minimum: hold.set, own: hold.own, since: hold.since, until: until ?? null },
  adjusted: adjusting === undefined ? null : adjustedStatus(adjusting),
  ordered: ordered ?? null,
  lacks: line === undefined ? null : { why: line.text, since: line.since },
});

function adjustedStatus({ trial, putBack, undone }: Adjusting): NonNullable<BoundsStatus["adjusted"]> {
  const watched = trial && {
    from: trial.from,
    to: trial.to,
    since: trial.since,
    until: trial.until,
    minutes: trial.minutes,
  };
  return {
    watched: watched ?? null,
    putBack: putBack === undefined ? null : { to: putBack.to, at: putBack.at, why: putBack.why },
    undone:
      undone === undefined
        ? null
        : { from: undone.from, to: undone.to, at: undone.at, by: undone.by, reason: undone.reason },
  };
}

/** None where nothing is held and nothing is amiss. */
export function boundsLines({ endpoint, held, adjusted, ordered, lacks }: BoundsStatus): string[] {
  const until = held === null || held.until === null ? "" : `, until ${held.until} at least`;
  const by = adjusted === null ? "its load" : "what was learnt of it";
  const not = adjusted === null ? "does not follow its load" : "is not adjusted";
  const { watched, putBack, undone } = adjusted ?? { watched: null, putBack: null, undone: null };
  return [
    ...(held === null
      ? []
      : [
          `endpoint/${endpoint} has a minimum of ${held.minimum} instead of ${held.own} by ${by}, since ${held.since}${until}`,
        ]),
    ...(watched === null
      ? []
      : [
          `  it was lowered from ${watched.from} to ${watched.to} at ${watched.since}, and is watched until ${watched.until}; ${watched.minutes} minutes compared`,
        ]),
    ...(putBack === null ? [] : [`  ${putBack.to} was put back at ${putBack.at}: ${printable(putBack.why)}`]),
    ...(undone === null
      ? []
      : [`  ${printable(undone.by)} took ${undone.to} back at ${undone.at}: ${printable(undone.reason)}`]),
    ...(ordered === null
      ? []
      : [
          `  ${printable(ordered.by)} ordered at ${ordered.at} that its last change be taken back: ${printable(ordered.reason)}`,
        ]),
    ...(lacks === null
      ? []
      : [`endpoint/${endpoint} ${not}: ${printable(lacks.why)} (since ${lacks.since})`]),
  ];
}

/** What was set of each endpoint in some days by its load, and what last; and what was adjusted, each with what became of it. */
export function boundsHistory(entries: readonly BoundsEntry[]): string[] {
  const byLoad = entries.filter(({ adjusted }) => adjusted === undefined);
  const byEndpoint = Map.groupBy(byLoad, ({ endpoint }) => endpoint);
  const followed = [...byEndpoint].map(([endpoint, own]) => {
    const raised = own.filter(({ from, to }) => to > from).length;
    const minima = own.map(({ to }) => to);
    const last = own.at(-1);
    return `endpoint/${endpoint} followed its load: raised ${raised}×, lowered ${own.length - raised}×, to a minimum between ${Math.min(...minima)} and ${Math.max(...minima)}; last to ${last?.to} at ${last?.at}, since ${printable(last?.why ?? "")}`;
  });
  return [...followed, ...entries.flatMap(adjustedLine)];
}

const became: Readonly<Record<Adjustment["outcome"], (entry: BoundsEntry) => string>> = {
  lowered: ({ from, to }) => `its minimum was lowered from ${from} to ${to}`,
  raised: ({ from, to }) => `its minimum was raised from ${from} to ${to}`,
  "put-back": ({ from, to }) => `its minimum was put back from ${from} to ${to}`,
  kept: ({ to }) => `its minimum of ${to} is kept`,
  undone: ({ from, to }) => `its minimum was taken back from ${from} to ${to}`,
  left: () => "its minimum is left as it is",
  superseded: () => "its minimum is no longer watched",
};

function adjustedLine(entry: BoundsEntry): string[] {
  const { adjusted, endpoint, at, why } = entry;
  if (adjusted === undefined) return [];
  return [`endpoint/${endpoint} at ${at}: ${became[adjusted.outcome](entry)}, since ${printable(why)}`];
}
