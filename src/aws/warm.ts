/** Which instances of an endpoint are warm: by their age, by what the ledger knows, and by metrics where it is in doubt. */

import type { Fleets, WarmInstances } from "../core/capacity/endpoint.ts";
import { isServing } from "../core/capacity/endpoint.ts";
import { type Sightings, seenWarm, seenWith, together, warmBy } from "../core/capacity/warm.ts";
import { type EpochSeconds, epochMs, secondsOf } from "../core/units.ts";
import { instancesServing } from "./fleet-metrics.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface WarmthSeen {
  readonly warmInstances: WarmInstances;
  /** To be given to the next look. */
  readonly seen: Sightings;
}

interface Look {
  readonly endpoint: Fleets;
  /** What the looks before have seen. */
  readonly before: readonly (Sightings | undefined)[];
  readonly loadSeconds: number;
  readonly ledger?: Ledger;
  /** The variants of which it matters; absent: all. */
  readonly of?: readonly string[];
}

/** Counts the warm instances of each variant. */
export async function warmthOf(tools: Tools, look: Look): Promise<WarmthSeen> {
  const { endpoint, before, loadSeconds, ledger, of } = look;
  const moment = { nowSeconds: secondsOf(tools.now()), loadSeconds };
  const seen = seenWith(together([...before, notesOf(ledger)]), endpoint, moment);
  const byAge = warmBy(seen, endpoint, moment);
  const doubtful = endpoint.variants.filter(
    ({ name, currentInstances }) => (of?.includes(name) ?? true) && (byAge[name] ?? 0) < currentInstances,
  );
  if (doubtful.length === 0 || !isServing(endpoint)) return { seen, warmInstances: byAge };
  const found = await Promise.all(
    doubtful.map(async ({ name, currentInstances }) => {
      const sinceSeconds = seen[name]?.[0]?.at ?? moment.nowSeconds;
      const serving = await served(tools, { endpoint: endpoint.name, variant: name, sinceSeconds });
      return [name, Math.min(serving, currentInstances)] as const;
    }),
  );
  const more = found.filter(([name, instances]) => instances > (byAge[name] ?? 0));
  const known = seenWarm(seen, Object.fromEntries(more), moment);
  return { seen: known, warmInstances: warmBy(known, endpoint, moment) };
}

/** Where CloudWatch does not tell, age does, a little later: nobody waits for metrics. */
async function served(
  tools: Tools,
  of: { endpoint: string; variant: string; sinceSeconds: EpochSeconds },
): Promise<number> {
  try {
    const { metrics } = servingPlatform(tools.aws);
    return await instancesServing(tools.aws, { ...of, metrics, nowMs: tools.now() });
  } catch (error) {
    tools.log.warn("metrics by instance are not known; instances are warm by their age alone", {
      error: String(error),
    });
    return 0;
  }
}

/** What was known as weights were changed; it outlives the execution that changed them. */
function notesOf(ledger: Ledger | undefined): Sightings {
  const notes = (ledger?.changes ?? []).map(({ at, warm = {} }) =>
    seenWarm({}, warm, { nowSeconds: secondsOf(epochMs(at)), loadSeconds: 0 }),
  );
  return together(notes);
}
