/** The hands by name: the calls that each makes, given the account as it is, and how it is told to a person. */
import type { HandsOf } from "#twin/engine";
import type { WorldView } from "#twin/world";
import { groupsResized, nodeDeleted } from "./hand-groups.ts";
import {
  type About,
  action,
  bounds,
  configDeleted,
  count,
  deregistered,
  endpointDeleted,
  find,
  type Hand,
  modelDeleted,
  policyDeleted,
  policyPut,
  suspended,
  third,
  weights,
} from "./hand-parts.ts";
import { leanedOnBounds, leanedOnCapacity, leanedOnDeregistered } from "./hand-scalables.ts";

/** How each is told; `ENDPOINT` stands for the endpoint's name. */
const hands = {
  "somebody-sets-weights-100-0": [weights(100, 0), "sets the weights of ENDPOINT to 100/0"],
  "somebody-sets-weights-0-100": [weights(0, 100), "sets the weights of ENDPOINT to 0/100"],
  "somebody-sets-weights-0-0": [weights(0, 0), "sets the weights of ENDPOINT to 0/0"],
  "somebody-sets-weights-60-40": [weights(60, 40), "sets the weights of ENDPOINT to 60/40"],
  "somebody-lowers-stables-count": [count("stable", () => 2), "sets stable's count to 2"],
  "somebody-raises-stables-count": [count("stable", (is) => is + 3), "sets stable's count to 3 more"],
  "somebody-lowers-candidates-count": [count("candidate", () => 1), "sets the candidate's count to 1"],
  "somebody-raises-candidates-count": [
    count("candidate", (is) => is + 3),
    "sets the candidate's count to 3 more",
  ],
  "somebody-raises-stables-minimum": [
    bounds("stable", (min, max) => ({ MinCapacity: Math.min(min + 3, max) })),
    "raises the minimum of stable's scaling",
  ],
  "somebody-raises-stables-maximum": [
    bounds("stable", (_, max) => ({ MaxCapacity: max + 20 })),
    "raises the maximum of stable's scaling",
  ],
  "somebody-lowers-stables-maximum": [
    bounds("stable", (min) => ({ MinCapacity: Math.min(min, 3), MaxCapacity: 3 })),
    "sets the maximum of stable's scaling to 3",
  ],
  "somebody-raises-candidates-minimum": [
    bounds("candidate", (min, max) => ({ MinCapacity: Math.min(min + 3, max) })),
    "raises the minimum of the candidate's scaling",
  ],
  "somebody-raises-candidates-maximum": [
    bounds("candidate", (_, max) => ({ MaxCapacity: max + 20 })),
    "raises the maximum of the candidate's scaling",
  ],
  "somebody-lowers-candidates-maximum": [
    bounds("candidate", () => ({ MinCapacity: 1, MaxCapacity: 1 })),
    "sets the maximum of the candidate's scaling to 1",
  ],
  "somebody-suspends-stables-scaling": [suspended("stable", true), "suspends all of stable's scaling"],
  "somebody-suspends-candidates-scaling": [
    suspended("candidate", true),
    "suspends all of the candidate's scaling",
  ],
  "somebody-lifts-stables-hold": [suspended("stable", false), "lifts the hold on stable's scale-in"],
  "somebody-lifts-candidates-hold": [
    suspended("candidate", false),
    "lifts the hold on the candidate's scale-in",
  ],
  "somebody-schedules-stables-scaling": [
    action("stable"),
    "puts a scheduled action on stable, which fires every five minutes",
  ],
  "somebody-schedules-candidates-scaling": [
    action("candidate"),
    "puts a scheduled action on the candidate, which fires every five minutes",
  ],
  "somebody-puts-stables-policy": [policyPut("stable"), "puts a scaling policy on stable"],
  "somebody-puts-candidates-policy": [policyPut("candidate"), "puts a scaling policy on the candidate"],
  "somebody-deletes-stables-policy": [policyDeleted("stable"), "deletes stable's scaling policy"],
  "somebody-deletes-candidates-policy": [
    policyDeleted("candidate"),
    "deletes the candidate's scaling policy",
  ],
  "somebody-deregisters-stable": [deregistered("stable"), "takes stable's scaling away"],
  "somebody-deregisters-candidate": [deregistered("candidate"), "takes the candidate's scaling away"],
  "somebody-moves-the-endpoint": [third, "moves ENDPOINT to a third configuration"],
  "somebody-deletes-candidates-model": [modelDeleted("candidate"), "deletes the candidate's model"],
  "somebody-deletes-stables-model": [modelDeleted("stable"), "deletes stable's model"],
  "somebody-deletes-the-join-config": [
    configDeleted(({ joined }) => joined?.name),
    "deletes the configuration of both",
  ],
  "somebody-deletes-stables-config": [
    configDeleted(({ stableConfig }) => stableConfig),
    "deletes stable's configuration",
  ],
  "somebody-deletes-the-endpoint": [endpointDeleted, "deletes ENDPOINT"],
  "somebody-raises-the-minimum-of-what-it-leans-on": [
    leanedOnBounds((min, max) => ({ min: Math.min(min + 3, max), max })),
    "raises the minimum of all that ENDPOINT leans on",
  ],
  "somebody-raises-the-maximum-of-what-it-leans-on": [
    leanedOnBounds((min, max) => ({ min, max: max + 20 })),
    "raises the maximum of all that ENDPOINT leans on",
  ],
  "somebody-lowers-the-maximum-of-what-it-leans-on": [
    leanedOnBounds((min, max) => ({ min: Math.min(min, 3), max: Math.min(max, 3) })),
    "sets the maximum of all that ENDPOINT leans on to 3",
  ],
  "somebody-deregisters-what-it-leans-on": [
    leanedOnDeregistered,
    "takes the scaling of all that ENDPOINT leans on away",
  ],
  "somebody-doubles-what-it-leans-on": [
    leanedOnCapacity((is) => 2 * is),
    "doubles the capacity of all that ENDPOINT leans on",
  ],
  "somebody-halves-what-it-leans-on": [
    leanedOnCapacity((is) => Math.ceil(is / 2)),
    "halves the capacity of all that ENDPOINT leans on",
  ],
  "somebody-raises-instance-groups": [
    groupsResized((is) => is + 2),
    "gives an instance group of a cluster two nodes more",
  ],
  "somebody-lowers-instance-groups": [
    groupsResized((is) => Math.max(0, is - 1)),
    "takes a node from an instance group of a cluster",
  ],
  "somebody-deletes-a-node": [nodeDeleted, "deletes a node of a cluster by its id"],
  "somebody-switches-the-sweep-off": [() => [], "switches the sweep's rule and schedule off for four hours"],
} as const satisfies Record<string, readonly [Hand, string]>;

export type HandKind = keyof typeof hands;
export const handKinds = Object.keys(hands) as HandKind[];

/** What a hand does, after "somebody". */
export const handText = (kind: string, endpoint: string): string =>
  isKnown(kind) ? hands[kind][1].replace("ENDPOINT", endpoint) : kind;

/** How long somebody leaves the sweep switched off. */
const sweepOffMs = 4 * 3_600_000;
export const sweepOff: HandKind = "somebody-switches-the-sweep-off";

const isKnown = (kind: string): kind is HandKind => kind in hands;

/** What somebody else does to an endpoint; what serves there now is stable. */
export function handsOn(world: WorldView, endpoint: string): HandsOf {
  const [stable] = world.state.endpoints.get(endpoint)?.variants ?? [];
  const configs = new Set(world.state.endpointConfigs.keys());
  const about: About = { world, endpoint, stable: stable?.name ?? "", configs };
  return {
    kinds: handKinds,
    callsOf: (kind) => {
      const found = find(about);
      return found === undefined || !isKnown(kind) ? undefined : hands[kind][0](found);
    },
    switchesOffMs: (kind) => (kind === sweepOff ? sweepOffMs : 0),
  };
}
