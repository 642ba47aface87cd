/** A living twin in a thread of its own, where the clock is its own; calls go there and answers come back in order. */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { environment } from "#twin/engine";
import type { WireRequest, WireResponse } from "#twin/services";
import type { RehearsalParts } from "../release/request.ts";
import { type LiveRequest, type LiveSession, openSession } from "./session.ts";

type Order =
  | { readonly kind: "open"; readonly request: LiveRequest }
  | { readonly kind: "advance"; readonly untilMs: number }
  | { readonly kind: "handle"; readonly request: WireRequest };

interface Answer {
  readonly nth: number;
  readonly value?: unknown;
  readonly failed?: unknown;
}

/** The worker's side. Does nothing in a main thread. */
export function serveLive(parts: RehearsalParts): void {
  if (isMainThread || parentPort === null) return;
  const port = parentPort;
  let session: LiveSession | undefined;
  const carryOut = async (order: Order): Promise<unknown> => {
    if (order.kind === "open") {
      session = await openSession(order.request, parts);
      return session.stateMachineArn;
    }
    if (session === undefined) throw new Error("the twin was not opened");
    return order.kind === "advance" ? session.advance(order.untilMs) : session.handle(order.request);
  };
  let last: Promise<void> = Promise.resolve();
  port.on("message", ({ nth, order }: { nth: number; order: Order }) => {
    last = last.then(async () => {
      const answer: Answer = await carryOut(order).then(
        (value) => ({ nth, value }),
        (failed: unknown) => ({ nth, failed }),
      );
      port.postMessage(answer);
    });
  });
}

export interface LiveThread {
  readonly stateMachineArn: string;
  /** As LiveSession has it. */
  advance(untilMs: number): Promise<readonly string[]>;
  handle(request: WireRequest): Promise<WireResponse>;
  close(): Promise<void>;
}

/** `entry` is a module that calls `serveLive`: live-worker.ts, or the bundle that contains it. */
export async function openLiveThread(entry: URL, request: LiveRequest): Promise<LiveThread> {
  const worker = new Worker(entry, { env: environment });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (cause: unknown) => void }>();
  let orders = 0;
  worker.on("message", ({ nth, value, failed }: Answer) => {
    const waiter = waiting.get(nth);
    waiting.delete(nth);
    if (failed !== undefined) waiter?.reject(failed);
    else waiter?.resolve(value as never);
  });
  const died = (cause: unknown) => {
    for (const { reject } of waiting.values()) reject(new Error("the twin's thread died", { cause }));
    waiting.clear();
  };
  worker.on("error", died).on("exit", died);
  const send = <T>(order: Order): Promise<T> =>
    new Promise((resolve, reject) => {
      orders += 1;
      waiting.set(orders, { resolve, reject });
      worker.postMessage({ nth: orders, order });
    });
  return {
    stateMachineArn: await send<string>({ kind: "open", request }),
    advance: (untilMs) => send({ kind: "advance", untilMs }),
    handle: (wireRequest) => send({ kind: "handle", request: wireRequest }),
    close: async () => {
      await worker.terminate();
    },
  };
}
