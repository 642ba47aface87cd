/** The rollout stages of a release, read from the documents with which its executions entered their states. */
import type { StateEntry } from "./execution-hooks.ts";

/** One rollout stage, as the state documents tell of it. */
export interface StageFacts {
  readonly index: number;
  readonly trafficPercent: number | undefined;
  readonly fromSeconds: number;
  /** When the execution had left the stage. */
  readonly untilSeconds: number;
  readonly entries: Readonly<Record<string, number>>;
}

/** Seconds from `startMs` to `atMs`, to the millisecond. */
export const seconds = (atMs: number, startMs: number): number => Math.round(atMs - startMs) / 1000;

/** The stages of a release, from what its executions entered with a stage in their documents. */
export function stagesOf(
  entries: readonly StateEntry[],
  executions: ReadonlySet<string>,
  startMs: number,
): StageFacts[] {
  const own = entries.filter((entry) => executions.has(entry.execution));
  const stages = new Map<
    number,
    { -readonly [K in keyof StageFacts]: StageFacts[K] } & { entries: Record<string, number> }
  >();
  for (const [i, { state, stage, document, atMs }] of own.entries()) {
    if (stage === undefined) continue;
    const fromSeconds = seconds(atMs, startMs);
    const facts = stages.get(stage) ?? {
      ...{
        index: stage,
        trafficPercent: trafficOf(document),
        fromSeconds,
        untilSeconds: fromSeconds,
        entries: {},
      },
    };
    facts.entries[state] = (facts.entries[state] ?? 0) + 1;
    facts.untilSeconds = seconds(own[i + 1]?.atMs ?? atMs, startMs);
    stages.set(stage, facts);
  }
  return [...stages.values()];
}

/** The share that the document's stage names. */
export function trafficOf(document: unknown): number | undefined {
  const stage = (document as { stage?: { trafficPercent?: unknown } } | null)?.stage;
  return typeof stage?.trafficPercent === "number" ? stage.trafficPercent : undefined;
}
