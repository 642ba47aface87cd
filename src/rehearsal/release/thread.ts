/** Rehearsals of releases in threads of their own. */

import { openThread as openAnyThread, type RehearsalThread, serveThread } from "#twin/engine";
import { openWorkerPool as openAnyWorkerPool, type WorkerPool, type WorkerPoolSignals } from "#twin/explorer";
import { rehearseHere } from "./rehearsal.ts";
import type { RehearsalParts, RehearsalRequest, ReleaseProgress } from "./request.ts";
import type { RunRecord } from "./run-record.ts";

/** The worker's side: rehearses what it is posted. Does nothing in a main thread. */
export const serveRehearsals = (parts: RehearsalParts): void =>
  serveThread((request: RehearsalRequest, tell?: (progress: ReleaseProgress) => void) =>
    rehearseHere(request, parts, tell),
  );

/** `entry` is a module that calls `serveRehearsals`: worker.ts, or the bundle that contains it. */
export const openThread = (
  entry: URL | string,
): RehearsalThread<RehearsalRequest, RunRecord, ReleaseProgress> => openAnyThread(entry);

export type ReleaseWorkerPool = WorkerPool<RehearsalRequest, RunRecord>;

/** Threads side by side. */
export const openWorkerPool = (
  entry: URL | string,
  threads: number,
  signals?: WorkerPoolSignals,
): ReleaseWorkerPool => openAnyWorkerPool(entry, threads, signals);

export interface RehearseOptions {
  readonly onProgress?: (progress: ReleaseProgress) => void;
  /** The worker's entry; by default the release machine with its own steps. */
  readonly entry?: URL | string;
}

/** Rehearses in a thread that lives as long as the run. */
export async function rehearse(request: RehearsalRequest, options: RehearseOptions = {}): Promise<RunRecord> {
  const thread = openThread(options.entry ?? new URL("./worker.ts", import.meta.url));
  try {
    return await thread.rehearse(request, options.onProgress);
  } finally {
    await thread.close();
  }
}
