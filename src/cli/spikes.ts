/** What a person sees of spikes that are to come at low hours after a promotion, and of those that came. */
import { printable } from "../core/input/bad-input.ts";
import { hoursLeft, type LaterSpike, type LaterSpikeEnd } from "../core/release/later-spike.ts";

/** A spike that is to come at low hours, or that came. */
export interface SpikeStatus {
  readonly releaseId: string;
  readonly model: string;
  readonly version: number;
  /** How many times the load that the fleet was sized for, requests per second, and for how long. */
  readonly times: number;
  readonly requestsPerSecond: number;
  readonly minutes: number;
  /** ISO 8601: when the next low hour begins in which it may come, and the last one ends; null where none is left. */
  readonly next: string | null;
  readonly until: string | null;
  /** Since when it is being sent; null: it is not. */
  readonly sendingSince: string | null;
  /** What kept it from being sent last; null: nothing yet. */
  readonly putOff: { readonly at: string; readonly reason: string } | null;
  /** How it ended; null while it is to come. */
  readonly end: {
    readonly at: string;
    readonly outcome: LaterSpikeEnd["outcome"];
    readonly reason: string;
  } | null;
}

export function spikeStatus(spike: LaterSpike, nowMs: number): SpikeStatus {
  const { releaseId, model, version, requestsPerSecond, putOff = null, end = null } = spike;
  const hours = end === null ? hoursLeft(spike, nowMs) : [];
  const [first, last] = [hours[0], hours.at(-1)];
  const { times, minutes } = spike.spike;
  return {
    releaseId,
    model,
    version,
    times,
    requestsPerSecond,
    minutes,
    next: first === undefined ? null : new Date(first.fromMs).toISOString(),
    until: last === undefined ? null : new Date(last.toMs).toISOString(),
    sendingSince: spike.sending?.at ?? null,
    putOff,
    end,
  };
}

const figure = (value: number): string => Number(value.toPrecision(3)).toString();

/** Of one that is to come still. */
export function spikeLines(status: SpikeStatus): string[] {
  const { releaseId, times, requestsPerSecond, minutes, next, sendingSince, putOff } = status;
  const what = `a spike of ${figure(times)} × ${figure(requestsPerSecond)} requests/s for ${figure(minutes)} min`;
  if (sendingSince !== null)
    return [`${what} is being sent to what ${releaseId} promoted, since ${sendingSince}`];
  const when = next === null ? "is given up at the next look" : `comes at low hours, from ${next} on`;
  const why = putOff === null ? [] : [`  put off at ${putOff.at}: ${printable(putOff.reason)}`];
  return [`${what} to what ${releaseId} promoted ${when}`, ...why];
}

const ends: Readonly<Record<LaterSpikeEnd["outcome"], string>> = {
  taken: "was taken",
  "not-taken": "was not taken",
  unknown: "was not answered",
  "given-up": "was given up",
  superseded: "came to nothing",
  withdrawn: "came to nothing",
};

/** Of one that came, or never did. */
export function spikeEndLine({ releaseId, end }: SpikeStatus): string {
  if (end === null) return `the spike at low hours after ${releaseId} is to come still`;
  return `the spike at low hours after ${releaseId} ${ends[end.outcome]} (${end.at.slice(0, 10)}): ${printable(end.reason)}`;
}
