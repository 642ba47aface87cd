/** What an execution's input comes to, in whichever form it came: a release that is asked for, or one of the machine's own. */
import type { Mistake } from "../input/bad-input.ts";
import type { Work } from "../plan/completion.ts";
import type { MilestoneKind, ReleaseType } from "../plan/plan.ts";
import type { ReleaseRegistry } from "../plan/registry.ts";
import type { Claimed } from "./claimed.ts";
import type { WaitOn } from "./inputs.ts";

export interface ReleaseRequest {
  readonly model: string;
  /** The registry's version; absent where the milestone is about capacity alone, or means the newest approved one. */
  readonly version?: number;
  readonly milestone: MilestoneKind;
  readonly releaseType?: ReleaseType;
  /** `staging`: the version was promoted there, and the plan has production follow. */
  readonly trigger: "registry" | "schedule" | "staging" | "manual";
  /** Which registry says so; absent: SageMaker's own, where it is a registry. */
  readonly registry?: ReleaseRegistry["kind"];
  /** ISO 8601, when the registry says the version was approved. */
  readonly approvedAt?: string;
  readonly modelPackageArn?: string;
  /** ISO 8601, the time that a schedule was due, however late it was delivered. */
  readonly scheduledTime?: string;
  /** ISO 8601, the milestone's date, where it was started ahead of that. */
  readonly dueAt?: string;
  /** Whether a cron said earlier has started it: dates before which clocks change have a start of their own. */
  readonly recurring?: true;
  /** Whether a release that is closed may be run once more. */
  readonly again: boolean;
  /** Which try it is: one that has opened a release opens no other. */
  readonly attemptKey?: string;
  /** Whether it goes back to a version that has served. */
  readonly revert?: boolean;
  readonly note?: string;
  /** Why there is anything to release, where a look has found that out. */
  readonly why?: string;
  /** What whoever asks says of themselves; no decision goes by it. */
  readonly claimed?: Claimed;
}

/** A tag that was put on an image. */
export interface PushedImage {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** An alias that was set on a version of a model in MLflow. */
export interface SetAlias {
  /** The model, as MLflow names it. */
  readonly name: string;
  readonly alias: string;
  /** A whole number, as MLflow has it: in a text. */
  readonly version: string;
}

export type Normalised =
  | { readonly kind: "release"; readonly request: ReleaseRequest }
  /** Nothing to do, and why, in one sentence. */
  | { readonly kind: "ignored"; readonly reason: string }
  /** The lease of a release has run out; `why` says what has ended it ahead of its time. */
  | { readonly kind: "scale-down"; readonly releaseId: string; readonly why?: string | undefined }
  /** A lease goes on, and its capacity would not last. */
  | { readonly kind: "keep"; readonly releaseId: string }
  /** Work of the team's has ended, which may be what a milestone is completed by. */
  | { readonly kind: "work-ended"; readonly work: Work }
  /** A tag was put on an image, which a plan may wait for. */
  | { readonly kind: "image-pushed"; readonly push: PushedImage }
  /** An alias was set in MLflow, which a plan may wait for. */
  | { readonly kind: "alias-set"; readonly set: SetAlias }
  /** The execution of a release died and left something behind. */
  | { readonly kind: "compensate"; readonly releaseId: string; readonly why: string }
  /** A release goes on in a new execution. */
  | { readonly kind: "go-on"; readonly releaseId: string; readonly document: unknown }
  /** What waits in a queue waits on in a new execution. */
  | ({ readonly kind: "wait-on" } & WaitOn)
  | { readonly kind: "bad"; readonly mistakes: readonly Mistake[] };
