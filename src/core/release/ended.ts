/** How a release has ended, and why, by its document and its ledger. */
import { causeText } from "./cause.ts";
import type { Change } from "./change.ts";
import type { Outcome } from "./closing.ts";
import { isRouting } from "./resources.ts";
import { type Ended, endpointOf } from "./undoing.ts";

/** What its ledger says of it. */
interface Told {
  readonly changes: readonly Change[];
  readonly promoted: boolean;
  readonly order?: { readonly kind: string } | undefined;
}

export function outcomeOf(doc: Ended, ledger: Told): Outcome {
  if (ledger.changes.some(lost)) return "failed";
  if (ledger.promoted) return "promoted";
  if (doc.failure?.Error === "Superseded" || ledger.order?.kind === "supersede") return "superseded";
  if (ledger.order?.kind === "stop") return "stopped";
  const isPool = endpointOf(doc.release) === undefined;
  if (doc.capacity?.status === "ready" && isPool && doc.failure === undefined) return "done";
  if (doc.scaleDown !== undefined && doc.wayBack === undefined) return "done";
  // What was tried before is undone.
  if (doc.planning?.status === "refused" || doc.gates?.status === "refused") return "refused";
  return ledger.changes.some(touched) ? "rolled-back" : "refused";
}

/** The endpoint itself was left as somebody else has made it. */
const lost = ({ resource, state }: Change) => isRouting(resource) && state === "drifted";

/** A change that may have reached AWS. */
const touched = (change: Change) => !(change.state === "intended" || change.after === change.before);

function promotedReason({ plan, judgement }: Ended): string {
  if (judgement === undefined || plan === undefined) return "promoted before; what was left to do is done";
  const percents = plan.rollout.stages.map((stage) => `${stage.trafficPercent} %`).join(", ");
  return `no evidence of harm at ${percents}; ${judgement.reason}`;
}

/** What somebody else has made of the endpoint, and what they can do now; `before` is where it was. */
function lostReason({ wayBack, scaleDown }: Ended, before: string | undefined): string {
  const told = [...(wayBack?.drifted ?? []), ...(scaleDown?.drifted ?? [])];
  const why = told.find((each) => each.includes("someone else")) ?? wayBack?.reason ?? "it has drifted";
  const back = before === undefined ? "" : `; to have it as before, move it to ${before}`;
  return `the endpoint is left as it is: ${why}${back}`;
}

/** By which KPIs' evidence a release was rolled back; undefined where it was for anything else, an order for one. */
export function harmOf(
  { failure, judgement, route }: Ended,
  outcome: Outcome,
): readonly string[] | undefined {
  if (outcome !== "rolled-back" || failure !== undefined || route === "compensate") return undefined;
  const isHarm = judgement?.decision === "roll-back" && judgement.verdict === "fail";
  return isHarm && judgement.culprits.length > 0 ? judgement.culprits : undefined;
}

const refusedByTest: ReadonlySet<string> = new Set(["not-enough", "unproven", "stopped"]);

/** `before`: what the place is called where the endpoint was. */
export function reasonOf(doc: Ended, outcome: Outcome, before: string | undefined): string {
  if (outcome === "promoted") return promotedReason(doc);
  if (outcome === "failed") return lostReason(doc, before);
  if (outcome === "done") return doneReason(doc);
  const { failure, stage, capacity, warmth, loadTest, judgement, planning, gates } = doc;
  if (doc.route === "compensate") return doc.reason ?? "compensated";
  if (failure !== undefined) return failureText(failure);
  if (judgement?.decision === "roll-back") return judgement.reason;
  if (stage?.status === "blocked") return stage.reason;
  if (loadTest !== undefined && refusedByTest.has(loadTest.status)) return loadTest.reason;
  if (warmth?.status === "cold") return warmth.reason;
  if (capacity?.status === "failed") return capacity.reason;
  if (gates?.status === "refused") return gates.reason;
  return planning?.reason ?? "compensated";
}

/** Of capacity alone: that it is there, or why it was given back and what became of that. */
function doneReason({ route, reason, scaleDown, capacity }: Ended): string {
  if (scaleDown === undefined) return capacity?.reason ?? "the lease is over";
  return route === "scale-down" && reason !== undefined ? `${reason}; ${scaleDown.reason}` : scaleDown.reason;
}

/** Of what a step threw. */
export const failureText = ({ Error: name, Cause }: { Error: string; Cause?: string | undefined }): string =>
  `${name}: ${causeText(Cause)}`;
