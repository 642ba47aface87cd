/** Which shares of the traffic a release's candidate had, from when to when, by its journal. */
import type { JournalEntry } from "./journal.ts";

export type NewsEntry = Extract<JournalEntry, { kind: "news" }>;

/** `eased`: it went back to the share of the stage before, until that share was `restored` to its own. */
export type ShareEnd = "passed" | "eased" | "restored" | "stopped";

export interface ShareInForce {
  /** Of the plan's stages, from 0; as many as there are for what stable held back. */
  readonly index: number;
  readonly trafficPercent: number;
  /** ISO 8601. */
  readonly from: string;
  /** Absent while it is not over. */
  readonly until?: string;
  readonly result?: ShareEnd;
}

export const newsIn = (journal: readonly JournalEntry[]): NewsEntry[] =>
  journal.flatMap((entry) => (entry.kind === "news" ? [entry] : []));

/** News that end a share. */
const turning: ReadonlySet<string> = new Set(["shifted", "rolling-back", "promoted", "closed"]);

/** A step that is tried again may have said the same twice. */
const repeats = (entry: NewsEntry, before: NewsEntry | undefined): boolean =>
  before?.state === entry.state &&
  before.stage === entry.stage &&
  before.trafficPercent === entry.trafficPercent;

/** Of a journal, oldest first. */
export function sharesIn(journal: readonly JournalEntry[]): ShareInForce[] {
  const turns = newsIn(journal)
    .filter(({ state }) => turning.has(state))
    .filter((entry, nth, all) => !repeats(entry, all[nth - 1]));
  return turns.flatMap((entry, nth): ShareInForce[] => {
    const { stage: index, trafficPercent, at: from } = entry;
    if (entry.state !== "shifted" || trafficPercent === undefined || index === undefined) return [];
    const next = turns[nth + 1];
    const over = next !== undefined && { until: next.at, result: resultOf(entry, next) };
    return [{ index, trafficPercent, from, ...over }];
  });
}

function resultOf({ stage, trafficPercent = 0 }: NewsEntry, next: NewsEntry): ShareEnd {
  if (next.state === "promoted") return "passed";
  if (next.state !== "shifted") return "stopped";
  if (next.stage !== stage) return "passed";
  return (next.trafficPercent ?? 0) < trafficPercent ? "eased" : "restored";
}
