/**
 * Opens a release: makes one request of whatever started the execution, drops what is no transition to Approved
 * of a model with a plan, claims the release and takes the endpoint's lock, or says who holds it.
 */
import * as z from "zod";
import { publish } from "../src/aws/event-bridge.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { takeLock } from "../src/aws/ledger.ts";
import { planOf, typeOf, versionGate, withVersion } from "../src/aws/openings.ts";
import { claimRelease, latestAttempt } from "../src/aws/releases.ts";
import { reopen } from "../src/aws/reopening.ts";
import { formatMistake } from "../src/core/bad-input.ts";
import { badInput } from "../src/core/errors.ts";
import { labelOf, releaseIdOf } from "../src/core/names.ts";
import type { Plan } from "../src/core/plan.ts";
import { Opening, type Release } from "../src/core/release.ts";
import { normaliseRequest, type ReleaseRequest } from "../src/core/request.ts";
import { growingWaitSeconds } from "../src/core/wait.ts";

const Input = z.object({
  execution: z.string(),
  startedAt: z.string(),
  input: z.unknown(),
});

export const openRelease: Step<z.infer<typeof Input>, Opening> = async (event, tools) => {
  const asked = normaliseRequest(event.input);
  switch (asked.kind) {
    case "bad":
      throw badInput(asked.mistakes.map(formatMistake).join("\n"));
    case "ignored":
      return ignored(asked.reason);
    case "scale-down":
    case "compensate":
      return reopen(tools, event, asked);
    case "release": {
      const plan = await planOf(tools, asked.request);
      if (typeof plan === "string") return ignored(plan);
      const request = await withVersion(tools, asked.request);
      if (typeof request === "string") return ignored(request);
      const gate = await versionGate(tools, plan, request);
      return gate === undefined ? open(event, { plan, request, tools }) : ignored(gate);
    }
  }
};

const ignored = (reason: string): Opening => ({ route: "ignored", reason });

interface Asked {
  readonly plan: Plan;
  readonly request: ReleaseRequest;
  readonly tools: Parameters<typeof openRelease>[1];
}

async function open(event: z.infer<typeof Input>, { plan, request, tools }: Asked): Promise<Opening> {
  const { aws, now } = tools;
  const named = { model: plan.model, label: labelOf(request, event.startedAt), milestone: request.milestone };
  const latest = await latestAttempt(aws, releaseIdOf({ ...named, attempt: 1 }));
  const mine = latest?.release.execution === event.execution;
  if (latest !== undefined && !mine && !(latest.status === "closed" && request.again)) {
    const state =
      latest.status === "open" ? "is under way" : `ended as ${latest.closing?.outcome ?? "closed"}`;
    return {
      route: "ignored",
      reason: `duplicate: ${latest.release.id} ${state} (execution ${latest.release.execution})`,
    };
  }
  const attempt = latest === undefined ? 1 : latest.release.attempt + (mine ? 0 : 1);
  const release: Omit<Release, "fence"> = {
    id: releaseIdOf({ ...named, attempt }),
    model: plan.model,
    milestone: request.milestone,
    ...(request.version === undefined ? {} : { version: request.version }),
    releaseType: await typeOf(tools, plan, request),
    attempt,
    subject:
      request.milestone === "production"
        ? `endpoint/${plan.endpoint.name}`
        : `pool/${plan.model}/${request.milestone}`,
    execution: event.execution,
    openedAt: event.startedAt,
  };
  if (!(await claimRelease(aws, release)))
    return { route: "ignored", reason: `duplicate: another execution opened ${release.id} first` };
  const lock = await takeLock(aws, {
    subject: release.subject,
    releaseId: release.id,
    execution: release.execution,
    since: new Date(now()).toISOString(),
  });
  if (!lock.held) {
    const waited = now() - Date.parse(event.startedAt);
    const reason = `${release.subject} is held by ${lock.holder.releaseId} (execution ${lock.holder.execution})`;
    return { route: "queued", reason, waitSeconds: growingWaitSeconds(waited) };
  }
  await publish(tools, { ...release, fence: lock.fence }, { state: "opened", trigger: request.trigger });
  return {
    route: request.milestone === "production" ? "production" : "capacity",
    reason: `${release.id} opened by ${request.trigger}`,
    release: { ...release, fence: lock.fence },
    plan,
    promoted: false,
  };
}

export const contract = { input: Input, output: Opening };
export const handler = lambda(openRelease, contract);
