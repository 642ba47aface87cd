/**
 * Hands: what somebody else does to the endpoint of a release while it runs, through AWS's own calls as a person in the
 * console makes them. A hand is laid at a point, like a fault; a release need not get over it, but must lose nothing by
 * it, overwrite nothing of it, and end.
 */
import type { Service } from "../twin/service.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { World } from "../world/region.ts";
import { runOutsideFrames } from "./frames.ts";
import { type HandCall, type HandKind, handCalls, handKinds } from "./hand-calls.ts";
import { formatPoint, type Point } from "./points.ts";

export { type HandKind, handKinds, handText } from "./hand-calls.ts";

export const isHand = (kind: string): kind is HandKind => (handKinds as readonly string[]).includes(kind);

/** How long somebody leaves the sweep switched off. */
const sweepOffMs = 4 * 3_600_000;

/** A point, and the hands that there is something to be laid on. */
export interface Moment {
  readonly point: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly hands: readonly HandKind[];
}

export interface Hands {
  /** Notes what could be done at a point that a run has reached. */
  offer(point: Point): void;
  lay(kind: HandKind): Promise<void>;
  readonly offered: readonly Moment[];
  /** What AWS refused somebody else: such a hand was not laid. */
  readonly refused: readonly string[];
  /** Until when the sweep is switched off, epoch milliseconds; 0 when it never was. */
  readonly sweepOffUntilMs: number;
}

export interface HandsOptions {
  readonly world: World;
  /** The endpoint of the plan. */
  readonly endpoint: string;
  /** The account's services, as everybody's calls meet them. */
  readonly services: () => readonly Service[];
  /** Whether points are offered; a run that is not asked for it spares the looks. */
  readonly listed: boolean;
  readonly nowMs: () => number;
}

export function createHands(options: HandsOptions): Hands {
  const { world, endpoint, services, nowMs } = options;
  const variants = world.state.endpoints.get(endpoint)?.variants ?? [];
  const about = {
    world,
    endpoint,
    stable: variants[0]?.name ?? "",
    configs: new Set(world.state.endpointConfigs.keys()),
  };
  const offered: Moment[] = [];
  const refused: string[] = [];
  let sweepOffUntilMs = 0;

  async function call({ service, operation, input }: HandCall): Promise<void> {
    const known = services().find(({ name }) => name === service)?.operations[operation];
    if (known === undefined) throw new Error(`there is no ${service}.${operation}`);
    await known(input, { service, operation, input, at: nowMs() });
  }

  async function lay(kind: HandKind): Promise<void> {
    world.advanceTo(nowMs());
    if (kind === "somebody-switches-the-sweep-off") sweepOffUntilMs = nowMs() + sweepOffMs;
    const calls = handCalls(kind, about);
    if (calls === undefined) refused.push(`${kind}: there is nothing to lay a hand on`);
    try {
      for (const each of calls ?? []) await call(each);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      refused.push(`${kind}: ${error.name}: ${error.message}`);
    }
  }

  return {
    offered,
    refused,
    get sweepOffUntilMs() {
      return sweepOffUntilMs;
    },
    offer(point) {
      if (!options.listed) return;
      world.advanceTo(nowMs());
      const hands = handKinds.filter((kind) => handCalls(kind, about) !== undefined);
      offered.push({ point: formatPoint(point), atMs: nowMs(), hands });
    },
    lay: (kind) => runOutsideFrames(() => lay(kind)),
  };
}
