/** The trace that is replayed: requests to the web site of the World Cup of 1998, by the minute. */
import { readFileSync } from "node:fs";
import { historyOf, type LoadHistory } from "../../src/core/forecast/load-history.ts";

export const dayMinutes = 1440;

export interface Trace {
  readonly startMs: number;
  /** Requests by minute; null where none was recorded. */
  readonly minutes: readonly (number | null)[];
}

export function worldCup(): Trace {
  const file = new URL("../data/worldcup98-by-the-minute.csv", import.meta.url);
  const rows = readFileSync(file, "utf8").trim().split("\n").slice(1);
  const minutes = rows.flatMap((row) =>
    row
      .split(",")
      .slice(1)
      .map((cell) => (cell === "" ? null : Number(cell))),
  );
  return { startMs: Date.parse(rows[0]?.split(",")[0] ?? ""), minutes };
}

/** What comes to the endpoint: a minute that was not recorded is as the one before. */
export function loadsOf({ minutes }: Trace): number[] {
  let last = 0;
  return minutes.map((requests) => {
    last = requests ?? last;
    return last;
  });
}

/** What is known as a minute begins, from another on: as `slipway forecast` reads a recording until then. */
export function knownBefore({ startMs, minutes }: Trace, minute: number, from = 0): LoadHistory {
  const rows = minutes
    .slice(from, minute)
    .flatMap((requests, nth) =>
      requests === null ? [] : [{ atMs: startMs + (from + nth) * 60_000, requests }],
    );
  return historyOf(rows);
}

/** The highest of the loads from … to, the last not among them. */
export function highest(loads: readonly number[], from: number, to: number): number {
  let found = 0;
  for (let minute = from; minute < to; minute++) found = Math.max(found, loads[minute] ?? 0);
  return found;
}
