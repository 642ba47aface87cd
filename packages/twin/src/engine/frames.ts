/**
 * Who is at work: each execution and each Lambda invocation runs in its own asynchronous frame, so that a wire
 * call, a timer or a random number can be attributed to the step that caused it, however deep in a library.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** A timer handle as the clock returns it. */
export type TimerHandle = object;
/** What waits for a timer: the code that set it, an answer on its way to the code, or a request on its way out. */
export type TimerUse = "code" | "answer" | "request";

/** Where the invocations of a function run, one at a time. */
export interface Sandbox {
  frozen: boolean;
  /** What came due while it was frozen, oldest first. */
  readonly held: (() => void)[];
  /** Invocations that have answered and left something at work. */
  readonly left: Set<Invocation>;
}

/** One invocation of a step's Lambda, from its start until it settles or its sandbox dies. */
export interface Invocation {
  /** The Lambda request id. */
  readonly id: string;
  /** The stack whose function it is, where that is not the one rehearsed. */
  readonly neighbour?: string | undefined;
  readonly execution: string;
  readonly state: string;
  /** Which part of the flow the document is in, where the application tells. */
  readonly stage: number | undefined;
  /** How many invocations this execution had started for this state before this one, plus one. */
  readonly ordinal: number;
  /** Wire calls made so far. */
  calls: number;
  /** Timers that the invocation's own code and its calls have set and not yet seen fire. */
  readonly timers: Map<TimerHandle, TimerUse>;
  readonly sandbox: Sandbox;
  /** Requests that have left and whose answers have not come, by what they ask for. */
  readonly open: Map<object, string>;
  /** True once the handler has answered: nothing of it may be at work any more. */
  answered: boolean;
  /** True once the sandbox is gone: nothing it awaits settles any more. */
  dead: boolean;
  /** Ends the sandbox at once, as a crash of the process would. */
  crash: () => void;
}

/** One request on the wire, between its arrival at the twin and its answer. */
export interface CallFrame {
  /** The place of this call among the calls of its invocation, from 1. */
  readonly ordinal: number;
}

export interface Frame {
  readonly execution?: string;
  readonly invocation?: Invocation;
  readonly call?: CallFrame;
}

const storage = new AsyncLocalStorage<Frame>();

/** The frame of the code that is running, if any. */
export const currentFrame = (): Frame | undefined => storage.getStore();

/** Runs `work` and all it starts inside `frame`. */
export const runInFrame = <T>(frame: Frame, work: () => T): T => storage.run(frame, work);

/** Runs `work` outside all frames, for what belongs to the rehearsal itself. */
export const runOutsideFrames = <T>(work: () => T): T => storage.exit(work);
