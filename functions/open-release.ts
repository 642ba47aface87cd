/**
 * Opens a release: makes one request of whatever started the execution, drops what is no transition to Approved
 * of a model with a plan, claims the release and takes the endpoint's lock, or says who holds it.
 */
import * as z from "zod";
import { isAbandoned } from "../src/aws/abandoned.ts";
import { awaitVersion } from "../src/aws/awaited.ts";
import { awaitReview, tellUnreviewed } from "../src/aws/awaiting-review.ts";
import { completeBy } from "../src/aws/completing.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { goOn } from "../src/aws/going-on.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { takeLock } from "../src/aws/locks.ts";
import type { PackageView } from "../src/aws/model-registry.ts";
import { packageOf, planOf, versionGate, withVersion } from "../src/aws/openings.ts";
import { patchFor } from "../src/aws/patch-releases.ts";
import { type QueuedExecution, takePlace, waitOn } from "../src/aws/places.ts";
import { understood } from "../src/aws/plans.ts";
import { claimOf, end, waitTurn } from "../src/aws/queue.ts";
import { attemptsAt, claimRelease, latestAttempt } from "../src/aws/releases.ts";
import { reopen } from "../src/aws/reopening.ts";
import { releaseOfAlias, releaseOfPush } from "../src/aws/said-elsewhere.ts";
import { sha256 } from "../src/aws/sha256.ts";
import { badInput } from "../src/core/errors.ts";
import { type Canonical, canonical } from "../src/core/evidence/canonical.ts";
import { formatMistake } from "../src/core/input/bad-input.ts";
import { retentionDaysOf } from "../src/core/plan/evidence-keeping.ts";
import { releasesVersion } from "../src/core/plan/milestone-plan.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import { type Attempt, madeBy, nextAttempt } from "../src/core/release/attempt.ts";
import { documentSchema } from "../src/core/release/document/upcasters.ts";
import { labelBy, releaseIdOf } from "../src/core/release/names.ts";
import { Opening } from "../src/core/release/opening.ts";
import { choosesPatch } from "../src/core/release/patch-due.ts";
import type { ReleaseRecord } from "../src/core/release/record.ts";
import type { Release } from "../src/core/release/release.ts";
import { turnsQueued } from "../src/core/release/turns.ts";
import { typeOf } from "../src/core/release/version-gate.ts";
import type { ReleaseRequest } from "../src/core/request/normalised.ts";
import { firstAsked, normaliseRequest } from "../src/core/request/request.ts";

const Input = z.object({
  execution: z.string(),
  startedAt: z.string(),
  input: z.unknown(),
});

export const openRelease: Step<z.infer<typeof Input>, Opening> = async (event, tools) => {
  const { execution, startedAt: begunAt } = event;
  const first = firstAsked(event);
  const turns = turnsQueued({ openedAt: first.startedAt, begunAt, nowMs: tools.now() });
  const asked = { execution, begunAt, turns, ...first };
  const opening = (await placeless(event, tools)) ?? (await opened(asked, tools));
  return opening.route === "queued" ? waitOn(tools, asked, opening) : opening;
};

/** Why what waits has no place of its own to wait on at; undefined where it has, or never handed one over. */
async function placeless(event: z.infer<typeof Input>, tools: Tools): Promise<Opening | undefined> {
  const asked = normaliseRequest(event.input);
  if (asked.kind !== "wait-on") return undefined;
  return takePlace(tools, event, { ...asked, isRelease: normaliseRequest(asked.input).kind === "release" });
}

async function opened(event: QueuedExecution, tools: Tools): Promise<Opening> {
  const asked = normaliseRequest(event.input);
  switch (asked.kind) {
    case "bad":
      throw badInput(asked.mistakes.map(formatMistake).join("\n"));
    case "ignored":
      return ignored(asked.reason);
    case "scale-down":
    case "keep":
    case "compensate":
      return reopen(tools, event, asked);
    case "work-ended":
      return completeBy(tools, asked.work);
    case "image-pushed":
      return releaseOfPush(tools, asked.push);
    case "alias-set":
      return releaseOfAlias(tools, asked.set);
    case "go-on":
      return goOn(tools, { ...event, startedAt: event.begunAt }, asked);
    case "wait-on":
      return ignored("what waits on waits on for itself");
    case "release":
      return requested(event, asked.request, tools);
  }
}

async function requested(event: QueuedExecution, asked: ReleaseRequest, tools: Tools): Promise<Opening> {
  const meant = await planOf(tools, asked);
  if (typeof meant === "string") return ignored(meant);
  const { plan } = meant;
  const found = choosesPatch(meant.request)
    ? await patchFor(tools, event, meant)
    : { request: await withVersion(tools, plan, meant.request) };
  if ("ended" in found) return found.ended;
  const { request } = found;
  const opening =
    typeof request === "string" ? ignored(request) : await open(event, { plan, request, tools });
  if (opening.route !== "ignored") return opening;
  const newest = typeof request === "string" ? undefined : request.version;
  const { reason } = opening;
  return (await awaitVersion(tools, event, { plan, request: meant.request, newest, reason })) ?? opening;
}

const ignored = (reason: string): Opening => ({ route: "ignored", reason });

const registeredAs = ({ arn, artefacts }: PackageView) => ({
  packageArn: arn,
  ...(artefacts && { artefacts }),
});

interface Requested {
  readonly plan: Plan;
  readonly request: ReleaseRequest;
  readonly tools: Tools;
}

async function open(event: QueuedExecution, asked: Requested): Promise<Opening> {
  const { request, tools } = asked;
  const { aws, now } = tools;
  const attempted = await attemptAt(event, asked);
  if (attempted.is === "duplicate") return ignored(attempted.reason);
  const { attempt } = attempted;
  const plan = planSince(attempted.claimed) ?? asked.plan;
  const found = await packageOf(tools, plan, request);
  if (typeof found === "string") return ignored(found);
  const isOnEndpoint = releasesVersion(plan, request.milestone);
  const release: Omit<Release, "fence"> = {
    id: releaseIdOf({ ...named(event, { plan, request }), attempt }),
    model: plan.model,
    milestone: request.milestone,
    ...(request.version === undefined ? {} : { version: request.version }),
    ...(found === undefined ? {} : registeredAs(found)),
    releaseType: typeOf(plan, request, found),
    attempt,
    subject: isOnEndpoint ? `endpoint/${plan.endpoint.name}` : `pool/${plan.model}/${request.milestone}`,
    execution: event.execution,
    openedAt: event.startedAt,
    planSha256: sha256(canonical(plan as Canonical)),
    retentionDays: retentionDaysOf(plan),
    ...told(request),
  };
  const gate = await versionGate(tools, plan, { request, found, harmed: attempted.harmed });
  if (gate !== undefined)
    return attempted.claimed?.status === "open"
      ? end(tools, release, { outcome: "superseded", reason: gate })
      : ignored(gate);
  const begun = { plan, request, subject: release.subject };
  const held = attempted.claimed === undefined ? await awaitReview(tools, event, begun) : undefined;
  if (held !== undefined) return held;
  if (!(await claimRelease(aws, release, plan)))
    return ignored(`duplicate: another execution opened ${release.id} first`);
  const lock = await takeLock(aws, claimOf(release, now()));
  if (!lock.held) return waitTurn(tools, { plan, release, lock });
  await publish(tools, release, { state: "opened", ...because(request) });
  await tellUnreviewed(tools, release, begun);
  return {
    route: isOnEndpoint ? "production" : "capacity",
    reason: `${release.id} opened by ${Object.values(because(request)).join(": ")}`,
    schema: documentSchema,
    release: { ...release, fence: lock.fence },
    plan,
    promoted: false,
    begunAt: event.begunAt,
    ...(event.turns > 0 && { queue: { turns: event.turns } }),
    resume: "PlanCapacity",
  };
}

/** What has opened it, and why, where a look has found that out. */
const because = ({ trigger, why }: ReleaseRequest) => ({
  trigger,
  ...(why !== undefined && { reason: why }),
});

/** What the release keeps of how it was asked for. */
const told = ({ trigger, dueAt, attemptKey, claimed }: ReleaseRequest) => ({
  trigger,
  ...(dueAt !== undefined && { dueAt }),
  ...(attemptKey !== undefined && { attemptKey }),
  ...(claimed !== undefined && { claimed }),
});

const named = ({ startedAt }: QueuedExecution, { plan, request }: Omit<Requested, "tools">) => ({
  model: plan.model,
  label: labelBy(plan, request, startedAt),
  milestone: request.milestone,
});

/** A release that waits for its turn keeps the plan that it was claimed with, whatever is in force by now. */
const planSince = (claimed: ReleaseRecord | undefined): Plan | undefined =>
  claimed?.plan === undefined ? undefined : understood(claimed.plan, `the plan of ${claimed.release.id}`);

async function attemptAt(event: QueuedExecution, asked: Requested): Promise<Attempt> {
  const { aws } = asked.tools;
  const { execution } = event;
  const { again, attemptKey } = asked.request;
  const base = releaseIdOf({ ...named(event, asked), attempt: 1 });
  const latest = await latestAttempt(aws, base);
  const isOthers = latest?.status === "open" && latest.release.execution !== execution;
  const abandoned = isOthers && (await isAbandoned(aws, latest.release, asked.tools.now()));
  // The name of an execution says nothing of its try: whoever starts one may name it as they like.
  const isAsked = again && attemptKey !== undefined && latest?.status === "closed";
  const made = isAsked ? madeBy(await attemptsAt(aws, base), attemptKey) : undefined;
  return nextAttempt({ latest, execution, again, made, isAbandoned: abandoned });
}

export const contract = { input: Input, output: Opening };
export const handler = lambda(openRelease, contract);
