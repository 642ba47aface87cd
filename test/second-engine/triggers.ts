/** What sets things off: starts and stops at the interpreter, and events on their way to the rules of the deployment. */
import { type SFNClient, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { deliveryMs } from "#twin/engine";
import type { BusEvent } from "#twin/services";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import type { Timekeeper } from "./timekeeper.ts";

const { stateMachineArn } = rehearsedDeployment;

export interface TriggersOptions {
  readonly client: SFNClient;
  readonly keeper: () => Timekeeper;
  /** Invokes a function outside of any execution. */
  readonly invoke: (name: string, event: unknown) => Promise<void>;
  /** The name of the next execution that is given none. */
  readonly nextName: () => string;
}

export class Triggers {
  /** Requests of ours that set something off, unanswered so far. */
  ordering = 0;
  /** Things that are still to be set off. */
  toCome = 0;
  /** The last event that started an execution by a rule. */
  lastStarting: unknown;
  readonly #options: TriggersOptions;

  constructor(options: TriggersOptions) {
    this.#options = options;
  }

  start(input: unknown, name = this.#options.nextName()): void {
    const text = typeof input === "string" ? input : JSON.stringify(input);
    const command = new StartExecutionCommand({ stateMachineArn, name, input: text });
    void this.#order(() => this.#options.client.send(command));
  }

  /** As a person does it in the console. */
  stopLater(name: string, ms: number): void {
    const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    const stop = { executionArn, error: "Stopped", cause: "stopped by hand" };
    this.#later(ms, () => void this.#order(() => this.#options.client.send(new StopExecutionCommand(stop))));
  }

  /** An event comes to the functions and executions whose rules match it. */
  deliver(event: BusEvent): void {
    for (const rule of releaseParts.rules ?? []) {
      if (!rule.matches(event)) continue;
      if (rule.function !== undefined) this.invokeLater(rule.function, event);
      else {
        this.lastStarting = event;
        this.#later(deliveryMs, () => this.start(event));
      }
    }
  }

  invokeLater(name: string, event: unknown): void {
    this.#later(deliveryMs, () => void this.#order(() => this.#options.invoke(name, event)));
  }

  #later(ms: number, what: () => void): void {
    const keeper = this.#options.keeper();
    this.toCome += 1;
    void keeper.wait(ms).over.then(() => {
      this.toCome -= 1;
      what();
      keeper.look();
    });
  }

  async #order(work: () => Promise<unknown>): Promise<void> {
    const keeper = this.#options.keeper();
    this.ordering += 1;
    try {
      await work();
    } catch (error) {
      keeper.fail(error);
    }
    this.ordering -= 1;
    keeper.look();
  }
}
