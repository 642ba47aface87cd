/** Calls as they are seen on the wire: which step made them, and what came of them. */
import type { Answer, Call } from "#twin/services";
import type { AwsError } from "#twin/vocabulary";
import type { WorldEvent } from "#twin/world";

/** Which step made a call. */
export interface CallOrigin {
  readonly execution: string;
  readonly state: string;
  readonly stage: number | undefined;
  /** The Lambda request id. */
  readonly invocation: string;
  /** The place of the call among the calls of its invocation, from 1. */
  readonly ordinal: number;
}

/** A call that a step of ours has made, whether or not a fault or its role keeps it from its service. */
export interface AttemptedCall {
  readonly call: Call;
  readonly frame: Omit<CallOrigin, "ordinal">;
}

/** A call on its way to its service. No frame: an outside hand made it, not a step of ours. */
export interface ArrivingCall {
  readonly call: Call;
  readonly frame: CallOrigin | undefined;
}

/** A call and what came of it, whether or not the caller ever heard. */
export interface ObservedCall extends ArrivingCall {
  readonly outcome: { readonly answer: Answer } | { readonly error: AwsError };
  readonly tookEffect: boolean;
  /** What the call changed in the world at once; an update's later effects come as the world's own. */
  readonly caused: readonly WorldEvent[];
}

/** An answer's member, where the answer is a record that has it. */
export function memberOf(seen: ObservedCall, name: string): unknown {
  if (!("answer" in seen.outcome)) return undefined;
  const { answer } = seen.outcome;
  return typeof answer === "object" && answer !== null && !Array.isArray(answer)
    ? (answer as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** An input's member where it is text, else "". */
export function textOf(call: Call, name: string): string {
  const value = call.input[name];
  return typeof value === "string" ? value : "";
}

/** Whether the sweep makes a call, which is no step of a release either. */
export const isSweeps = ({ frame }: Pick<ArrivingCall, "frame">): boolean => frame?.state === "ReapLeases";

/** Whether a call is made for no release: what it sets is no release's to put back. */
export const isBetweenReleases = ({ frame }: Pick<ArrivingCall, "frame">): boolean =>
  frame?.state === "WatchLoad";
