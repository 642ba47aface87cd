/**
 * The calls to AWS that one invocation has under way. When its step ends, those still under way are aborted and waited
 * for, and none leaves any more. Lambda freezes a sandbox that has answered and thaws it for the next invocation, any
 * time later: a call left under way would reach AWS then, when the lock may be another release's.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** The part of an SDK client that is told of each call; the SDK's own types differ from client to client. */
export interface Calling {
  readonly middlewareStack: {
    add(
      middleware: (next: never) => (args: never) => Promise<never>,
      where: { step: "initialize"; priority: "high"; name: string },
    ): void;
  };
  readonly config: object;
}

interface RequestHandler {
  readonly metadata?: unknown;
  handle(request: unknown, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
  destroy?(): void;
}

const current = new AsyncLocalStorage<Outgoing>();

/** What an invocation has under way. */
class Outgoing {
  readonly #open = new Set<Promise<unknown>>();
  readonly #over = new AbortController();

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Makes a call, from its first attempt to its last. */
  follow<T>(call: () => Promise<T>): Promise<T> {
    const under = this.signal.aborted ? Promise.reject<T>(ended()) : call();
    this.#open.add(under);
    const settled = () => void this.#open.delete(under);
    under.then(settled, settled);
    return under;
  }

  async end(): Promise<void> {
    this.#over.abort(ended());
    while (this.#open.size > 0) await Promise.allSettled([...this.#open]);
  }
}

/** The name that the SDK gives to what was aborted; it does not try that again. */
const ended = () => new DOMException("the step has ended", "AbortError");

/** Does the work of one invocation. When this settles, no call of it is under way, and none can leave. */
export async function untilAllCallsEnd<T>(work: () => Promise<T>): Promise<T> {
  const outgoing = new Outgoing();
  try {
    return await current.run(outgoing, work);
  } finally {
    await outgoing.end();
  }
}

/** Has every call of a client obey the invocation that makes it; outside any invocation nothing changes. */
export function obeyInvocation(client: Calling): void {
  const follow = (next: (args: never) => Promise<never>) => (args: never) => {
    const call = () => next(args);
    return current.getStore()?.follow(call) ?? call();
  };
  client.middlewareStack.add(follow as never, { step: "initialize", priority: "high", name: "ofInvocation" });
  const config = client.config as { requestHandler: RequestHandler };
  config.requestHandler = abortable(config.requestHandler);
}

function abortable(inner: RequestHandler): RequestHandler {
  return {
    metadata: inner.metadata,
    destroy: () => inner.destroy?.(),
    handle: (request, options) => {
      const signals = [current.getStore()?.signal, options?.abortSignal].filter((one) => one !== undefined);
      const [one, other] = signals;
      if (one === undefined) return inner.handle(request, options);
      // Node keeps a signal made of others for as long as it has a listener: for ever, where a call is never answered.
      return inner.handle(request, {
        ...options,
        abortSignal: other === undefined ? one : AbortSignal.any(signals),
      });
    },
  };
}
