/** Names of what a release creates: within AWS's rules, the same at every retry, different for different things. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { labelOf, releaseIdOf, resourceName, variantName } from "../../../src/core/release/names.ts";
import { holds } from "../../property.ts";

test("a version labels its releases", () => {
  expect(labelOf({ version: 7 }, "2026-11-23T08:00:00Z")).toBe("v7");
});

test("a milestone without a version is labelled by the day it was due, however late it starts", () => {
  expect(labelOf({ scheduledTime: "2026-11-23T02:00:00Z" }, "2026-11-24T00:10:00Z")).toBe("2026-11-23");
  expect(labelOf({}, "2026-11-24T00:10:00Z")).toBe("2026-11-24");
});

test("a release is named by model, label and milestone, and a further attempt by its number", () => {
  const named = { model: "chat-assistant", label: "v7", milestone: "production" };

  expect(releaseIdOf({ ...named, attempt: 1 })).toBe("chat-assistant-v7-production");
  expect(releaseIdOf({ ...named, attempt: 2 })).toBe("chat-assistant-v7-production-r2");
});

test("a variant is named by its version, and a further attempt by its number", () => {
  expect(variantName(7, 1)).toBe("v7");
  expect(variantName(7, 3)).toBe("v7-r3");
});

test("a short name is the release's with its suffix", () => {
  expect(resourceName("chat-assistant-v7-production")).toBe("chat-assistant-v7-production");
  expect(resourceName("chat-assistant-v7-production", "join")).toBe("chat-assistant-v7-production-join");
});

/** SageMaker's rule for names (API reference): what AwsName in the plan allows for the model. */
const awsName = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const model = fc.stringMatching(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/).filter((text) => text.length <= 63);
const releaseId = fc
  .record({
    model,
    label: fc.oneof(
      fc.integer({ min: 1, max: 1e6 }).map((version) => `v${version}`),
      fc.constant("2026-11-23"),
    ),
    milestone: fc.constantFrom("data-collection", "training", "production"),
    attempt: fc.integer({ min: 1, max: 999 }),
  })
  .map(releaseIdOf);
const suffix = fc.constantFrom("", "join", "final", "lease", "primer");

test("every name that a release can have is one that SageMaker takes, of at most 63 characters", () => {
  holds(
    fc.property(releaseId, suffix, (id, tail) => {
      const name = resourceName(id, tail);

      expect(name).toMatch(awsName);
      expect(name.length).toBeLessThanOrEqual(63);
      expect(name.endsWith(tail)).toBe(true);
    }),
  );
});

test("things of one release, and the same thing of two releases, never share a name", () => {
  holds(
    fc.property(releaseId, releaseId, (one, other) => {
      const suffixes = ["", "join", "final", "lease", "primer"];
      const names = [...new Set([one, other])].flatMap((id) =>
        suffixes.map((tail) => resourceName(id, tail)),
      );

      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

test("models that only differ at the end that is cut off keep different names", () => {
  const long = "a-model-whose-name-uses-up-nearly-all-that-sagemaker-allows";
  const ids = ["one", "two"].map((model) =>
    releaseIdOf({ model: `${model}-${long}`, label: "v7", milestone: "production", attempt: 1 }),
  );

  const [first, second] = ids.map((id) => resourceName(id, "join"));

  expect(first).not.toBe(second);
  expect(first?.slice(8)).toBe(second?.slice(8));
});
