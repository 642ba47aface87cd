/**
 * The history of one execution as GetExecutionHistory would show it: it is what AWS limits to 25,000 events, and
 * its state entries and retries are what AWS bills as transitions.
 *
 * Events per state, Standard workflows, "Execution event history" in the developer guide: Task with a function
 * ARN: entered, exited, and scheduled, started, succeeded (or failed, or timed out) for each attempt; Pass, Choice,
 * Wait and Succeed: entered, exited; Fail: entered; Map: entered, started, succeeded (or failed), exited, and for each item
 * started, succeeded (or failed, or aborted). One event starts and one ends the execution.
 */
import type { ExecutionEvent } from "../services/step-functions-history.ts";

export type HistoryDetail = Omit<ExecutionEvent, "id" | "previousEventId" | "type" | "atMs">;

/** What follows on what: the machine's own states are a chain, and those of each item of a Map are. */
export interface EventChain {
  /** The event that the next one of this chain follows on. */
  lastId: number;
}

/** Of what comes from outside: recorded answers of AWS give these, and the first state's entry, no previous event. */
const fromOutside: ReadonlySet<string> = new Set(["ExecutionAborted", "ExecutionTimedOut"]);
/**
 * Nothing follows on these: the exit of a Map names the last item's end, as moto's interpreter has it, which its authors hold
 * against recorded answers of AWS.
 */
const followedByNone: ReadonlySet<string> = new Set(["MapStateSucceeded"]);

/** "If the event number 25,000 isn't ExecutionSucceeded, the ExecutionFailed event is logged" (same guide). */
export const mostEvents = 25_000;

export class History {
  readonly events: ExecutionEvent[] = [];
  /** Of the machine's own states. */
  readonly chain: EventChain = { lastId: 0 };
  /** State entries and retries: "each time a step of your workflow is executed", retries included. */
  transitions = 0;
  readonly #nowMs: () => number;
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** True when only the event that ends the execution still fits. */
  get full(): boolean {
    return this.events.length >= mostEvents - 1;
  }

  add(type: string, detail: HistoryDetail = {}, chain: EventChain = this.chain): void {
    const id = this.events.length + 1;
    const previousEventId = id <= 2 || fromOutside.has(type) ? 0 : chain.lastId;
    this.events.push({ id, previousEventId, type, atMs: this.#nowMs(), ...detail });
    if (!followedByNone.has(type)) chain.lastId = id;
    if (type.endsWith("StateEntered")) this.transitions += 1;
  }
}
