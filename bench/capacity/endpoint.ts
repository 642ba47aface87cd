/**
 * An endpoint by the minute: which instances serve, which are paid for, and who waits for its lock. A change of count locks it
 * until the new instances serve or the old ones have drained.
 */
import type { Rules } from "./rules.ts";

/** A fleet that has a share of the traffic. */
export interface Side {
  /** 0 … 1 */
  share: number;
  /** In service, with their models loaded. */
  serving: number;
  paid: number;
  /** Requests for each instance, by minute; not a number before it had any. */
  readonly perInstance: Float64Array;
  /** From when the last change of either direction cools down, minutes. */
  lastOut: number;
  lastIn: number;
}

export interface Endpoint {
  readonly rules: Rules;
  /** Whether cooldowns begin as a change is decided, and not as it is through. */
  readonly coolsEarly: boolean;
  /** When the replay ends, minutes. */
  readonly to: number;
  minute: number;
  stable: Side;
  candidate: Side | undefined;
  /** Paid for beside both: what an update has launched, or will take away. */
  extra: number;
  lock: { readonly until: number; readonly done: () => void } | undefined;
}

/** Goes a minute further each time it is asked, and is done as the release is. */
export type ReleaseUnderWay = Generator<void, void, void>;

export const sideOf = (to: number, serving: number, share: number): Side => ({
  share,
  serving,
  paid: serving,
  perInstance: new Float64Array(to).fill(Number.NaN),
  lastOut: Number.NEGATIVE_INFINITY,
  lastIn: Number.NEGATIVE_INFINITY,
});

/** Changes a side's count, where the endpoint is free. */
export function resize(endpoint: Endpoint, side: Side, count: number): void {
  const { rules, minute, coolsEarly } = endpoint;
  if (endpoint.lock !== undefined || count === side.serving) return;
  if (count > side.serving) {
    side.paid = count;
    const until = minute + rules.launchMinutes(minute);
    endpoint.lock = {
      until,
      done: () => Object.assign(side, { serving: count, lastOut: coolsEarly ? minute : until }),
    };
  } else {
    side.serving = count;
    const until = minute + rules.drainMinutes;
    endpoint.lock = {
      until,
      done: () => Object.assign(side, { paid: count, lastIn: coolsEarly ? minute : until }),
    };
  }
}

export function unlock(endpoint: Endpoint): void {
  if (endpoint.lock === undefined || endpoint.lock.until > endpoint.minute) return;
  const { done } = endpoint.lock;
  endpoint.lock = undefined;
  done();
}

export function* waitUntil(endpoint: Endpoint, minute: number): ReleaseUnderWay {
  while (endpoint.minute < minute) yield;
}
