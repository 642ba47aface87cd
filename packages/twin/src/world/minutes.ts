/** What happened on the account's own endpoint in a minute, and how it stood at the end of one. */

export interface VariantMinute {
  /** Launched and not yet gone at the minute's end, ready or not. */
  readonly instances: number;
  /** Ready and with the model loaded. */
  readonly ready: number;
  readonly requests: number;
  readonly errors: number;
  /** Of the errors, those that no model answered: turned away by a full fleet, or come to a cold instance. */
  readonly unanswered: number;
  /** Mean over the answered requests; 0 when there were none. */
  readonly latencyMs: number;
  /** Of users' requests that came while callers sent some themselves, those answered after the account's latencyMsP99, or turned away. */
  readonly usersLate?: number;
}

export interface Minute {
  /** Counted from the world's start. */
  readonly minute: number;
  /** The candidate's share by weights at the minute's end. */
  readonly trafficPercent: number;
  readonly variants: Readonly<Record<string, VariantMinute>>;
}

export interface Timeline {
  /** One entry per whole virtual minute since the start. */
  timeline(): Minute[];
}

/** Fleets and weights as they were at the end of a minute. */
export interface MinuteEnd {
  readonly trafficPercent: number;
  readonly instances: Readonly<Record<string, { readonly instances: number; readonly ready: number }>>;
}
