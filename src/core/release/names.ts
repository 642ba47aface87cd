/**
 * Names of what a release creates: the stack first and whole, so that IAM can tell one stack's things by their prefix,
 * then what a person reads, then a checksum of everything that the thing is for. The same at every retry.
 */
import { AwsName, type MilestoneKind, milestoneKinds, type Plan } from "../plan/plan.ts";
import { comesOften } from "../plan/when.ts";

/** SageMaker allows 63 characters in the names of models, configurations and jobs; Scheduler allows 64. */
const longestResource = 63;
/** Step Functions allows 80 in the name of an execution, which must be unique in its machine for 90 days. */
const longestExecution = 80;
/** What Lambda's 64 characters leave of the name `STACK-prewarmInference`: no stack with a longer name deploys. */
const longestStack = 47;
const checksumLength = 8;

interface Due {
  readonly version?: number | undefined;
  readonly scheduledTime?: string | undefined;
  /** Where it was started ahead of that. */
  readonly dueAt?: string | undefined;
}

/**
 * What tells releases of a milestone apart: the version, or the day on which a milestone without one was due; where it comes
 * several times a day, the time as well, in UTC.
 */
export function labelOf(
  { version, scheduledTime, dueAt }: Due,
  startedAt: string,
  { severalADay }: { readonly severalADay: boolean },
): string {
  if (version !== undefined) return `v${version}`;
  const at = dueAt ?? scheduledTime ?? startedAt;
  return severalADay ? `${at.slice(0, 10)}-${at.slice(11, 13)}${at.slice(14, 16)}` : at.slice(0, 10);
}

/** The same by a plan. */
export function labelBy(
  { milestones }: Pick<Plan, "milestones">,
  request: Due & { readonly milestone: MilestoneKind },
  startedAt: string,
): string {
  const when = milestones[request.milestone]?.when;
  return labelOf(request, startedAt, { severalADay: when !== undefined && comesOften(when) });
}

/** The identity of a release: `chat-assistant-v7-production`, with `-r2` at a second attempt. */
export function releaseIdOf(release: {
  model: string;
  label: string;
  milestone: string;
  attempt: number;
}): string {
  const again = release.attempt > 1 ? `-r${release.attempt}` : "";
  return `${release.model}-${release.label}-${release.milestone}${again}`;
}

/** The id of a release's first attempt, which all share, and which attempt an id means. */
export function attemptIn(releaseId: string): { readonly base: string; readonly attempt: number } {
  const [, base = releaseId, attempt = "1"] = /^(.*)-r(\d+)$/s.exec(releaseId) ?? [];
  return { base, attempt: Number(attempt) };
}

/** Whether a text has the form of a release's id: model, label, milestone and which attempt. */
export function isReleaseId(text: string): boolean {
  const form = new RegExp(
    `^(.+)-(v[1-9]\\d*|\\d{4}-\\d{2}-\\d{2})-(${milestoneKinds.join("|")})(-r[1-9]\\d*)?$`,
    "s",
  );
  const [, model] = form.exec(text) ?? [];
  return AwsName.safeParse(model).success;
}

/** Whether a text names something that can be locked: `endpoint/NAME` or `pool/MODEL/MILESTONE`. */
export function isSubject(text: string): boolean {
  const [kind, name, milestone, ...rest] = text.split("/");
  if (rest.length > 0 || !AwsName.safeParse(name).success) return false;
  if (kind === "endpoint") return milestone === undefined;
  return kind === "pool" && milestoneKinds.some((each) => each === milestone);
}

/** What a release's names are made of; `subject` is what it locks, an endpoint or a pool. */
export interface Named {
  readonly stack: string;
  readonly id: string;
  readonly subject: string;
}

/**
 * The name of a resource of a release, such as `slipway-dev-chat-assistant-v7-production-join-uv5qtsh2`. Two stacks,
 * subjects, releases or suffixes have two names. @throws RangeError on a stack whose name is no stack's.
 */
export function resourceName({ stack, id, subject }: Named, suffix = ""): string {
  return put({ head: checked(stack), body: id, tail: suffix, of: [subject] }, longestResource);
}

/**
 * The name of the schedule of a plan's milestone, or of its start apart at a place: that ends in `clock1`, by which IAM tells it,
 * and whose six letters even the longest stack's name leaves. @throws RangeError on a stack whose name is no stack's.
 */
export function milestoneName({ stack, model, kind, place }: ScheduleNamed): string {
  const tail = place === undefined ? kind : `${kind}-clock${place}`;
  return put({ head: checked(stack), body: model, tail, of: ["milestone"] }, longestResource);
}

interface ScheduleNamed {
  readonly stack: string;
  readonly model: string;
  readonly kind: string;
  readonly place?: number | undefined;
}

/** The name of a training plan that is bought for a milestone, in lower case as its ARN has it. @throws RangeError likewise */
export function purchaseName({
  stack,
  model,
  milestone,
  of,
}: {
  stack: string;
  model: string;
  milestone: string;
  of: readonly string[];
}): string {
  const parts = { head: checked(stack), body: model, tail: milestone, of: ["training-plan", ...of] };
  return put(parts, longestResource).toLowerCase();
}

/** The name that a milestone's schedule had when names did not carry the stack. */
export function formerMilestoneName({ model, kind }: { model: string; kind: string }): string {
  const id = `slipway-${model}`;
  const whole = `${id}-${kind}`;
  if (whole.length <= longestResource) return whole;
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  const kept = id.slice(-(longestResource - kind.length - 10)).replace(/^-+/, "");
  return `${(hash >>> 0).toString(16).padStart(8, "0")}-${kept}-${kind}`;
}

/**
 * The name of an execution that is started for a release: its purpose, the stack and the release, and what tells one
 * such start from the next. @throws RangeError on a stack whose name is no stack's.
 */
export function executionName(
  purpose:
    | "after"
    | "compensate"
    | "compensate-by-hand"
    | "emit"
    | "give-back"
    | "go-on"
    | "keep"
    | "lease"
    | "revert"
    | "webhook",
  { stack, releaseId, nth, of = [] }: ExecutionNamed,
): string {
  return put({ head: `${purpose}-${checked(stack)}`, body: releaseId, tail: nth, of }, longestExecution);
}

interface ExecutionNamed {
  readonly stack: string;
  readonly releaseId: string;
  readonly nth: string;
  /** What else the start is for, and its name does not say. */
  readonly of?: readonly string[];
}

/** The candidate's variant: `v7`, `v7-r2` at a second attempt. */
export function variantName(version: number, attempt: number): string {
  return attempt > 1 ? `v${version}-r${attempt}` : `v${version}`;
}

interface Parts {
  /** Kept whole. */
  readonly head: string;
  /** Shortened from its front where the whole is too long: its end says version and milestone. */
  readonly body: string;
  readonly tail: string;
  /** What else the thing is for, and its name does not say. */
  readonly of: readonly string[];
}

function put({ head, body, tail, of }: Parts, longest: number): string {
  const sum = checksum(JSON.stringify([head, body, tail, ...of]));
  const room = longest - head.length - sum.length - 2;
  const told = [body, tail].filter((part) => part !== "").join("-");
  const middle = told
    .replaceAll(/[^A-Za-z0-9-]/g, "-")
    .slice(-room)
    .replaceAll(/^-+|-+$/g, "");
  return [head, middle, sum].filter((part) => part !== "").join("-");
}

/** A stack's name as CloudFormation allows it, no longer than leaves room for the rest. */
function checked(stack: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(stack) && stack.length <= longestStack) return stack;
  throw new RangeError(
    `stack: expected a letter, then at most ${longestStack - 1} letters, digits and hyphens, found "${stack}"`,
  );
}

/** FNV-1a of 64 bits, as eight digits of base 36 (some 41 bits). */
function checksum(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36).padStart(checksumLength, "0").slice(-checksumLength);
}

/** The name that an execution has, by its ARN. */
export const nameInArn = (executionArn: string): string =>
  executionArn.slice(executionArn.lastIndexOf(":") + 1);
