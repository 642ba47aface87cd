/** What SageMaker holds of training jobs, and of the warm pools that they leave behind. */
import type { TagsOf } from "./endpoint-state.ts";
import type { Instance } from "./instance-state.ts";

export type TrainingStatus = "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";

export type SecondaryStatus =
  | "Starting"
  | "Downloading"
  | "Training"
  | "Uploading"
  | "Stopping"
  | "Stopped"
  | "MaxRuntimeExceeded"
  | "Completed"
  | "Failed";

export interface WarmPool {
  status: "InUse" | "Available" | "Reused" | "Terminated";
  /** Since when the instances have been kept idle, and until when they were. */
  keptFromMs?: number;
  keptUntilMs?: number;
  reusedByJob?: string;
}

export interface TrainingJob {
  readonly name: string;
  readonly creationMs: number;
  /** CreateTrainingJob's own members, echoed by DescribeTrainingJob. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly tags?: TagsOf;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly maxRuntimeSeconds: number;
  /** What a later job must have in common to get this job's pool, as one text. */
  readonly poolKey: string;
  /** How long its container runs; as long as the world's priming jobs where it says nothing. */
  readonly containerSeconds?: number | undefined;
  /** Whether the team has started it, as the world's specification says: by no call of an execution. */
  readonly isTeams?: boolean | undefined;
  /** Whether its container ends in an error. */
  readonly fails?: boolean | undefined;
  keepAliveSeconds: number;
  status: TrainingStatus;
  secondaryStatus: SecondaryStatus;
  readonly transitions: { readonly status: SecondaryStatus; readonly startMs: number; endMs?: number }[];
  lastModifiedMs: number;
  trainingStartMs?: number;
  trainingEndMs?: number;
  failureReason?: string;
  warmPool?: WarmPool;
  instances: Instance[];
}
