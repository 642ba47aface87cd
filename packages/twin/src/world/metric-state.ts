/**
 * What CloudWatch could know: per variant a series of what happened in each stretch of time, and custom metrics as they
 * were put.
 */
import type { Served } from "./service-model.ts";

/** One variant in one stretch of time: a tick of ten seconds, or a whole minute of the time before the world. */
export interface Sample extends Served {
  readonly atMs: number;
  readonly seconds: number;
  readonly instanceIds: readonly string[];
  /** What part of its requests each of them fails; absent: they are alike. */
  readonly failingParts?: readonly number[];
  /** Those of them that have not loaded their model. */
  readonly coldIds: readonly string[];
  /** Requests of the trace among them, where callers sent some themselves beside it. */
  readonly traced?: number;
  /** Of these, those answered after the account's latencyMsP99, or turned away. */
  readonly late?: number;
  /** Seconds between the points that the endpoint publishes: 60, or its enhanced metrics' pace. */
  readonly paceSeconds: number;
  readonly enhanced: boolean;
}

export interface Series {
  readonly endpoint: string;
  readonly variant: string;
  readonly instanceType: string;
  readonly samples: Sample[];
}

/** A point put by PutMetricData. */
export interface CustomPoint {
  readonly atMs: number;
  readonly values: readonly (readonly [value: number, count: number])[];
  readonly statistics?: {
    readonly sampleCount: number;
    readonly sum: number;
    readonly minimum: number;
    readonly maximum: number;
  };
}

export interface CustomMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly points: CustomPoint[];
}

export interface Published {
  /** By `endpoint/variant`. */
  readonly series: Map<string, Series>;
  readonly custom: Map<string, CustomMetric>;
  /** Requests of the account's own endpoint by hours since 1970, and those that a newer version has answered. */
  readonly taken: Map<number, { all: number; newer: number }>;
}

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Samples of a series before the world's first tick, oldest first. */
export type Past = (series: Series, range: { fromMs: number; toMs: number }) => Sample[];

/** What happened before the first tick. */
export interface PastSamples {
  readonly past: Past;
}
