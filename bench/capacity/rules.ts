/** What holds for all contenders alike: what an instance serves, how long changes take, and how a release goes. */
import { streams } from "#twin/world";
import { servedPerInstance } from "../../src/core/capacity/sizing.ts";
import { ordinarySlowestSeconds } from "../../src/core/learning/provisioning.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { withZoneSpare } from "../../src/core/plan/zone-spare.ts";

/** Sizes that are planned change at the begin of such a window, minutes, and at no other time. */
export const windowMinutes = 10;

export interface Stage {
  /** Of the traffic, 0 … 1. */
  readonly share: number;
  readonly minutes: number;
}

export interface Rules {
  /** The most requests a minute that so many ready instances serve at the plan's utilisation, a zone being lost if it has spare for that. */
  serves(instances: number): number;
  /** The fewest instances that serve so many requests a minute. */
  needs(requests: number): number;
  /**
   * From a launch at that minute until its instances are in service, their models loaded. For so long the endpoint is locked.
   * Of whatever size: the slowest of a dozen, as the plan's arithmetic has it (`updateMinutes`).
   */
  launchMinutes(at: number): number;
  /** Until instances that are taken away have drained: locked and paid for. */
  readonly drainMinutes: number;
  /** Of an update, until the new fleets take over and the old ones have drained. */
  readonly switchMinutes: number;
  readonly proofMinutes: number;
  /** The last of them all traffic, until the promotion. */
  readonly stages: readonly Stage[];
}

/** Instances that a launch is taken to have: see `updateMinutes`. */
const dozen = 12;
/** The twin's worlds load a model in as many seconds, unless they say otherwise. */
const loadSeconds = 60;
/** Beside each bake, and until the candidate has what stable held back: as the estimate has it, in whole minutes. */
const waitMinutes = 3;
const restMinutes = 2;

/** Each minute has its own luck, the same for whoever launches in it. */
export function rulesOf(plan: Plan, seed: number): Rules {
  const perMinute = 60 * servedPerInstance(plan, plan.endpoint);
  const { zoneSpare } = plan.requirements;
  const random = streams(seed);
  const drawn = new Map<number, number>();
  const launchMinutes = (at: number): number => {
    const known = drawn.get(at);
    if (known !== undefined) return known;
    const seconds = ordinarySlowestSeconds(dozen, random("launch", at).uniform());
    const minutes = Math.ceil((seconds + loadSeconds) / 60);
    drawn.set(at, minutes);
    return minutes;
  };
  return {
    serves: (instances) =>
      perMinute *
      (zoneSpare === undefined ? instances : instances - Math.ceil(instances / zoneSpare.ofZones)),
    needs: (requests) => Math.max(1, withZoneSpare(zoneSpare, Math.ceil(requests / perMinute - 1e-9))),
    launchMinutes,
    drainMinutes: 2,
    switchMinutes: 2,
    proofMinutes: 5,
    stages: [
      ...plan.rollout.stages.map(({ trafficPercent, bakeMinutes }) => ({
        share: trafficPercent / 100,
        minutes: bakeMinutes + waitMinutes,
      })),
      { share: 1, minutes: restMinutes },
    ],
  };
}
