/** Truths about a candidate and its world, and in how many of the seeds a release of the sample plan should go back. */
import type { z } from "zod";
import type { WorldSpec } from "#twin/world";

/** A world as its file says it. */
export type Written = z.input<typeof WorldSpec>;

export interface Case {
  readonly name: string;
  /** A world that ships with Slipway, or one as its file says it; or one made from how a healthy release of the seed went. */
  readonly world: string | Written | ((stages: readonly StageTimes[]) => Written);
  /** The share of seeds that should be rolled back: so many at least, or at most. */
  readonly asked: { readonly least: number } | { readonly most: number };
}

/** When a stage's share was in force, minutes from the release's start. */
export interface StageTimes {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

const failing = (errorFactor: number): Written => ({
  description: `The candidate fails ${errorFactor} times as often.`,
  candidate: { errorFactor },
});

/** In which stage the late fault comes, 0-based: the one at half of the traffic. */
const lateStage = 2;

export const cases: readonly Case[] = [
  ...[
    // Those that take its metrics, its traffic or its capacity away end otherwise by the plan's own policies.
    ...["healthy", "cold-start", "growing-fleet", "shared-shock", "slow-provisioning"],
    ...["sparse-metrics", "traffic-spike"],
  ].map((world) => ({ name: `a healthy candidate, ${world}`, world, asked: { most: 0.01 } })),
  { name: "errors ×1.5", world: failing(1.5), asked: { least: 0.5 } },
  {
    name: "errors ×1.5, no metrics by instance",
    world: { ...failing(1.5), metrics: { enhancedSeconds: null } },
    asked: { least: 0.15 },
  },
  { name: "errors ×2", world: failing(2), asked: { least: 0.95 } },
  { name: "errors ×3", world: failing(3), asked: { least: 1 } },
  {
    name: "20 % slower",
    world: { description: "The candidate is 20 % slower.", candidate: { latencyFactor: 1.2 } },
    asked: { least: 0.5 },
  },
  {
    name: "errors ×1 growing to ×3 over the bakes",
    world: (stages) => {
      const [from, to] = [stages[0]?.fromMinute ?? 0, stages.at(-1)?.untilMinute ?? 0];
      return {
        description: "The candidate fails more and more often, three times in the end.",
        candidate: { errorFactor: 3, fromMinute: from, growsMinutes: to - from },
      };
    },
    asked: { least: 0.95 },
  },
  {
    name: "errors ×50 in the last three minutes of a bake",
    world: (stages) => {
      const end = stages[lateStage]?.untilMinute ?? 0;
      return {
        description: "The candidate fails 50 times as often for three minutes.",
        candidate: { errorFactor: 50, fromMinute: end - 3, toMinute: end },
      };
    },
    asked: { least: 0.95 },
  },
  { name: "one instance of the candidate, lone-host", world: "lone-host", asked: { least: 0.95 } },
];
