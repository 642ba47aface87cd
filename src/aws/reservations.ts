/** Training plans that plans name, or endpoints serve on, as they are now: whoever may not look is told, and goes without. */
import type { ReservationSeen } from "../core/calendar/reservations.ts";
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import type { Aws } from "./clients.ts";
import { refusalOf } from "./errors.ts";
import { viewTrainingPlan } from "./training-plans.ts";

/** `unseen` has a sentence for each that could not be looked at. */
export async function reservationsSeen(
  aws: Aws,
  arns: readonly string[],
): Promise<{ readonly seen: readonly ReservationSeen[]; readonly unseen: readonly string[] }> {
  const [seen, unseen]: [ReservationSeen[], string[]] = [[], []];
  for (const trainingPlan of new Set(arns))
    try {
      const found = await viewTrainingPlan(aws, trainingPlan);
      // One of another account or region is described by its name all the same, and is not the one that is meant.
      seen.push({ trainingPlan, view: found?.arn === trainingPlan ? found : undefined });
    } catch (error) {
      const known = refusalOf(error);
      const name = trainingPlanName(trainingPlan);
      unseen.push(`when training plan ${name} ends may not be looked at: ${known.message}`);
    }
  return { seen, unseen };
}
