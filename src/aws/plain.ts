/** Reduces an SDK answer to plain data for the ledger: dates as ISO text, undefined members left out. */
import type { Plain } from "../core/release/plain.ts";

export function plain(value: unknown): Plain {
  return JSON.parse(JSON.stringify(value ?? null)) as Plain;
}
