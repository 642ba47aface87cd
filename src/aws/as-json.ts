/** Reduces an SDK answer to plain data for the ledger: dates as ISO text, undefined members left out. */
import type { JsonValue } from "../core/release/json-value.ts";

export function asJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}
