/** How long a page takes to answer: from what a reader does to the frame that shows what came of it. */
import type { Page } from "playwright-core";

declare global {
  /** Of the bench, in the page: resolves with milliseconds once the next event of the kind is answered. */
  var answered: Promise<number>;
  var awaitAnswer: () => void;
}

export interface Answer {
  /** As a reader has it: with whatever else this machine had to do. */
  readonly wallMs: number;
  /** Of the page's own thread: the same on a busy machine. */
  readonly processorMs: number;
}

/** Times events of a kind from now on, from when one happened until its frame is painted. */
export async function answersTo(
  page: Page,
  kind: string,
): Promise<(act: () => Promise<void>) => Promise<Answer>> {
  await page.evaluate((type) => {
    globalThis.awaitAnswer = () => {
      globalThis.answered = new Promise((answer) => {
        const answering = ({ timeStamp }: Event) =>
          requestAnimationFrame(() => {
            // A frame's task is over when it is painted: what is posted from within it comes after.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => answer(performance.now() - timeStamp);
            port2.postMessage(undefined);
          });
        addEventListener(type, answering, { capture: true, passive: true, once: true });
      });
    };
  }, kind);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const tasksMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  return async (act) => {
    await page.evaluate(() => globalThis.awaitAnswer());
    const before = await tasksMs();
    await act();
    const wallMs = await page.evaluate(() => globalThis.answered);
    return { wallMs, processorMs: (await tasksMs()) - before };
  };
}

/** The value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
