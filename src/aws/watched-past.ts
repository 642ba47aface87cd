/** What came to an endpoint until now, where the minimum of its fleet is set by what is foreseen: its weeks are read once a day. */
import { type LoadHistory, until } from "../core/forecast/load-history.ts";
import type { WatchedBounds } from "../core/release/watched-bounds.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { endpointPast } from "./endpoint-past.ts";
import { spikesSent } from "./later-spikes.ts";
import { isNewest, keepDays, keptDaysOf, loadUntilNow } from "./load-past.ts";

interface Asked {
  readonly record: WatchedBounds;
  /** What serves. */
  readonly variant: string;
  readonly nowMs: EpochMs;
}

export async function watchedPast(aws: Aws, { record, variant, nowMs }: Asked): Promise<LoadHistory> {
  const { endpoint, model } = record;
  const own = await spikesSent(aws, endpoint);
  const whose = { endpoint, model, nowMs, own };
  const kept = await keptDaysOf(aws, whose, nowMs);
  if (kept !== undefined && isNewest(kept, nowMs)) {
    const serving = [...new Set([variant, record.serving ?? variant, record.before ?? variant])];
    return loadUntilNow(aws, kept, { ...whose, serving });
  }
  const { history } = await endpointPast(aws, whose, { serving: [variant], lists: true });
  const past = until(history, nowMs);
  await keepDays(aws, whose, { history: past, nowMs });
  return past;
}
