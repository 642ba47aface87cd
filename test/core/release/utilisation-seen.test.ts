/** How full an instance was where latency broke, by a release's test under load. */
import { describe, expect, test } from "vitest";
import { UtilisationSeen, utilisationSeen } from "../../../src/core/release/utilisation-seen.ts";

const asPlanned = {
  instanceType: "ml.g5.xlarge",
  requestsPerSecondPerInstance: 12,
  utilisation: 0.7,
  patienceSeconds: 15,
};
const step = (name: string, rate: number, answered = rate) => ({
  name,
  requestsPerSecond: rate,
  tally: { seconds: 60, requests: 60 * rate, answered: 60 * answered },
});
const seen = (knee: { from: number; to?: number } | undefined, steps: readonly object[] = []) =>
  utilisationSeen({ instances: 8, status: "enough", knee, steps }, asPlanned);

describe("where latency broke", () => {
  test("is the knee over what the plan says where the fleet was never full", () => {
    const found = seen({ from: 67.2, to: 76.8 }, [step("peak", 60), step("full", 86, 84)]);

    expect(found).toEqual({ instanceType: "ml.g5.xlarge", planned: 0.7, moreThan: 0.7, atMost: 0.8 });
    expect(UtilisationSeen.parse(found)).toEqual(found);
  });

  test("is at least that, where no rate was too much", () => {
    expect(seen({ from: 105.6 }, [step("full", 86)])).toEqual({
      instanceType: "ml.g5.xlarge",
      planned: 0.7,
      moreThan: 1.1,
    });
    expect(seen({ from: 0, to: 48 })).toMatchObject({ moreThan: 0, atMost: 0.5 });
  });

  test("is that over what a full fleet answered, which it may have done until the end of its patience", () => {
    const found = seen({ from: 40, to: 44 }, [step("peak", 60), step("full", 86, 64)]);

    // 8 an instance in the 60 s, 6.4 in the 75 s.
    expect(found).toMatchObject({ moreThan: 0.625, atMost: 0.8594 });
  });

  test("takes no more for full load than the plan says, nor goes by a spike", () => {
    const full = seen({ from: 67.2, to: 76.8 }, [step("knee", 200, 150), step("spike", 300, 10)]);

    expect(full).toMatchObject({ moreThan: 0.7, atMost: 0.8 });
  });

  test.each([
    ["nothing", undefined],
    ["another version's test", { status: "enough", knee: { from: "x" } }],
    ["a test without a knee", { instances: 8, steps: [] }],
    ["a test that found nothing", { instances: 8, knee: { from: 0 }, steps: [] }],
    [
      "a fleet that answered nothing",
      { instances: 8, knee: { from: 0, to: 9 }, steps: [step("peak", 9, 0)] },
    ],
  ])("is not known of %s", (_, loadTest) => {
    expect(utilisationSeen(loadTest, asPlanned)).toBeUndefined();
  });
});
