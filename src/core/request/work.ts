/**
 * Events of work that ends in SageMaker: training jobs, processing jobs, and executions of pipelines. One type of event
 * serves every change of their status, so that what goes on is told apart from what has ended.
 */
import * as z from "zod";
import { mistakesOf } from "../input/bad-input-schema.ts";
import type { Work } from "../plan/completion.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { Normalised } from "./normalised.ts";

/** AWS writes times as ISO 8601 in newer events and as epoch milliseconds in older ones. */
const time = z.union([z.string(), z.number()]).optional();

const envelope = {
  source: z.literal("aws.sagemaker"),
  time: z.string().optional(),
  account: z.string().optional(),
  region: z.string().optional(),
};

const TrainingJobEvent = z.looseObject({
  ...envelope,
  "detail-type": z.literal("SageMaker Training Job State Change"),
  detail: z.looseObject({
    TrainingJobName: z.string().min(1),
    TrainingJobStatus: z.string().min(1),
    CreationTime: time,
  }),
});

const ProcessingJobEvent = z.looseObject({
  ...envelope,
  "detail-type": z.literal("SageMaker Processing Job State Change"),
  detail: z.looseObject({
    ProcessingJobName: z.string().min(1),
    ProcessingJobStatus: z.string().min(1),
    CreationTime: time,
  }),
});

const PipelineEvent = z.looseObject({
  ...envelope,
  "detail-type": z.literal("SageMaker Model Building Pipeline Execution Status Change"),
  detail: z.looseObject({
    pipelineArn: z.string().regex(/:pipeline\/.+$/, "the ARN of a pipeline"),
    currentPipelineExecutionStatus: z.string().min(1),
    executionStartTime: time,
  }),
});

/** Source: SageMaker developer guide, events that SageMaker sends to EventBridge; pipelines' in "EventBridge integration". */
export const WorkEvent = z
  .discriminatedUnion("detail-type", [TrainingJobEvent, ProcessingJobEvent, PipelineEvent])
  .describe("Work that has changed its status, as SageMaker sends it to EventBridge.");
type WorkEvent = z.infer<typeof WorkEvent>;

const types: ReadonlySet<unknown> = new Set(WorkEvent.options.map((each) => each.shape["detail-type"].value));

/** Whether an event of a type is about work. */
export const isAboutWork = (type: unknown): boolean => types.has(type);

/** What has ended goes on no more; a job that is being stopped, or an execution that is, has not. */
const ended: ReadonlySet<string> = new Set(["Completed", "Succeeded", "Failed", "Stopped"]);

export function readWorkEvent(event: object): Normalised {
  const parsed = WorkEvent.safeParse(event);
  if (!parsed.success)
    return {
      kind: "bad",
      mistakes: mistakesOf(parsed.error, WorkEvent, event).map(({ mistake }) => mistake),
    };
  const work = workOf(parsed.data);
  return ended.has(work.status)
    ? { kind: "work-ended", work }
    : {
        kind: "ignored",
        reason: `${work.name} is ${work.status}: only what has ended completes a milestone`,
      };
}

function workOf(event: WorkEvent): Work {
  switch (event["detail-type"]) {
    case "SageMaker Training Job State Change": {
      const { TrainingJobName: name, TrainingJobStatus: status, CreationTime } = event.detail;
      return { of: "trainingJob", name, status, begunMs: momentOf(CreationTime) };
    }
    case "SageMaker Processing Job State Change": {
      const { ProcessingJobName: name, ProcessingJobStatus: status, CreationTime } = event.detail;
      return { of: "processingJob", name, status, begunMs: momentOf(CreationTime) };
    }
    case "SageMaker Model Building Pipeline Execution Status Change": {
      const { pipelineArn, currentPipelineExecutionStatus: status, executionStartTime } = event.detail;
      const name = pipelineArn.slice(pipelineArn.lastIndexOf("/") + 1);
      return { of: "pipeline", name, status, begunMs: momentOf(executionStartTime) };
    }
  }
}

/** A time that cannot be read is not known. */
function momentOf(at: string | number | undefined): EpochMs | undefined {
  if (typeof at === "number") return at as EpochMs;
  return at === undefined || Number.isNaN(Date.parse(at)) ? undefined : epochMs(at);
}
