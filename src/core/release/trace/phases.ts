/** A release's time, parted into phases, and its rollout into stages, by what its journal says of their begins. */
import type { JournalEntry } from "../journal.ts";
import { type NewsEntry, newsIn, type ShareInForce, sharesIn } from "../shares.ts";

export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** In their order: until it has its turn, until its candidate has traffic, while it has; then one of three ways out. */
const places = { open: 0, prepare: 1, "roll-out": 2, hold: 3, "scale-down": 3, "roll-back": 3 } as const;
export type PhaseName = keyof typeof places;

export interface TracedPhase extends Stretch {
  readonly name: PhaseName;
}

export type TracedStage = Stretch & Pick<ShareInForce, "index" | "trafficPercent" | "result">;

const begunBy: Readonly<Record<string, PhaseName>> = {
  opened: "prepare",
  shifted: "roll-out",
  promoted: "scale-down",
  "rolling-back": "roll-back",
};

/** A pool that is there has closed, and is held until its lease ends: then it closes again. */
const phaseOf = ({ state, outcome }: NewsEntry): PhaseName | undefined =>
  state === "closed" && outcome === "done" ? "hold" : begunBy[state];

const hasLength = ({ startMs, endMs }: Stretch): boolean => endMs > startMs;

/** A moment in ISO 8601 within a stretch: clocks of two machines may differ by more than a release takes to begin. */
export const momentIn = ({ startMs, endMs }: Stretch, at: string): number =>
  Math.min(endMs, Math.max(startMs, Date.parse(at)));

/** Side by side from the stretch's start to its end, each with some length. Of a journal, oldest first. */
export function phasesIn(journal: readonly JournalEntry[], stretch: Stretch): TracedPhase[] {
  const begins: { readonly name: PhaseName; readonly startMs: number }[] = [
    { name: "open", startMs: stretch.startMs },
  ];
  for (const entry of newsIn(journal)) {
    const [name, before] = [phaseOf(entry), begins.at(-1)];
    if (name === undefined || (before !== undefined && places[name] <= places[before.name])) continue;
    begins.push({ name, startMs: momentIn(stretch, entry.at) });
  }
  return begins
    .map(({ name, startMs }, nth) => ({ name, startMs, endMs: begins[nth + 1]?.startMs ?? stretch.endMs }))
    .filter(hasLength);
}

/** The shares of a rollout, within it. */
export const stagesIn = (journal: readonly JournalEntry[], rollOut: TracedPhase): TracedStage[] =>
  sharesIn(journal)
    .map(({ from, until, ...share }) => ({
      ...share,
      startMs: momentIn(rollOut, from),
      endMs: until === undefined ? rollOut.endMs : momentIn(rollOut, until),
    }))
    .filter(hasLength);
