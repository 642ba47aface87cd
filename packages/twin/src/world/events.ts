/** What happened in the world: who did it, to what, from what and to what. Data throughout; prose is for readers. */
import type { ScalingReason, SuspendedState } from "./scaling-state.ts";

type Own = "no capacity" | "maximum runtime" | "the container ended" | "warm pool";

export type Actor =
  /** Somebody's call; what it brings about later is still its doing. `inUse`: it took what an endpoint was using. */
  | { readonly who: "call"; readonly operation: string; readonly inUse?: true }
  | { readonly who: "auto-scaling"; readonly reason: ScalingReason }
  /** SageMaker itself. */
  | { readonly who: "sagemaker"; readonly why: Own }
  /** CloudWatch's alarms, with the reason that they give. */
  | { readonly who: "cloudwatch"; readonly reason: string };

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

interface Entry<Kind extends string, Value> {
  readonly atMs: number;
  readonly kind: Kind;
  /** An endpoint, a variant (`endpoint/variant`), a job, a target or what it is about, or the thing's own name. */
  readonly subject: string;
  /** Undefined: there was none, or there is none any more. */
  readonly from: Value | undefined;
  readonly to: Value | undefined;
  readonly by: Actor;
}

/** One change, in order. */
export type WorldEvent =
  | Entry<"status" | "config" | "model" | "training" | "cluster" | "alarm", string>
  | Entry<"capacity" | "weight", number>
  /** The instances that a cluster's group is to have: `CLUSTER/GROUP`. */
  | Entry<"nodes", number>
  /** The capacity that was asked for, of what a model leans on. */
  | Entry<"scalable", number>
  | Entry<"bounds", Bounds>
  | Entry<"suspension", SuspendedState>
  | Entry<"policy", string | number>;

/** An entry as it is handed in: the world knows what time it is. */
export type Happening = WorldEvent extends infer Each
  ? Each extends WorldEvent
    ? Omit<Each, "atMs">
    : never
  : never;

export interface EventLog {
  /** Every change of a status, a count, a weight or a bound, oldest first. */
  readonly events: readonly WorldEvent[];
}

/** For whatever changes something. */
export interface Recorder {
  record(happening: Happening): void;
}

/** For whoever tells of what happens: told of each entry as it is made. */
export interface Told {
  listen(listener: (event: WorldEvent) => void): void;
}

export const called = (operation: string): Actor => ({ who: "call", operation });
export const isCall = (actor: Actor, operation: string): boolean =>
  actor.who === "call" && actor.operation === operation;
/** Whether a variant is given more instances. */
export const isRaise = ({ kind, from = 0, to = 0 }: WorldEvent): boolean => kind === "capacity" && to > from;
export const itself = (why: Own): Actor => ({ who: "sagemaker", why });

/** Why a count was set, as Application Auto Scaling tells of its activities. */
export function reasonText(reason: ScalingReason): string {
  switch (reason.by) {
    case "policy":
      return `monitor alarm of policy ${reason.policy} (${reason.side})`;
    case "bounds":
      return reason.operation;
    case "schedule":
      return `scheduled action ${reason.action}`;
  }
}

/** Who did something, in a few words. */
export function actorText(actor: Actor): string {
  switch (actor.who) {
    case "call":
      return actor.inUse === true ? `${actor.operation} (in use)` : actor.operation;
    case "auto-scaling":
      return `application-auto-scaling: ${reasonText(actor.reason)}`;
    case "sagemaker":
      return actor.why;
    case "cloudwatch":
      return actor.reason;
  }
}
