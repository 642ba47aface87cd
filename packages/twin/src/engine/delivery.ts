/** What becomes of an event on the default bus: each rule that matches it hands it to its target, a moment later. */

import type { Gate } from "../permissions/gate.ts";
import type { BusEvent } from "../services/event-bridge.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Rule } from "./application.ts";
import type { Engine } from "./engine.ts";
import { runOutsideFrames } from "./frames.ts";
import { deliveryMs } from "./functions.ts";

export interface Delivery {
  /** Invokes the functions and starts the executions whose rules match. */
  deliver(event: BusEvent): void;
  /** Invokes a function for a rule that matched, or whose time has come. */
  invoke(on: "event" | "schedule", name: string, event: unknown): void;
  /** Executions that are still to be started. */
  readonly pending: number;
}

export interface DeliveryOptions {
  readonly engine: () => Pick<Engine, "clock" | "executions" | "functions">;
  /** Says what rules may start and invoke; absent: everything. */
  readonly gate: Gate | undefined;
  /** Whether the rules and schedules that invoke functions are switched off. */
  readonly off?: () => boolean;
  /** Told of what is not delivered. */
  readonly undelivered: (what: string) => void;
}

/**
 * `undelivered` is told of what StartExecution or the function's own policy refuses. EventBridge would try again for a day and then hand the event
 * to the rule's dead-letter queue; no retry mends what is refused here.
 */
export function createDelivery(
  rules: readonly Rule[],
  { engine, gate, off, undelivered }: DeliveryOptions,
): Delivery {
  let pending = 0;
  const start = (event: BusEvent): void => {
    pending += 1;
    const { clock, executions } = engine();
    // An event that a Lambda's call sets off is not that Lambda's own.
    runOutsideFrames(() =>
      clock.setTimeout(() => {
        pending -= 1;
        const refused = refusalOf(() => {
          gate?.start("rule");
          executions.start({ input: JSON.stringify(event) });
        });
        if (refused !== undefined) undelivered(`event ${event.id}: ${refused}`);
      }, deliveryMs),
    );
  };
  const invoke: Delivery["invoke"] = (on, name, event) => {
    if (off?.() === true) return;
    const refused = refusalOf(() => gate?.invoke(name, on));
    if (refused === undefined) engine().functions.invoke(name, event);
    else undelivered(`${name}: ${refused}`);
  };
  return {
    invoke,
    deliver: (event) => {
      for (const rule of rules) {
        if (!rule.matches(event)) continue;
        if (rule.function === undefined) start(event);
        else invoke("event", rule.function, event);
      }
    },
    get pending() {
      return pending;
    },
  };
}

/** What a service refuses of this, as `Name: message`; undefined where it is done. Throws what is no refusal. */
export function refusalOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.name}: ${error.message}`;
  }
}
