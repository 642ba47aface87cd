/** Requests that callers sent to a variant themselves, beside the trace: gathered, and served with the next tick. */
import type { Served } from "./service-model.ts";

export type Probes = { -readonly [K in keyof Served]: Served[K] } & {
  /** Sum over those that were let in: how long each waited for its turn. */
  waitMs: number;
  /** By a full queue. */
  turnedAway: number;
  /** Answered after the account's latencyMsP99, or turned away. */
  late: number;
};

export interface Probing {
  /** Requests sent to a variant by name (`endpoint/variant`) since its last tick, to be added to. */
  probes(key: string): Probes;
  /** Takes them away; undefined where there were none. */
  takeProbes(key: string): Probes | undefined;
}

export function createProbing(): Probing {
  const sent = new Map<string, Probes>();
  return {
    probes: (key) => {
      let found = sent.get(key);
      if (found === undefined) {
        found = {
          requests: 0,
          answered: 0,
          errors5xx: 0,
          errors4xx: 0,
          latencyMs: 0,
          latencySumMs: 0,
          load: 0,
          waitMs: 0,
          turnedAway: 0,
          late: 0,
        };
        sent.set(key, found);
      }
      return found;
    },
    takeProbes: (key) => {
      const found = sent.get(key);
      sent.delete(key);
      return found?.requests === 0 ? undefined : found;
    },
  };
}
