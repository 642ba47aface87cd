/** A shift: new weights that AWS accepted from one of our steps, and which way they move the traffic. */
import type { Endpoint } from "#twin/world";
import type { CheckContext } from "./check-context.ts";
import type { CallOrigin, ObservedCall } from "./observation.ts";
import { candidateShare, type Passage } from "./passages.ts";
import { rebalancingOf } from "./rebalancing.ts";

export interface Shift {
  readonly endpoint: Endpoint;
  readonly passage: Passage | undefined;
  readonly frame: CallOrigin;
  readonly atMs: number;
  /** The candidates' share in force, and the share now asked for; 0 … 1. */
  readonly from: number;
  readonly to: number;
}

/** The shift that a call made, if it made one. Right after the call, weights in force are still the old ones. */
export function shiftIn({ call, frame, tookEffect }: ObservedCall, context: CheckContext): Shift | undefined {
  if (frame === undefined || !tookEffect) return undefined;
  const asked = rebalancingOf(call);
  const endpoint = context.world.state.endpoints.get(asked?.endpoint ?? "");
  if (asked === undefined || endpoint === undefined || asked.weights.size === 0) return undefined;
  const passage = context.passages.current(`endpoint/${endpoint.name}`);
  const share = (weight: "currentWeight" | "desiredWeight") =>
    candidateShare(endpoint, { passage, world: context.world, weight });
  return {
    endpoint,
    passage,
    frame,
    atMs: call.at,
    from: share("currentWeight"),
    to: share("desiredWeight"),
  };
}

/** A share as a message gives it: 25 %, 12.5 %. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
