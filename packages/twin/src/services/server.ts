/**
 * The twin on a port, for any AWS client: `aws --endpoint-url`, boto3, a Lambda emulator. Signatures, regions and
 * account ids of requests are not looked at.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { latencyHeader } from "./sagemaker-runtime.ts";
import { ConnectionLost, type Twin } from "./twin.ts";
import { dialectOf } from "./wire.ts";
import { encodeError } from "./wire-answer.ts";
import { bodyTooLarge, mostBodyBytes } from "./wire-body.ts";
import type { WireRequest, WireResponse } from "./wire-message.ts";

export interface ServeOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Where to listen; the machine itself alone by default. */
  readonly host?: string;
  /**
   * Brings the world up to the present: called before each request, and every `tickMs` of real time, never twice at
   * once. It may fire schedules. Where it fails, `onDefect` is told, and the request is answered all the same: it is
   * not to blame.
   */
  readonly advance?: () => void | Promise<void>;
  /** Real milliseconds; 250 by default. */
  readonly tickMs?: number;
  /** The twin's time, epoch milliseconds: each answer's Date says it, to the second. The machine's own by default. */
  readonly now?: () => number;
  /** Virtual seconds to a real one, 1 by default: what a model takes to answer is waited for by it. */
  readonly speed?: number;
  /** Told of what is a defect of the twin; the client gets InternalFailure, status 500. */
  readonly onDefect?: (defect: unknown) => void;
}

export interface TwinServer {
  readonly port: number;
  /** `http://127.0.0.1:4566`, for --endpoint-url and AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Resolves when the last request is answered and the port is free. */
  close(): Promise<void>;
}

/** Rejects with the system's error when the port is taken. */
export async function serveTwin(twin: Pick<Twin, "handle">, options: ServeOptions): Promise<TwinServer> {
  const { port, host = "127.0.0.1", tickMs = 250, now = Date.now, speed = 1, onDefect = () => {} } = options;
  const oneByOne = oneAtATime(options.advance ?? (() => {}));
  const advance = () => oneByOne().catch(onDefect);
  const server = createServer((request, response) => {
    response.setHeader("date", new Date(now()).toUTCString());
    void answer(request, response, async (decoded) => {
      await advance();
      const answered = await twin.handle(decoded);
      const servedMs = Number(answered.headers[latencyHeader] ?? 0) / speed;
      if (servedMs > 0) await new Promise((resolve) => setTimeout(resolve, servedMs));
      return answered;
    }).catch((error: unknown) => fail(response, error, onDefect));
  });
  await listen(server, port, host);
  const ticking = tickForever(advance, tickMs);
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return {
    port: bound,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    async close() {
      await Promise.all([ticking.end(), closed(server)]);
    },
  };
}

/** The twin's time when it runs by itself: `startMs` at once, then `speed` virtual seconds to a real one. */
export function pacedClock(startMs: number, speed = 1, monotonicMs = () => performance.now()): () => number {
  const begunMs = monotonicMs();
  return () => startMs + Math.floor((monotonicMs() - begunMs) * speed);
}

function oneAtATime(task: () => void | Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const next = last.then(task);
    // A failure is its own caller's to hear of; the next in line runs all the same.
    last = next.catch(() => {});
    return next;
  };
}

/** Runs the task again and again, `everyMs` after it last ended; `end` resolves when it runs no more. */
function tickForever(task: () => Promise<void>, everyMs: number): { end(): Promise<void> } {
  let ended = false;
  let last = Promise.resolve();
  let timer = setTimeout(tick, everyMs);
  function tick(): void {
    last = task().then(() => {
      if (!ended) timer = setTimeout(tick, everyMs);
    });
  }
  return {
    end() {
      ended = true;
      clearTimeout(timer);
      return last;
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

type Handle = (request: WireRequest) => Promise<WireResponse>;

async function answer(request: IncomingMessage, response: ServerResponse, handle: Handle): Promise<void> {
  const body = await bodyOf(request);
  const asked = wireRequest(request, body ?? new Uint8Array());
  const {
    statusCode,
    headers,
    body: answered,
  } = body
    ? await handle(asked)
    : encodeError(bodyTooLarge(), dialectOf(asked), "00000000-0000-4000-8000-000000000000");
  // What HEAD is answered has no body, and tells the length that one would have.
  response.writeHead(statusCode, { "content-length": answered.byteLength, ...headers }).end(answered);
}

/** Undefined for a body over the limit. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    // The rest is read and dropped, so that the client gets to hear the answer.
    if (bytes <= mostBodyBytes) chunks.push(chunk);
  }
  return bytes <= mostBodyBytes ? Buffer.concat(chunks) : undefined;
}

function wireRequest(request: IncomingMessage, body: Uint8Array): WireRequest {
  const [path = "/", search = ""] = (request.url ?? "/").split(/\?(.*)/s, 2);
  const searchParams = new URLSearchParams(search);
  const query = Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => [name, one(searchParams.getAll(name))]),
  );
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
  return {
    method: request.method ?? "GET",
    hostname: request.headers.host?.replace(/:\d+$/, "") ?? "",
    path,
    query,
    headers: Object.fromEntries(headers),
    body,
  };
}

function one(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? (values[0] ?? "") : values;
}

/** A lost connection is a broken one, and a client may hang up; anything else is a defect, told as AWS tells its own. */
function fail(response: ServerResponse, error: unknown, onDefect: (defect: unknown) => void): void {
  if (error instanceof ConnectionLost || response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  onDefect(error);
  const message = `the twin failed: ${error instanceof Error ? error.message : String(error)}`;
  const headers = { "content-type": "application/json", "x-amzn-errortype": "InternalFailure" };
  response.writeHead(500, headers).end(JSON.stringify({ __type: "InternalFailure", message }));
}
