/** Threads that rehearse side by side; what they bring back is in the order of what was asked, however long each took. */
import { openThread } from "../engine/worker-thread.ts";

export interface WorkerPool<Request, Ran> {
  /**
   * Rehearses all requests; `told` is called as each is done. Those that have not begun when the crew is called off are
   * left out, and so are those under way when it is sent home. Rejects when one of them cannot be rehearsed at all, once
   * those that are under way have ended: a thread that is ended in the middle of its work may take the process along.
   */
  rehearse<T>(
    requests: readonly Request[],
    reduce: (record: Ran, nth: number) => T,
    told: () => void,
  ): Promise<T[]>;
  close(): Promise<void>;
}

export interface WorkerPoolSignals {
  /** Calls the crew off: nothing more is begun. */
  readonly off?: AbortSignal;
  /** Sends the crew home: what is under way is dropped as well. */
  readonly home?: AbortSignal;
}

/** `entry` is a module that calls `serveThread`. */
export function openWorkerPool<Request, Ran>(
  entry: URL | string,
  threads: number,
  { off, home }: WorkerPoolSignals = {},
): WorkerPool<Request, Ran> {
  const crew = Array.from({ length: threads }, () => openThread<Request, Ran>(entry));
  return {
    async rehearse(requests, reduce, told) {
      const results: ReturnType<typeof reduce>[] = [];
      let next = 0;
      let hasFailed = false;
      const work = async (thread: (typeof crew)[number]) => {
        for (let nth = next++; nth < requests.length; nth = next++) {
          const request = requests[nth];
          if (request === undefined || hasFailed || off?.aborted === true) return;
          const record = await unlessAborted(thread.rehearse(request), home);
          if (record === undefined) return;
          results[nth] = reduce(record, nth);
          told();
        }
      };
      const ended = await Promise.allSettled(
        crew.map((thread) =>
          work(thread).catch((error: unknown) => {
            hasFailed = true;
            throw error;
          }),
        ),
      );
      const failed = ended.find((one) => one.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      return results;
    },
    close: async () => void (await Promise.all(crew.map((thread) => thread.close()))),
  };
}

/**
 * What comes of work, or undefined once the signal is given. A race with one promise for all would not do: as long as
 * that is open, it holds on to what came of every race.
 */
export async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  if (signal === undefined) return work;
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
  });
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
