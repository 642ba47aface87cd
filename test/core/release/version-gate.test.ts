/** Whether a version may be released at all: an event is told why not, a person that it is a mistake. */
import { describe, expect, test } from "vitest";
import {
  lackOfApproval,
  lackOfPackage,
  mustBeNewer,
  notNewer,
  otherRegistry,
  packageArnOf,
  planFor,
  typeOf,
} from "../../../src/core/release/version-gate.ts";
import type { ReleaseRequest } from "../../../src/core/request/normalised.ts";
import { plan } from "../example.ts";

const region = "eu-west-1";
const place = {
  region,
  stateMachineArn: `arn:aws:states:${region}:123456789012:stateMachine:slipway-dev-release`,
};
const group = `arn:aws:sagemaker:${region}:210987654321:model-package-group/chat`;
const asked: ReleaseRequest = {
  model: "chat-assistant",
  milestone: "production",
  trigger: "registry",
  version: 8,
  again: false,
};
const byHand: ReleaseRequest = { ...asked, trigger: "manual" };

describe("a plan", () => {
  test("is one that has the milestone", () => {
    expect(planFor(plan, asked)).toBe(plan);
  });

  test.each([
    [
      undefined,
      "model chat-assistant has no plan",
      /^model: expected one with a plan, found "chat-assistant"; /,
    ],
    [
      { ...plan, milestones: {} },
      "the plan of chat-assistant has no milestone production",
      /^milestone: expected one with a plan, found "production"; /,
    ],
  ])("that lacks it is nothing to do for an event, and a person's mistake", (found, lack, mistake) => {
    expect(planFor(found as never, asked)).toBe(lack);
    expect(() => planFor(found as never, byHand)).toThrow(mistake);
  });
});

describe("a version's ARN", () => {
  test.each([
    ["the event's", { modelPackageArn: "arn:of:the:event", version: 8 }, plan, "arn:of:the:event"],
    [
      "of the plan's group",
      { version: 8 },
      { ...plan, modelPackageGroupArn: group },
      `${group.replace("-group", "")}/8`,
    ],
    [
      "of this account, else",
      { version: 8 },
      plan,
      `arn:aws:sagemaker:${region}:123456789012:model-package/chat-assistant/8`,
    ],
  ])("is %s", (_, of, by, arn) => {
    expect(packageArnOf(place, by, of)).toBe(arn);
  });

  test("of another region, or another account than the plan names, is a stranger's", () => {
    const arnIn = (where: string, account: string) =>
      `arn:aws:sagemaker:${where}:${account}:model-package/chat/8`;
    const named = { ...plan, modelPackageGroupArn: group };

    expect(otherRegistry(place, named, arnIn(region, "210987654321"))).toBeUndefined();
    expect(otherRegistry(place, plan, arnIn(region, "999999999999"))).toBeUndefined();
    expect(otherRegistry(place, named, arnIn(region, "999999999999"))).toMatch(/is not of the registry/);
    expect(otherRegistry(place, named, arnIn("us-east-1", "210987654321"))).toMatch(/is in another region/);
  });

  test("that its registry does not have is gone for an event, and a person's mistake", () => {
    expect(lackOfPackage("arn:8", asked)).toBe("arn:8 does not exist any more");
    expect(() => lackOfPackage("arn:8", byHand)).toThrow(
      /^version: expected one that is in the registry, found 8; /,
    );
  });
});

describe("a version", () => {
  const rejected = { approval: "Rejected" };

  test("is released that is approved", () => {
    expect(lackOfApproval(plan, asked, { approval: "Approved" })).toBeUndefined();
  });

  test("that is not approved is not for an event, and a person's mistake", () => {
    expect(lackOfApproval(plan, asked, rejected)).toBe("version 8 of chat-assistant is Rejected by now");
    expect(() => lackOfApproval(plan, byHand, rejected)).toThrow(
      /^version: expected an approved version, found 8; /,
    );
  });

  test("needs no approval for capacity alone", () => {
    expect(lackOfApproval(plan, { ...byHand, milestone: "training" }, rejected)).toBeUndefined();
  });

  test("has to be newer than what serves, but by hand", () => {
    expect(mustBeNewer(plan, asked)).toBe(true);
    expect(mustBeNewer(plan, { ...asked, trigger: "schedule" })).toBe(true);
    expect(mustBeNewer(plan, byHand)).toBe(false);
    expect(mustBeNewer(plan, { ...asked, milestone: "training" })).toBe(false);
  });

  test.each([
    [[], undefined],
    [[7], undefined],
    [[9, 7], undefined],
    [[8], "version 8 is not newer than version 8, which serves now; a run by hand releases it all the same"],
    [[9], "version 8 is not newer than version 9, which serves now; a run by hand releases it all the same"],
  ])("beside %j", (served, why) => {
    expect(notNewer(asked, served)).toBe(why);
  });
});

describe("a release's type", () => {
  test.each([
    ["as asked", { releaseType: "major" }, { approval: "", releaseType: "patch" }, "major"],
    ["as the registry says", {}, { approval: "", releaseType: "major" }, "major"],
    ["the plan's default", {}, undefined, plan.defaultReleaseType],
  ] as const)("is %s", (_, more, found, type) => {
    expect(
      typeOf(
        { ...plan, releaseTypes: { ...plan.releaseTypes, major: {} } } as never,
        { ...asked, ...more },
        found,
      ),
    ).toBe(type);
  });

  test("that the plan does not describe is a mistake", () => {
    expect(() => typeOf(plan, { ...asked, releaseType: "huge" as never }, undefined)).toThrow(
      /^releaseType: expected one of .*, found "huge"$/,
    );
  });
});
