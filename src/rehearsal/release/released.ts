/** By which plans the releases of a rehearsed plan go: staging's has an endpoint of its own in the same account. */
import { rehearsedDeployment } from "../../core/deployment.ts";
import { planOfMilestone, releasedPlans } from "../../core/plan/milestone-plan.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { milestoneMeant } from "../../core/release/version-gate.ts";
import { normaliseRequest } from "../../core/request/request.ts";

/** What of a request says whose releases there are. */
interface Rehearsed {
  readonly plan: Plan;
  readonly event: unknown;
  readonly beside?: readonly { readonly plan: Plan }[] | undefined;
}

/** The plan of the release that the event starts: a rehearsal's figures are that one's. */
export function releasedFirst({ plan, event }: Pick<Rehearsed, "plan" | "event">): Plan {
  const asked = normaliseRequest(event);
  return asked.kind === "release" ? planOfMilestone(plan, milestoneMeant(plan, asked.request)) : plan;
}

/** Beside it, the plans of all others in the account. */
export function releasedBeside(request: Rehearsed): Plan[] {
  const { plan, beside = [] } = request;
  const first = releasedFirst(request);
  return [plan, ...beside.map((one) => one.plan)]
    .flatMap(releasedPlans)
    .filter(({ endpoint }) => endpoint.name !== first.endpoint.name);
}

/** Where evidence of them is to be. */
export const evidenceIn = rehearsedDeployment.evidence?.bucket;
