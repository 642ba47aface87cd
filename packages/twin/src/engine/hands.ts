/**
 * Hands: what somebody else does to the account while a run lasts, through AWS's own calls as a person in the console
 * makes them. A hand is laid at a point, like a fault; an application need not get over it, but must lose nothing by it,
 * overwrite nothing of it, and end.
 */
import type { Service } from "../services/service.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { DrivenClock } from "../world/clock.ts";
import { runOutsideFrames } from "./frames.ts";
import { formatPoint, type Point } from "./points.ts";

export type HandKind = `somebody-${string}`;

export const isHand = (kind: string): kind is HandKind => kind.startsWith("somebody-");

/** A call of somebody else's. */
export interface HandCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The hands that an application knows. */
export interface HandsOf {
  readonly kinds: readonly HandKind[];
  /** The calls that one makes, the account as it is; undefined where there is nothing to lay it on, or AWS would refuse it. */
  readonly callsOf: (kind: HandKind) => readonly HandCall[] | undefined;
  /** For how long it switches off the rules and schedules that invoke functions, milliseconds; absent: none does. */
  readonly switchesOffMs?: (kind: HandKind) => number;
}

const noHands: HandsOf = { kinds: [], callsOf: () => undefined };

/** A point, and the hands that there is something to be laid on. */
export interface Moment {
  readonly point: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly hands: readonly HandKind[];
}

export interface Hands {
  readonly kinds: readonly HandKind[];
  /** Notes what could be done at a point that a run has reached. */
  offer(point: Point): void;
  lay(kind: HandKind): Promise<void>;
  readonly offered: readonly Moment[];
  /** What AWS refused somebody else: such a hand was not laid. */
  readonly refused: readonly string[];
  /** Until when rules and schedules invoke no functions, epoch milliseconds; 0 when they always did. */
  readonly offUntilMs: number;
}

export interface HandsOptions {
  readonly world: DrivenClock;
  readonly hands: HandsOf | undefined;
  /** The account's services, as everybody's calls meet them. */
  readonly services: () => readonly Service[];
  /** Whether points are offered; a run that is not asked for it spares the looks. */
  readonly listed: boolean;
  readonly nowMs: () => number;
}

export function createHands({ world, hands = noHands, services, listed, nowMs }: HandsOptions): Hands {
  const { kinds, callsOf, switchesOffMs = () => 0 } = hands;
  const offered: Moment[] = [];
  const refused: string[] = [];
  let offUntilMs = 0;

  async function call({ service, operation, input }: HandCall): Promise<void> {
    const known = services().find(({ name }) => name === service)?.operations[operation];
    if (known === undefined) throw new Error(`there is no ${service}.${operation}`);
    await known(input, { service, operation, input, at: nowMs() });
  }

  async function lay(kind: HandKind): Promise<void> {
    world.advanceTo(nowMs());
    const offMs = switchesOffMs(kind);
    if (offMs > 0) offUntilMs = nowMs() + offMs;
    const calls = callsOf(kind);
    if (calls === undefined) refused.push(`${kind}: there is nothing to lay a hand on`);
    try {
      for (const each of calls ?? []) await call(each);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      refused.push(`${kind}: ${error.name}: ${error.message}`);
    }
  }

  return {
    kinds,
    offered,
    refused,
    get offUntilMs() {
      return offUntilMs;
    },
    offer(point) {
      if (!listed) return;
      world.advanceTo(nowMs());
      const possible = kinds.filter((kind) => callsOf(kind) !== undefined);
      offered.push({ point: formatPoint(point), atMs: nowMs(), hands: possible });
    },
    lay: (kind) => runOutsideFrames(() => lay(kind)),
  };
}
