/** SageMaker's offerings of training plans: SearchTrainingPlanOfferings, and CreateTrainingPlan, which buys one and is paid up front. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { arn as arnOf } from "../world/state.ts";
import type { PlanOffering } from "../world/training-plan-state.ts";
import { buyPlan } from "../world/training-plans.ts";
import { members, seconds } from "./members.ts";
import type { Operation } from "./service.ts";
import { refuseBadTags, tagList, tagsGiven } from "./tags.ts";

/** TrainingPlanName (API model). */
export const planName = z
  .string()
  .max(64)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}$/);

/** ReservedCapacityInstanceType (API model): what can be reserved at all. */
const reservable = z.enum([
  "ml.p4d.24xlarge",
  "ml.p4de.24xlarge",
  "ml.p5.4xlarge",
  "ml.p5.48xlarge",
  "ml.p5e.48xlarge",
  "ml.p5en.48xlarge",
  "ml.p6-b200.48xlarge",
  "ml.p6-b300.48xlarge",
  "ml.p6e-gb200.36xlarge",
  "ml.trn1.32xlarge",
  "ml.trn2.48xlarge",
]);
/** Extensions of one that there is, and whole servers, are left out. */
const searching = z.strictObject({
  InstanceType: reservable,
  InstanceCount: z.int().min(1).max(256),
  StartTimeAfter: z.number().optional(),
  EndTimeBefore: z.number().optional(),
  DurationHours: z.int().min(1).max(87_600),
  TargetResources: z.array(z.string()).min(1).max(1),
});
/** There is no ClientToken: a name is all by which a call that is sent twice can be told (API model). */
const buying = z.strictObject({
  TrainingPlanName: planName,
  TrainingPlanOfferingId: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[a-z0-9-]+$/),
  Tags: tagList,
});

export const planOfferingOperations = (world: World): Record<string, Operation> => ({
  SearchTrainingPlanOfferings: (input) =>
    search(world, members({ operation: "SearchTrainingPlanOfferings", schema: searching }, input)),
  CreateTrainingPlan: (input) =>
    buy(world, members({ operation: "CreateTrainingPlan", schema: buying }, input)),
});

/** What a fee comes to of a price on demand; what AWS asks is known to its offerings alone. */
const feeShare = 0.75;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Chosen: when in a day one begins, UTC. */
const beginsMs = 11.5 * hourMs;

/** The next two that begin after then, one a day: when AWS has any is unconfirmed, and a matter of the day. */
function search(world: World, wanted: z.output<typeof searching>): Json {
  const afterMs = Math.max(world.nowMs, (wanted.StartTimeAfter ?? 0) * 1000);
  const firstMs = Math.ceil((afterMs - beginsMs) / dayMs) * dayMs + beginsMs;
  const { EndTimeBefore: before = Number.POSITIVE_INFINITY } = wanted;
  const offered = [firstMs, firstMs + dayMs]
    .map((fromMs) => standing(world, wanted, fromMs))
    .filter(({ isOffered, toMs }) => isOffered && seconds(toMs) <= before);
  return { TrainingPlanOfferings: offered.map(shown) };
}

/** The same that was offered before, as long as it stands. */
function standing(world: World, wanted: z.output<typeof searching>, fromMs: number): PlanOffering {
  const { InstanceType: instanceType, InstanceCount: instances, DurationHours: hours } = wanted;
  const [target = ""] = wanted.TargetResources;
  const what = { instanceType, instances, target, fromMs, toMs: fromMs + hours * hourMs };
  const { planOfferings: offered } = world.state;
  const known = [...offered.values()].find((one) => sameAs(one) === sameAs(what));
  if (known !== undefined) return known;
  const price = world.account.listPrices?.[instanceType] ?? 0;
  const fee = Math.round(100 * feeShare * price * instances * hours) / 100;
  const offering = { ...what, id: `tpo-${offered.size + 1}-${fromMs / 60_000}`, fee, isOffered: true };
  offered.set(offering.id, offering);
  return offering;
}

const sameAs = ({
  instanceType,
  instances,
  target,
  fromMs,
  toMs,
}: Omit<PlanOffering, "id" | "fee" | "isOffered">): string =>
  [instanceType, instances, target, fromMs, toMs].join();

function shown({ id, instanceType, instances, target, fromMs, toMs, fee }: PlanOffering): Json {
  const DurationHours = (toMs - fromMs) / hourMs;
  return {
    TrainingPlanOfferingId: id,
    TargetResources: [target],
    DurationHours,
    DurationMinutes: 0,
    UpfrontFee: fee.toFixed(2),
    CurrencyCode: "USD",
    ReservedCapacityOfferings: [
      {
        ReservedCapacityType: "Instance",
        InstanceType: instanceType,
        InstanceCount: instances,
        DurationHours,
        StartTime: seconds(fromMs),
        EndTime: seconds(toMs),
      },
    ],
  };
}

/**
 * Of the errors that the API model knows, ResourceInUse for a name that is taken and ResourceNotFound for an offering that is gone or
 * has begun: which of them is which, and the words, are unconfirmed. What is bought stays on offer: that one can be bought but once
 * is unconfirmed, too, and then whoever buys twice pays twice.
 */
function buy(world: World, wanted: z.output<typeof buying>): Json {
  const { TrainingPlanName: name, TrainingPlanOfferingId: id, Tags: tags } = wanted;
  refuseBadTags(tags);
  const TrainingPlanArn = arnOf("sagemaker", `training-plan/${name.toLowerCase()}`);
  if (world.state.trainingPlans.has(TrainingPlanArn))
    throw new AwsError("ResourceInUse", `Training plan ${name} already exists.`);
  const offering = world.state.planOfferings.get(id);
  if (offering?.isOffered !== true || offering.fromMs <= world.nowMs)
    throw new AwsError("ResourceNotFound", `Training plan offering ${id} not found.`);
  buyPlan(world, offering, { arn: TrainingPlanArn, name, tags: tagsGiven(tags) });
  return { TrainingPlanArn };
}
