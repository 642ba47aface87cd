/** What somebody else does while a release runs is left as it is and told; nothing else is lost by it, and it ends. */

import { describe, expect, it } from "vitest";
import { laid } from "../../../src/rehearsal/explore/hands.ts";
import type { RehearsalParts } from "../../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../../src/rehearsal/release/run-record.ts";
import { releaseParts } from "../../../src/rehearsal/release-parts.ts";
import { partOf } from "../../part.ts";
import { type Tampering, tampered } from "../invariants/tampering.ts";
import { outcomesOf, rehearsing } from "./rehearsing.ts";

const at = (hand: string, place: string, world = "healthy", parts: Partial<RehearsalParts> = {}) =>
  rehearsing({ world, faults: [`somebody-${hand}=${place}`], parts });

/** Each was reached, and there was something to lay each hand on, which AWS took. */
function expectLaid({ faults, handsRefused = [] }: RunRecord, named: readonly string[]): void {
  expect(faults).toEqual(named);
  expect(handsRefused).toEqual([]);
}

const withTampering = (...tamperings: Tampering[]): Partial<RehearsalParts> => ({
  stepsOn: (wire, ...rest) => releaseParts.stepsOn(tampered(wire, tamperings) as never, ...rest),
});

describe("somebody else", () => {
  it.each(
    partOf(
      [
        // Stable has got its traffic back before the promotion: the candidate goes.
        [
          "sets-weights-100-0",
          "entry:PromoteModel[4]@1",
          "healthy",
          ["rolled-back"],
          /someone else set the weights .* v7 is not promoted; release it again/,
        ],
        ["lifts-stables-hold", "entry:PromoteModel[4]@1", "healthy", ["promoted"], /no evidence of harm/],
        [
          "suspends-candidates-scaling",
          "entry:Bake[1]@1",
          "healthy",
          ["promoted"],
          /left as someone else made it: scaling endpoint\/chat-assistant\/variant\/v7; see whether/,
        ],
        [
          "moves-the-endpoint",
          "entry:ScaleDown[4]@1",
          "healthy",
          ["failed"],
          /someone else moved it to third; to have it as before, move it to chat-assistant-config-v6/,
        ],
        [
          "suspends-stables-scaling",
          "entry:Bake[0]@1",
          "bad-errors",
          ["rolled-back"],
          /left as someone else made it: scaling endpoint\/chat-assistant\/variant\/v6/,
        ],
        ["schedules-stables-scaling", "entry:PrewarmInference@1", "bad-errors", ["rolled-back"], /scaling/],
        [
          "lowers-stables-maximum",
          "entry:Bake[0]@1",
          "bad-errors",
          ["rolled-back"],
          /someone else set v6 to 3/,
        ],
        [
          "lowers-stables-count",
          "entry:ProveWarmth@1",
          "late-fault",
          ["rolled-back"],
          /someone else set v6 to 2 instances, it had 8/,
        ],
        [
          "sets-weights-60-40",
          "entry:ProveWarmth@3",
          "bad-errors",
          ["rolled-back"],
          /someone else set the weights of chat-assistant to v6 60, v7 40 before v7's first share/,
        ],
        [
          "sets-weights-0-0",
          "entry:ProveWarmth@3",
          "bad-errors",
          ["rolled-back"],
          /v6 0, v7 0 before v7's first share: v7 is taken off again, and v6 is left with 0: give it a weight/,
        ],
        [
          "sets-weights-0-100",
          "call:ShiftTraffic[0]/application-autoscaling.RegisterScalableTarget#15@1",
          "bad-errors",
          ["rolled-back"],
          /someone else set the weights of chat-assistant to v6 0, v7 100 before v7's first share/,
        ],
        [
          "moves-the-endpoint",
          "call:PrewarmInference/application-autoscaling.RegisterScalableTarget#7@1",
          "bad-errors",
          ["rolled-back"],
          /chat-assistant is moved to third by someone else/,
        ],
        [
          "suspends-stables-scaling",
          "call:PrewarmInference/application-autoscaling.RegisterScalableTarget#7@1",
          "bad-errors",
          ["rolled-back"],
          /^errors: candidate fails/,
        ],
        [
          "sets-weights-60-40",
          "entry:Bake[1]@1",
          "growing-fleet",
          ["failed"],
          /someone else changed the weights of chat-assistant; to have it as before/,
        ],
        [
          "moves-the-endpoint",
          "call:RollBack[0]/application-autoscaling.DeregisterScalableTarget#12@1",
          "bad-errors",
          ["failed"],
          /someone else moved the endpoint to third; to have it as before, move it to chat-assistant-config-v6/,
        ],
        [
          "moves-the-endpoint",
          "call:ScaleDown[4]/application-autoscaling.DeregisterScalableTarget#20@1",
          "healthy",
          ["failed"],
          /someone else moved it to third; to have it as before, move it to chat-assistant-config-v6/,
        ],
        // What stable's lack of instances made of its past hides no candidate that fails.
        [
          "lowers-stables-count",
          "entry:OpenRelease@1",
          "bad-errors",
          ["rolled-back"],
          /^errors: candidate fails/,
        ],
        // Between a step's look and its call nobody can see a hand: what stable had then is lent, and theirs is told.
        [
          "puts-stables-policy",
          "call:PrewarmInference/application-autoscaling.RegisterScalableTarget#7@1",
          "growing-fleet",
          ["promoted"],
          /left as someone else made it: scaling .*v6/,
        ],
        // Its traffic is given by somebody after the last judge has said that it may have it.
        ["sets-weights-0-100", "entry:BakeOn[3]@8", "growing-fleet", ["promoted"], /no evidence of harm/],
        // Taken back by somebody while the candidate is being given it, which looks as if it had not begun.
        [
          "deregisters-candidate",
          "call:ShiftTraffic[0]/application-autoscaling.PutScalingPolicy#16@1",
          "growing-fleet",
          ["promoted"],
          /no evidence of harm/,
        ],
        // What stable has no more, it does not lend.
        ["deregisters-stable", "entry:PrewarmInference@1", "healthy", ["promoted"], /no evidence of harm/],
        [
          "deletes-stables-policy",
          "entry:PrewarmInference@1",
          "healthy",
          ["promoted"],
          /no evidence of harm/,
        ],
        [
          "deletes-stables-policy",
          "call:ShiftTraffic[0]/application-autoscaling.RegisterScalableTarget#15@1",
          "healthy",
          ["promoted"],
          /left as someone else made it: scaling .*v6/,
        ],
        [
          "deletes-candidates-policy",
          "entry:BakeOn[3]@8",
          "healthy",
          ["promoted"],
          /left as someone else made it: scaling .*v7/,
        ],
      ],
      10,
    ),
  )("%s at %s in the world %s", async (hand, place, world, outcomes, reason) => {
    const { record, violations } = await at(hand, place, world);

    expectLaid(record, [`somebody-${hand}=${place}`]);
    expect(violations).toEqual([]);
    expect(record.executions.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(record.reason).toMatch(reason);
  });

  it.each(
    partOf(
      [
        [
          "sets-weights-0-0",
          "entry:ScaleDown[4]@1",
          "healthy",
          /to v6 0, v7 0 after v7 was promoted, so v6 stays: set v6 0 and v7 1 to have it removed/,
        ],
        ["deletes-the-endpoint", "entry:Bake[0]@1", "healthy", /make it again with chat-assistant-config-v6/],
        // It has left stable behind already.
        [
          "deletes-the-endpoint",
          "entry:ScaleDown[4]@15",
          "healthy",
          /make it again with chat-assistant-config-v6/,
        ],
        ["deletes-candidates-model", "entry:Bake[0]@1", "healthy", /Could not find model .*v7-production/],
        [
          "deletes-stables-model",
          "entry:Bake[0]@1",
          "bad-errors",
          /Could not find model .*chat-assistant-v6/,
        ],
        // Stable has no scaling by then, and there is a configuration without it: both are as before in the end.
        [
          "sets-weights-60-40",
          "call:ScaleDown[4]/application-autoscaling.DeregisterScalableTarget#20@1",
          "healthy",
          /to v6 60, v7 40 after v7 was promoted, so v6 stays/,
        ],
        [
          "deletes-candidates-model",
          "call:ScaleDown[4]/sagemaker.UpdateEndpoint#25@1",
          "healthy",
          /Could not find model .*v7-production/,
        ],
      ],
      3,
    ),
  )("%s at %s in the world %s: that stays as a remainder, and is told", async (...how) => {
    const [hand, place, world, reason] = how;
    const { record, violations } = await at(hand, place, world);

    expectLaid(record, [`somebody-${hand}=${place}`]);
    expect(violations).toEqual([]);
    expect(record.executions[0]).toMatchObject({ outcome: "failed" });
    expect(record.reason).toMatch(/^not everything could be put back: /);
    expect(record.reason).toMatch(reason);
    expect(record.reason).toContain("slipway free endpoint/chat-assistant");
    expect(record.alarms.map(({ name }) => name)).toContain("RemainderAlarm");
  });

  it.each(
    partOf([
      ["sets-weights-0-0", "entry:ScaleDown[4]@1", 2],
      // Stable has lost its scaling, and gets it back meanwhile.
      ["sets-weights-60-40", "call:ScaleDown[4]/application-autoscaling.DeregisterScalableTarget#20@1", 1],
    ]),
  )(
    "%s at %s, later gives all to the candidate, and the next sweep finishes the promotion",
    async (hand, place, sweep) => {
      const faults = [`somebody-${hand}=${place}`, `somebody-sets-weights-0-100=entry:RollBack@${sweep}`];

      const { record, violations } = await rehearsing({ faults });

      expectLaid(record, faults);
      expect(violations).toEqual([]);
      expect(outcomesOf(record).at(-1)).toMatch(/^compensate-.* promoted$/);
      expect(Object.keys(record.after.endpoints["chat-assistant"]?.variants ?? {})).toEqual(["v7"]);
    },
  );

  it("keeps what was left to them after a stop: whoever comes then does not join the candidate again", async () => {
    const faults = ["somebody-sets-weights-0-100=entry:Bake[0]@1", "stop=entry:ScaleDown[0]@1"];

    const { record, violations } = await rehearsing({ world: "bad-errors", faults });

    expectLaid(record, faults);
    expect(violations).toEqual([]);
    expect(record.executions[1]).toMatchObject({
      outcome: "failed",
      reason: expect.stringMatching(
        /^the endpoint is left as it is: someone else changed chat-assistant; to have it/,
      ),
    });
    expect(record.after.endpoints["chat-assistant"]?.variants["v7"]?.weight).toBe(100);
  });

  it("switches the sweep off, and what a stop left is put back once it is on again, and told meanwhile", async () => {
    const faults = ["somebody-switches-the-sweep-off=entry:OpenRelease@1", "stop=entry:Bake[0]@1"];

    const { record, violations } = await rehearsing({ faults });

    expectLaid(record, faults);
    expect(violations).toEqual([]);
    expect(outcomesOf(record)[1]).toMatch(/^compensate-.* rolled-back$/);
    expect(record.executions[1]?.startSeconds).toBeGreaterThan(4 * 3600);
    expect(record.alarms.map(({ name }) => name)).toContain("SweepPausedAlarm");
  });
});

describe("an orphan beside what somebody else did", () => {
  it("is one where the ledger does not name what waits for them", async () => {
    const nameless: Tampering = {
      operation: "UpdateItem",
      when: (input) => ":remainder" in ((input.ExpressionAttributeValues as object | undefined) ?? {}),
      request: (input) => {
        const values = input.ExpressionAttributeValues as Record<string, unknown>;
        return { ...input, ExpressionAttributeValues: { ...values, ":remainder": { L: [] } } };
      },
    };

    const { record, violations } = await at(
      "deletes-stables-model",
      "entry:Bake[0]@1",
      "bad-errors",
      withTampering(nameless),
    );

    expectLaid(record, ["somebody-deletes-stables-model=entry:Bake[0]@1"]);
    expect(violations).toContainEqual(
      expect.stringMatching(/^no-orphans: the ledger does not name that the scaling of endpoint\/chat/),
    );
  });

  it("is one where stable's own hold is left although they changed the maximum only", async () => {
    const kept: Tampering = {
      operation: "RegisterScalableTarget",
      when: ({ ResourceId, SuspendedState }) =>
        String(ResourceId).endsWith("/v6") &&
        (SuspendedState as { DynamicScalingInSuspended?: boolean } | undefined)?.DynamicScalingInSuspended ===
          false,
      request: (input) => ({ ...input, SuspendedState: { DynamicScalingInSuspended: true } }),
    };

    const { record, violations } = await at(
      "suspends-candidates-scaling",
      "entry:Bake[0]@1",
      "bad-errors",
      withTampering(kept),
    );

    expectLaid(record, ["somebody-suspends-candidates-scaling=entry:Bake[0]@1"]);
    expect(violations).toContainEqual(expect.stringMatching(/^no-orphans: the scaling of endpoint.*v6 is/));
  });
});

describe("hands", () => {
  const moment = (point: string, atMs: number, ...hands: string[]) => ({ point, atMs, hands }) as never;

  it("are laid as a state is entered and before a call that changes AWS, wherever there is something to lay them on", () => {
    const moments = [
      moment("entry:OpenRelease@1", 0),
      moment("call:OpenRelease/dynamodb.GetItem#1@1", 1, "somebody-deregisters-stable"),
      moment("entry:Judged[0]@1", 2, "somebody-deregisters-stable"),
      moment("entry:Bake[0]@1", 2, "somebody-deregisters-stable"),
      moment("call:ScaleDown[0]/sagemaker.DeleteModel#1@1", 3, "somebody-deregisters-stable"),
      moment("entry:Promoted[0]@1", 4, "somebody-deregisters-stable"),
    ];

    expect(
      laid(moments).map(({ faults }) => faults.map(({ point }) => `${point.at}:${point.state}`)),
    ).toEqual([["entry:Bake"], ["call:ScaleDown"]]);
  });

  it("switch the sweep off before a release that is stopped later", () => {
    const off = "somebody-switches-the-sweep-off";
    const moments = [
      moment("entry:OpenRelease@1", 0, off),
      moment("call:OpenRelease/dynamodb.GetItem#1@1", 1, off),
      moment("entry:Bake[0]@1", 2, off),
      moment("call:ScaleDown[0]/sagemaker.DeleteModel#1@1", 3, off),
    ];

    expect(
      laid(moments).map(({ faults }) => faults.map(({ kind, point }) => `${kind} ${point.state}`)),
    ).toEqual([[`${off} OpenRelease`, "stop Bake"]]);
  });
});
