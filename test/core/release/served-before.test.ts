/** Which version serves as a release begins, by what its model was made of. */
import { expect, test } from "vitest";
import { servedBefore, servedBeforeIn } from "../../../src/core/release/served-before.ts";
import { plan } from "../example.ts";

const location = {
  region: "eu-west-1",
  stateMachineArn: "arn:aws:states:eu-west-1:111122223333:stateMachine:release",
};
const registry = (account: string, group: string) =>
  `arn:aws:sagemaker:eu-west-1:${account}:model-package-group/${group}`;
const arn = (account: string, group: string) =>
  `arn:aws:sagemaker:eu-west-1:${account}:model-package/${group}/6`;

test("is the version of the plan's registry that it was made of", () => {
  const central = { ...plan, modelPackageGroupArn: registry("444455556666", "assistants") };

  expect(servedBefore(location, plan, arn("111122223333", "chat-assistant"))).toEqual({ version: 6 });
  expect(servedBefore(location, central, arn("444455556666", "assistants"))).toEqual({ version: 6 });
});

test.each([
  [undefined, "its model was made of no version of the registry"],
  [
    arn("111122223333", "search"),
    "its model was made of arn:.*/search/6, which is not of the plan's registry",
  ],
  [arn("444455556666", "chat-assistant"), "which is not of the plan's registry"],
  ["arn:aws:sagemaker:eu-west-1:111122223333:model-package/unversioned", "not of the plan's registry"],
])("is not known of a model that was made of %s", (madeOf, why) => {
  expect(servedBefore(location, plan, madeOf)).toEqual({ unknown: expect.stringMatching(why) });
});

test("is read of what was planned, whatever else that says", () => {
  expect(servedBeforeIn({ status: "fits", servedBefore: { version: 6 } })).toEqual({ version: 6 });
  expect(servedBeforeIn({ status: "fits" })).toBeUndefined();
  expect(servedBeforeIn({ servedBefore: "6" })).toBeUndefined();
  expect(servedBeforeIn(undefined)).toBeUndefined();
});
