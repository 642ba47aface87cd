/** The course of a release as a person follows it: phases instead of states, each with its time. */
import type { ReleaseProgress } from "../../rehearsal/release/request.ts";

export interface Phase {
  readonly key: string;
  readonly title: string;
  readonly fromSeconds: number;
  readonly untilSeconds?: number;
  /** The stage's index, for a phase in which the candidate bakes. */
  readonly stage?: number;
}

export interface Fleet {
  readonly variant: string;
  readonly side: "stable" | "candidate";
  readonly instances: number;
  readonly ready: number;
}

/** Everything that a view of the release's own execution shows. */
export interface Course {
  readonly phases: readonly Phase[];
  readonly nowSeconds: number;
  readonly state: string;
  readonly fleets: readonly Fleet[];
  readonly over: boolean;
  /** What else is to be said now, each a sentence; may be cut where the screen ends. */
  readonly notes?: readonly string[];
}

export const atTheStart: Course = { phases: [], nowSeconds: 0, state: "", fleets: [], over: false };

const titles: Readonly<Record<string, string>> = {
  OpenRelease: "open the release",
  PlanCapacity: "plan capacity",
  CheckGates: "ask the gates",
  PrewarmTraining: "pre-warm training capacity",
  KeepCapacity: "keep training capacity",
  PrewarmInference: "pre-warm the candidate",
  ProveWarmth: "prove that it is warm",
  ProveCapacity: "test it under load",
  PromoteModel: "promote",
  RollBack: "roll back",
  ScaleDown: "scale down",
  CloseRelease: "close the release",
};
const baking = new Set(["Shifted", "WaitForShift", "Hold", "Bake", "CheckKpis", "Judged", "BakeOn"]);

type Entered = Extract<ReleaseProgress, { kind: "entered" }>;

/** The course after one more thing has happened; what other executions do moves the clock and the fleets only. */
export function follow(course: Course, progress: ReleaseProgress, execution: string): Course {
  const nowSeconds = Math.max(course.nowSeconds, progress.atSeconds);
  if (progress.kind === "status") {
    const over = progress.execution === execution && progress.status !== "RUNNING";
    return {
      ...course,
      nowSeconds,
      over: course.over || over,
      phases: over ? ended(course, nowSeconds) : course.phases,
    };
  }
  const fleets = fleetsOf(course, progress);
  if (progress.execution !== execution) return { ...course, nowSeconds, fleets };
  const phase = phaseOf(progress);
  const last = course.phases.at(-1);
  const phases =
    phase === undefined || phase.key === last?.key ? course.phases : [...ended(course, nowSeconds), phase];
  return { ...course, nowSeconds, fleets, phases, state: progress.state };
}

function ended({ phases }: Course, untilSeconds: number): Phase[] {
  return phases.map((phase) => ({ untilSeconds, ...phase }));
}

function phaseOf({ state, stage, trafficPercent, atSeconds: fromSeconds }: Entered): Phase | undefined {
  if (baking.has(state) && stage !== undefined)
    return {
      key: `stage ${stage} ${trafficPercent ?? ""}`,
      title: `${trafficPercent ?? "?"} % of traffic`,
      fromSeconds,
      stage,
    };
  const title = titles[state];
  return title === undefined ? undefined : { key: state, title, fromSeconds };
}

/** Whatever variant was there first is stable. */
function fleetsOf({ fleets }: Course, { fleets: now }: Entered): Fleet[] {
  const stable =
    fleets.length === 0 ? Object.keys(now) : fleets.filter((f) => f.side === "stable").map((f) => f.variant);
  return Object.entries(now).map(([variant, counts]) => ({
    variant,
    side: stable.includes(variant) ? "stable" : "candidate",
    ...counts,
  }));
}
