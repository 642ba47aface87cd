/** A ceiling on a value: named by a plan, or following from what the plan requires. */
import * as z from "zod";
import type { ValueSample } from "#verdict";
import { tell } from "../../input/bad-input-schema.ts";
import { latencies, measured, name, requests } from "./fields.ts";
import { type AnyKpi, defineKind, type Part, type Read, type Side } from "./kind.ts";
import { requiredLatency, requiredRate } from "./required.ts";

const minutes = z
  .strictObject({
    breaching: z.int().min(1).max(60).describe("Minutes above the ceiling …"),
    outOf: z.int().min(1).max(60).describe("… of the newest so many that roll the release back."),
  })
  .superRefine(({ breaching, outOf }, ctx) => {
    if (breaching > outOf)
      tell(ctx, ["breaching"], { expected: `at most outOf (${outOf})`, found: String(breaching) });
  })
  .describe("How often the ceiling must be exceeded before it counts.");

const schema = z
  .strictObject({
    kind: z.literal("guardrail"),
    name,
    of: z
      .enum(["latency-p99-ms", "error-rate-percent", "cpu-percent", "gpu-percent", "memory-percent"])
      .describe("The value that has a ceiling. CPU is summed over cores: four busy cores are 400."),
    ceiling: z.number().positive().describe("The value that must not be exceeded."),
    minutes,
  })
  .superRefine(({ of, ceiling }, ctx) => {
    if ((of === "error-rate-percent" || of === "memory-percent") && ceiling > 100)
      tell(ctx, ["ceiling"], { expected: "at most 100 percent", found: String(ceiling) });
  })
  .describe("A ceiling held for m of n minutes: a threshold, with no promise about false alarms.");

export type Guardrail = z.infer<typeof schema>;
export const isGuardrail = (kpi: { readonly kind: string }): kpi is Guardrail => kpi.kind === "guardrail";

/** A ceiling that follows from the requirements. */
export type RequiredCeiling = Guardrail & { readonly isRequired: true };
export const isRequired = (kpi: AnyKpi): kpi is RequiredCeiling => "isRequired" in kpi;

export const requiredCeiling = (of: Omit<Guardrail, "kind">): RequiredCeiling => ({
  kind: "guardrail",
  isRequired: true,
  ...of,
});

type Name = "micros" | "count" | "total" | "bad5xx" | "percent";
type Parts = Readonly<Partial<Record<Name, Part>>>;

const ofHosts = (measure: "cpu" | "gpu" | "memory"): Parts => ({ percent: measured(measure, "Average") });

/** ModelLatency is in microseconds (SageMaker developer guide, endpoint metrics). */
const parts: Readonly<Record<Guardrail["of"], Parts>> = {
  "latency-p99-ms": { micros: measured("latency", "p99") },
  "error-rate-percent": { total: requests, bad5xx: measured("server-errors", "Sum") },
  "cpu-percent": ofHosts("cpu"),
  "gpu-percent": ofHosts("gpu"),
  "memory-percent": ofHosts("memory"),
};

export const guardrail = defineKind<Guardrail, Name, typeof schema>(schema, {
  kind: "guardrail",
  /** How many requests a required percentile is of; a rate has that in its parts. */
  parts: (kpi) =>
    isRequired(kpi) && kpi.of === "latency-p99-ms" ? { ...parts[kpi.of], count: latencies } : parts[kpi.of],
  sample: (read, kpi, side) => (isRequired(kpi) ? requiredValue(read, kpi, side) : readingOf(read, kpi.of)),
  settings: ({ name: own, ceiling, minutes: { breaching, outOf } }, { intervalSeconds }) => {
    const aMinute = 60 / intervalSeconds;
    return { shape: "value", name: own, ceiling, breaching: breaching * aMinute, outOf: outOf * aMinute };
  },
  whereUnlike: ({ of }) => (of === "latency-p99-ms" ? "candidate-alone" : "all"),
  countsRequests: false,
});

function requiredValue(read: Read<Name>, { of, ceiling }: Guardrail, side: Side): ValueSample | null {
  if (of === "latency-p99-ms") {
    const [micros, count] = [read("micros"), read("count")];
    if (micros === undefined || count === undefined) return null;
    return requiredLatency({ p99Ms: micros / 1000, requests: count }, ceiling, side);
  }
  const [total = 0, bad] = [read("total"), read("bad5xx")];
  return bad === undefined || total === 0 ? null : requiredRate({ bad, requests: total }, ceiling, side);
}

function readingOf(read: Read<Name>, of: Guardrail["of"]): ValueSample | null {
  if (of === "error-rate-percent") {
    const [total, bad] = [read("total"), read("bad5xx")];
    return total === undefined || bad === undefined || total === 0 ? null : { value: (100 * bad) / total };
  }
  const value = of === "latency-p99-ms" ? read("micros") : read("percent");
  if (value === undefined) return null;
  return { value: of === "latency-p99-ms" ? value / 1000 : value };
}
