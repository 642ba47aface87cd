/** Whatever starts an execution becomes one request, or is ignored for a reason, or is refused with every mistake. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { normaliseRequest } from "../../../src/core/request/request.ts";

type Json = { [key: string]: unknown };

function sample(name: string): Json {
  return JSON.parse(readFileSync(new URL(`../../../events/${name}.json`, import.meta.url), "utf8")) as Json;
}

/** The approval with other details. */
function approvalWith(detail: Json): Json {
  const event = sample("registry-approved");
  return { ...event, detail: { ...(event.detail as Json), ...detail } };
}

function mistakes(input: unknown): string[] {
  const asked = normaliseRequest(input);
  return asked.kind === "bad" ? asked.mistakes.map(formatMistake) : [asked.kind];
}

test("an approval in the registry asks for the production milestone of that version", () => {
  expect(normaliseRequest(sample("registry-approved"))).toEqual({
    kind: "release",
    request: {
      model: "chat-assistant",
      version: 7,
      milestone: "production",
      trigger: "registry",
      modelPackageArn: "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7",
      approvedAt: "2026-11-23T09:14:06.000Z",
      again: false,
    },
  });
});

test("an older event, with epoch times and no list of changed fields, is an approval too", () => {
  const asked = normaliseRequest(
    approvalWith({ LastModifiedTime: 1_622_695_255_225, UpdatedModelPackageFields: undefined }),
  );

  expect(asked).toMatchObject({
    kind: "release",
    request: { version: 7, approvedAt: "2021-06-03T04:40:55.225Z" },
  });
});

test("an approval whose list of changed fields is empty is one too: a version may be registered as approved", () => {
  expect(normaliseRequest(approvalWith({ UpdatedModelPackageFields: [] }))).toMatchObject({
    kind: "release",
    request: { version: 7 },
  });
});

test.each([
  ["registry-rejected", "version 7 of chat-assistant is Rejected; only an approved version is released"],
  [
    "registry-pending",
    "version 7 of chat-assistant is PendingManualApproval; only an approved version is released",
  ],
  [
    "registry-life-cycle",
    "version 7 of chat-assistant was approved before; this event says that ModelLifeCycle changed",
  ],
])("%s is ignored: %s", (name, reason) => {
  expect(normaliseRequest(sample(name))).toEqual({ kind: "ignored", reason });
});

test.each([
  [{ ModelPackageStatus: "Failed" }, "version 7 of chat-assistant is approved, but its package is Failed"],
  [{ ModelApprovalStatus: undefined }, "version 7 of chat-assistant carries no approval status"],
  [
    { UpdatedModelPackageFields: ["CustomerMetadataProperties"] },
    "version 7 of chat-assistant was approved before; this event says that CustomerMetadataProperties changed",
  ],
  [
    { ModelPackageGroupName: undefined, ModelPackageVersion: undefined },
    "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7 belongs to no group, so it has no version to release",
  ],
])("an event with %j is ignored", (detail, reason) => {
  expect(normaliseRequest(approvalWith(detail))).toEqual({ kind: "ignored", reason });
});

test.each([
  [
    { source: "aws.states", "detail-type": "Step Functions Execution Status Change", detail: {} },
    'events from "aws.states" start no release',
  ],
  [{ ...sample("registry-approved"), source: "my.app" }, 'events from "my.app" start no release'],
  [
    { ...sample("registry-approved"), "detail-type": "SageMaker Endpoint State Change" },
    'events of type "SageMaker Endpoint State Change" start no release',
  ],
])("events of another kind are ignored", (event, reason) => {
  expect(normaliseRequest(event)).toEqual({ kind: "ignored", reason });
});

test("a registry event whose version is no whole number is bad input, not a release", () => {
  expect(mistakes(approvalWith({ ModelPackageVersion: "7" }))).toEqual([
    'detail.ModelPackageVersion: expected a number, found "7"',
  ]);
  expect(mistakes({ ...sample("registry-approved"), detail: undefined })).toEqual([
    expect.stringMatching(/^detail: expected a map of keys \(ModelPackageGroupName, .*\), found nothing$/),
  ]);
});

test("a milestone that is due keeps the time it was due at", () => {
  expect(normaliseRequest(sample("scheduled-milestone"))).toEqual({
    kind: "release",
    request: {
      model: "chat-assistant",
      milestone: "training",
      trigger: "schedule",
      scheduledTime: "2026-11-23T01:00:00Z",
      again: false,
    },
  });
});

test("a schedule that is ahead of its milestone's date says by how much", () => {
  const ahead = {
    milestone: {
      model: "chat-assistant",
      kind: "training",
      scheduledTime: "2026-11-22T23:50:00Z",
      leadMinutes: 15,
    },
  };

  expect(normaliseRequest(ahead)).toMatchObject({
    request: { scheduledTime: "2026-11-22T23:50:00Z", dueAt: "2026-11-23T00:05:00.000Z" },
  });
});

test("a rule's constant input may leave the time out", () => {
  expect(normaliseRequest({ milestone: { model: "chat-assistant", kind: "staging" } })).toMatchObject({
    kind: "release",
    request: { milestone: "staging", trigger: "schedule" },
  });
});

test.each([
  [
    { milestone: { model: "a", kind: "trainig" } },
    'milestone.kind: expected one of data-collection, training, validation, staging, production, patch, found "trainig"; did you mean "training"?',
  ],
  [
    { milestone: { model: "a", kind: "training", scheduledTime: "<aws.scheduler.scheduled-time>" } },
    'milestone.scheduledTime: expected the time that EventBridge Scheduler puts there, found "<aws.scheduler.scheduled-time>" itself',
  ],
  [
    { milestone: { model: "a", kind: "training", scheduledTime: "monday" } },
    'milestone.scheduledTime: expected a time such as "2026-12-01T08:00:00Z", found "monday"',
  ],
  [
    { Milestone: { model: "a", kind: "training" } },
    'Milestone: expected a known key, found "Milestone"; did you mean milestone?',
  ],
])("a schedule's input with a mistake is refused: %j", (input, message) => {
  expect(mistakes(input)).toEqual([message]);
});

test("a bare Scheduled Event names no model, and says how a rule should be set up", () => {
  const event = {
    version: "0",
    source: "aws.events",
    "detail-type": "Scheduled Event",
    resources: [],
    detail: {},
  };

  expect(mistakes(event)).toEqual([
    'the input: expected the target\'s constant input, {"milestone": {"model": …, "kind": …}}, found the bare Scheduled Event, which names no model',
  ]);
});

test("the smallest run by hand is a model and a version", () => {
  expect(normaliseRequest(sample("manual-minimal"))).toEqual({
    kind: "release",
    request: {
      model: "chat-assistant",
      version: 7,
      milestone: "production",
      trigger: "manual",
      again: false,
    },
  });
});

test("a run by hand may say its milestone, type, reason, and that it runs once more", () => {
  expect(normaliseRequest(sample("manual-full"))).toMatchObject({
    kind: "release",
    request: { releaseType: "patch", again: true, note: "Once more, now that the feature store is back." },
  });
});

test("capacity-only milestones need no version", () => {
  expect(normaliseRequest({ model: "chat-assistant", milestone: "training" })).toMatchObject({
    kind: "release",
  });
});

test.each([
  [
    { modle: "chat-assistant", version: 7 },
    ['modle: expected a known key, found "modle"; did you mean model?'],
  ],
  [
    { model: "chat-assistant", vesion: 7 },
    ['vesion: expected a known key, found "vesion"; did you mean version?'],
  ],
  [{ model: "chat-assistant", version: "7" }, ['version: expected a number, found "7"']],
  [{ model: "chat-assistant", version: 7.5 }, ["version: expected a whole number, found 7.5"]],
  [{ model: "chat-assistant", version: 0 }, ["version: expected at least 1, found 0"]],
  [{ model: "chat-assistant" }, ["version: expected the version to release, a whole number, found nothing"]],
  [{ version: 7 }, ["model: expected text, found nothing"]],
  [
    { model: "chat assistant", version: 7 },
    ['model: expected letters, digits and inner hyphens, at most 63 characters, found "chat assistant"'],
  ],
  [
    { model: "chat-assistant", version: 7, milestone: "prod" },
    [
      'milestone: expected one of data-collection, training, validation, staging, production, patch, found "prod"',
    ],
  ],
  [
    { model: "chat-assistant", version: 7, releaseType: "Minor" },
    ['releaseType: expected one of patch, minor, major, retrain, found "Minor"; did you mean "minor"?'],
  ],
  [{ model: "chat-assistant", version: 7, again: "yes" }, ['again: expected true or false, found "yes"']],
  [
    { model: "chat-assistant", version: 7, force: true },
    [
      'force: expected one of the keys model, version, milestone, releaseType, again, attemptKey, revert, note, registry, claimed, found "force"',
    ],
  ],
  [
    {},
    [
      "version: expected the version to release, a whole number, found nothing",
      "model: expected text, found nothing",
    ],
  ],
])("a run by hand with a mistake is refused: %j", (input, messages) => {
  expect(mistakes(input).sort()).toEqual([...messages].sort());
});

test.each([[null], [undefined], ["chat-assistant"], [[{ model: "chat-assistant" }]], [7]])(
  "%j is no input",
  (input) => {
    expect(mistakes(input)).toEqual([
      expect.stringMatching(
        /^the input: expected an input such as \{"model": "chat-assistant", "version": 7\}, found /,
      ),
    ]);
  },
);

test("the end of a lease and a dead execution name their release", () => {
  expect(normaliseRequest(sample("lease-expiry"))).toEqual({
    kind: "scale-down",
    releaseId: "chat-assistant-2026-11-23-training",
  });
  expect(normaliseRequest(sample("compensate"))).toEqual({
    kind: "compensate",
    releaseId: "chat-assistant-v7-production",
    why: "its execution was stopped",
  });
});

test("what sees to a lease names its release, too", () => {
  expect(normaliseRequest(sample("keep"))).toEqual({
    kind: "keep",
    releaseId: "chat-assistant-2026-11-23-training",
  });
});

const pipelineEvent = {
  source: "aws.sagemaker",
  "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
  detail: {
    pipelineArn: "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/chat-retrain",
    currentPipelineExecutionStatus: "Succeeded",
    executionStartTime: "2026-11-23T10:00:00Z",
  },
};

test("work that has ended says what it was, how it ended, and when it was begun", () => {
  expect(normaliseRequest(sample("work-ended"))).toEqual({
    kind: "work-ended",
    work: {
      of: "trainingJob",
      name: "chat-assistant-train-7",
      status: "Completed",
      begunMs: 1_795_430_400_000,
    },
  });
  expect(normaliseRequest(pipelineEvent)).toEqual({
    kind: "work-ended",
    work: {
      of: "pipeline",
      name: "chat-retrain",
      status: "Succeeded",
      begunMs: Date.parse("2026-11-23T10:00:00Z"),
    },
  });
  expect(
    normaliseRequest({
      source: "aws.sagemaker",
      "detail-type": "SageMaker Processing Job State Change",
      detail: { ProcessingJobName: "features-3", ProcessingJobStatus: "Failed", CreationTime: "soon" },
    }),
  ).toEqual({ kind: "work-ended", work: { of: "processingJob", name: "features-3", status: "Failed" } });
});

test("work that goes on completes nothing; an event without its name is a mistake", () => {
  const { detail } = sample("work-ended") as { detail: Json };
  const event = { ...sample("work-ended"), detail: { ...detail, TrainingJobStatus: "Stopping" } };
  expect(normaliseRequest(event)).toEqual({
    kind: "ignored",
    reason: "chat-assistant-train-7 is Stopping: only what has ended completes a milestone",
  });
  expect(
    mistakes({ ...pipelineEvent, detail: { ...pipelineEvent.detail, pipelineArn: "chat-retrain" } }),
  ).toEqual(['detail.pipelineArn: expected the ARN of a pipeline, found "chat-retrain"']);
});

test("a misspelt input of the machine's own is told apart from a run by hand", () => {
  expect(mistakes({ scaledown: { releaseId: "a" } })).toEqual([
    'scaledown: expected a known key, found "scaledown"; did you mean scaleDown?',
  ]);
  expect(mistakes({ compensate: { releaseID: "a", why: "stopped" } })).toEqual([
    'compensate.releaseID: expected a known key, found "releaseID"; did you mean releaseId?',
  ]);
});
