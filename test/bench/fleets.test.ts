/** Fleets of other sizes serve the same traffic. */
import { expect, test } from "vitest";
import { ofSize } from "../../bench/seeds/fleets.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { plan } from "../core/example.ts";

test.each([1, 2, 3, 8, 30])("%d instances serve as much together as the plan's own", (instances) => {
  const own = ofSize(plan, instances);
  const served = ({ endpoint }: Plan) => endpoint.instances * endpoint.requestsPerSecondPerInstance;

  expect(own.endpoint.instances).toBe(instances);
  expect(served(own)).toBeCloseTo(served(plan), 9);
  expect(own.releaseTypes.minor?.inference.requestsPerSecondPerInstance).toBe(
    own.endpoint.requestsPerSecondPerInstance,
  );
  expect(Plan.safeParse(own).success).toBe(true);
});
