/**
 * Seeds what a thread draws from the platform: Math.random (SDK back-off, retry jitter), UUIDs (idempotency
 * tokens) and random bytes. Each invocation and each execution draws from a stream of its own name, so that one
 * more draw somewhere shifts no other.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { type Random, streams } from "../world/random.ts";
import { currentFrame, type Invocation } from "./frames.ts";
import { substitute } from "./substitution.ts";

export interface Randomness {
  /** A draw in [0, 1) for the code that is running. */
  uniform(): number;
  /** The UUID, version 4, of the nth thing of a name; a stream of its own. */
  uuidOf(name: string, nth: number): string;
  /** Takes over Math.random and the UUIDs and bytes of node:crypto; the returned function gives them back. */
  install(): () => void;
}

export function createRandomness(seed: number): Randomness {
  const stream = streams(seed);
  const ofExecution = new Map<string, Random>();
  const ofInvocation = new WeakMap<Invocation, Random>();

  function source(): Random {
    const frame = currentFrame();
    if (frame?.invocation === undefined) return named(frame?.execution ?? "");
    let random = ofInvocation.get(frame.invocation);
    if (random === undefined) {
      const { execution, state, ordinal } = frame.invocation;
      random = stream(`invocation/${execution}/${state}`, ordinal);
      ofInvocation.set(frame.invocation, random);
    }
    return random;
  }

  function named(execution: string): Random {
    let random = ofExecution.get(execution);
    if (random === undefined) {
      random = stream(`execution/${execution}`, 0);
      ofExecution.set(execution, random);
    }
    return random;
  }

  const uniform = () => source().uniform();
  const draws: Draws = {
    uniform,
    uuid: () => formatted(drawn(source(), Buffer.alloc(16))),
    bytes: (size) => drawn(source(), Buffer.alloc(size)),
    fill: (view) => drawn(source(), view),
  };
  const uuidOf = (name: string, nth: number) =>
    formatted(drawn(stream(`uuid/${name}`, nth), Buffer.alloc(16)));
  return { uniform, uuidOf, install: () => install(draws) };
}

function drawn<T extends ArrayBufferView>(random: Random, view: T): T {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random.uniform() * 256);
  return view;
}

/** RFC 9562, section 5.4: version 4, variant 10. */
function formatted(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

interface Draws {
  readonly uniform: () => number;
  readonly uuid: () => string;
  readonly bytes: (size: number) => Buffer;
  readonly fill: <T extends ArrayBufferView>(view: T) => T;
}

function install({ uniform, uuid, bytes, fill }: Draws): () => void {
  const randomBytes = (size: number, callback?: (error: null, drawn: Buffer) => void) => {
    const drawn = bytes(size);
    if (callback === undefined) return drawn;
    process.nextTick(callback, null, drawn);
    return undefined;
  };
  const undo = [
    substitute(Math, { random: uniform }),
    substitute(globalThis.crypto, { randomUUID: uuid, getRandomValues: fill }),
    substitute(crypto, { randomUUID: uuid, randomBytes, randomFillSync: fill }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const step of undo) step();
    syncBuiltinESMExports();
  };
}
