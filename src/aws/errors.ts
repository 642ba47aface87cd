/**
 * Gives the SDK's failures the names of core/errors: what may pass when tried again, what AWS refuses for good,
 * and what does not exist.
 */
import { awsRefused, awsThrottled, awsUnavailable, notFound, SlipwayError } from "../core/errors.ts";

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const throttles = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "ProvisionedThroughputExceededException",
  "LimitExceededException",
  "SlowDown",
]);
const isSdkError = (error: unknown): error is SdkError => error instanceof Error && "$metadata" in error;

/** Whether AWS says that a thing is not there. SageMaker says so in a ValidationException's text [observed by its users]. */
export function saysNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (
    error.name === "ResourceNotFoundException" ||
    error.name === "ResourceNotFound" ||
    error.name === "ObjectNotFoundException"
  )
    return true;
  return (
    error.name === "ValidationException" && /could not find|does not exist|not found/i.test(error.message)
  );
}

/** What a look finds, or undefined where AWS says that it is not there. */
export async function ifThere<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (saysNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Whether SageMaker refuses a write because the endpoint is in motion: something else, auto scaling for one, was faster
 * than the step that saw it at rest. The step tried again sees it move, and waits.
 */
export function saysInProgress(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "ValidationException" &&
    /in-progress endpoint/i.test(error.message)
  );
}

/** Whether AWS refuses instances because the account's quota is used up (SageMaker API reference, ResourceLimitExceeded). */
export const saysNoRoom = (error: unknown): boolean =>
  error instanceof Error && (error.name === "ResourceLimitExceeded" || saysNoRoom(error.cause));

/**
 * How many of the instances that AWS refuses there would have been room for, by what it says of the limit; 0 where it does not.
 * That text is what people have published of it; no API reference has it.
 */
export function roomIn(error: unknown): number {
  const text = error instanceof Error ? error.message : "";
  const said = /is (\d+) Instances, with current utilization of (\d+) Instances/.exec(text);
  return said === null ? 0 : Math.max(0, Number(said[1]) - Number(said[2]));
}

/** The same failure under our name; errors that are ours already, or no AWS failure, pass unchanged. */
export function named(error: unknown): unknown {
  if (error instanceof SlipwayError || !(error instanceof Error)) return error;
  const text = `${error.name}: ${error.message}`;
  if (throttles.has(error.name)) return awsThrottled(text, error);
  if (saysNotFound(error)) return notFound(text, error);
  if (saysInProgress(error)) return awsUnavailable(text, error);
  if (isSdkError(error)) {
    const status = error.$metadata?.httpStatusCode;
    return status === undefined || status >= 500 ? awsUnavailable(text, error) : awsRefused(text, error);
  }
  if (error.name === "TimeoutError" || "code" in error) return awsUnavailable(text, error);
  return error;
}

/** What AWS could not do or has refused, under our name. @throws the error itself where it is none of AWS's, but a fault */
export function failureOf(error: unknown): SlipwayError {
  const known = named(error);
  if (known instanceof SlipwayError) return known;
  throw error;
}

/** What AWS has refused for good, for whoever goes on without it. @throws the error itself where it is anything else */
export function refusalOf(error: unknown): SlipwayError {
  const known = failureOf(error);
  if (known.name === "AwsRefused") return known;
  throw error;
}
