/** Whether a version measures up to its plan's criteria: what is not known is never a pass. */
import type { Criterion, EvaluationKind } from "../plan/criteria.ts";
import type { JsonValue } from "./json-value.ts";

/** One of a version's documents: its content, or why nobody knows that. */
export type Evaluation = { readonly content: JsonValue } | { readonly unknown: string };
export type Evaluations = ReadonlyMap<EvaluationKind, Evaluation>;

export interface Evaluated {
  /** `version 7`, as messages call it. */
  readonly called: string;
  readonly evaluations: Evaluations;
}

/** Why the candidate is not good enough, a sentence for each criterion; `serving` is absent where no version is known to serve. */
export function lacksOfVersion(
  criteria: readonly Criterion[],
  { candidate, serving }: { readonly candidate: Evaluated; readonly serving?: Evaluated | undefined },
): string[] {
  return criteria.flatMap((criterion) => lackOf(criterion, candidate, serving) ?? []);
}

function lackOf(
  criterion: Criterion,
  candidate: Evaluated,
  serving: Evaluated | undefined,
): string | undefined {
  const { metric, atLeast, atMost, worseThanServingBy: slack } = criterion;
  const value = measureIn(candidate, criterion);
  if (typeof value === "string") return value;
  if (atLeast !== undefined && value < atLeast)
    return `${metric} of ${candidate.called} is ${shown(value)}, and has to be ${atLeast} at least`;
  if (atMost !== undefined && value > atMost)
    return `${metric} of ${candidate.called} is ${shown(value)}, and may be ${atMost} at most`;
  if (slack === undefined) return undefined;
  if (serving === undefined)
    return `${metric} is to be compared with what serves, and no version is known to serve`;
  const theirs = measureIn(serving, criterion);
  if (typeof theirs === "string") return theirs;
  const worse = atLeast === undefined ? value - theirs : theirs - value;
  // Measures such as 0.9 and 0.89 are no binary fractions.
  const trace = 1e-9 * Math.max(1, Math.abs(value), Math.abs(theirs));
  if (worse <= slack + trace) return undefined;
  return `${metric} of ${candidate.called} is ${shown(value)}, of ${serving.called}, which serves, ${shown(theirs)}: it may be worse by ${slack} at most`;
}

const shown = (value: number): string => String(Number(value.toPrecision(6)));

/** The number, or why there is none. */
function measureIn({ called, evaluations }: Evaluated, { metric, of }: Criterion): number | string {
  const evaluation = evaluations.get(of);
  if (evaluation === undefined)
    return `${metric} of ${called} is not known: its registry entry names no document of ${of}`;
  if ("unknown" in evaluation) return `${metric} of ${called} is not known: ${evaluation.unknown}`;
  const found = metric
    .split(".")
    .reduce<JsonValue | undefined>((value, key) => memberOf(value, key), evaluation.content);
  const number = typeof found === "number" ? found : memberOf(found, "value");
  return typeof number === "number" && Number.isFinite(number)
    ? number
    : `${metric} of ${called} is not known: its document of ${of} has no such number`;
}

const memberOf = (value: JsonValue | undefined, key: string): JsonValue | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as { readonly [member: string]: JsonValue })[key]
    : undefined;
