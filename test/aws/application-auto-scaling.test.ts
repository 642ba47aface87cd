/** A variant's auto scaling as one resource: read whole, changed in place, and made again as it was. */
import {
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { putScaling, readScaling } from "../../src/aws/application-auto-scaling.ts";
import { asJson } from "../../src/aws/as-json.ts";
import { held, type Scaling } from "../../src/core/capacity/scaling.ts";
import { scalingOf } from "../../src/core/release/resources.ts";
import { type Account, openAccount } from "./account.ts";

const stables = scalingOf("chat-assistant", "v6").name;
const target = {
  ServiceNamespace: "sagemaker",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
  ResourceId: stables,
} as const;

async function scalingIn({ aws }: Account, name = stables): Promise<Scaling> {
  const found = await readScaling(aws, name);
  if (found === null) throw new Error(`expected scaling on ${name}`);
  return found;
}

const schedule = ({ aws }: Account, ScheduledActionName: string) =>
  aws.scaling.send(
    new PutScheduledActionCommand({
      ...target,
      ScheduledActionName,
      Schedule: "cron(0 7 * * ? *)",
      Timezone: "Europe/Amsterdam",
      EndTime: new Date("2027-06-30T00:00:00Z"),
      ScalableTargetAction: { MinCapacity: 6 },
    }),
  );

describe("reading", () => {
  test.each([
    ["in", "DynamicScalingInSuspended"],
    ["out", "DynamicScalingOutSuspended"],
    ["scheduled", "ScheduledScalingSuspended"],
  ] as const)("tells that somebody has suspended scaling %s, and that alone", async (which, asAws) => {
    const account = openAccount();
    await account.aws.scaling.send(
      new RegisterScalableTargetCommand({ ...target, SuspendedState: { [asAws]: true } }),
    );

    const none = { in: false, out: false, scheduled: false };
    expect((await scalingIn(account)).suspended).toEqual({ ...none, [which]: true });
  });

  test("gives bounds, suspensions, policies and scheduled actions as asJson data", async () => {
    const account = openAccount();
    await schedule(account, "morning");

    const found = await scalingIn(account);

    expect(found).toEqual({
      min: 8,
      max: 16,
      suspended: { in: false, out: false, scheduled: false },
      policies: [
        expect.objectContaining({ name: "chat-assistant-invocations", type: "TargetTrackingScaling" }),
      ],
      scheduledActions: [
        {
          name: "morning",
          schedule: "cron(0 7 * * ? *)",
          timeZone: "Europe/Amsterdam",
          end: "2027-06-30T00:00:00.000Z",
          action: { MinCapacity: 6 },
        },
      ],
    });
    expect(found).toEqual(asJson(found));
  });

  test("gives null where nothing is registered", async () => {
    const { aws } = openAccount();

    expect(await readScaling(aws, scalingOf("chat-assistant", "v7").name)).toBeNull();
  });

  test("gives all scheduled actions, however many answers they take", async () => {
    const account = openAccount();
    for (let nth = 0; nth < 55; nth++) await schedule(account, `action-${nth}`);

    expect((await scalingIn(account)).scheduledActions).toHaveLength(55);
  });
});

describe("putting", () => {
  test("a hold changes suspensions alone: no policy is put again", async () => {
    const account = openAccount();
    const before = await scalingIn(account);

    await putScaling(account.aws, stables, { from: before, to: held(before) });

    expect(await scalingIn(account)).toEqual(held(before));
    expect(account.writes()).toEqual(["RegisterScalableTarget"]);
  });

  test("null deregisters, and deregistering again is done already", async () => {
    const account = openAccount();
    const before = await scalingIn(account);

    await putScaling(account.aws, stables, { from: before, to: null });
    await putScaling(account.aws, stables, { from: before, to: null });

    expect(await readScaling(account.aws, stables)).toBeNull();
  });

  test("what was deregistered is made again as it was, with policies and scheduled actions", async () => {
    const account = openAccount();
    await schedule(account, "morning");
    const before = await scalingIn(account);
    await putScaling(account.aws, stables, { from: before, to: null });

    await putScaling(account.aws, stables, { from: null, to: before });

    expect(await scalingIn(account)).toEqual(before);
  });

  test("a target that was made just now and is not known yet is tried again", async () => {
    const account = openAccount();
    const before = await scalingIn(account);
    await putScaling(account.aws, stables, { from: before, to: null });
    account.fail("PutScalingPolicy", new AwsError("ObjectNotFoundException", "No scalable target found"), 1);
    const again = async () => {
      const from = await readScaling(account.aws, stables);
      await putScaling(account.aws, stables, { from, to: before });
    };

    await expect(again()).rejects.toMatchObject({ name: "AwsUnavailable" });
    await again();

    expect(await scalingIn(account)).toEqual(before);
  });

  test("policies that are otherwise are put", async () => {
    const account = openAccount();
    const before = await scalingIn(account);
    const tracking = before.policies[0]?.targetTracking as { TargetValue: number };
    const doubled = before.policies.map((policy) => ({
      ...policy,
      targetTracking: { ...tracking, TargetValue: 2 * tracking.TargetValue },
    }));

    await putScaling(account.aws, stables, {
      from: before,
      to: { ...before, policies: doubled },
    });

    expect((await scalingIn(account)).policies).toEqual(doubled);
    // Bounds that are as they should be are not registered again: somebody else may change them meanwhile.
    expect(account.writes()).not.toContain("RegisterScalableTarget");
  });
});
