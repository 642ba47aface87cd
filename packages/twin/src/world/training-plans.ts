/**
 * Training plans: capacity that was bought before, for endpoints or for training jobs, and that is there from its start to its
 * end. What is to run on one launches there or not at all, and what runs on it is gone at its end.
 */
import type { AccountSeed } from "./account-seed.ts";
import type { Clock, Timers } from "./clock.ts";
import { fleets, type Terminating, terminate } from "./instances.ts";
import { neededRoom } from "./seeded-quotas.ts";
import type { SettledSpec } from "./settled.ts";
import type { PlanOffering, TrainingPlan } from "./training-plan-state.ts";

interface Seeding {
  readonly account: AccountSeed;
  readonly spec: SettledSpec;
  readonly startMs: number;
}

/** Those that the account's models name, as the world has them. */
export function seededPlans({ account, spec, startMs }: Seeding): Map<string, TrainingPlan> {
  const { percent, fromMinute, toMinute } = spec.trainingPlans;
  return new Map(
    (account.trainingPlans ?? []).map((seed): [string, TrainingPlan] => {
      const { arn, instanceType, needed, target } = seed;
      const room = neededRoom(account, instanceType, needed);
      return [
        arn,
        {
          arn,
          name: arn.split("/").at(-1) ?? arn,
          instanceType,
          target,
          instances: percent === undefined ? room : Math.floor((needed * percent) / 100),
          fromMs: startMs + fromMinute * 60_000,
          toMs: startMs + toMinute * 60_000,
          held: new Set(),
        },
      ];
    }),
  );
}

/** What serves is on one of its type where the world says so. */
export function servedOn(
  { instanceType }: { readonly instanceType: string },
  bought: ReadonlyMap<string, TrainingPlan>,
  spec: SettledSpec,
): string | undefined {
  if (!spec.trainingPlans.serving) return undefined;
  const own = [...bought.values()].find(
    (one) => one.instanceType === instanceType && one.target === "endpoint",
  );
  return own?.arn;
}

/** As a variant's configuration says it. */
export const reservedConfig = (arn: string | undefined): Readonly<Record<string, unknown>> =>
  arn === undefined
    ? {}
    : {
        CapacityReservationConfig: {
          CapacityReservationPreference: "capacity-reservations-only",
          MlReservationArn: arn,
        },
      };

/** Chosen: until a payment is through, milliseconds. */
const paidAfterMs = 5 * 60_000;

/** Buys what is offered. */
export function buyPlan(
  world: Terminating & Clock & Timers,
  { instanceType, instances, target, fromMs, toMs, fee }: PlanOffering,
  {
    arn,
    name,
    tags,
  }: Pick<TrainingPlan, "arn" | "name"> & { readonly tags: Readonly<Record<string, string>> },
): void {
  const bought = { fee, paidMs: world.nowMs + paidAfterMs, tags };
  const held = new Set<string>();
  const reserved = { arn, name, instanceType, instances, target, fromMs, toMs, held, bought };
  world.state.trainingPlans.set(arn, reserved);
  world.after(toMs - world.nowMs, () => expire(world, reserved));
}

/** What runs on one is gone at its end (SageMaker guide, training-plan-utilization-for-inference-endpoints). */
export function expireLater(world: Terminating & Clock & Timers): void {
  for (const reserved of world.state.trainingPlans.values())
    if (reserved.toMs > world.nowMs) world.after(reserved.toMs - world.nowMs, () => expire(world, reserved));
}

/** The endpoint is in service all the same, and answers nobody; what AWS calls its status then is unconfirmed. */
function expire(world: Terminating, reserved: TrainingPlan): void {
  for (const endpoint of world.state.endpoints.values())
    for (const variant of fleets(endpoint))
      if (variant.reservation === reserved.arn) {
        terminate(world, [...variant.instances.splice(0), ...variant.leaving.splice(0)]);
      }
}
