/** The verdict's state as a document carries it: what is no such state is refused, and so is one of another number. */

import * as z from "zod";
import {
  type CountNoise,
  type LatencyNoise,
  type Pace,
  type VerdictMemory as Remembered,
  verdictSchema,
} from "#verdict";

const numbers = z.array(z.number());
const source = z.enum(["split", "successive", "assumed"]);

const StageMark = z.object({
  stage: z.int().min(0),
  at: z.number(),
  trafficShare: z.number().exactOptional(),
  candidateInstances: z.number().exactOptional(),
  stableInstances: z.number().exactOptional(),
  settledAt: z.number().exactOptional(),
  settlesFrom: z.number().exactOptional(),
});

const Tally = z.object({ requests: z.number(), amount: z.number() });
const StageEvidence = z.object({
  stage: z.int().min(0),
  logStaked: numbers,
  harm: numbers,
  safe: numbers,
  compared: z.int().min(0),
  candidate: Tally,
  stable: Tally,
});

const Counted = z.object({ last: z.int(), gaps: z.array(z.int()) });
const Stakes = z.object({ logStakes: numbers, logBoost: z.number() });
const evidence = {
  counted: Counted.nullable(),
  harm: Stakes.nullable(),
  countedSeconds: z.number(),
  open: z.array(StageEvidence),
};
const CountSample = z.object({ requests: z.number(), bad: z.number() });
const PaceState: z.ZodType<Pace> = z.object({
  recent: z.array(CountSample),
  total: CountSample.nullable(),
  rate: z.number().nullable(),
  weight: z.number(),
  squares: z.number(),
  products: z.number(),
  expected: z.number(),
  last: numbers,
});

const CountNoiseState: z.ZodType<CountNoise> = z.object({
  source,
  seconds: z.number(),
  intervals: z.number(),
  meanBad: z.number(),
  phi: z.number(),
  excess: z.number(),
  longRun: z.number(),
  error: z.number(),
  rate: z.number(),
  cluster: z.number(),
  heaviness: z.number(),
});
const LatencyNoiseState: z.ZodType<LatencyNoise> = z.object({
  source,
  intervals: z.number(),
  requestCv: z.number(),
  minuteVariance: z.number(),
  autocorrelation: z.number(),
});

const KpiState = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("count"),
    noise: CountNoiseState,
    hostLogSd: z.number().exactOptional(),
    without: z.record(z.string(), Stakes),
    pace: PaceState,
    ...evidence,
  }),
  z.object({ kind: z.literal("mean"), noise: LatencyNoiseState, ...evidence }),
  z.object({
    kind: z.literal("guardrail"),
    readings: z.array(
      z.object({ index: z.int(), candidate: z.boolean().nullable(), stable: z.boolean().nullable() }),
    ),
  }),
]);

export type VerdictMemory = Remembered;
export const VerdictMemory: z.ZodType<VerdictMemory> = z.object({
  schema: z.literal(verdictSchema, {
    error: ({ input }) =>
      `expected ${verdictSchema}, the verdict's state that this code reads, found ${input}`,
  }),
  spending: numbers,
  stages: z.array(StageMark),
  lone: z
    .object({ host: z.string(), since: z.number(), grownAt: z.number(), logE: z.number() })
    .exactOptional(),
  kpis: z.record(z.string(), KpiState),
});
