/** What is seen of one KPI in one interval, for candidate and stable; what is missing or malformed is no evidence. */
import type { Sample } from "../shapes/registry.ts";
import type { CountSample } from "./samples.ts";

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
  if (sample === null) return 0;
  if ("requests" in sample) return sample.requests;
  return "count" in sample ? sample.count : 0;
}
