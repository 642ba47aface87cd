/**
 * What starts an execution, whichever door it came through, as one validated request: an approval in the model
 * registry, a milestone on the calendar, a run by hand, or an input of the machine's own.
 */
import type * as z from "zod";
import { foundText, nearest } from "../input/bad-input.ts";
import { mistakesOf } from "../input/bad-input-schema.ts";
import { epochMs } from "../units.ts";
import { aliasEventSource, aliasEventType, readAliasSet } from "./alias-set.ts";
import { readImagePush } from "./image-push.ts";
import {
  CompensateInput,
  GoOnInput,
  KeepInput,
  ManualRun,
  ScaleDownInput,
  ScheduledMilestone,
  WaitOnInput,
} from "./inputs.ts";
import type { Normalised } from "./normalised.ts";
import { readRegistryEvent } from "./registry.ts";
import { isAboutWork, readWorkEvent } from "./work.ts";

/** Makes one request of an execution's input, whatever it is. Never throws. */
export function normaliseRequest(input: unknown): Normalised {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return noMap(input);
  if ("detail-type" in input || "detail" in input) return fromEvent(input);
  const wrapped = wrapperOf(input);
  if (wrapped !== undefined) return bad("the input", "the event itself", wrapped);
  switch (formOf(input)) {
    case "milestone":
      return fromSchedule(input);
    case "milestone as text":
      return bad(
        "milestone",
        'a map such as {"model": "chat-assistant", "kind": "training"}, or a model beside it for a run by hand',
        foundText((input as { milestone: unknown }).milestone),
      );
    case "scaleDown":
      return checked(ScaleDownInput, input, ({ scaleDown }) => ({ kind: "scale-down", ...scaleDown }));
    case "keep":
      return checked(KeepInput, input, ({ keep }) => ({ kind: "keep", ...keep }));
    case "compensate":
      return checked(CompensateInput, input, ({ compensate }) => ({ kind: "compensate", ...compensate }));
    case "goOn":
      return checked(GoOnInput, input, ({ goOn }) => ({ kind: "go-on", ...goOn }));
    case "waitOn":
      return checked(WaitOnInput, input, ({ waitOn }) => ({ kind: "wait-on", ...waitOn }));
    case "manual":
      return fromHand(input);
  }
}

/** What the first execution of those that have waited one after the other was started with, and when. */
export function firstAsked(asked: { readonly input: unknown; readonly startedAt: string }): {
  readonly input: unknown;
  readonly startedAt: string;
} {
  const now = normaliseRequest(asked.input);
  return now.kind === "wait-on" ? { input: now.input, startedAt: now.startedAt } : asked;
}

const bad = (where: string, expected: string, found: string): Normalised => ({
  kind: "bad",
  mistakes: [{ where, expected, found }],
});

const noMap = (input: unknown): Normalised =>
  bad("the input", 'an input such as {"model": "chat-assistant", "version": 7}', foundText(input));

/** What is around an event that came by way of SNS or SQS: it has text inside, and starts nothing. */
function wrapperOf(input: object): string | undefined {
  if ("Type" in input && "TopicArn" in input && "Message" in input)
    return "an SNS notification around it (in its Message)";
  if ("Records" in input && Array.isArray(input.Records)) return "records of SNS or SQS around it";
  return undefined;
}

/** Which form an input was meant to have; a misspelt key of one form is still that form. */
function formOf(
  input: object,
): "milestone" | "milestone as text" | "scaleDown" | "keep" | "compensate" | "goOn" | "waitOn" | "manual" {
  const forms = ["milestone", "scaleDown", "keep", "compensate", "goOn", "waitOn"] as const;
  for (const [key, value] of Object.entries(input)) {
    const form = forms.find((each) => each === nearest(key, forms));
    if (form !== undefined && typeof value === "object" && value !== null) return form;
  }
  const modelless = Object.keys(input).every((key) => nearest(key, ["model", "version"]) === undefined);
  return "milestone" in input && modelless ? "milestone as text" : "manual";
}

/** An event as EventBridge delivers it, envelope and all. */
function fromEvent(event: object): Normalised {
  const { source, "detail-type": type } = event as { source?: unknown; "detail-type"?: unknown };
  if (type === "Scheduled Event") {
    const expected = 'the target\'s constant input, {"milestone": {"model": …, "kind": …}}';
    return bad("the input", expected, "the bare Scheduled Event, which names no model");
  }
  if (source === "aws.ecr" && type === "ECR Image Action") return readImagePush(event);
  if (source === aliasEventSource && type === aliasEventType) return readAliasSet(event);
  if (source !== "aws.sagemaker") return ignored(`events from ${foundText(source)} start no release`);
  if (isAboutWork(type)) return readWorkEvent(event);
  if (type !== "SageMaker Model Package State Change")
    return ignored(`events of type ${foundText(type)} start no release`);
  return readRegistryEvent(event);
}

const ignored = (reason: string): Normalised => ({ kind: "ignored", reason });

function fromSchedule(input: object): Normalised {
  return checked(ScheduledMilestone, input, ({ milestone: { kind, leadMinutes, after, ...rest } }) => {
    const dueAt = dueAfter(rest.scheduledTime, leadMinutes);
    return {
      kind: "release",
      request: {
        ...present({ ...rest, dueAt }),
        model: rest.model,
        milestone: kind,
        trigger: after === undefined ? "schedule" : "staging",
        again: false,
      },
    };
  });
}

/** A milestone's date, where it was started ahead of it. */
function dueAfter(scheduledTime: string | undefined, leadMinutes: number | undefined): string | undefined {
  if (scheduledTime === undefined || leadMinutes === undefined) return undefined;
  return new Date(epochMs(scheduledTime) + leadMinutes * 60_000).toISOString();
}

function fromHand(input: object): Normalised {
  return checked(ManualRun, input, (run) => ({
    kind: "release",
    request: {
      ...present(run),
      model: run.model,
      milestone: run.milestone,
      trigger: run.registry === undefined ? "manual" : "registry",
      again: run.again,
    },
  }));
}

function checked<T>(schema: z.ZodType<T>, input: object, found: (value: T) => Normalised): Normalised {
  const parsed = schema.safeParse(input);
  if (parsed.success) return found(parsed.data);
  return { kind: "bad", mistakes: mistakesOf(parsed.error, schema, input).map(({ mistake }) => mistake) };
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };
/** Without the keys that are there but undefined. */
function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}
