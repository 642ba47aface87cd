/**
 * Several at work on one account, call by call in an order that a test chooses: each stands still before and after each
 * of its calls until it is its turn. One that dies never hears of its calls again; what they did stays.
 */
import { connect, type Wire } from "../../src/aws/clients.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import type { Account } from "./account.ts";

export interface Worker {
  readonly name: string;
  readonly work: (tools: Tools) => Promise<void>;
  /** After how many of its turns it dies; never, where it is absent. */
  readonly diesAfter?: number | undefined;
  /** Told when it has ended, dead or alive. */
  readonly ended: () => void;
}

/** A call that reached the account. */
export interface Made {
  readonly by: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Running {
  readonly worker: Worker;
  /** Lets it go on; absent while it is at work. */
  go: (() => void) | undefined;
  over: boolean;
  turns: number;
}

/** Microtasks, and the store's own turns of the event loop. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = new Promise<never>(() => {});

/**
 * Runs all workers to their ends; `order` says whose turn is next, around and around. `watch` sees each call after its
 * effect and before anybody else's. Rejects with what a worker throws.
 */
export async function interleaved(
  account: Account,
  workers: readonly Worker[],
  { order, watch }: { order: readonly number[]; watch: (made: Made) => Promise<void> },
): Promise<void> {
  const failures: unknown[] = [];
  const all = workers.map((worker): Running => ({ worker, go: undefined, over: false, turns: 0 }));
  for (const one of all) {
    const aws = connect(turnByTurn(account, one, watch));
    one.worker
      .work({ ...account.tools, aws })
      .catch((error: unknown) => void failures.push(error))
      .finally(() => end(one));
  }
  for (let nth = 0; ; nth++) {
    while (all.some(({ over, go }) => !over && go === undefined)) await turn();
    const ready = all.filter(({ over }) => !over);
    const next = ready[(order[nth % order.length] ?? 0) % ready.length];
    if (next === undefined) break;
    step(next);
  }
  if (failures.length > 0) throw failures[0];
}

function step(one: Running): void {
  const { go } = one;
  one.turns += 1;
  one.go = undefined;
  if (one.turns === one.worker.diesAfter) end(one);
  else go?.();
}

function end(one: Running): void {
  if (one.over) return;
  one.over = true;
  one.worker.ended();
}

function turnByTurn(account: Account, one: Running, watch: (made: Made) => Promise<void>): Wire {
  const wait = () =>
    one.over
      ? never
      : new Promise<void>((resolve) => {
          one.go = resolve;
        });
  return {
    async handle(request: never) {
      await wait();
      const answer = await account.wire.handle(request);
      const call = account.calls.at(-1);
      if (call !== undefined)
        await watch({ by: one.worker.name, operation: call.operation, input: call.input });
      await wait();
      return answer;
    },
  };
}
