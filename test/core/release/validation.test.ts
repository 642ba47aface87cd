/** What a version must measure up to: bounds, what serves, and that what is not known is no pass. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Criterion } from "../../../src/core/plan/criteria.ts";
import { type Evaluated, type Evaluation, lacksOfVersion } from "../../../src/core/release/validation.ts";

const auc = "binary_classification_metrics.auc";
const criterion = (more: object) => Criterion.parse({ metric: auc, ...more });
const version = (number: number, content?: unknown): Evaluated => ({
  called: `version ${number}`,
  evaluations: new Map(content === undefined ? [] : [["model-quality", { content } as Evaluation] as const]),
});
const measured = (number: number, value: unknown) =>
  version(number, { binary_classification_metrics: { auc: { value, standard_deviation: "NaN" } } });
const lacks = (more: object, candidate: Evaluated, serving?: Evaluated) =>
  lacksOfVersion([criterion(more)], { candidate, serving });

describe("a bound", () => {
  test("is met at its edge, from either side", () => {
    expect(lacks({ atLeast: 0.9 }, measured(7, 0.9))).toEqual([]);
    expect(lacks({ atMost: 0.9 }, measured(7, 0.9))).toEqual([]);
  });

  test("that is not met is told with what was found", () => {
    expect(lacks({ atLeast: 0.9 }, measured(7, 0.89999))).toEqual([
      `${auc} of version 7 is 0.89999, and has to be 0.9 at least`,
    ]);
    expect(lacks({ atMost: 0.05 }, measured(7, 0.0505))).toEqual([
      `${auc} of version 7 is 0.0505, and may be 0.05 at most`,
    ]);
  });

  test("takes a number as it is, or as the value of a map", () => {
    const bare = version(7, { binary_classification_metrics: { auc: 0.95 } });
    expect(lacks({ atLeast: 0.9 }, bare)).toEqual([]);
  });
});

describe("what serves", () => {
  test("may be better by as much as the plan says, and no more", () => {
    const compared = { atLeast: 0.5, worseThanServingBy: 0.01 };
    expect(lacks(compared, measured(7, 0.89), measured(6, 0.9))).toEqual([]);
    expect(lacks(compared, measured(7, 0.889), measured(6, 0.9))).toEqual([
      `${auc} of version 7 is 0.889, of version 6, which serves, 0.9: it may be worse by 0.01 at most`,
    ]);
  });

  test("is better where it is lower, if the bound is one from above", () => {
    const compared = { atMost: 10, worseThanServingBy: 0.5 };
    expect(lacks(compared, measured(7, 4.5), measured(6, 4))).toEqual([]);
    expect(lacks(compared, measured(7, 4.6), measured(6, 4))).toHaveLength(1);
    expect(lacks(compared, measured(7, 1), measured(6, 4))).toEqual([]);
  });

  test("is no matter where the plan does not compare", () => {
    expect(lacks({ atLeast: 0.5 }, measured(7, 0.6), measured(6, 0.99))).toEqual([]);
    expect(lacks({ atLeast: 0.5 }, measured(7, 0.6))).toEqual([]);
  });
});

describe("what is not known is no pass", () => {
  const compared = { atLeast: 0.5, worseThanServingBy: 0.01 };
  test.each([
    ["no document", version(7), measured(6, 0.9), "its registry entry names no document of model-quality"],
    [
      "one that cannot be read",
      {
        called: "version 7",
        evaluations: new Map([["model-quality", { unknown: "s3://b/k is no JSON" }]]),
      } as Evaluated,
      measured(6, 0.9),
      "s3://b/k is no JSON",
    ],
    [
      "no such member",
      version(7, { accuracy: 1 }),
      measured(6, 0.9),
      "its document of model-quality has no such number",
    ],
    ["a text", measured(7, "0.95"), measured(6, 0.9), "its document of model-quality has no such number"],
    ["NaN", measured(7, "NaN"), measured(6, 0.9), "its document of model-quality has no such number"],
    ["a list", version(7, [1]), measured(6, 0.9), "its document of model-quality has no such number"],
    [
      "what every map has",
      version(7, { constructor: 1 }),
      measured(6, 0.9),
      "its document of model-quality has no such number",
    ],
  ])("of the candidate: %s", (_, candidate, serving, why) => {
    expect(lacks(compared, candidate, serving)).toEqual([`${auc} of version 7 is not known: ${why}`]);
  });

  test("of what serves, or which version that is", () => {
    expect(lacks(compared, measured(7, 0.9), version(6))).toEqual([
      `${auc} of version 6 is not known: its registry entry names no document of model-quality`,
    ]);
    expect(lacks(compared, measured(7, 0.9))).toEqual([
      `${auc} is to be compared with what serves, and no version is known to serve`,
    ]);
  });
});

test("whatever is measured, a better version passes wherever a worse one does", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(value, value, value, value, fc.boolean(), (bound, one, other, serving, isMore) => {
      const [worse, better] = [Math.min(one, other), Math.max(one, other)].toSorted((a, b) =>
        isMore ? a - b : b - a,
      );
      const compared = { [isMore ? "atLeast" : "atMost"]: bound, worseThanServingBy: 1 };
      const passes = (each: unknown) => lacks(compared, measured(7, each), measured(6, serving)).length === 0;
      expect(!passes(worse) || passes(better)).toBe(true);
    }),
  );
});

test.each([
  [{}, "expected atLeast or atMost, not both, found neither"],
  [{ atLeast: 1, atMost: 2 }, "expected atLeast or atMost, not both, found both"],
])("a criterion has one bound: %j", (more, message) => {
  const { error } = Criterion.safeParse({ metric: auc, ...more });
  expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
});
