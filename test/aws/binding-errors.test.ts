/** Why a deployment could not be reached: what nobody foresaw is told with what was called, and where. */
import { expect, test } from "vitest";
import { whyUnreached } from "../../src/aws/binding-errors.ts";

test.each([
  [undefined, "AWS in eu-west-1"],
  ["http://127.0.0.1:4566", "http://127.0.0.1:4566"],
])("an error that is not known is told in its own words, by %s", (endpoint, who) => {
  const error = Object.assign(new Error("try later"), { name: "Odd" });
  const told = { what: "sts:GetCallerIdentity", profile: undefined, region: "eu-west-1", endpoint };

  expect(whyUnreached(error, told).mistakes).toEqual([
    `${who} answered sts:GetCallerIdentity with Odd: try later`,
  ]);
});
