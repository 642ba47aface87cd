/** What a person sees of the endpoints whose minimum follows their load. */
import { printable } from "../core/input/bad-input.ts";
import type { BoundsEntry, WatchedBounds } from "../core/release/watched-bounds.ts";

/** An endpoint for which a plan has a rule, or had one until a moment ago. */
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
  /** Why nothing is set, or not enough, and since when; null where all is well. */
  readonly lacks: { readonly why: string; readonly since: string } | null;
}

export const boundsStatus = ({ endpoint, model, hold, until, line }: WatchedBounds): BoundsStatus => ({
  endpoint,
  model,
  held:
    hold === undefined
      ? null
      : { variant: hold.variant, minimum: hold.set, own: hold.own, since: hold.since, until: until ?? null },
  lacks: line === undefined ? null : { why: line.text, since: line.since },
});

/** None where nothing is held and nothing is amiss. */
export function boundsLines({ endpoint, held, lacks }: BoundsStatus): string[] {
  const until = held === null || held.until === null ? "" : `, until ${held.until} at least`;
  return [
    ...(held === null
      ? []
      : [
          `endpoint/${endpoint} has a minimum of ${held.minimum} instead of ${held.own} by its load, since ${held.since}${until}`,
        ]),
    ...(lacks === null
      ? []
      : [`endpoint/${endpoint} does not follow its load: ${printable(lacks.why)} (since ${lacks.since})`]),
  ];
}

/** What was set of each endpoint in some days, and what last. */
export function boundsHistory(entries: readonly BoundsEntry[]): string[] {
  const byEndpoint = Map.groupBy(entries, ({ endpoint }) => endpoint);
  return [...byEndpoint].map(([endpoint, own]) => {
    const raised = own.filter(({ from, to }) => to > from).length;
    const minima = own.map(({ to }) => to);
    const last = own.at(-1);
    return `endpoint/${endpoint} followed its load: raised ${raised}×, lowered ${own.length - raised}×, to a minimum between ${Math.min(...minima)} and ${Math.max(...minima)}; last to ${last?.to} at ${last?.at}, since ${printable(last?.why ?? "")}`;
  });
}
