/** The entry of a rehearsal's thread: the state machine as deployed, with the steps as deployed. */
import { applyPlanOn, stepsOn } from "../../../functions/index.ts";
import definition from "../../../statemachines/release.asl.json" with { type: "json" };
import { observeInvariants } from "../invariants/invariants.ts";
import { serveRehearsals } from "./worker-thread.ts";

serveRehearsals({ definition, stepsOn, prepare: applyPlanOn, observe: [observeInvariants] });
