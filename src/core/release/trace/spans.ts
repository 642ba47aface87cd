/** The spans of a release that is over: itself, its phases below it, and stages below the rollout. */
import type { Deployment } from "../../deployment.ts";
import type { Closing } from "../closing.ts";
import type { JournalEntry } from "../journal.ts";
import type { ReleaseRecord } from "../record.ts";
import type { ShareEnd } from "../shares.ts";
import { endpointOf } from "../undoing.ts";
import { deploymentStatusOf, names, type RunResult, resultsOf } from "./conventions.ts";
import { type Attributes, double, integer, type OtlpSpan, text } from "./otlp.ts";
import { phasesIn, type Stretch, stagesIn, type TracedPhase, type TracedStage } from "./phases.ts";

export interface ClosedRelease {
  readonly record: ReleaseRecord & { readonly closing: Closing; readonly closedAt: string };
  /** Oldest first. */
  readonly journal: readonly JournalEntry[];
  readonly deployment: Pick<Deployment, "stack" | "account" | "region" | "stateMachineArn">;
}

export const isClosed = (record: ReleaseRecord): record is ClosedRelease["record"] =>
  record.status === "closed" && record.closing !== undefined && record.closedAt !== undefined;

export interface SpanTold extends Stretch {
  /** Unique in its release; the root's is empty. */
  readonly part: string;
  readonly parent?: string;
  readonly name: string;
  readonly kind: OtlpSpan["kind"];
  readonly attributes: Attributes;
  readonly result: RunResult;
}

/** The root first, each phase with its stages after it. */
export function spansOf(closed: ClosedRelease): SpanTold[] {
  const { journal, record } = closed;
  const { release, closing, closedAt } = record;
  const startMs = Date.parse(release.openedAt);
  const stretch = { startMs, endMs: Math.max(startMs, Date.parse(closedAt)) };
  const phases = phasesIn(journal, stretch);
  return [
    { ...stretch, ...rootOf(closed) },
    ...phases.flatMap((phase, nth) => {
      const result = phaseResult(phase, phases[nth + 1], resultsOf[closing.outcome]);
      const stages = phase.name === "roll-out" ? stagesIn(journal, phase) : [];
      const planned = stagesPlanned(record);
      return [phaseTold(phase, result), ...stagesTold(stages, { ofRollOut: result, planned })];
    }),
  ];
}

function rootOf(closed: ClosedRelease): Omit<SpanTold, keyof Stretch> {
  const { release, closing } = closed.record;
  const { id, model, version, milestone, releaseType, attempt, subject, execution, dueAt } = release;
  const { outcome, reason, lateMinutes } = closing;
  const deploys = endpointOf(release) !== undefined;
  return {
    part: "",
    name: `RUN ${pipelineOf(closed)}`,
    kind: 2,
    result: resultsOf[outcome],
    attributes: {
      [names.action]: text("RUN"),
      [names.result]: text(resultsOf[outcome]),
      ...(deploys && {
        [names.deployment]: text(id),
        [names.deploymentName]: text(model),
        [names.deploymentStatus]: text(deploymentStatusOf(outcome)),
        [names.deploymentEnvironment]: text(milestone),
      }),
      [names.outcome]: text(outcome),
      [names.reason]: text(reason),
      [names.model]: text(model),
      [names.version]: integer(version),
      [names.milestone]: text(milestone),
      [names.releaseType]: text(releaseType),
      [names.attempt]: integer(attempt),
      [names.subject]: text(subject),
      [names.execution]: text(execution),
      [names.dueAt]: text(dueAt),
      [names.lateMinutes]: integer(lateMinutes),
    },
  };
}

/** A phase from which a release went on has done what it is for; the way back has, unless nothing could put all back. */
function phaseResult({ name }: TracedPhase, next: TracedPhase | undefined, ofRelease: RunResult): RunResult {
  if (next !== undefined && next.name !== "roll-back") return "success";
  if (name === "roll-back" && ofRelease !== "error") return "success";
  return ofRelease;
}

const taskTold = (name: string, part: string, result: RunResult): Attributes => ({
  [names.task]: text(name),
  [names.taskRun]: text(part),
  [names.taskResult]: text(result),
});

const phaseTold = ({ name, startMs, endMs }: TracedPhase, result: RunResult): SpanTold => ({
  part: name,
  parent: "",
  name,
  kind: 1,
  startMs,
  endMs,
  result,
  attributes: taskTold(name, name, result),
});

/** One that is stopped ends as the rollout does. */
const endResults: Readonly<Record<Exclude<ShareEnd, "stopped">, RunResult>> = {
  passed: "success",
  restored: "success",
  eased: "cancellation",
};

/** How many stages the release's plan has, as far as that is known. */
const stagesPlanned = ({ plan }: ReleaseRecord): number =>
  (plan as { rollout?: { stages?: readonly unknown[] } } | undefined)?.rollout?.stages?.length ??
  Number.POSITIVE_INFINITY;

/** A stage whose share was changed is there once for each share. What stable held back is no stage: nobody judges it. */
function stagesTold(
  stages: readonly TracedStage[],
  { ofRollOut, planned }: { readonly ofRollOut: RunResult; readonly planned: number },
): SpanTold[] {
  return stages.map(({ index, trafficPercent, result: end = "stopped", startMs, endMs }, nth): SpanTold => {
    const again = stages.slice(0, nth).filter((before) => before.index === index).length;
    const part = `stage-${index}${again === 0 ? "" : `-${again + 1}`}`;
    const name = index < planned ? `stage ${index + 1}` : "held-back";
    const result = end === "stopped" ? ofRollOut : endResults[end];
    const share = {
      [names.stage]: integer(index),
      [names.trafficPercent]: double(trafficPercent),
      [names.shareEnd]: text(end),
    };
    return {
      part,
      parent: "roll-out",
      name,
      kind: 1,
      startMs,
      endMs,
      result,
      attributes: { ...taskTold(name, part, result), ...share },
    };
  });
}

/** The state machine's name. */
export const pipelineOf = ({ deployment }: ClosedRelease): string =>
  deployment.stateMachineArn.split(":").at(-1) ?? deployment.stack;
