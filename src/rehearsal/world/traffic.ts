/**
 * How many requests arrive: a recorded trace, scaled to the plan's peak and repeated for as long as the release
 * lasts, with the changes that the world makes to it.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { WorldSpec } from "./spec.ts";

const directory = new URL("./traces/", import.meta.url);

/** The recordings that ship with Slipway. */
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

/** Expected requests per second at a moment, epoch milliseconds; moments before the start follow the same trace. */
export type Rate = (atMs: number) => number;

export function rate(
  traffic: WorldSpec["traffic"],
  options: { startMs: number; peakRequestsPerSecond: number },
): Rate {
  const trace = readTrace(traffic.trace);
  const scale = ((traffic.peakPercent / 100) * options.peakRequestsPerSecond) / Math.max(...trace);
  const firstMinute = Math.floor(options.startMs / 60_000);
  return (atMs) => {
    const minute = Math.floor(atMs / 60_000) - firstMinute;
    const index = ((minute % trace.length) + trace.length) % trace.length;
    return (trace[index] ?? 0) * scale * factorAt(traffic.changes, (atMs - options.startMs) / 60_000);
  };
}

/** The mean of a world's trace at a plan's peak, requests per second, without the changes that the world makes to it. */
export function meanRequestsPerSecond(traffic: WorldSpec["traffic"], peakRequestsPerSecond: number): number {
  const trace = readTrace(traffic.trace);
  const mean = trace.reduce((sum, requests) => sum + requests, 0) / trace.length;
  return ((traffic.peakPercent / 100) * peakRequestsPerSecond * mean) / Math.max(...trace);
}

/** The latest change in force decides, so a factor of 1 brings the recorded traffic back. */
function factorAt(changes: WorldSpec["traffic"]["changes"], minute: number): number {
  let factor = 1;
  let since = Number.NEGATIVE_INFINITY;
  for (const change of changes)
    if (minute >= change.atMinute && change.atMinute >= since) {
      factor = change.factor;
      since = change.atMinute;
    }
  return factor;
}
