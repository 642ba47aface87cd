/** Whether what a model's release goes by is in force: the plan with its schedules; and whether anything bars it. */
import { mayWait } from "../../core/calendar/apart.ts";
import { changes, stepsTo } from "../../core/calendar/application.ts";
import { calendarMistakes } from "../../core/calendar/calendar.ts";
import { conflictTexts } from "../../core/calendar/calendar-texts.ts";
import { type SharedEndpoint, sharedEndpoints } from "../../core/calendar/shared-endpoints.ts";
import { differences } from "../../core/plan/difference.ts";
import { frozenBy } from "../../core/plan/freeze.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { amiss, planReadiness, type Readiness, unseen, well } from "../../core/release/readiness.ts";
import type { EpochMs } from "../../core/units.ts";
import { see } from "../applying.ts";
import type { Aws } from "../clients.ts";
import { declaredFreezes } from "../freezes.ts";
import { readLock } from "../lock-item.ts";
import { targetOf } from "../milestones.ts";
import { plansInForce } from "../plans.ts";
import { readinessOf } from "./looking.ts";

export interface PlanAsked {
  readonly plan: Plan;
  /** Where it was read; absent where it is the one in force. */
  readonly file: string | undefined;
  readonly nowMs: EpochMs;
}

export async function inForceReadiness(aws: Aws, { plan, file, nowMs }: PlanAsked): Promise<Readiness[]> {
  let more: Readiness[] = [];
  const apply = `slipway plan apply ${file ?? "PLAN"}`;
  const first = await readinessOf("plan", async () => {
    const there = await see(aws, plan.model, nowMs);
    if (there.inForce === undefined)
      return amiss("plan", `${plan.model} has none in force: no release of it can begin`, apply);
    const mistakes = calendarMistakes(plan, there.launches);
    more =
      mistakes.length > 0
        ? [amiss("schedules", mistakes.join("; "), "correct the plan")]
        : scheduled(aws, plan, { there, nowMs, apply });
    const { appliedAt, appliedBy } = there.inForce;
    const since = `${appliedAt}${appliedBy === undefined ? "" : ` by ${appliedBy}`}`;
    const asStored: unknown = JSON.parse(JSON.stringify(plan));
    return planReadiness(differences(there.inForce.plan, asStored), { file, since });
  });
  return [first, ...more];
}

function scheduled(
  aws: Aws,
  plan: Plan,
  { there, nowMs, apply }: { there: Awaited<ReturnType<typeof see>>; nowMs: EpochMs; apply: string },
): Readiness[] {
  const steps = stepsTo(plan, there, { target: targetOf(aws), nowMs }).filter(
    (step) => step.of === "schedule" && !mayWait(step, nowMs),
  );
  const kinds = steps.filter(changes).flatMap((step) => ("kind" in step ? [step.kind] : []));
  const wrong = [...new Set(kinds)];
  const lacks = there.unseen.map((each) => unseen("schedules", each));
  if (wrong.length > 0)
    return [amiss("schedules", `not as the plan has them: ${wrong.join(", ")}`, apply), ...lacks];
  return [
    well("schedules", steps.length === 0 ? "the plan has no date" : `${steps.length} as the plan has them`),
    ...lacks,
  ];
}

/** Plans of other models on the same endpoints, by those in force. */
export const sharedReadiness = (aws: Aws, plan: Plan, known?: readonly Plan[]): Promise<Readiness> =>
  readinessOf("other plans", async () => {
    const inForce = known ?? (await plansInForce(aws)).plans;
    const others = inForce.filter(({ model }) => model !== plan.model);
    const isOwn = ({ by }: SharedEndpoint) => by.some(({ model }) => model === plan.model);
    const shared = conflictTexts(sharedEndpoints([plan, ...others]).filter(isOwn));
    return shared.length === 0
      ? well("other plans", "none names its endpoint")
      : amiss(
          "other plans",
          shared.join("; "),
          "correct endpoint.name, or slipway plan remove MODEL of what is not meant",
        );
  });

/** A freeze, the plan's own or a declared one. */
export const freezeReadiness = (aws: Aws, plan: Plan, nowMs: EpochMs): Promise<Readiness> =>
  readinessOf("freezes", async () => {
    const frozen = frozenBy(plan.freezes, await declaredFreezes(aws, plan.endpoint.name), nowMs);
    return frozen === undefined
      ? well("freezes", "none in force")
      : amiss(
          "freezes",
          frozen.reason,
          `wait for its end, or slipway freeze ${plan.endpoint.name} --lift of a declared one`,
        );
  });

/** Who holds the endpoint. */
export const lockReadiness = (aws: Aws, { endpoint }: Plan): Promise<Readiness> =>
  readinessOf("lock", async () => {
    const { holder, remainder } = await readLock(aws, `endpoint/${endpoint.name}`);
    if (holder === undefined) return well("lock", "nobody holds the endpoint");
    return remainder === undefined
      ? amiss(
          "lock",
          `${holder.releaseId} holds the endpoint since ${holder.since}`,
          "another release waits for it: slipway status",
        )
      : amiss(
          "lock",
          `${holder.releaseId} could not put everything back, and keeps it`,
          "slipway status says what; then slipway free",
        );
  });
