/**
 * How many requests arrive: a trace scaled to the account's peak, or a recording of somebody's own as it was, repeated for
 * as long as the run lasts, with the changes that the world makes to it.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { SettledSpec } from "./settled.ts";
import type { WorldSpec } from "./spec.ts";
import type { Recording } from "./traffic-spec.ts";

const directory = new URL("./traces/", import.meta.url);

/** The recordings that ship with the twin. */
export function traceNames(): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".csv"))
    .map((file) => file.slice(0, -4))
    .sort();
}

/** Requests per minute of a trace by name. */
export function readTrace(name: string): readonly number[] {
  const rows = readFileSync(new URL(`${name}.csv`, directory), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return rows.map((row) => Number(row.split(",")[1]));
}

/** Expected requests per second at a moment, epoch milliseconds; moments before the start follow the same recording. */
export type Rate = (atMs: number) => number;

/** What comes to the account's own endpoint. */
export interface Arrivals {
  readonly rate: Rate;
}

export function rate(
  traffic: SettledSpec["traffic"],
  options: { startMs: number; peakRequestsPerSecond: number },
): Rate {
  const { everySeconds, requests, scale } = scaled(traffic, options.peakRequestsPerSecond);
  const firstMinuteMs = Math.floor(options.startMs / 60_000) * 60_000;
  return (atMs) => {
    const nth = Math.floor((atMs - firstMinuteMs) / (everySeconds * 1000));
    const index = ((nth % requests.length) + requests.length) % requests.length;
    return (requests[index] ?? 0) * scale * factorAt(traffic.changes, (atMs - options.startMs) / 60_000);
  };
}

/** The mean of a world's traffic at an account's peak, requests per second, without the changes that the world makes to it. */
export function meanRequestsPerSecond(traffic: WorldSpec["traffic"], peakRequestsPerSecond: number): number {
  const { requests, scale } = scaled(traffic, peakRequestsPerSecond);
  return (requests.reduce((sum, each) => sum + each, 0) / requests.length) * scale;
}

type Recorded = Pick<WorldSpec["traffic"], "trace" | "file" | "recording" | "peakPercent">;

/** What was recorded, and what makes requests per second of an entry of it. */
function scaled(traffic: Recorded, peakRequestsPerSecond: number): Recording & { readonly scale: number } {
  const { file, recording } = traffic;
  if (file !== undefined && recording === undefined) throw new Error(`${file} has not been read`);
  const recorded = recording ?? { everySeconds: 60, requests: [...readTrace(traffic.trace)] };
  const { peakPercent = recording === undefined ? 100 : undefined } = traffic;
  if (peakPercent === undefined) return { ...recorded, scale: 1 / recorded.everySeconds };
  const highest = Math.max(...recorded.requests);
  const scale = highest === 0 ? 0 : ((peakPercent / 100) * peakRequestsPerSecond) / highest;
  return { ...recorded, scale };
}

/** The latest change in force decides, so a factor of 1 brings the recorded traffic back. */
function factorAt(changes: SettledSpec["traffic"]["changes"], minute: number): number {
  let factor = 1;
  let since = Number.NEGATIVE_INFINITY;
  for (const change of changes)
    if (minute >= change.atMinute && change.atMinute >= since) {
      factor = change.factor;
      since = change.atMinute;
    }
  return factor;
}
