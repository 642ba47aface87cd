/** The inputs that we define ourselves: a schedule's, a person's, and those that the machine starts itself with. */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";
import { AwsName, MilestoneKind, ReleaseType } from "../plan/plan.ts";
import { registryKinds } from "../plan/registry.ts";
import { AttemptKey, Claimed } from "./claimed.ts";

const model = AwsName.describe("The model: the name of its model package group and of its plan.");
const version = z.int().min(1).describe("The version in the model registry.");
const releaseType = ReleaseType.optional().describe(
  "The type of release; the plan's default where it is left out.",
);
const releaseId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,160}$/, 'the id of a release such as "chat-assistant-v7-production"')
  .describe('The id of the release: "chat-assistant-v7-production".');

const scheduledTime = z
  .string()
  .superRefine((text, ctx) => {
    if (text.startsWith("<aws.scheduler."))
      tell(ctx, [], {
        expected: "the time that EventBridge Scheduler puts there",
        found: `${foundText(text)} itself`,
      });
    else if (!z.iso.datetime({ offset: true }).safeParse(text).success)
      tell(ctx, [], { expected: 'a time such as "2026-12-01T08:00:00Z"', found: foundText(text) });
  })
  .optional()
  .describe('When the schedule was due: "<aws.scheduler.scheduled-time>" in the schedule\'s input.');

const leadMinutes = z
  .int()
  .min(1)
  .max(60 * 24 * 60)
  .optional()
  .describe("How long before the milestone's date that is, minutes; on the date where it is left out.");

/** A milestone that is due: the input of an EventBridge Scheduler schedule, or the constant input of a rule. */
export const ScheduledMilestone = z
  .strictObject({
    milestone: z.strictObject({
      model,
      kind: MilestoneKind.describe("The milestone that is due."),
      version: version.optional(),
      scheduledTime,
      leadMinutes,
      recurring: z
        .literal(true)
        .optional()
        .describe(
          "Whether it is a cron that is said earlier: a date before which clocks change has a start of its own.",
        ),
      after: releaseId
        .optional()
        .describe("The release in staging that makes production due: what the machine starts itself with."),
    }),
  })
  .describe("A milestone that is due.");

/** A run by hand, from the Step Functions console or `slipway emit`. */
export const ManualRun = z
  .strictObject({
    model,
    version: version.optional(),
    milestone: MilestoneKind.default("production").describe("The milestone to go through."),
    releaseType,
    again: z.boolean().default(false).describe("Whether to run a release that is closed once more."),
    attemptKey: AttemptKey.optional(),
    revert: z
      .boolean()
      .optional()
      .describe(
        "Whether it goes back to a version that has served: its whole fleet at once, in one or two steps.",
      ),
    note: z.string().min(1).max(500).optional().describe("Why: kept with the release."),
    registry: z
      .enum(registryKinds)
      .optional()
      .describe(
        "The registry beside SageMaker's that says so: it is no person then, who may release what is older or was not in staging.",
      ),
    claimed: Claimed.optional(),
  })
  .superRefine(
    (run, ctx) => {
      if (run.milestone === "production" && run.version === undefined)
        tell(ctx, ["version"], { expected: "the version to release, a whole number", found: "nothing" });
      if (run.milestone !== "production" && run.revert === true)
        tell(ctx, ["revert"], {
          expected: "no revert: only production has versions that served",
          found: "true",
        });
    },
    {
      when: ({ value }) =>
        typeof value === "object" && value !== null && !("version" in value && value.version !== undefined),
    },
  )
  .describe('A run by hand. The smallest one: {"model": "chat-assistant", "version": 7}.');

/** The end of a lease: what its one-time schedule starts the machine with. */
export const ScaleDownInput = z
  .strictObject({
    scaleDown: z.strictObject({
      releaseId,
      why: z.string().min(1).max(1000).optional().describe("What has ended it ahead of its time."),
    }),
  })
  .describe("The lease of a release has run out, or what it was for is done.");

/** Capacity whose lease goes on would not last by itself: what the sweep starts the machine with. */
export const KeepInput = z
  .strictObject({ keep: z.strictObject({ releaseId }) })
  .describe("The capacity that a release has on a lease is to be seen to.");

/** What the machine starts itself with where a release goes on in a new execution. */
export const GoOnInput = z
  .strictObject({
    goOn: z.strictObject({
      releaseId,
      document: z
        .looseObject({})
        .describe("The state document as the execution before left it; it is taken up by nobody else."),
    }),
  })
  .describe("A release goes on in a new execution, since the one before has grown long.");

/** What the machine starts itself with where what waits in a queue waits on in a new execution. */
export const WaitOnInput = z
  .strictObject({
    waitOn: z.strictObject({
      releaseId,
      subject: z.string().min(1).describe('What is waited for: "endpoint/chat-assistant".'),
      execution: z
        .string()
        .min(1)
        .describe("The execution before, which has the place in the queue: its ARN."),
      startedAt: z.string().min(1).describe("When the first execution started."),
      input: z.unknown().describe("What the first execution was started with."),
    }),
  })
  .describe("What waits in a queue waits on in a new execution, since the one before has grown long.");
export type WaitOn = z.infer<typeof WaitOnInput>["waitOn"];

/** What the sweep starts the machine with for a release whose execution died. */
export const CompensateInput = z
  .strictObject({
    compensate: z.strictObject({
      releaseId,
      why: z.string().min(1).max(1000).describe("What became of its execution."),
    }),
  })
  .describe("The execution of a release died and may have left something behind.");
