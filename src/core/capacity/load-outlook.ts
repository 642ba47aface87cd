/** The load that capacity is sized for: as it is, and as it is expected to be once what is begun now serves. */

export interface LoadOutlook {
  /** As last seen, requests per second. */
  readonly now: number;
  /** What is expected so many seconds from now, requests per second; the same as `now` where nothing is known to change it. */
  at(leadTimeSeconds: number): number;
}

/** Expects of the load that it stays as it is. @throws RangeError on a load that is none: negative, or not finite. */
export function flatLoad(requestsPerSecond: number): LoadOutlook {
  if (!(Number.isFinite(requestsPerSecond) && requestsPerSecond >= 0))
    throw new RangeError(`load: expected requests per second, 0 or more, found ${requestsPerSecond}`);
  return { now: requestsPerSecond, at: () => requestsPerSecond };
}

/** What a fleet must serve that is there in so many seconds, requests per second: no less than now, since a lull may be short. */
export const loadBy = (load: LoadOutlook, leadTimeSeconds: number): number =>
  Math.max(load.now, load.at(leadTimeSeconds));
