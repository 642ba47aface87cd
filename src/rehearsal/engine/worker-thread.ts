/**
 * Rehearsals in a thread of their own, so that their clock and randomness stay in there and progress outside runs
 * on real time. One thread serves one request after another; an explorer opens several.
 */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { rehearseHere } from "./rehearsal.ts";
import type { Progress, RehearsalParts, RehearsalRequest } from "./request.ts";
import type { RunRecord } from "./run-record.ts";

interface Asked {
  readonly request: RehearsalRequest;
  /** Whether anybody listens to what happens meanwhile. */
  readonly watched: boolean;
}
type Message =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "record"; readonly record: RunRecord }
  | { readonly kind: "failed"; readonly error: unknown };

/** What the thread sees as its environment: nothing of the machine's, no AWS configuration of its user's. */
export const environment = {
  AWS_REGION: "eu-west-1",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  // The SDK warns of the Node that it will need one day; what is rehearsed runs on the runtime of serverless.yml.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  // The tracer is off in a rehearsal; its library would still hook into every promise of the thread.
  AWS_XRAY_MANUAL_MODE: "true",
};

/** A rehearsal leaves much garbage and keeps little: a larger nursery saves a twelfth of its time. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

/** The worker's side: rehearses what it is posted. Does nothing in a main thread. */
export function serveRehearsals(parts: RehearsalParts): void {
  if (isMainThread || parentPort === null) return;
  const port = parentPort;
  const post = (message: Message) => port.postMessage(message);
  // Libraries make errors that nobody reads, some at every call; to trace them all takes a fortieth of a run's time.
  Error.stackTraceLimit = 1;
  let last: Promise<void> = Promise.resolve();
  port.on("message", ({ request, watched }: Asked) => {
    const tell = (progress: Progress) => post({ kind: "progress", progress });
    last = last.then(async () => {
      try {
        const record = await rehearseHere(request, parts, watched ? tell : undefined);
        post({ kind: "record", record });
      } catch (error) {
        post({ kind: "failed", error });
      }
    });
  });
}

export interface RehearsalThread {
  /** One at a time. Rejects on a defect of the rehearsal, and when the thread dies. */
  rehearse(request: RehearsalRequest, onProgress?: (progress: Progress) => void): Promise<RunRecord>;
  close(): Promise<void>;
}

/** `entry` is a module that calls `serveRehearsals`: worker.ts, or the bundle that contains it. */
export function openThread(entry: URL | string): RehearsalThread {
  const worker = new Worker(entry, { env: environment, resourceLimits });
  return {
    rehearse: (request, onProgress) =>
      new Promise((resolve, reject) => {
        const died = (cause: unknown) => reject(new Error("the rehearsal's thread died", { cause }));
        const settle = (how: () => void) => {
          worker.off("message", listen).off("error", died).off("exit", died);
          how();
        };
        const listen = (message: Message) => {
          if (message.kind === "progress") onProgress?.(message.progress);
          else if (message.kind === "record") settle(() => resolve(message.record));
          else settle(() => reject(message.error));
        };
        worker.on("message", listen).on("error", died).on("exit", died);
        worker.postMessage({ request, watched: onProgress !== undefined } satisfies Asked);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

export interface RehearseOptions {
  readonly onProgress?: (progress: Progress) => void;
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
