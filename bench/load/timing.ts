/** By how much requests leave late, on this machine's clock, to a server of a known law on loopback. */
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { sendLoad } from "../../src/aws/load-sending.ts";
import { exactPacing } from "../../src/aws/pacing.ts";
import { arrivals, chanceOf } from "../../src/core/load/arrivals.ts";
import { counting } from "../../src/core/load/tally.ts";
import { medianOf } from "./rows.ts";

const [perSecond, seconds] = [500, 20];

if (!isMainThread && parentPort !== null) {
  /** Sixteen places, each busy for 20 ms on average (exponential), one queue. */
  const chance = chanceOf("server");
  let free = 16;
  const waiting: (() => void)[] = [];
  const start = (done: () => void) =>
    setTimeout(
      () => {
        done();
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else start(next);
      },
      -20 * Math.log(1 - chance()),
    );
  const server = createServer((incoming, answer) => {
    incoming.resume();
    const done = () => answer.end("{}");
    if (free > 0) {
      free -= 1;
      start(done);
    } else waiting.push(done);
  });
  server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

/** Milliseconds, in the middle, at the 99th percentile, and at most. */
export async function timingErrors(): Promise<{ sent: number; p50: number; p99: number; most: number }> {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise<number>((listening) => worker.once("message", listening));
  const agent = new Agent({ keepAlive: true, maxSockets: 800 });
  const send = () =>
    new Promise<{ answered: boolean; milliseconds: number }>((answer) => {
      const outgoing = request({ port, host: "127.0.0.1", method: "POST", agent }, (incoming) => {
        incoming.resume();
        incoming.on("end", () => answer({ answered: true, milliseconds: 0 }));
      });
      outgoing.on("error", () => answer({ answered: false, milliseconds: 0 }));
      outgoing.end('{"inputs":"a few words to answer"}');
    });
  const counter = counting({ lateMs: 400, lostMs: 5_000 });
  const { sent, lateness } = await sendLoad({
    at: arrivals({ rateAt: () => perSecond, most: perSecond, seconds }, chanceOf("timing")),
    countedFrom: 0,
    mostRequests: 1e6,
    send,
    wayMs: 0,
    pacing: exactPacing,
    count: counter.add,
    isOver: (forSeconds) => counter.tally(forSeconds).requests < 0,
  });
  agent.destroy();
  await worker.terminate();
  return { sent, p50: medianOf(lateness), p99: medianOf(lateness, 0.99), most: Math.max(...lateness) };
}
