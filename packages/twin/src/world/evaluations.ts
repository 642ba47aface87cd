/** What the evaluation of each version came to: documents in a bucket, which the registry's entries name. */

import type { Json } from "../vocabulary/json.ts";
import type { AccountSeed, EvaluatedMetric, EvaluationKind } from "./account-seed.ts";
import type { SettledSpec } from "./settled.ts";

/** Where ModelMetrics names a document of each kind (DescribeModelPackage, API reference). */
const memberOf: Readonly<Record<EvaluationKind, readonly [string, string]>> = {
  "model-quality": ["ModelQuality", "Statistics"],
  "model-data-quality": ["ModelDataQuality", "Statistics"],
  bias: ["Bias", "PostTrainingReport"],
  explainability: ["Explainability", "Report"],
};

export interface SeededEvaluation {
  /** As the registry's entry shows them; absent: it names none. */
  readonly metrics?: Readonly<Record<string, Json>>;
  /** By `bucket/key`. */
  readonly objects: readonly (readonly [string, string])[];
}

export function seededEvaluation(
  { model, evaluated = [] }: Pick<AccountSeed, "model" | "evaluated">,
  { registry: { serving, evaluation } }: Pick<SettledSpec, "registry">,
  version: number,
): SeededEvaluation {
  const isNew = version > serving;
  if (evaluated.length === 0 || (isNew && evaluation === "missing")) return { objects: [] };
  const bucket = `${model}-evaluations`;
  const documents = Map.groupBy(evaluated, ({ document }) => document);
  const keyOf = (kind: EvaluationKind) => `v${version}/${kind}.json`;
  const metrics = Object.fromEntries(
    [...documents.keys()].map((kind) => {
      const [group, member] = memberOf[kind];
      const source = { ContentType: "application/json", S3Uri: `s3://${bucket}/${keyOf(kind)}` };
      return [group, { [member]: source }];
    }),
  );
  if (isNew && evaluation === "unreadable") return { metrics, objects: [] };
  const value = ({ good, bad, best }: EvaluatedMetric): number => {
    if (evaluation === "worse") return isNew ? good : best;
    return isNew && evaluation === "bad" ? bad : good;
  };
  return {
    metrics,
    objects: [...documents].map(([kind, some]) => [
      `${bucket}/${keyOf(kind)}`,
      JSON.stringify(some.reduce((whole, each) => put(whole, each.path, value(each)), {})),
    ]),
  };
}

type Members = { [member: string]: Json };

/** A document with one more number in it, as SageMaker's evaluations write one: `{"value": 0.93, "standard_deviation": "NaN"}`. */
function put(whole: Members, [first = "", ...rest]: readonly string[], value: number): Members {
  const inner = whole[first];
  const members = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? inner : {};
  const last = { value, standard_deviation: "NaN" };
  return { ...whole, [first]: rest.length === 0 ? last : put(members as Members, rest, value) };
}
