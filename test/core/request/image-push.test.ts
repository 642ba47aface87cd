/** A push of an image asks for a release where it is the tag that a plan waits for, and of the version that has the image. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Plan } from "../../../src/core/plan/plan.ts";
import { ReleaseRegistry } from "../../../src/core/plan/registry.ts";
import { milestoneMeant, planFor } from "../../../src/core/release/version-gate.ts";
import { isOfImage, planMeant } from "../../../src/core/request/image-push.ts";
import type { PushedImage, ReleaseRequest } from "../../../src/core/request/normalised.ts";
import { normaliseRequest } from "../../../src/core/request/request.ts";
import { plan } from "../example.ts";

const sample = JSON.parse(
  readFileSync(new URL("../../../events/image-pushed.json", import.meta.url), "utf8"),
) as { detail: Record<string, unknown> };
const waiting = Plan.parse({
  ...plan,
  registry: { kind: "ecr", repository: "chat-assistant", tag: "release" },
});
const pushWith = (detail: object) => normaliseRequest({ ...sample, detail: { ...sample.detail, ...detail } });
const push: PushedImage = {
  account: "123456789012",
  region: "eu-west-1",
  repository: "chat-assistant",
  tag: "release",
  digest: `sha256:${"7".padStart(64, "0")}`,
};

test("a push with a tag says which image got it", () => {
  expect(normaliseRequest(sample)).toEqual({ kind: "image-pushed", push });
});

test("what ECR's user guide shows is read as it stands there", () => {
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html, a completed push, and a deletion.
  const documented = {
    version: "0",
    id: "13cde686-328b-6117-af20-0e5566167482",
    "detail-type": "ECR Image Action",
    source: "aws.ecr",
    account: "123456789012",
    time: "2019-11-16T01:54:34Z",
    region: "us-west-2",
    resources: [],
    detail: {
      result: "SUCCESS",
      "repository-name": "my-repository-name",
      "image-digest": "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234",
      "action-type": "PUSH",
      "image-tag": "latest",
    },
  };

  expect(normaliseRequest(documented)).toMatchObject({
    kind: "image-pushed",
    push: { repository: "my-repository-name", tag: "latest", region: "us-west-2" },
  });
  expect(
    normaliseRequest({ ...documented, detail: { ...documented.detail, "action-type": "DELETE" } }),
  ).toMatchObject({ kind: "ignored", reason: expect.stringMatching(/DELETE was a SUCCESS/) });
});

test.each([
  [{ "action-type": "DELETE" }, /DELETE was a SUCCESS; only a push/],
  [{ result: "FAILURE" }, /PUSH was a FAILURE/],
  [{ "image-tag": undefined }, /was pushed without a tag/],
])("%j starts nothing", (detail, reason) => {
  expect(pushWith(detail)).toEqual({ kind: "ignored", reason: expect.stringMatching(reason) });
});

test("a push that does not say of which image is a mistake, and so is one of no account", () => {
  expect(pushWith({ "image-digest": 7 })).toMatchObject({
    mistakes: [{ where: "detail.image-digest", expected: "text", found: "7" }],
  });
  expect(normaliseRequest({ ...sample, account: "me" })).toMatchObject({ mistakes: [{ where: "account" }] });
});

test("other events of ECR start nothing", () => {
  expect(normaliseRequest({ ...sample, "detail-type": "ECR Image Scan" })).toEqual({
    kind: "ignored",
    reason: 'events from "aws.ecr" start no release',
  });
});

test("a plan is meant by its own repository and tag; two that wait for the same are told", () => {
  const other = { model: "search", registry: { kind: "ecr", repository: "serve", tag: "live" } } as const;

  expect(planMeant(push, [other, waiting])).toBe(waiting);
  expect(planMeant({ ...push, tag: "live" }, [other, waiting])).toBe(
    "no plan waits for the tag live in the repository chat-assistant",
  );
  expect(planMeant(push, [{ ...other, registry: waiting.registry }, waiting])).toBe(
    "the plans of search, chat-assistant all wait for the tag release in the repository chat-assistant: give each a tag of its own",
  );
});

const at = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/chat-assistant";
test.each([
  [`${at}@${push.digest}`, undefined, true],
  [`${at}:2026-11`, push.digest, true],
  [`${at}:2026-11@${push.digest}`, "another", true],
  [at, push.digest, true],
  [`${at}:2026-11`, undefined, false],
  [`${at}@sha256:${"8".padStart(64, "0")}`, push.digest, false],
  [`${at}-fork@${push.digest}`, undefined, false],
  [`${at.replace("123456789012", "210987654321")}@${push.digest}`, undefined, false],
  [`${at.replace("eu-west-1", "us-east-1")}@${push.digest}`, undefined, false],
  [`docker.io/chat-assistant@${push.digest}`, push.digest, false],
])("whether %s, registered as %s, is the image: %s", (image, registered, expected) => {
  expect(isOfImage({ image, registered, data: [] }, push)).toBe(expected);
});

test.each([
  [{ kind: "ecr", repository: "team/chat-assistant", tag: "release" }, true],
  [{ kind: "ecr", repository: "Team", tag: "release" }, false],
  [{ kind: "ecr", repository: "chat//assistant", tag: "release" }, false],
  [{ kind: "ecr", repository: "chat-assistant", tag: "latest" }, false],
  [{ kind: "ecr", repository: "chat-assistant", tag: "latest-good" }, true],
  [{ kind: "ecr", repository: "chat-assistant", tag: "-x" }, false],
  [{ kind: "ecr", repository: "chat-assistant" }, false],
])("whether a plan may say %j: %s", (registry, expected) => {
  expect(ReleaseRegistry.safeParse(registry).success).toBe(expected);
});

const asked = (more: Partial<ReleaseRequest>): ReleaseRequest => ({
  ...{ model: plan.model, version: 7, milestone: "production", trigger: "registry", again: false },
  ...more,
});

test("a plan that waits for a tag is not released by an approval, and one that does not is not by a tag", () => {
  expect(planFor(waiting, asked({}))).toBe(
    "an approved version of chat-assistant is released once its image in chat-assistant gets the tag release",
  );
  expect(planFor(plan, asked({ registry: "ecr" }))).toBe(
    "the plan of chat-assistant waits for no other registry by now",
  );
  expect(planFor(waiting, asked({ registry: "ecr" }))).toBe(waiting);
  expect(planFor(waiting, asked({ trigger: "manual" }))).toBe(waiting);
  expect(planFor(plan, asked({}))).toBe(plan);
});

test("an approval by way of another registry comes to staging where that is first", () => {
  const { milestones } = waiting;
  const staged = {
    ...waiting,
    milestones: { ...milestones, staging: { when: { event: "model-approved" } } },
  };

  expect(milestoneMeant(staged as Plan, asked({ registry: "ecr" }))).toBe("staging");
});

/** Keys and values of the real event among others, so that what is drawn often comes close to it. */
const word = fc.oneof(
  fc.constantFrom(
    "PUSH",
    "SUCCESS",
    "release",
    "Release",
    "release ",
    "latest",
    "chat-assistant",
    push.digest,
  ),
  fc.constantFrom(
    "FAILURE",
    "DELETE",
    "chat-assistant/x",
    "aws.ecr",
    "aws.sagemaker",
    "ECR Image Action",
    "",
  ),
  fc.string({ maxLength: 8 }),
);
const value = fc.oneof(word, fc.constantFrom(null, 7, true), fc.array(word, { maxLength: 2 }));
const detailKeys = ["action-type", "result", "repository-name", "image-digest", "image-tag"] as const;
const altered = fc
  .record({
    outer: fc.dictionary(
      fc.constantFrom("source", "detail-type", "account", "region", "Records", "model"),
      value,
      {
        maxKeys: 2,
      },
    ),
    inner: fc.dictionary(fc.constantFrom(...detailKeys), value, { maxKeys: 3 }),
    without: fc.subarray([...detailKeys], { maxLength: 1 }),
  })
  .map(({ outer, inner, without }) => {
    const detail = Object.entries({ ...sample.detail, ...inner }).filter(
      ([key]) => !without.some((each) => each === key),
    );
    return { ...sample, ...outer, detail: Object.fromEntries(detail) };
  });

test("no event but a push of the plan's own tag into its own repository means the plan", () => {
  let meant = 0;
  fc.assert(
    fc.property(
      fc.oneof({ weight: 9, arbitrary: altered }, { weight: 1, arbitrary: fc.anything() }),
      (event) => {
        const came = normaliseRequest(event);
        if (came.kind !== "image-pushed" || typeof planMeant(came.push, [waiting]) === "string") return;
        meant += 1;
        expect(event).toMatchObject({
          ...{ source: "aws.ecr", "detail-type": "ECR Image Action" },
          detail: {
            "action-type": "PUSH",
            result: "SUCCESS",
            "repository-name": "chat-assistant",
            "image-tag": "release",
          },
        });
      },
    ),
    { numRuns: 3000, seed: 15 },
  );
  // What means it is drawn as well: else this could not fail.
  expect(meant).toBeGreaterThan(100);
});

test("no event of ECR is a release by itself: which version it means only the registry tells", () => {
  fc.assert(
    fc.property(altered, (event) => {
      const came = normaliseRequest({ ...event, source: "aws.ecr" });
      expect(["image-pushed", "ignored", "bad"]).toContain(came.kind);
    }),
    { numRuns: 1000, seed: 15 },
  );
});
