/** The rollout stages of a release, read from the documents with which its executions entered their states. */
import { type StateEntry, seconds } from "#twin/engine";

/** One rollout stage, as the state documents tell of it; a stage whose share is changed is there once for each share. */
export interface DocumentStage {
  readonly index: number;
  readonly trafficPercent: number | undefined;
  readonly fromSeconds: number;
  /** When the execution had left the stage. */
  readonly untilSeconds: number;
  readonly entries: Readonly<Record<string, number>>;
}

/** The stages of a release, from what its executions entered with a stage in their documents. */
export function stagesOf(
  entries: readonly StateEntry[],
  executions: ReadonlySet<string>,
  startMs: number,
): DocumentStage[] {
  const own = entries.filter((entry) => executions.has(entry.execution));
  const stages: ({ -readonly [K in keyof DocumentStage]: DocumentStage[K] } & {
    entries: Record<string, number>;
  })[] = [];
  for (const [i, { state, stage, document, atMs }] of own.entries()) {
    if (stage === undefined) continue;
    const trafficPercent = trafficOf(document);
    const fromSeconds = seconds(atMs, startMs);
    const last = stages.findLast(({ index }) => index === stage);
    const facts =
      last !== undefined && (trafficPercent === undefined || last.trafficPercent === trafficPercent)
        ? last
        : { index: stage, trafficPercent, fromSeconds, untilSeconds: fromSeconds, entries: {} };
    if (facts !== last) stages.push(facts);
    facts.entries[state] = (facts.entries[state] ?? 0) + 1;
    facts.untilSeconds = seconds(own[i + 1]?.atMs ?? atMs, startMs);
  }
  return stages;
}

/** The share that the document's stage names. */
export function trafficOf(document: unknown): number | undefined {
  const stage = (document as { stage?: { trafficPercent?: unknown } } | null)?.stage;
  return typeof stage?.trafficPercent === "number" ? stage.trafficPercent : undefined;
}

/** A document's stage: `stage` where it is a number, else `stage.index`, as the state documents carry it. */
export function stageOf(document: unknown): number | undefined {
  const stage = property(document, "stage");
  const index = typeof stage === "number" ? stage : property(stage, "index");
  return typeof index === "number" && Number.isInteger(index) && index >= 0 ? index : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
