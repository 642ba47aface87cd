/** Names of what a release creates: within AWS's rules, the same at every retry, different for different things. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { comesOften, When } from "../../../src/core/plan/when.ts";
import {
  executionName,
  formerMilestoneName,
  isReleaseId,
  isSubject,
  labelOf,
  milestoneName,
  releaseIdOf,
  resourceName,
  variantName,
} from "../../../src/core/release/names.ts";
import { holds } from "../../property.ts";

test("a version labels its releases", () => {
  expect(labelOf({ version: 7 }, "2026-11-23T08:00:00Z", { severalADay: false })).toBe("v7");
});

test("a milestone without a version is labelled by the day it was due, however late it starts", () => {
  expect(
    labelOf({ scheduledTime: "2026-11-23T02:00:00Z" }, "2026-11-24T00:10:00Z", { severalADay: false }),
  ).toBe("2026-11-23");
  expect(labelOf({}, "2026-11-24T00:10:00Z", { severalADay: false })).toBe("2026-11-24");
  const ahead = { scheduledTime: "2026-11-22T23:50:00Z", dueAt: "2026-11-23T00:05:00.000Z" };
  expect(labelOf(ahead, "2026-11-22T23:50:04Z", { severalADay: false })).toBe("2026-11-23");
});

test("one that comes several times a day has the time in its label", () => {
  const due = { scheduledTime: "2026-11-23T02:45:00Z", dueAt: "2026-11-23T03:00:00.000Z" };
  expect(labelOf(due, "2026-11-23T02:45:04Z", { severalADay: true })).toBe("2026-11-23-0300");
  expect(labelOf({ ...due, version: 7 }, "2026-11-23T02:45:04Z", { severalADay: true })).toBe("v7");
});

test.each([
  ["cron(0 1,13 * * ? *)", true],
  ["cron(*/20 4 * * ? *)", true],
  ["cron(0 2 ? * MON *)", false],
])("%s comes several times a day: %s", (cron, often) => {
  expect(comesOften(When.parse({ cron }))).toBe(often);
});

test("a release is named by model, label and milestone, and a further attempt by its number", () => {
  const named = { model: "chat-assistant", label: "v7", milestone: "production" };

  expect(releaseIdOf({ ...named, attempt: 1 })).toBe("chat-assistant-v7-production");
  expect(releaseIdOf({ ...named, attempt: 2 })).toBe("chat-assistant-v7-production-r2");
});

test("what has the form of a release's id is told from what has not", () => {
  for (const id of ["a-v7-production", "a-b-v12-staging-r2", "a-2026-11-23-training", "a-v1-data-collection"])
    expect(isReleaseId(id), id).toBe(true);
  for (const id of [
    "",
    "a",
    "a-v7",
    "a-v0-production",
    "a-v7-prod",
    "v7-production",
    "a_b-v7-production",
    "a-v7-production-r",
    "a\n-v7-production",
  ])
    expect(isReleaseId(id), id).toBe(false);
});

test("what can be locked is told from what cannot", () => {
  for (const subject of ["endpoint/a", "pool/a/training"]) expect(isSubject(subject), subject).toBe(true);
  for (const subject of ["", "a", "endpoint/", "endpoint/a/b", "pool/a", "pool/a/tea", "pool/a/training/b"])
    expect(isSubject(subject), subject).toBe(false);
});

test("a variant is named by its version, and a further attempt by its number", () => {
  expect(variantName(7, 1)).toBe("v7");
  expect(variantName(7, 3)).toBe("v7-r3");
});

const named = {
  stack: "slipway-dev",
  id: "chat-assistant-v7-production",
  subject: "endpoint/chat-assistant",
};

test("a name says whose it is, of which release, and what for", () => {
  expect(resourceName(named)).toMatch(/^slipway-dev-chat-assistant-v7-production-[0-9a-z]{8}$/);
  expect(resourceName(named, "join")).toMatch(/^slipway-dev-chat-assistant-v7-production-join-[0-9a-z]{8}$/);
  expect(milestoneName({ stack: "slipway-dev", model: "chat-assistant", kind: "training" })).toMatch(
    /^slipway-dev-chat-assistant-training-[0-9a-z]{8}$/,
  );
  expect(executionName("lease", { stack: "slipway-dev", releaseId: named.id, nth: "2936" })).toMatch(
    /^lease-slipway-dev-chat-assistant-v7-production-2936-[0-9a-z]{8}$/,
  );
});

test("a schedule of an earlier version is found by the name that it had, also where that was shortened", () => {
  expect(formerMilestoneName({ model: "chat", kind: "training" })).toBe("slipway-chat-training");
  expect(formerMilestoneName({ model: `${"a-very-long-model-name-".repeat(4)}x`, kind: "production" })).toBe(
    "2d60d007-ry-long-model-name-a-very-long-model-name-x-production",
  );
});

test("a name is the same at every retry, by whichever version of the code: it is in ledgers", () => {
  expect(resourceName(named, "join")).toBe(resourceName({ ...named }, "join"));
  expect(resourceName(named, "join")).toBe("slipway-dev-chat-assistant-v7-production-join-uv5qtsh2");
});

test.each(["", "1stack", "under_score", "slipway dev", `s${"x".repeat(47)}`])(
  "no stack is called %j",
  (stack) => {
    expect(() => resourceName({ ...named, stack })).toThrow(`found "${stack}"`);
  },
);

/** CloudFormation's rule for stacks, as long as Lambda's names leave room for. */
const stack = fc.oneof(
  fc.constantFrom("slipway-dev", "slipway-prod", "slipway-dev-chat", "slipway", "slipway-dev-"),
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,46}$/),
);
/** SageMaker's rule for names (API reference): what AwsName in the plan allows for model and endpoint. */
const awsName = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const sageMakerName = fc.oneof(
  fc.constantFrom(
    "chat",
    "dev-chat",
    "chat-v7-production",
    "chat-join",
    "a".repeat(63),
    `b${"a".repeat(62)}`,
  ),
  fc.stringMatching(awsName).filter((text) => text.length <= 63),
);
const milestone = fc.constantFrom("data-collection", "training", "production");
const release = fc.record({
  stack,
  model: sageMakerName,
  endpoint: sageMakerName,
  label: fc.oneof(
    fc.integer({ min: 1, max: 1e6 }).map((version) => `v${version}`),
    fc.constant("2026-11-23"),
  ),
  milestone,
  attempt: fc.integer({ min: 1, max: 999 }),
});
type Release = typeof release extends fc.Arbitrary<infer T> ? T : never;
const suffixes = ["", "join", "final", "lease", "primer"] as const;

/** Every name that a release can come to have, by what it is for. */
function namesOf({ stack, endpoint, ...rest }: Release): Map<string, string> {
  const id = releaseIdOf(rest);
  const subject = `endpoint/${endpoint}`;
  const purposes = ["compensate", "compensate-by-hand", "lease"] as const;
  return new Map([
    ...suffixes.map(
      (tail) =>
        [JSON.stringify([stack, subject, id, tail]), resourceName({ stack, id, subject }, tail)] as const,
    ),
    ...["1-1", "1-11", "11-1"].flatMap((nth) =>
      purposes.map(
        (purpose) =>
          [
            JSON.stringify([purpose, stack, id, nth]),
            executionName(purpose, { stack, releaseId: id, nth }),
          ] as const,
      ),
    ),
    [
      JSON.stringify([stack, rest.model, rest.milestone]),
      milestoneName({ stack, model: rest.model, kind: rest.milestone }),
    ],
  ]);
}

test("every name is one that AWS takes, with the stack whole at its front", () => {
  holds(
    fc.property(release, (one) => {
      for (const [what, name] of namesOf(one)) {
        const execution = /^\["(compensate|lease)/.test(what);
        expect(name).toMatch(execution ? /^[0-9A-Za-z-]{1,80}$/ : awsName);
        expect(name.replace(/^(compensate(-by-hand)?|lease)-/, "").startsWith(`${one.stack}-`)).toBe(true);
      }
    }),
  );
});

/** Two releases that agree in most of what names are made of. */
const relatives = fc
  .tuple(
    release,
    release,
    fc.array(fc.constantFrom("stack", "model", "endpoint", "label", "milestone", "attempt")),
  )
  .map(([one, other, shared]) => [
    one,
    { ...other, ...Object.fromEntries(shared.map((key) => [key, one[key as keyof Release]])) } as Release,
  ]);

test("what differs in stack, endpoint, model, version, milestone, attempt or purpose never shares a name", () => {
  holds(
    fc.property(relatives, (pair) => {
      const all = new Map(pair.flatMap((one) => [...namesOf(one)]));
      // SageMaker's ARNs are lower case whatever the name's case.
      expect(new Set([...all.values()].map((name) => name.toLowerCase())).size).toBe(all.size);
    }),
    { numRuns: 500 },
  );
});

test("hyphens do not make one stack's things another's", () => {
  const inDev = resourceName({ ...named, stack: "slipway-dev", id: "chat-v7-production" });
  const inDevChat = resourceName({ ...named, stack: "slipway-dev-chat", id: "v7-production" });

  expect(inDev.slice(0, -8)).toBe(inDevChat.slice(0, -8));
  expect(inDev).not.toBe(inDevChat);
});

test("of a name that is too long, the end that says version and milestone is kept", () => {
  const long = "a-model-whose-name-uses-up-nearly-all-that-sagemaker-allows";
  const ids = ["one", "two"].map((model) =>
    releaseIdOf({ model: `${model}-${long}`, label: "v7", milestone: "production", attempt: 1 }),
  );

  const [first, second] = ids.map((id) => resourceName({ ...named, id }, "join"));

  expect(first).toMatch(/^slipway-dev-.*-v7-production-join-[0-9a-z]{8}$/);
  expect(first?.slice(0, -8)).toBe(second?.slice(0, -8));
  expect(first).not.toBe(second);
});
