/** The kinds that a KPI can be of: a new one is a file of its own and its lines here. */
import * as z from "zod";
import { availability } from "./availability.ts";
import { custom } from "./custom.ts";
import { guardrail, type RequiredCeiling } from "./guardrail.ts";
import type { AnyKpi, KpiKind } from "./kind.ts";
import { latencyMean } from "./latency-mean.ts";
import { latencyThreshold } from "./latency-threshold.ts";
import { modelErrors } from "./model-errors.ts";

/** A KPI as a plan names it. */
export const Kpi = z.discriminatedUnion("kind", [
  availability.schema,
  modelErrors.schema,
  latencyMean.schema,
  latencyThreshold.schema,
  custom.schema,
  guardrail.schema,
]);
export type Kpi = z.infer<typeof Kpi>;

/** What a release is judged by: what its plan names, and what follows from its requirements. */
export type PlanKpi = Kpi | RequiredCeiling;

const kinds: readonly KpiKind[] = [
  availability,
  modelErrors,
  latencyMean,
  latencyThreshold,
  custom,
  guardrail,
];
const byName = new Map(kinds.map((kind) => [kind.kind, kind]));

/** @throws RangeError where the KPI is of a kind that there is not */
export function kindOf({ name, kind }: AnyKpi): KpiKind {
  const found = byName.get(kind);
  if (found !== undefined) return found;
  throw new RangeError(`${name}.kind: expected one of ${[...byName.keys()].join(", ")}, found ${kind}`);
}
