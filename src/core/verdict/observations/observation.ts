/** What is seen of one KPI in one interval, for candidate and stable; what is missing or malformed is no evidence. */
import type { KpiSettings } from "../settings.ts";

/** Bad events out of all requests of one interval. */
export interface CountSample {
  readonly requests: number;
  readonly bad: number;
}

/** Mean latency of one interval's requests, any unit (the same for both sides); sd of one request where known. */
export interface MeanSample {
  readonly mean: number;
  readonly count: number;
  readonly sd?: number;
}

/** A value to hold against a ceiling. */
export interface ValueSample {
  readonly value: number;
}

export type Sample = CountSample | MeanSample | ValueSample;

export interface Observation {
  readonly kpi: string;
  /** Start of the interval, epoch seconds. */
  readonly at: number;
  /** Length of the interval, seconds. */
  readonly seconds: number;
  readonly candidate: Sample | null;
  readonly stable: Sample | null;
  /** The candidate's instances by id, where counts are published by instance. */
  readonly hosts?: Readonly<Record<string, CountSample>>;
}

/** None where the sample is no count of requests. */
export function requestsOf(sample: Sample | null): number {
  if (sample === null || "value" in sample) return 0;
  return "requests" in sample ? sample.requests : sample.count;
}

/** The same interval seen on both sides, of one shape. */
export type Seen =
  | { readonly shape: "count"; readonly candidate: CountSample | null; readonly stable: CountSample | null }
  | { readonly shape: "mean"; readonly candidate: MeanSample | null; readonly stable: MeanSample | null }
  | { readonly shape: "value"; readonly candidate: ValueSample | null; readonly stable: ValueSample | null };

/** The observation in the shape its KPI is judged by; a sample of another shape counts as missing. */
export function seenBy(kpi: KpiSettings, observation: Observation): Seen {
  const { candidate, stable } = observation;
  switch (kpi.kind) {
    case "guardrail":
      return { shape: "value", candidate: readingOf(candidate), stable: readingOf(stable) };
    case "latency-mean":
      return { shape: "mean", candidate: meanOf(candidate), stable: meanOf(stable) };
    default:
      return { shape: "count", candidate: countOf(candidate), stable: countOf(stable) };
  }
}

/** Bad events beyond the total (the two metrics are published apart) are held to the total. */
function countOf(sample: Sample | null): CountSample | null {
  if (sample === null || !("requests" in sample)) return null;
  const { requests, bad } = sample;
  if (!(Number.isFinite(requests) && Number.isFinite(bad)) || requests < 0 || bad < 0) return null;
  return { requests, bad: Math.min(bad, requests) };
}

function meanOf(sample: Sample | null): MeanSample | null {
  if (sample === null || !("mean" in sample)) return null;
  const { mean, count, sd } = sample;
  if (!(Number.isFinite(mean) && Number.isFinite(count)) || count < 0) return null;
  return sd !== undefined && sd >= 0 ? { mean, count, sd } : { mean, count };
}

function readingOf(sample: Sample | null): ValueSample | null {
  if (sample === null || !("value" in sample) || !Number.isFinite(sample.value)) return null;
  return { value: sample.value };
}
