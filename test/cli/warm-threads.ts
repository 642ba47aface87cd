/**
 * Threads of rehearsals that are kept for the next command in the same process, as a new one takes longer to load than most
 * rehearsals do. Imported before what opens threads; a command in a process of its own is in process.long.test.ts.
 */
import { afterAll, vi } from "vitest";

interface Opened {
  rehearse(...given: readonly never[]): Promise<unknown>;
  close(): Promise<void>;
}
const { idle } = vi.hoisted(() => ({ idle: new Map<string, Opened[]>() }));

/** One that was closed before, or a new one; it is kept when it is closed, unless it failed: then it is of no more use. */
function kept<T extends Opened>(key: string, open: () => T): T {
  const all = idle.get(key) ?? [];
  idle.set(key, all);
  const opened = (all.pop() as T | undefined) ?? open();
  let isWhole = true;
  const rehearse = (...given: readonly never[]) =>
    opened.rehearse(...given).catch((error: unknown) => {
      isWhole = false;
      throw error;
    });
  return { ...opened, rehearse, close: async () => (isWhole ? void all.push(opened) : opened.close()) };
}

vi.mock(import("../../src/rehearsal/release/thread.ts"), async (original) => {
  const actual = await original();
  return {
    ...actual,
    openThread: (entry) => kept(`${entry}`, () => actual.openThread(entry)),
    // Nothing calls a pool off in here.
    openWorkerPool: (entry, threads) =>
      kept(`${entry} ${threads}`, () => actual.openWorkerPool(entry, threads)),
  };
});

afterAll(async () => void (await Promise.all([...idle.values()].flat().map((each) => each.close()))));
