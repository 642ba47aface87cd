/** The environment of a candidate: the package's, what the serving model was given beside it, and the plan's word over both. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { carriedEnvironment } from "../../../src/core/capacity/environment.ts";
import { holds } from "../../property.ts";

type Variables = Record<string, string>;
const fromPackage = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat/6";

function carried(of: { serving?: Variables; own?: Variables; planned?: Variables; image?: boolean }) {
  const { serving, own, planned = {}, image = false } = of;
  return carriedEnvironment({
    serving: { Environment: serving, ...(image ? {} : { ModelPackageName: fromPackage }) },
    next: { Environment: own },
    planned,
  });
}

describe("a candidate's environment", () => {
  test("is the package's own, and nothing is given beside it, where nothing was or is", () => {
    expect(carried({})).toEqual({ unclear: [] });
    expect(carried({ own: { A: "1" } })).toEqual({ unclear: [] });
    expect(carried({ own: { A: "1" }, serving: { A: "1" } })).toEqual({ unclear: [] });
  });

  test("has what the serving model was given, with the package's own, and the plan's over both", () => {
    expect(carried({ own: { A: "1" }, serving: { B: "2" } }).environment).toEqual({ A: "1", B: "2" });
    expect(carried({ own: { A: "1", C: "1" }, serving: { B: "2" }, planned: { A: "3", B: "3" } })).toEqual({
      environment: { A: "3", B: "3", C: "1" },
      unclear: [],
    });
  });

  test("is not clear where a model made from a package was given another value than the next package has", () => {
    const sides = { own: { A: "1" }, serving: { A: "secret" } };

    expect(carried(sides)).toEqual({
      unclear: ["A is set otherwise in the serving model than in the package"],
    });
    expect(carried({ ...sides, image: true })).toEqual({ unclear: [] });
    expect(carried({ ...sides, planned: { A: "2" } })).toEqual({ environment: { A: "2" }, unclear: [] });
  });

  test.each([
    ["HF_MODEL_ID", "org/chat", false],
    ["HF_MODEL_ID", "/opt/ml/model", true],
    ["SAGEMAKER_SUBMIT_DIRECTORY", "s3://code/v6.tar.gz", false],
    ["SAGEMAKER_SUBMIT_DIRECTORY", "/opt/ml/model/code", true],
    ["ANYTHING", "s3://bucket/adapters-v6", false],
    ["TOKENIZERS", "org/chat", true],
  ])("has %s=%s of the serving model: %s", (key, value, is) => {
    const { environment, unclear } = carried({ serving: { [key]: value } });

    expect(environment).toEqual(is ? { [key]: value } : undefined);
    expect(unclear).toEqual(is ? [] : [`${key} of the serving model says what it serves`]);
  });

  test("loses no variable without a word, and tells no value", () => {
    const variables = fc.dictionary(fc.constantFrom("A", "B", "C"), fc.constantFrom("x1", "x2"));
    holds(
      fc.property(variables, variables, variables, fc.boolean(), (serving, own, planned, image) => {
        const { environment, unclear } = carried({ serving, own, planned, image });
        const given = { ...own, ...environment };
        for (const key of Object.keys({ ...serving, ...own, ...planned }))
          expect(key in given || unclear.some((each) => each.startsWith(key))).toBe(true);
        for (const [key, value] of Object.entries(planned)) expect(given[key]).toBe(value);
        expect(unclear.join()).not.toMatch(/x[12]/);
      }),
    );
  });
});
