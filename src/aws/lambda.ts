/**
 * Makes a step into a Lambda: a middy chain of Powertools (logger, metrics, tracer), validation of what comes in
 * and goes out, and error naming, around the bare function.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import middy, { type MiddlewareObj } from "@middy/core";
import type * as z from "zod";
import { badState, SlipwayError } from "../core/errors.ts";
import { formatMistake } from "../core/input/bad-input.ts";
import { mistakesOf } from "../core/input/bad-input-schema.ts";
import type { DocumentForm } from "../core/release/document/reading.ts";
import type { ReleaseMeasure } from "../core/release/measures.ts";
import type { EpochMs } from "../core/units.ts";
import { type Aws, connect } from "./clients.ts";
import { named } from "./errors.ts";
import { untilAllCallsEnd } from "./outgoing.ts";

/** What a step works with besides its input. */
export interface Tools {
  readonly aws: Aws;
  /** Epoch milliseconds. */
  readonly now: () => EpochMs;
  /** The id that Lambda has given this invocation. */
  readonly invocation: string;
  readonly log: Pick<Logger, "info" | "warn">;
  /** Counts one occurrence of something that an alarm watches (serverless.yml). */
  readonly count: (
    what:
      | "SweepFailed"
      | "RemainderStands"
      | "WayBackLong"
      | "OrphanFound"
      | "LeaseOverdue"
      | "QualityHarm"
      | "AdjustmentHarm"
      | "SpikeNotTaken"
      | "EvidenceWaiting"
      | "GlassBroken"
      | "RoleTooWide",
  ) => void;
  /** A point of a release's metrics, where the deployment has them. */
  readonly measure: (measure: ReleaseMeasure) => void;
}

/** A step: the bare function, free of Lambda. */
export type Step<I, O> = (input: I, tools: Tools) => Promise<O>;

/** What a step takes and gives, checked at run time on both sides. */
export interface Contract<I, O> {
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** Of a step that is given a state document, which any version may have written; absent: it is given something else. */
  readonly document?: DocumentForm;
}

export type LambdaHandler = (event: unknown, context: never) => Promise<unknown>;

/** The deployed form of a step; with clients that are on a rehearsal's wire, the same chain kept quiet. */
export function lambda<I, O>(step: Step<I, O>, contract: Contract<I, O>, rehearsed?: Aws): LambdaHandler {
  const deployed = rehearsed === undefined;
  // Deployed, service and namespace come from the environment, so that stages of one account keep theirs apart.
  const logger = new Logger(deployed ? {} : { serviceName: "slipway", logLevel: "SILENT" });
  const metrics = new Metrics(deployed ? {} : { serviceName: "slipway", namespace: "Slipway" });
  const tracer = new Tracer({ enabled: deployed });
  const count: Tools["count"] = (what) => {
    if (deployed) metrics.addMetric(what, MetricUnit.Count, 1);
  };
  let aws = rehearsed;
  const handle = async (event: unknown, context?: { readonly awsRequestId?: string }) => {
    const { awsRequestId: invocation = "" } = context ?? {};
    aws ??= connect();
    const measured = deployed && aws.environment.releaseMetrics === true;
    const measure = measured ? (one: ReleaseMeasure) => emit(metrics, one) : () => undefined;
    const tools = { aws, now: Date.now, invocation, log: logger, count, measure };
    const { document: form } = contract;
    const input = accepted(contract.input, form === undefined ? event : form.read(event), "input");
    const output = accepted(contract.output, await untilAllCallsEnd(() => step(input, tools)), "output");
    return form === undefined ? output : form.write(output);
  };
  const chain = middy<unknown, unknown>(handle, { timeoutEarlyInMillis: atDeathOnly });
  chain.use(captureLambdaHandler(tracer, { captureResponse: false })).use(injectLambdaContext(logger));
  if (deployed) chain.use(publishing(metrics));
  // Added last, this is told of an error first: those above then see it by its name, and the caller does after them.
  return chain.onError((request) => {
    const error = named(request.error);
    if (deployed)
      metrics.addMetric(error instanceof SlipwayError ? error.name : "UnexpectedError", MetricUnit.Count, 1);
    request.error = error as Error;
  }) as LambdaHandler;
}

/**
 * A step whose time is up must die with its sandbox. middy would answer 5 ms before and leave the step at work: Lambda
 * freezes it, and it goes on when the sandbox is used again, any time later.
 */
const atDeathOnly = 0;

/** Powertools' own warns of each invocation that has counted nothing, which most have not. */
function publishing(metrics: Metrics): MiddlewareObj<unknown, unknown> {
  const publish = () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { after: publish, onError: publish };
}

/**
 * Written at once and alone: Powertools gives all metrics of a line the same dimensions, and what is counted for alarms has
 * others. Metadata are members of the line beside them: logs are searched by these, and they make no series (CloudWatch user
 * guide, embedded metric format).
 */
function emit(metrics: Metrics, { name, value, unit, dimensions, properties }: ReleaseMeasure): void {
  const one = metrics.singleMetric();
  for (const [key, of] of Object.entries(dimensions)) if (of !== undefined) one.addDimension(key, of);
  for (const [key, of] of Object.entries(properties)) one.addMetadata(key, of);
  one.addMetric(name, unit, value);
}

function accepted<T>(schema: z.ZodType<T>, value: unknown, side: "input" | "output"): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const mistakes = mistakesOf(parsed.error, schema, value).map(({ mistake }) => formatMistake(mistake));
  throw badState(`the step's ${side} is not what its contract says: ${mistakes.join("\n")}`);
}
