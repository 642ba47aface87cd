/** A candidate on capacity that was bought before: its configuration, and what its training plan must have and last for. */
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/aws/serving/sagemaker/models.ts";
import { formatMistake } from "../../src/core/input/bad-input.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { plan as sample } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { manual, Run } from "./run.ts";

const arn = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/launch-week";
const inference = (of: string): Plan["releaseTypes"]["minor"] => ({
  inference: {
    instanceType: "ml.g5.xlarge",
    requestsPerSecondPerInstance: 12,
    reserved: { trainingPlan: of },
  },
});
const plan: Plan = { ...sample, releaseTypes: { ...sample.releaseTypes, minor: inference(arn) } };
const on = (MlReservationArn: string) => ({
  CapacityReservationConfig: {
    CapacityReservationPreference: "capacity-reservations-only",
    MlReservationArn,
  },
});
const planned = async (trainingPlans: SpecInput["trainingPlans"], event: unknown = manual) =>
  (await Run.begin({ plan, event, spec: { trainingPlans } })).plan();
const variantsOf = async (run: Run, config: string) =>
  (await readConfig(run.account.aws, config)) as { ProductionVariants: object[] };

describe("a candidate on a training plan", () => {
  test("is in a configuration that says so, beside stable as it is, and keeps it as it serves alone", async () => {
    const run = await Run.shifted({ plan });
    const { joinConfig, finalConfig, candidate } = run.needs;

    const [stable, next] = (await variantsOf(run, joinConfig)).ProductionVariants;
    expect(stable).not.toHaveProperty("CapacityReservationConfig");
    expect(next).toMatchObject({ VariantName: candidate.variant, ...on(arn) });
    expect([...run.account.world.state.trainingPlans.values()]).toMatchObject([{ held: { size: 8 } }]);
    await run.promote();
    await run.scaleDown();
    expect((await variantsOf(run, finalConfig)).ProductionVariants).toMatchObject([on(arn)]);
  });

  test("is planned with when that ends", async () => {
    expect(await planned({})).toMatchObject({
      status: "fits",
      reason: expect.stringMatching(
        /^8 ml\.g5\.xlarge for the candidate; training plan launch-week ends at 2027-\d\d-\d\dT09:00Z: what runs on it stops serving then$/,
      ),
      needs: { candidate: { reserved: { trainingPlan: arn } } },
    });
  });

  test("is refused where too few are left, or it is not active, or ends too soon; and by name where it is none", async () => {
    expect(await planned({ percent: 60 })).toMatchObject({
      status: "refused",
      reason:
        "the release needs 16 instances of training plan launch-week at its peak, 16 more than its endpoint has, and 14 are available",
    });
    expect(await planned({ fromMinute: 30 })).toMatchObject({
      status: "refused",
      reason: "training plan launch-week is Scheduled, and serves while it is Active",
    });
    expect(await planned({ toMinute: 90 })).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /^training plan launch-week ends at \S+T10:30Z, before the release would be over at /,
      ),
    });
    const run = await Run.begin({ plan });
    run.account.world.state.trainingPlans.clear();
    expect(await run.plan()).toMatchObject({
      status: "refused",
      reason: "training plan launch-week does not exist in this account and region",
    });
  });

  test("is bounded in its growth by what the plan has for both fleets of its promotion", async () => {
    expect(await planned({ percent: 100 })).toMatchObject({ needs: { room: { candidateMaximum: 12 } } });
  });
});

describe("stable on a training plan", () => {
  const serving = { serving: true };

  test("keeps it beside a candidate on demand, and needs room to be launched anew", async () => {
    const run = await Run.begin({ plan, spec: { trainingPlans: serving } });
    run.doc = {
      ...run.doc,
      plan: { ...plan, releaseTypes: sample.releaseTypes },
    } as typeof run.doc;
    expect(await run.plan()).toMatchObject({
      status: "fits",
      reason: expect.stringContaining("training plan launch-week ends at"),
    });
    await run.prewarm();
    const [stable, next] = (await variantsOf(run, run.needs.joinConfig)).ProductionVariants;
    expect(stable).toMatchObject(on(arn));
    expect(next).not.toHaveProperty("CapacityReservationConfig");
  });

  test("is counted as it is there, and once more as it is launched anew", async () => {
    expect(await planned({ ...serving, percent: 90 })).toMatchObject({
      status: "refused",
      reason:
        "the release needs 24 instances of training plan launch-week at its peak, 16 more than its endpoint has, and 13 are available",
    });
  });

  test("serves nobody once the plan has ended, and is in service all the same", async () => {
    const run = await Run.begin({ plan, spec: { trainingPlans: { ...serving, toMinute: 10 } } });
    const { world } = run.account;
    run.account.wait(9);
    const before = world.timeline().at(-1);
    run.account.wait(3);
    const after = world.timeline().at(-1);

    expect(Object.values(before?.variants ?? {})).toMatchObject([{ ready: 8 }]);
    expect(Object.values(after?.variants ?? {})).toMatchObject([{ ready: 0 }]);
    expect([...world.state.trainingPlans.values()]).toMatchObject([{ held: { size: 0 } }]);
  });
});

test("a plan that names something else for one is told what an ARN of one is", () => {
  const text = JSON.stringify({ ...sample, releaseTypes: { minor: inference("launch-week") } });
  const parsed = parsePlan(text, "plan.json");
  expect(parsed.ok ? [] : parsed.mistakes.map(formatMistake)).toEqual([
    'plan.json:1: releaseTypes.minor.inference.reserved.trainingPlan: expected the ARN of a SageMaker training plan, found "launch-week"',
  ]);
});
