/**
 * What is rehearsed: the state machine as deployed, the steps as deployed, the sweep with its rule and schedule as
 * serverless.yml has them, and the invariants that watch.
 */
import { applyPlanOn, functionsOn, stepsOn } from "../../functions/index.ts";
import definition from "../../statemachines/release.asl.json" with { type: "json" };
import { longestWorkSeconds } from "../core/wait.ts";
import type { RehearsalParts } from "./engine/request.ts";
import { observeInvariants } from "./invariants/invariants.ts";

/** Ends after which an execution may have left something behind. */
const unhappyEnds = new Set(["ABORTED", "TIMED_OUT", "FAILED"]);

export const sweepEverySeconds = 600;

/** The time-out of every function, the sweep's as well. */
const functionTimeoutSeconds = Object.fromEntries(
  [...Object.keys(definition.States), "ReapLeases"].map((name) => [name, longestWorkSeconds]),
);

export const releaseParts: RehearsalParts = {
  definition,
  functionTimeoutSeconds,
  stepsOn,
  functionsOn,
  prepare: applyPlanOn,
  rules: [
    {
      function: "ReapLeases",
      matches: (event) =>
        event.source === "aws.states" &&
        unhappyEnds.has(String((event.detail as { status?: unknown }).status)),
    },
  ],
  rates: [{ function: "ReapLeases", everySeconds: sweepEverySeconds, event: { sweep: "schedule" } }],
  observe: [observeInvariants],
};
