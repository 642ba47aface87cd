/** Asks the account whether a release is within its means: quotas, and what else counts against them. */
import { finalOf } from "../core/capacity/candidate-fleet.ts";
import { type Feasibility, feasibilityOf, instancesOf } from "../core/feasibility/feasibility.ts";
import { type RoomAnswer, roomFor } from "../core/feasibility/room.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Needs } from "../core/release/release.ts";
import type { Limits } from "../core/release/serving-platform.ts";
import type { Aws } from "./clients.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface Question {
  readonly plan: Plan;
  readonly needs: Pick<Needs, "stable" | "candidate">;
}

type MeansFound = Feasibility & { readonly unseen: readonly string[] };

/** What of the instances that a release needs at most cannot be had, or is of no known price. */
export async function lacksOfInstances(aws: Aws, question: Question): Promise<readonly string[]> {
  const { plan, needs } = question;
  const { stable, candidate } = needs;
  return instancesOf({ plan, stable, candidate, ...(await look(aws, question)) }).lacks;
}

/**
 * Quota and budget for a release that needs this much, and what room the way back has should the load grow; `unseen` are
 * endpoints that may have instances uncounted. It `isShort` where quota is all that is too small.
 */
export async function meansAndRoom(
  aws: Aws,
  {
    plan,
    needs,
    stableMaximum,
  }: Question & {
    readonly needs: Pick<Needs, "measuredRequestsPerSecond">;
    readonly stableMaximum?: number | undefined;
  },
): Promise<MeansFound & { readonly room: RoomAnswer; readonly isShort: boolean }> {
  const found = await look(aws, { plan, needs });
  const { stable, candidate, measuredRequestsPerSecond } = needs;
  const grown = { ...candidate, instances: finalOf(candidate) };
  const within = (limits: Limits) => {
    const { quota, elsewhere } = limits;
    const asked = { plan, stable, candidate: grown, stableMaximum, measuredRequestsPerSecond };
    return { ...means({ plan, needs }, limits), room: roomFor({ ...asked, quota, elsewhere }) };
  };
  const isWithin = ({ fits, room }: ReturnType<typeof within>) => fits && !("lacks" in room);
  const answer = within(found);
  return { ...answer, isShort: !isWithin(answer) && isWithin(within(withoutLimit(found, needs))) };
}

/** The same account if it might have as many instances as it wants. */
function withoutLimit(found: Limits, { stable, candidate }: Question["needs"]): Limits {
  const types = [stable.instanceType, candidate.instanceType];
  return { ...found, quota: Object.fromEntries(types.map((type) => [type, Number.MAX_SAFE_INTEGER])) };
}

function look(aws: Aws, { plan, needs }: Question): Promise<Limits> {
  const types = [...new Set([needs.stable.instanceType, needs.candidate.instanceType])];
  return servingPlatform(aws).limits({ but: [plan.endpoint.name], types });
}

function means({ plan, needs }: Question, { unseen, ...found }: Limits): MeansFound {
  const { stable, candidate } = needs;
  return { ...feasibilityOf({ plan, stable, candidate, ...found }), unseen };
}
