/** Threads side by side: what they bring back is in order, and a failure ends them after what is under way, not in the middle of it. */
import { expect, test } from "vitest";
import { openWorkerPool } from "#twin/explorer";
import type { Slow } from "./slow-worker.ts";

const entry = new URL("./slow-worker.ts", import.meta.url);

async function ran(requests: readonly Slow[], threads = 2): Promise<{ results: unknown; told: number[] }> {
  const pool = openWorkerPool<Slow, number>(entry, threads);
  const told: number[] = [];
  try {
    // A thread each, so that none is still loading when what is looked at begins.
    await pool.rehearse(
      Array.from({ length: threads }, () => ({ ms: 1 })),
      () => {},
      () => {},
    );
    const results = await pool
      .rehearse(
        requests,
        (ms, nth) => {
          told.push(nth);
          return ms;
        },
        () => {},
      )
      .catch((error: unknown) => error);
    return { results, told };
  } finally {
    await pool.close();
  }
}

test("what is asked is answered in its order, however long each takes", async () => {
  const { results } = await ran([{ ms: 120 }, { ms: 1 }, { ms: 2 }]);

  expect(results).toEqual([120, 1, 2]);
});

test("where one fails, what is under way ends first, and nothing more is begun", async () => {
  const { results, told } = await ran([{ ms: 300 }, { ms: 1, fails: true }, { ms: 1 }, { ms: 1 }]);

  expect(results).toMatchObject({ message: "no" });
  expect(told).toEqual([0]);
});
