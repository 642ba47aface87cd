/**
 * Runs in a thread of their own, so that their clock and randomness stay in there and progress outside runs on real
 * time. One thread serves one request after another; an explorer opens several.
 */
import module from "node:module";
import { dirname } from "node:path";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

interface Asked<Request> {
  readonly request: Request;
  /** Whether anybody listens to what happens meanwhile. */
  readonly watched: boolean;
}
type Message<Record, Progress> =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "record"; readonly record: Record }
  | { readonly kind: "failed"; readonly error: unknown };

/** What the thread sees as its environment: nothing of the machine's, no AWS configuration of its user's. */
export const environment = {
  AWS_REGION: "eu-west-1",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  // The SDK warns of the Node that it will need one day; what is rehearsed runs on the runtime that it is deployed to.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  // A tracer is off in a rehearsal; its library would still hook into every promise of the thread.
  AWS_XRAY_MANUAL_MODE: "true",
};

/**
 * Where this process keeps what it has compiled, if it does (NODE_COMPILE_CACHE): a thread finds that by its own environment.
 * Node names the folder that it made in there for its own version.
 */
function compiled(): { readonly NODE_COMPILE_CACHE?: string } {
  // Node 20 keeps nothing, and has no such function.
  const folder = module.getCompileCacheDir?.();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/** A rehearsal leaves much garbage and keeps little: a larger nursery saves a twelfth of its time. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

/** The worker's side: runs what it is posted, which like what comes of it is plain data. Does nothing in a main thread. */
export function serveThread<Request, Record, Progress>(
  run: (request: Request, tell?: (progress: Progress) => void) => Promise<Record>,
): void {
  if (isMainThread || parentPort === null) return;
  const port = parentPort;
  const post = (message: Message<Record, Progress>) => port.postMessage(message);
  // Libraries make errors that nobody reads, some at every call; to trace them all takes a fortieth of a run's time.
  Error.stackTraceLimit = 1;
  let last: Promise<void> = Promise.resolve();
  port.on("message", ({ request, watched }: Asked<Request>) => {
    const tell = (progress: Progress) => post({ kind: "progress", progress });
    last = last.then(async () => {
      try {
        post({ kind: "record", record: await run(request, watched ? tell : undefined) });
      } catch (error) {
        post({ kind: "failed", error });
      }
    });
  });
}

export interface RehearsalThread<Request, Record, Progress> {
  /** One at a time. Rejects on a defect of the rehearsal, and when the thread dies. */
  rehearse(request: Request, onProgress?: (progress: Progress) => void): Promise<Record>;
  close(): Promise<void>;
}

/** `entry` is a module that calls `serveThread`. */
export function openThread<Request, Record, Progress = never>(
  entry: URL | string,
): RehearsalThread<Request, Record, Progress> {
  const worker = new Worker(entry, { env: { ...environment, ...compiled() }, resourceLimits });
  return {
    rehearse: (request, onProgress) =>
      new Promise((resolve, reject) => {
        const died = (cause: unknown) => reject(new Error("the rehearsal's thread died", { cause }));
        const settle = (how: () => void) => {
          worker.off("message", listen).off("error", died).off("exit", died);
          how();
        };
        const listen = (message: Message<Record, Progress>) => {
          if (message.kind === "progress") onProgress?.(message.progress);
          else if (message.kind === "record") settle(() => resolve(message.record));
          else settle(() => reject(message.error));
        };
        worker.on("message", listen).on("error", died).on("exit", died);
        worker.postMessage({ request, watched: onProgress !== undefined } satisfies Asked<Request>);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
