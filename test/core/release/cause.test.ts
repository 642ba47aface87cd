/** Why a Lambda failed, as Step Functions says it. */
import { expect, test } from "vitest";
import { causeText } from "../../../src/core/release/cause.ts";

test.each([
  [undefined, "no cause was given"],
  ["", "no cause was given"],
  ['{"errorType":"AwsDenied","errorMessage":"not allowed"}', "not allowed"],
  ['{"errorType":"AwsDenied"}', '{"errorType":"AwsDenied"}'],
  ["null", "null"],
  ["States.Timeout", "States.Timeout"],
])("of %j is told: %s", (cause, told) => {
  expect(causeText(cause)).toBe(told);
});
