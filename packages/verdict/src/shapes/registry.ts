/** The shapes that a KPI can have: a new one is a file of its own, its evidence in another, and its lines here. */
import type { GuardrailKpi } from "../evidence/guardrail.ts";
import type { CountSample, MeanSample, ValueSample } from "../observations/samples.ts";
import { type CountKpi, type CountState, count } from "./count.ts";
import { type MeanKpi, type MeanState, mean } from "./mean.ts";
import type { Shape } from "./shape.ts";
import { type GuardrailState, value } from "./value.ts";

export type KpiSettings = CountKpi | MeanKpi | GuardrailKpi;
export type KpiState = CountState | MeanState | GuardrailState;
export type Sample = CountSample | MeanSample | ValueSample;
export type Noise = CountState["noise"] | MeanState["noise"];

const shapes: Readonly<Record<KpiSettings["shape"], Shape<KpiState>>> = { count, mean, value };

/** @throws RangeError where the KPI has a shape that there is not */
export function shapeOf({ name, shape }: KpiSettings): Shape<KpiState> {
  if (Object.hasOwn(shapes, shape)) return shapes[shape];
  throw new RangeError(`${name}.shape: expected one of ${Object.keys(shapes).join(", ")}, found ${shape}`);
}
